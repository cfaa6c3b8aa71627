"""Data, not code: tissues, probes, protocols, damage laws and criteria, every number with its source and status."""

from rfa_model.applicators.needle import Cooling, Probe, Solid
from rfa_model.library.load import (
    criteria,
    damage_laws,
    probes,
    protocol_sources,
    protocols,
    references_used,
    tissues,
)
from rfa_model.library.misses import known_misses
from rfa_model.library.models import Fibres, Tissue
from rfa_model.sourced import default_sources, defaults, references

__all__ = [
    "Cooling",
    "Fibres",
    "Probe",
    "Solid",
    "Tissue",
    "criteria",
    "damage_laws",
    "default_sources",
    "defaults",
    "known_misses",
    "probes",
    "protocol_sources",
    "protocols",
    "references",
    "references_used",
    "tissues",
]
