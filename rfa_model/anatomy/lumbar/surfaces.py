"""Triangle surfaces of the stack, for pictures: target bone, neighbouring bone, discs, facet cartilage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import FloatArray, TriangleMesh, Window
from rfa_model.anatomy.lumbar.stack import Stack

PARTS = ("bone", "neighbour_bone", "disc", "cartilage")
BLOCK = 4
HALF_HEIGHT_MM = 65.0
SMOOTHED_MM = 2.0
OUTSIDE_MM = 1.0
INTO_BONE_MM = 1.0
"""How far discs and cartilage are drawn into the bone: ended at its surface, which they meet at a slant, they would run
out in an edge thinner than the grid, which comes out ragged. Bone hides what lies within it."""
MIRROR = np.array([-1.0, 1.0, 1.0])


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
    canal = stack.canal(points)
    bones = stack.bones(points, 12.0, canal)
    place = stack.segments.index(stack.target)
    others = np.minimum.reduce([bone for index, bone in enumerate(bones) if index != place])
    beyond = np.minimum(np.minimum(others, bones[place]) + INTO_BONE_MM, canal)
    disc = np.maximum(stack.disc(points), -beyond)
    return np.stack([bones[place], others, disc, stack.cartilage(points, bones, canal, INTO_BONE_MM)])


def _shown(middles: FloatArray, spacing_mm: float, within: Window | None) -> NDArray[np.bool_]:
    """Which blocks, of the sampled half or mirrored, a window shows, shape of `middles` (..., 3) without its last."""
    points = middles.reshape(-1, 3)
    if within is None:
        return np.ones(middles.shape[:-1], dtype=bool)
    margin = np.sqrt(3.0) * BLOCK / 2 * spacing_mm + SMOOTHED_MM
    shown = within.shows(points, margin) | within.shows(points * MIRROR, margin)
    return shown.reshape(middles.shape[:-1])


def _sampled(stack: Stack, middles: FloatArray, spacing_mm: float, shown: NDArray[np.bool_]) -> FloatArray:
    """Fields on the grid of the blocks at `middles` (nx, ny, nz, 3); refined only where a surface may cross a block.

    Blocks that are not shown count as outside everything.
    """
    points = middles.reshape(-1, 3)
    seen = np.flatnonzero(shown.ravel())
    coarse = np.full((len(PARTS), len(points)), OUTSIDE_MM)
    coarse[:, seen] = _fields(stack, points[seen])
    reach = 1.3 * np.sqrt(3.0) * (BLOCK + 1) / 2 * spacing_mm
    near = seen[(np.abs(coarse[:, seen]) < reach).any(axis=0)]
    blocks = np.repeat(coarse[:, :, None], BLOCK**3, axis=2)
    local = (np.arange(BLOCK) - (BLOCK - 1) / 2) * spacing_mm
    offsets = np.stack(np.meshgrid(local, local, local, indexing="ij"), axis=-1).reshape(-1, 3)
    fine = (points[near][:, None] + offsets).reshape(-1, 3)
    blocks[:, near] = _fields(stack, fine).reshape(len(PARTS), len(near), -1)
    count = middles.shape[:-1]
    grid = blocks.reshape(len(PARTS), *count, BLOCK, BLOCK, BLOCK).transpose(0, 1, 4, 2, 5, 3, 6)
    return grid.reshape(len(PARTS), *(BLOCK * blocks_along for blocks_along in count))


def stack_surfaces(stack: Stack, spacing_mm: float, within: Window | None = None) -> dict[str, TriangleMesh]:
    """Surfaces of `PARTS`, cut off `HALF_HEIGHT_MM` above and below and somewhere beyond what the window shows.

    The left half is sampled and mirrored.
    """
    bounds = [segment.solid.bound for segment in stack.segments]
    low = np.min([centre - radius for centre, radius in bounds], axis=0)
    high = np.max([centre + radius for centre, radius in bounds], axis=0)
    low[2], high[2] = max(low[2], -HALF_HEIGHT_MM), min(high[2], HALF_HEIGHT_MM)
    low[0] = spacing_mm / 2
    edge = BLOCK * spacing_mm
    count = np.ceil((high - low) / edge).astype(int)
    axes = [low[axis] + (edge - spacing_mm) / 2 + edge * np.arange(count[axis]) for axis in range(3)]
    middles = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    shown = _shown(middles, spacing_mm, within)
    kept = [np.flatnonzero(shown.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    if not kept[0].size:
        return dict.fromkeys(PARTS, (np.zeros((0, 3)), np.zeros((0, 3), dtype=np.int64)))
    x, y, z = (
        slice(0, kept[0][-1] + 1),
        *(slice(found[0], found[-1] + 1) for found in kept[1:]),
    )  # x starts at the middle
    left = _sampled(stack, middles[x, y, z], spacing_mm, shown[x, y, z])
    whole = np.concatenate([left[:, ::-1], left], axis=1)
    corner = middles[x, y, z][-1, 0, 0] * MIRROR - (edge - spacing_mm) / 2
    return {name: contour(_closed(values), corner, spacing_mm) for name, values in zip(PARTS, whole, strict=True)}
