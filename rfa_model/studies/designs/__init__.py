"""Designs: which trials a study makes."""

from rfa_model.studies.designs.base import DESIGNS, DesignBase, Draw, Space
from rfa_model.studies.designs.sampled import LatinHypercube, Random, Sampled, SobolPoints
from rfa_model.studies.designs.screening import Morris, SobolIndices
from rfa_model.studies.designs.swept import Grid, List, Numerics, OneAtATime

__all__ = [
    "DESIGNS",
    "DesignBase",
    "Draw",
    "Grid",
    "LatinHypercube",
    "List",
    "Morris",
    "Numerics",
    "OneAtATime",
    "Random",
    "Sampled",
    "SobolIndices",
    "SobolPoints",
    "Space",
]
