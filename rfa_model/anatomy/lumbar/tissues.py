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
CELLS_MM = (3.0, 0.6)
# Half a cell's diagonal, times the steepest slope of the fields used (elliptic solids exceed one a little).
SAFE_PER_CELL = np.sqrt(3.0) / 2 * 1.3
MANY_POINTS = 20_000
# Enough to tell inside from outside, when no margin is asked for.
NO_REACH_MM = 0.1


class TissueMap:
    """Tissue of a point from the level's distance fields.

    Large sets of points are sorted into cells first, and what is left into smaller ones: where the middle of a cell is
    farther from every boundary than the cell is large, all its points share one tissue and none needs a distance of its
    own.
    """

    def __init__(self, stack: Stack, tubes: Sequence[Tube], torso: Shape) -> None:
        self._stack, self._tubes, self._torso = stack, tubes, torso

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

    def _classify(self, points: FloatArray, reach_mm: float) -> tuple[IntArray, FloatArray]:
        """Tissue of each point and, up to `reach_mm`, a lower bound of its distance to any boundary."""
        common = common_dimensions()
        under_skin = common.skin_thickness_mm + common.subcutaneous_fat_mm
        depth, canal, disc = -self._torso(points), self._stack.canal(points), self._stack.disc(points)
        bones = self._stack.bones(points, reach=reach_mm)
        bone, facet = np.minimum.reduce(bones), self._stack.cartilage(points, bones, canal)
        tubes = np.minimum.reduce([tube.within(points, reach_mm) for tube in self._tubes])

        tissue = np.full(len(points), _INDEX["muscle"], dtype=np.int64)
        for name, where in (
            ("fat", (depth < under_skin) | (canal < 0.0)),
            ("skin", depth < common.skin_thickness_mm),
            ("air", depth < 0.0),
            ("csf", canal < -common.epidural_fat_mm),
            ("cartilage", (disc < 0.0) & (canal > 0.0)),
            ("nerve", tubes < 0.0),
            ("cartilage", facet < 0.0),
            ("cortical_bone", bone < 0.0),
            ("cancellous_bone", bone < -common.cortical_thickness_mm),
        ):
            tissue[where] = _INDEX[name]

        boundaries = (
            depth, depth - common.skin_thickness_mm, depth - under_skin, canal, canal + common.epidural_fat_mm, disc,
            tubes, facet, bone, bone + common.cortical_thickness_mm,
        )  # fmt: skip
        return tissue, np.minimum.reduce([np.abs(values) for values in boundaries])
