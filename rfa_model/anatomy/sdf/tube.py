"""Tube about a densely sampled polyline."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rfa_model.anatomy.sdf.primitives import FloatArray

if TYPE_CHECKING:
    from scipy.spatial import cKDTree


class Tube:
    """Round tube of one diameter about a polyline, with round ends.

    The nearest vertex is found by a KD-tree, then the two segments that meet there are measured exactly;
    the result is exact while vertices lie closer to each other than the line's radius of curvature.

    Parameters
    ----------
    points : (M, 3) array, M ≥ 2
        Centreline.
    radius : float
        Radius of the tube.
    """

    def __init__(self, points: FloatArray, radius: float) -> None:
        self.points = np.asarray(points, dtype=float)
        self.radius = radius
        self._low, self._high = self.points.min(axis=0), self.points.max(axis=0)

    @cached_property
    def _tree(self) -> cKDTree:
        from scipy.spatial import cKDTree

        return cKDTree(self.points)

    def __call__(self, points: FloatArray) -> FloatArray:
        return self._about(points, self._tree.query(points)[1])

    def _about(self, points: FloatArray, vertex: np.ndarray) -> FloatArray:
        """Distance of points (N, 3) from the segments that meet in the vertex nearest to each."""
        last = len(self.points) - 1
        before = self._to_segment(points, np.maximum(vertex - 1, 0))
        after = self._to_segment(points, np.minimum(vertex, last - 1))
        return np.minimum(before, after) - self.radius

    def within(self, points: FloatArray, reach: float) -> FloatArray:
        """Distance where it is less than `reach`, `reach` elsewhere, shape (N,); far points are dismissed by a box."""
        distance = np.full(len(points), reach)
        margin = self.radius + reach
        near = np.flatnonzero(((points > self._low - margin) & (points < self._high + margin)).all(axis=1))
        if near.size:
            away, vertex = self._tree.query(points[near], distance_upper_bound=margin + self._half_segment)
            found = np.isfinite(away)
            near = near[found]
            distance[near] = np.minimum(self._about(points[near], vertex[found]), reach)
        return distance

    @cached_property
    def _half_segment(self) -> float:
        """No point of the line is farther from a vertex."""
        return 0.5 * float(np.linalg.norm(np.diff(self.points, axis=0), axis=1).max())

    @cached_property
    def bound(self) -> tuple[FloatArray, float]:
        centre = (self._low + self._high) / 2
        return centre, float(np.linalg.norm(self.points - centre, axis=1).max()) + self.radius

    def _to_segment(self, points: FloatArray, index: np.ndarray) -> FloatArray:
        start, axis = self.points[index], self.points[index + 1] - self.points[index]
        offset = points - start
        share = np.einsum("ij,ij->i", offset, axis) / np.einsum("ij,ij->i", axis, axis)
        result: FloatArray = np.linalg.norm(offset - np.clip(share, 0.0, 1.0)[:, None] * axis, axis=1)
        return result
