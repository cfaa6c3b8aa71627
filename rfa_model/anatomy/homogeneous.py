"""One tissue everywhere: the bench phantom. It has no nerve; its target is the origin."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

import numpy as np

from rfa_model.anatomy.base import (
    Curve,
    FloatArray,
    IntArray,
    Surface,
    Target,
    TriangleMesh,
    Window,
    as_points,
    unknown_part,
)
from rfa_model.anatomy.choice import ANATOMIES, AnatomyBase
from rfa_model.library.names import TissueName
from rfa_model.sourced import Issue

_FAR = {"bone": np.inf, "canal": np.inf, "body": -np.inf}


class HomogeneousBlock:
    """Unbounded block of one tissue; its target is the origin, the "nerve" direction −z, away from bone +y.

    Parameters
    ----------
    tissue : str
        Name of the tissue.
    """

    def __init__(self, tissue: str) -> None:
        self.tissue_names: tuple[str, ...] = (tissue,)
        self.reference_keys: tuple[str, ...] = ()
        self.nerves: Mapping[str, Curve] = {}
        self.structures: Mapping[str, Curve | Surface] = {}
        self.target = Target(np.zeros(3), np.array([0.0, 0.0, -1.0]), np.array([0.0, 1.0, 0.0]), 0.0)

    def tissue_at(self, points_mm: FloatArray) -> IntArray:
        """Index 0 for every point, shape (N,)."""
        return np.zeros(len(as_points(points_mm)), dtype=np.int64)

    def distance_mm(self, part: str, points_mm: FloatArray) -> FloatArray:
        """+inf for "bone" and "canal" (there is none), −inf for "body" (it has no end)."""
        if part not in _FAR:
            raise unknown_part(part, tuple(_FAR))
        return np.full(len(as_points(points_mm)), _FAR[part])

    def surfaces(self, spacing_mm: float = 0.8, within: Window | None = None) -> Mapping[str, TriangleMesh]:
        """No surfaces."""
        return {}


@ANATOMIES.register
class HomogeneousAnatomy(AnatomyBase):
    """One tissue everywhere, no bone, no nerve: the bench."""

    kind: ClassVar[str] = "homogeneous"

    tissue: TissueName = "muscle"

    @property
    def tissues(self) -> tuple[str, ...]:
        return (self.tissue,)

    def issues(self) -> Iterator[Issue]:
        """A tissue is needed that carries current."""
        if self.tissue == "air":
            yield ("tissue",), "expected a tissue, air carries no current"

    def build(self) -> HomogeneousBlock:
        """Return the block."""
        return HomogeneousBlock(self.tissue)
