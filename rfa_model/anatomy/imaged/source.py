"""What an imaged anatomy is made from: named parts with their volumes, surfaces and distances, by whatever file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from rfa_model.anatomy.base import FloatArray, TriangleMesh
from rfa_model.anatomy.imaged.fields import Field
from rfa_model.anatomy.readers.structures import Structure


@dataclass(frozen=True)
class Found:
    """One part as the file holds it (LPS, mm).

    Attributes
    ----------
    structure : Structure
    volume_cm3 : float
    centroid_mm, low_mm, high_mm : (3,) array
        Middle of the volume, and its box.
    cut_off : bool
        Whether it reaches the edge of the image.
    """

    structure: Structure
    volume_cm3: float
    centroid_mm: FloatArray
    low_mm: FloatArray
    high_mm: FloatArray
    cut_off: bool = False


class Source(Protocol):
    """A file, read and understood."""

    @property
    def found(self) -> Mapping[str, Found]:
        """Its parts, by name."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed or mended while reading."""
        ...

    @property
    def frame(self) -> str:
        """Where its orientation comes from, in words."""
        ...

    def surface(self, name: str) -> TriangleMesh:
        """A part's closed surface."""
        ...

    def fields(self, centre_mm: FloatArray, half_mm: float) -> dict[str, Field]:
        """Signed distances of the parts that come within a box about a point."""
        ...

    def body(self) -> Field | None:
        """The inside of the skin; None where no part is the body."""
        ...

    def far_bone(self, centre_mm: FloatArray) -> Field | None:
        """A coarse distance to all bone about a point, for places beyond its box; None where the fields know all."""
        ...
