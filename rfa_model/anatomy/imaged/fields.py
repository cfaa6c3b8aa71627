"""Signed distances that are known from samples or from triangles, not from a formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import FloatArray, TriangleMesh

if TYPE_CHECKING:
    import pyvista as pv

COARSE_MM = 4.0
COARSE_MARGIN_MM = 12.0


class Field(Protocol):
    """Signed distance (mm, negative inside) at (N, 3) points."""

    def __call__(self, points: FloatArray) -> FloatArray: ...


@dataclass(frozen=True)
class GridField:
    """Distances sampled on a grid, trilinear between samples.

    Beyond the grid a point is as far as the nearest sample of the border and the way there make it.

    Attributes
    ----------
    values_mm : (nx, ny, nz) array
    to_index : (4, 4) array
        From points (mm) to indices.
    """

    values_mm: NDArray[np.float32]
    to_index: FloatArray

    def __call__(self, points: FloatArray) -> FloatArray:
        from scipy.ndimage import map_coordinates

        index = points @ self.to_index[:3, :3].T + self.to_index[:3, 3]
        last = np.array(self.values_mm.shape) - 1.0
        kept = np.clip(index, 0.0, last)
        found = map_coordinates(self.values_mm, kept.T, order=1, output=np.float64)
        beyond = np.linalg.norm((index - kept) @ self._to_mm.T, axis=1)
        return np.where(beyond > 0.0, np.hypot(np.maximum(found, 0.0), beyond) + np.minimum(found, 0.0), found)

    @cached_property
    def _to_mm(self) -> FloatArray:
        return np.linalg.inv(self.to_index[:3, :3])

    def surface(self) -> TriangleMesh:
        """The zero surface, wound outwards."""
        from rfa_model.anatomy.lumbar.surfaces import contour

        points, triangles = contour(_capped(self.values_mm), np.zeros(3), 1.0)
        placed = points @ self._to_mm.T - self._to_mm @ self.to_index[:3, 3]
        return placed, triangles if np.linalg.det(self._to_mm) > 0.0 else triangles[:, ::-1]


def _capped(values: NDArray[np.float32]) -> FloatArray:
    """The samples with their outermost layer pushed outside, so that a cut solid ends in a flat cap."""
    closed = np.array(values, dtype=np.float64)
    for axis in range(3):
        for end in (0, -1):
            layer = np.moveaxis(closed, axis, 0)[end]
            np.maximum(layer, 0.3, out=layer)
    return closed


class MeshField:
    """Distance to a closed triangle surface: exact up to a reach, sampled and trilinear beyond.

    Parameters
    ----------
    points_mm : (n, 3) array
    triangles : (m, 3) array
        Wound outwards.
    """

    def __init__(self, points_mm: FloatArray, triangles: NDArray[np.int64]) -> None:
        import pyvista as pv

        self.points_mm, self.triangles = points_mm, triangles
        self._mesh: pv.PolyData = pv.PolyData.from_regular_faces(points_mm, triangles)

    def __call__(self, points: FloatArray) -> FloatArray:
        return self.within(points, COARSE_MARGIN_MM / 2)

    def within(self, points: FloatArray, reach: float) -> FloatArray:
        """Distance, exact where it is less than `reach` (at most half of `COARSE_MARGIN_MM`)."""
        distance = self._coarse(points)
        near = np.flatnonzero(np.abs(distance) < reach + np.sqrt(3.0) / 2 * COARSE_MM)
        if near.size:
            distance[near] = self.exact(points[near])
        return distance

    def exact(self, points: FloatArray) -> FloatArray:
        """Distance to the triangles themselves."""
        import pyvista as pv

        cloud = pv.PolyData(np.asarray(points, dtype=float)).compute_implicit_distance(self._mesh)
        return np.asarray(cloud["implicit_distance"], dtype=float)

    @cached_property
    def _coarse(self) -> GridField:
        low, high = self.points_mm.min(axis=0) - COARSE_MARGIN_MM, self.points_mm.max(axis=0) + COARSE_MARGIN_MM
        count = np.ceil((high - low) / COARSE_MM).astype(int) + 1
        axes = [low[k] + COARSE_MM * np.arange(count[k]) for k in range(3)]
        grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
        to_index = np.eye(4)
        to_index[:3, :3] /= COARSE_MM
        to_index[:3, 3] = -low / COARSE_MM
        return GridField(self.exact(grid).reshape(count).astype(np.float32), to_index)

    def surface(self) -> TriangleMesh:
        """The triangles."""
        return self.points_mm, self.triangles


class Union:
    """The nearer of several solids."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = fields

    def __call__(self, points: FloatArray) -> FloatArray:
        if not self.fields:
            return np.full(len(points), np.inf)
        result: FloatArray = np.minimum.reduce([field(points) for field in self.fields])
        return result


@dataclass(frozen=True)
class HalfSpaceField:
    """Everything in front of a plane: negative on the side the normal looks away from."""

    point_mm: FloatArray
    normal: FloatArray

    def __call__(self, points: FloatArray) -> FloatArray:
        result: FloatArray = (points - self.point_mm) @ self.normal
        return result


@dataclass(frozen=True)
class Grown:
    """A solid grown outwards by a margin (mm)."""

    field: Field
    margin_mm: float

    def __call__(self, points: FloatArray) -> FloatArray:
        return self.field(points) - self.margin_mm
