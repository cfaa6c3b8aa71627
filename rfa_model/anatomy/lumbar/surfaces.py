"""Triangle surfaces of the stack, for pictures: target bone, neighbouring bone, discs, facet cartilage."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from rfa_model.anatomy.base import FloatArray, TriangleMesh
from rfa_model.anatomy.lumbar.stack import Stack

PARTS = ("bone", "neighbour_bone", "disc", "cartilage")
BLOCK = 4
HALF_HEIGHT_MM = 65.0


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


def _fields(stack: Stack, points: FloatArray) -> FloatArray:
    """Signed functions of the parts of `PARTS`, shape (4, N)."""
    bones, canal = stack.bones(points, reach=12.0), stack.canal(points)
    place = stack.segments.index(stack.target)
    others = np.minimum.reduce([bone for index, bone in enumerate(bones) if index != place])
    disc = np.maximum(stack.disc(points), -np.minimum(np.minimum(others, bones[place]), canal))
    return np.stack([bones[place], others, disc, stack.cartilage(points, bones, canal)])


def _sampled(stack: Stack, axes: list[FloatArray], spacing_mm: float) -> FloatArray:
    """Fields on the grid of `axes` (whole blocks), refined only in blocks that a surface may cross."""
    count = [len(axis) // BLOCK for axis in axes]
    middles = np.stack(np.meshgrid(*(axis.reshape(-1, BLOCK).mean(axis=1) for axis in axes), indexing="ij"), axis=-1)
    coarse = _fields(stack, middles.reshape(-1, 3))
    reach = 1.3 * np.sqrt(3.0) * (BLOCK + 1) / 2 * spacing_mm
    near = np.flatnonzero((np.abs(coarse) < reach).any(axis=0))
    blocks = np.repeat(coarse[:, :, None], BLOCK**3, axis=2)
    local = (np.arange(BLOCK) - (BLOCK - 1) / 2) * spacing_mm
    offsets = np.stack(np.meshgrid(local, local, local, indexing="ij"), axis=-1).reshape(-1, 3)
    fine = (middles.reshape(-1, 3)[near][:, None] + offsets).reshape(-1, 3)
    blocks[:, near] = _fields(stack, fine).reshape(len(PARTS), len(near), -1)
    grid = blocks.reshape(len(PARTS), *count, BLOCK, BLOCK, BLOCK).transpose(0, 1, 4, 2, 5, 3, 6)
    return grid.reshape(len(PARTS), *(len(axis) for axis in axes))


@lru_cache(maxsize=6)
def stack_surfaces(stack: Stack, spacing_mm: float) -> dict[str, TriangleMesh]:
    """Surfaces of `PARTS`, cut off `HALF_HEIGHT_MM` above and below; the left half is sampled and mirrored."""
    bounds = [segment.solid.bound for segment in stack.segments]
    low = np.min([centre - radius for centre, radius in bounds], axis=0)
    high = np.max([centre + radius for centre, radius in bounds], axis=0)
    low[2], high[2] = max(low[2], -HALF_HEIGHT_MM), min(high[2], HALF_HEIGHT_MM)
    low[0] = spacing_mm / 2
    blocks = np.ceil((high - low) / (spacing_mm * BLOCK)).astype(int) * BLOCK
    axes = [low[axis] + spacing_mm * np.arange(blocks[axis]) for axis in range(3)]
    left = _sampled(stack, axes, spacing_mm)
    whole = np.concatenate([left[:, ::-1], left], axis=1)
    origin = np.array([-axes[0][-1], axes[1][0], axes[2][0]])
    return {name: contour(_closed(values), origin, spacing_mm) for name, values in zip(PARTS, whole, strict=True)}
