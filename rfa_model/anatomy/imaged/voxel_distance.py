"""Signed distance of a labelled region, to a fraction of a voxel.

A label map says of each voxel whether its middle is inside. The region's surface is taken where a copy blurred by half
a voxel crosses one half between two neighbours; its direction there is that of a smoother copy's gradient. Voxels near
it ask the pieces of surface about them, each a little plane; those farther off count whole voxels to the nearest of
these.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from rfa_model.anatomy.base import FloatArray

BLUR_VOXELS = 0.5
# Blur for directions alone: a staircase has none, and it moves nothing.
DIRECTION_VOXELS = 1.5
NEAR_VOXELS = 2.2
PLANES = 12


def voxel_distance(
    inside: NDArray[np.bool_], spacing_mm: FloatArray, *, only_near: bool = False
) -> NDArray[np.float32]:
    """Signed distance at the middle of every voxel, negative inside, mm.

    Parameters
    ----------
    inside : (nx, ny, nz) array of bool
    spacing_mm : (3,) array
        Edge lengths of a voxel.
    only_near : bool
        Only the voxels beside the surface, for the surface's own sake; all others are that of `NEAR_VOXELS`.

    Returns
    -------
    (nx, ny, nz) array of float32
        −inf or +inf everywhere where the region is all or nothing.
    """
    spacing, inside = np.asarray(spacing_mm, dtype=float), np.ascontiguousarray(inside)
    if not inside.any() or inside.all():
        return np.full(inside.shape, -np.inf if inside.any() else np.inf, dtype=np.float32)
    share = ndimage.gaussian_filter(inside.astype(np.float32), BLUR_VOXELS, mode="nearest", truncate=4.0)
    within = share > 0.5
    if not within.any() or within.all():  # thinner than the blur
        within, share = inside, inside.astype(np.float32)
    points = _crossings(share, within)
    normals = _normals(inside, points, spacing)
    sense = np.where(within, np.float32(-1.0), np.float32(1.0))
    half, most = np.float32(spacing.min() / 2), np.float32(NEAR_VOXELS * spacing.max())
    beside = _beside(within)
    if only_near:
        counted, near = sense * np.where(beside, half, most), beside
    else:
        steps, nearest = _steps(beside & within, spacing)
        counted = sense * (steps - sense * half)
        near = np.abs(counted) < most
    planes = _to_planes(np.argwhere(near) * spacing, points * spacing, normals)
    # A thin plate has planes on both sides: never farther off than what counting voxels leaves open, nor across.
    open_mm = np.float32(np.linalg.norm(spacing) / 2)
    least = np.float32(1e-3 * spacing.min())
    planes = np.clip(planes, counted[near] - open_mm, counted[near] + open_mm)
    distance = counted
    distance[near] = sense[near] * np.maximum(sense[near] * planes, least)
    if not only_near:
        # Farther off, the way to the nearest of the outermost voxels inside, and what that one knows.
        far = np.flatnonzero(~near.ravel())
        distance.ravel()[far] = sense.ravel()[far] * steps.ravel()[far] + distance.ravel()[nearest.ravel()[far]]
    return distance


def _beside(within: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Voxels with a neighbour across the surface."""
    found = np.zeros_like(within)
    for axis in range(3):
        across = np.diff(within, axis=axis)
        view = np.moveaxis(found, axis, 0)
        view[:-1] |= np.moveaxis(across, axis, 0)
        view[1:] |= np.moveaxis(across, axis, 0)
    return found


def _steps(some: NDArray[np.bool_], spacing: FloatArray) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Distance from every voxel's middle to that of the nearest of some, and its flat index."""
    place = ndimage.distance_transform_edt(~some, sampling=spacing, return_distances=False, return_indices=True)
    square = np.zeros(some.shape, dtype=np.float32)
    flat = np.zeros(some.shape, dtype=np.int32)
    for axis, count in enumerate(some.shape):
        own = np.arange(count, dtype=np.int32).reshape([-1 if axis == k else 1 for k in range(3)])
        apart = (place[axis] - own).astype(np.float32) * np.float32(spacing[axis])
        square += apart * apart
        flat *= count
        flat += place[axis]
    return np.sqrt(square, out=square), flat


def _crossings(share: NDArray[np.float32], within: NDArray[np.bool_]) -> FloatArray:
    """Where the blurred copy is one half on the lines between neighbours, in voxels, shape (N, 3)."""
    found = []
    for axis in range(3):
        place = np.argwhere(np.diff(within, axis=axis))
        step = np.zeros(3, dtype=int)
        step[axis] = 1
        low, high = share[tuple(place.T)], share[tuple((place + step).T)]
        found.append(place + ((0.5 - low) / (high - low))[:, None] * step)
    return np.concatenate(found)


def _normals(inside: NDArray[np.bool_], points: FloatArray, spacing: FloatArray) -> FloatArray:
    """Unit vectors outwards at points (in voxels), shape (N, 3)."""
    smooth = ndimage.gaussian_filter(inside.astype(np.float32), DIRECTION_VOXELS, mode="nearest")
    slope = np.empty_like(points)
    for axis in range(3):
        up, down = points.copy(), points.copy()
        up[:, axis] += 0.5
        down[:, axis] -= 0.5
        sampled = [ndimage.map_coordinates(smooth, p.T, order=1, mode="nearest") for p in (up, down)]
        slope[:, axis] = (sampled[1] - sampled[0]) / spacing[axis]
    return slope / np.maximum(np.linalg.norm(slope, axis=1), 1e-12)[:, None]


def _to_planes(places: FloatArray, points: FloatArray, normals: FloatArray) -> NDArray[np.float32]:
    """Signed distance of places to the planes through the nearest points; the farthest of these no longer counts."""
    length, index = cKDTree(points).query(places, k=min(PLANES, len(points)))
    length, index = length.reshape(len(places), -1), index.reshape(len(places), -1)
    heights = np.einsum("nki,nki->nk", places[:, None] - points[index], normals[index])
    weight = (length[:, -1:] - length) ** 2 + 1e-9
    return np.asarray((weight * heights).sum(axis=1) / weight.sum(axis=1), dtype=np.float32)
