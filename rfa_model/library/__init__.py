"""Data, not code: tissues, probes, protocols, damage laws and criteria, every number with its source and status."""

from rfa_model.library.load import (
    criteria,
    damage_laws,
    probes,
    protocol_sources,
    protocols,
    references_used,
    tissues,
)
from rfa_model.library.models import ArrheniusLaw, Cooling, Criterion, Probe, Solid, Tissue
from rfa_model.library.protocols import Hold, Off, Phase, PhaseBase, Power, Ramp, Voltage
from rfa_model.sourced import default_sources, defaults, references

__all__ = [
    "ArrheniusLaw",
    "Cooling",
    "Criterion",
    "Hold",
    "Off",
    "Phase",
    "PhaseBase",
    "Power",
    "Probe",
    "Ramp",
    "Solid",
    "Tissue",
    "Voltage",
    "criteria",
    "damage_laws",
    "default_sources",
    "defaults",
    "probes",
    "protocol_sources",
    "protocols",
    "references",
    "references_used",
    "tissues",
]
