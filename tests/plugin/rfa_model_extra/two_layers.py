"""An anatomy: two tissues with a plane between them."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import Field

from rfa_model.anatomy import Anatomy, AnatomyBase, Curve, Surface, Target
from rfa_model.anatomy.base import FloatArray, IntArray, TriangleMesh, Window, unknown_part
from rfa_model.library.names import TissueName
from rfa_model.sourced import Number


class TwoLayers(AnatomyBase):
    """Two tissues, the deep one in front (anterior) of a plane beside the needle."""

    kind: ClassVar[str] = "two_layers"

    deep: TissueName = Field("muscle", description="tissue in front of the plane")
    shallow: TissueName = Field("fat", description="tissue behind the plane")
    plane_mm: Number = Field(3.0, description="how far the plane is behind the needle")

    @property
    def structures(self) -> tuple[str, ...]:
        return ("interface",)

    @property
    def tissues(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.deep, self.shallow)))

    def build(self) -> Anatomy:
        return Layers(self)


class Layers:
    """Tissue by the sign of y − plane."""

    def __init__(self, words: TwoLayers) -> None:
        self.words = words
        self.tissue_names: tuple[str, ...] = (words.deep, words.shallow)
        self.reference_keys: tuple[str, ...] = ()
        self.nerves: Mapping[str, Curve] = {}
        self.structures: Mapping[str, Curve | Surface] = {"interface": Surface("interface", "interface")}
        self.target = Target(np.zeros(3), np.array([0.0, 0.0, -1.0]), np.array([0.0, 1.0, 0.0]), 0.0)

    def tissue_at(self, points_mm: FloatArray) -> IntArray:
        return (points_mm[:, 1] > self.words.plane_mm).astype(np.int64)

    def distance_mm(self, part: str, points_mm: FloatArray) -> FloatArray:
        far = {"bone": np.inf, "canal": np.inf, "body": -np.inf}
        if part == "interface":
            return self.words.plane_mm - points_mm[:, 1]
        if part not in far:
            raise unknown_part(part, ("interface", *far))
        return np.full(len(points_mm), far[part])

    def surfaces(self, spacing_mm: float = 0.8, within: Window | None = None) -> Mapping[str, TriangleMesh]:
        return {}
