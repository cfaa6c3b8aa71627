"""Where an applicator lies in the patient: approaches, offsets, and poses that no operator would choose."""

from rfa_model.placement.approaches import APPROACHES, Approach
from rfa_model.placement.frame import AnatomyLike
from rfa_model.placement.offsets import OFFSETS, OffsetBase
from rfa_model.placement.place import place
from rfa_model.placement.way import Way, way_of

__all__ = ["APPROACHES", "OFFSETS", "AnatomyLike", "Approach", "OffsetBase", "Way", "place", "way_of"]
