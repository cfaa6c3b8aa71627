"""How far parallel X-rays run through cortical and spongy bone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import affine_transform, maximum_filter, minimum_filter, zoom

from rfa_model.drawing.arm_picture import Array, Distance
from rfa_model.drawing.orthographic import View

CORTEX_MM = 1.2
STEP_MM = 0.7
SPACING_MM, HALVINGS = 1.5, 2
PATCH_PX = 8


@dataclass(frozen=True)
class SampledDistance:
    """A signed distance (negative inside) on a regular grid: values (nx, ny, nz), its first node and spacing, mm.

    It is as good as linear interpolation between neighbours near the surface and the cortex below it, and coarser
    elsewhere, where only its sign is asked for.
    """

    values: NDArray[np.float32]
    low_mm: Array
    spacing_mm: float


def sample_distance(
    distance: Distance, centre_mm: Array, half_mm: Array, spacing_mm: float = SPACING_MM
) -> SampledDistance:
    """Sample `distance` in the box within `half_mm` (3,) of `centre_mm`; only near its surface at full fineness."""
    step = spacing_mm * 2**HALVINGS
    low = np.asarray(centre_mm, dtype=float) - half_mm
    count = np.ceil(2 * np.asarray(half_mm) / step).astype(int) + 1
    values = distance(low + step * np.argwhere(np.ones(count))).reshape(count)
    for _ in range(HALVINGS):
        step /= 2
        finer = 2 * np.array(values.shape) - 1
        values = zoom(values, finer / values.shape, order=1)
        near = np.argwhere(np.abs(values + CORTEX_MM / 2) < CORTEX_MM / 2 + STEP_MM + 2.0 * step)
        values[tuple(near.T)] = distance(low + step * near)
    return SampledDistance(values.astype(np.float32), low, step)


def bone_paths_mm(bone: SampledDistance, view: View) -> tuple[Array, Array]:
    """Lengths in cortical and in spongy bone along the ray through each pixel of `view`, two arrays (height, width).

    The cortex is the outermost `CORTEX_MM`.
    """
    width, height = view.size_px
    first, count = _steps_of_patches(bone, view)
    axes = np.column_stack([STEP_MM * view.towards_viewer, -view.up / view.px_per_mm, view.right / view.px_per_mm])
    middle = np.array([0.0, (height - 1) / 2, (width - 1) / 2])
    inside, spongy = np.zeros((height, width)), np.zeros((height, width))
    for patch in np.argwhere(count > 0):
        row, column = PATCH_PX * patch
        pixels = np.s_[row : row + PATCH_PX, column : column + PATCH_PX]
        corner = view.focal_mm + axes @ (np.array([first[*patch], row, column]) - middle)
        distance = affine_transform(
            bone.values,
            axes / bone.spacing_mm,
            (corner - bone.low_mm) / bone.spacing_mm,
            (count[*patch], *inside[pixels].shape),
            order=1,
            cval=np.inf,
        )
        inside[pixels] = STEP_MM * _share(distance).sum(axis=0, dtype=float)
        spongy[pixels] = STEP_MM * _share(distance + np.float32(CORTEX_MM)).sum(axis=0, dtype=float)
    return inside - spongy, spongy


def _steps_of_patches(bone: SampledDistance, view: View) -> tuple[Array, NDArray[np.int64]]:
    """Behind each patch of a picture, where steps begin, counted from the focal plane, and how many there are to pass
    all bone; the rest, more than half of it, is air.
    """
    shape = -(-np.array(view.size_px[::-1]) // PATCH_PX)
    around = bone.low_mm + bone.spacing_mm * np.argwhere(bone.values < bone.spacing_mm)
    place = (view.project(around)[:, ::-1] // PATCH_PX).astype(int).clip(0, shape - 1)
    step = (around - view.focal_mm) @ view.towards_viewer / STEP_MM
    near, far = np.full(shape, np.inf), np.full(shape, -np.inf)
    np.minimum.at(near, tuple(place.T), step)
    np.maximum.at(far, tuple(place.T), step)
    # What is interpolated in a patch has its nodes there or in the patches around, at most a cell's diagonal away.
    diagonal = np.sqrt(3.0) * bone.spacing_mm / STEP_MM
    near, far = minimum_filter(near, 3) - diagonal, maximum_filter(far, 3) + diagonal
    start = step.min(initial=0.0)
    return start + np.floor(near - start), np.where(far > near, far - near + 2.0, 0.0).astype(int)


def _share(distance: NDArray[np.float32]) -> NDArray[np.float32]:
    """Share of a step that lies inside: a ramp one step wide keeps the integral smooth from ray to ray."""
    return np.clip(0.5 - distance / np.float32(STEP_MM), 0.0, 1.0)
