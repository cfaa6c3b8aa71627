"""Triangle surfaces of the stack, for pictures."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from rfa_model.anatomy.base import FloatArray, TriangleMesh
from rfa_model.anatomy.lumbar.stack import Stack


def contour(field: FloatArray, origin: FloatArray, spacing_mm: float) -> TriangleMesh:
    """Zero surface of values on a regular grid (nx, ny, nz): points (n, 3) and triangles (m, 3)."""
    import pyvista as pv

    grid = pv.ImageData(dimensions=field.shape, spacing=(spacing_mm,) * 3, origin=tuple(origin))
    mesh = grid.contour([0.0], scalars=field.ravel(order="F"), method="flying_edges")
    if mesh.n_points == 0:
        return np.zeros((0, 3)), np.zeros((0, 3), dtype=np.int64)
    return np.asarray(mesh.points, dtype=float), mesh.faces.reshape(-1, 4)[:, 1:].astype(np.int64)


def _closed(field: FloatArray) -> FloatArray:
    """The field with its outermost layer pushed outside, so that cut solids end in a flat cap."""
    for axis in range(3):
        for end in (0, -1):
            layer = np.moveaxis(field, axis, 0)[end]
            np.maximum(layer, 0.3, out=layer)
    return field


@lru_cache(maxsize=6)
def stack_surfaces(stack: Stack, spacing_mm: float) -> dict[str, TriangleMesh]:
    """Surfaces "bone", "neighbour_bone", "disc" and "cartilage"; the left half is meshed and mirrored by the fold."""
    low = np.min([s.solid.bound[0] - s.solid.bound[1] for s in stack.segments], axis=0)
    high = np.max([s.solid.bound[0] + s.solid.bound[1] for s in stack.segments], axis=0)
    middle = stack.target.solid.bound[0][2]
    low[2], high[2] = max(low[2], middle - 70.0), min(high[2], middle + 70.0)
    half = np.arange(0.0, high[0] + spacing_mm, spacing_mm)
    ys, zs = (np.arange(low[axis] - spacing_mm, high[axis] + spacing_mm, spacing_mm) for axis in (1, 2))
    points = np.stack(np.meshgrid(half, ys, zs, indexing="ij"), axis=-1).reshape(-1, 3)

    bones = stack.bones(points, reach=3.0)
    bone, canal = np.minimum.reduce(bones), stack.canal(points)
    place = stack.segments.index(stack.target)
    neighbours = np.minimum.reduce([b for index, b in enumerate(bones) if index != place])
    fields = {
        "bone": bones[place],
        "neighbour_bone": neighbours,
        "disc": np.maximum(stack.disc(points), -np.minimum(bone, canal)),
        "cartilage": stack.cartilage(points, bones),
    }
    shape, origin = (len(half), len(ys), len(zs)), np.array([-half[-1], ys[0], zs[0]])
    result = {}
    for name, values in fields.items():
        left = values.reshape(shape)
        result[name] = contour(_closed(np.concatenate([left[:0:-1], left])), origin, spacing_mm)
    return result
