"""How far parallel X-rays run through cortical and spongy bone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import affine_transform, zoom

from rfa_model.drawing.arm_picture import Array, Distance
from rfa_model.drawing.orthographic import View

CORTEX_MM = 1.2
STEP_MM = 0.7
SPACING_MM, HALVINGS = 1.5, 2


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
    near, far = _depth_range_mm(bone, view)
    depths = int(np.ceil((far - near) / STEP_MM)) + 1
    axes = np.column_stack([STEP_MM * view.towards_viewer, -view.up / view.px_per_mm, view.right / view.px_per_mm])
    corner = view.focal_mm + near * view.towards_viewer - axes[:, 1:] @ ((np.array([height, width]) - 1) / 2)
    distance = affine_transform(
        bone.values,
        axes / bone.spacing_mm,
        (corner - bone.low_mm) / bone.spacing_mm,
        (depths, height, width),
        order=1,
        cval=np.inf,
    )
    spongy = STEP_MM * _share(distance + np.float32(CORTEX_MM)).sum(axis=0, dtype=float)
    return STEP_MM * _share(distance).sum(axis=0, dtype=float) - spongy, spongy


def _depth_range_mm(bone: SampledDistance, view: View) -> tuple[float, float]:
    """Between which depths, along the line of sight from the focal point, there is bone; (0, 0) where there is none."""
    inside = bone.low_mm + bone.spacing_mm * np.argwhere(bone.values < bone.spacing_mm)
    depth = (inside - view.focal_mm) @ view.towards_viewer
    return (float(depth.min()), float(depth.max())) if depth.size else (0.0, 0.0)


def _share(distance: NDArray[np.float32]) -> NDArray[np.float32]:
    """Share of a step that lies inside: a ramp one step wide keeps the integral smooth from ray to ray."""
    return np.clip(0.5 - distance / np.float32(STEP_MM), 0.0, 1.0)
