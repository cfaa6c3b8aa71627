"""Which tissue is where, for the left half of a level (points already folded to x ≥ 0)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rfa_model.anatomy.base import FloatArray, IntArray
from rfa_model.anatomy.lumbar.dimensions import common_dimensions
from rfa_model.anatomy.lumbar.stack import Stack
from rfa_model.anatomy.sdf import Tube
from rfa_model.anatomy.sdf.primitives import Shape

TISSUES = ("muscle", "fat", "cortical_bone", "cancellous_bone", "nerve", "csf", "cartilage", "skin", "air")
_INDEX = {name: index for index, name in enumerate(TISSUES)}
# The ground, and what is painted over it one after the other.
LAYERS = (
    "muscle", "fat", "fat", "skin", "air", "csf", "cartilage", "nerve", "cartilage", "cortical_bone", "cancellous_bone",
)  # fmt: skip
LAYER_TISSUES = tuple(_INDEX[name] for name in LAYERS)
CELLS_MM = (3.0, 0.6)
# Half a cell's diagonal, times the steepest slope of the fields used (elliptic solids exceed one a little).
SAFE_PER_CELL = np.sqrt(3.0) / 2 * 1.3
MANY_POINTS = 20_000
# Enough to tell inside from outside, when no margin is asked for.
NO_REACH_MM = 0.1
# Longer than the edges of cells near a tip.
REACH_MM = 4.0


class TissueMap:
    """Tissue of a point from the level's distance fields.

    Large sets of points are sorted into cells first, and what is left into smaller ones: where the middle of a cell is
    farther from every boundary than the cell is large, all its points share one tissue and none needs a distance of its
    own.
    """

    def __init__(self, stack: Stack, tubes: Sequence[Tube], torso: Shape) -> None:
        self._stack, self.tubes, self._torso = stack, tubes, torso

    def __call__(self, points: FloatArray) -> IntArray:
        """Index into `TISSUES`, shape (N,)."""
        return self._sorted(points, CELLS_MM)

    def _sorted(self, points: FloatArray, cells_mm: Sequence[float]) -> IntArray:
        if len(points) < MANY_POINTS or not cells_mm:
            return self._classify(points, NO_REACH_MM)[0]
        size_mm, *smaller_mm = cells_mm
        safe_mm = SAFE_PER_CELL * size_mm
        cells = np.floor(points / size_mm).astype(np.int64)
        low = cells.min(axis=0)
        span = cells.max(axis=0) - low + 1
        keys, cell_of = np.unique(np.ravel_multi_index((cells - low).T, tuple(span)), return_inverse=True)
        corners = np.column_stack(np.unravel_index(keys, tuple(span))) + low
        middles = (corners.astype(np.float64) + 0.5) * size_mm
        tissue, margin = self._classify(middles, 2 * safe_mm)
        result = tissue[cell_of]
        mixed = np.flatnonzero(margin[cell_of] < safe_mm)
        result[mixed] = self._sorted(points[mixed], smaller_mm)
        return result

    def layers(self, points: FloatArray) -> FloatArray:
        """Signed distance of each of `LAYERS` but the ground, negative inside, shape (N, layers), up to `REACH_MM`."""
        return np.stack(self._layers(points, REACH_MM), axis=1)

    def _classify(self, points: FloatArray, reach_mm: float) -> tuple[IntArray, FloatArray]:
        """Tissue of each point and, up to `reach_mm`, a lower bound of its distance to any boundary."""
        layers = self._layers(points, reach_mm)
        tissue = np.full(len(points), _INDEX[LAYERS[0]], dtype=np.int64)
        for name, layer in zip(LAYERS[1:], layers, strict=True):
            tissue[layer < 0.0] = _INDEX[name]
        return tissue, np.minimum.reduce([np.abs(layer) for layer in layers])

    def _layers(self, points: FloatArray, reach_mm: float) -> list[FloatArray]:
        common = common_dimensions()
        depth, canal, disc = -self._torso(points), self._stack.canal(points), self._stack.disc(points)
        bones = self._stack.bones(points, reach_mm, canal)
        bone, facet = np.minimum.reduce(bones), self._stack.cartilage(points, bones, canal)
        return [
            depth - common.skin_thickness_mm - common.subcutaneous_fat_mm,
            canal,
            depth - common.skin_thickness_mm,
            depth,
            canal + common.epidural_fat_mm,
            np.maximum(disc, -canal),
            np.minimum.reduce([tube.within(points, reach_mm) for tube in self.tubes]),
            facet,
            bone,
            bone + common.cortical_thickness_mm,
        ]
