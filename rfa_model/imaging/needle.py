"""How far parallel X-rays run through the needle's steel: exact chords of a cylinder, its end rounded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rfa_model.drawing.arm_picture import Array, Needle
from rfa_model.drawing.orthographic import View

Indices = NDArray[np.intp]

ROUNDING_SAMPLES = 48
SHAFT_MM = 150.0  # seen nearly end-on a shorter one would end within the picture
PARALLEL = 1e-18


def steel_paths_mm(needle: Needle, view: View, shaft_mm: float = SHAFT_MM) -> Array:
    """Length in the needle's metal along the ray through each pixel of `view`, (height, width); a lumen is empty."""
    path = np.zeros(view.size_px[::-1])
    rows, columns = _near(needle, view, shaft_mm)
    start = (_ray_points_mm(view, rows, columns) - needle.translation_mm) @ needle.rotation
    along = view.towards_viewer @ needle.rotation
    steel = _chord(start, along, needle.radius_mm, needle.rounding_mm, 0.0, shaft_mm)
    if needle.lumen_radius_mm is not None:
        steel -= _chord(start, along, needle.lumen_radius_mm, 0.0, needle.lumen_end_gap_mm, shaft_mm)
    path[rows, columns] = steel
    return path


def _near(needle: Needle, view: View, shaft_mm: float) -> tuple[Indices, Indices]:
    """Rows and columns of the pixels that the needle may cover."""
    (x0, y0), (x1, y1) = view.project(np.array([needle.on_axis(0.0), needle.on_axis(shaft_mm)]))
    width, height = view.size_px
    x, y = np.arange(width) + 0.5 - x0, np.arange(height)[:, None] + 0.5 - y0
    length = float(np.hypot(x1 - x0, y1 - y0))
    across, upward = ((x1 - x0) / length, (y1 - y0) / length) if length > 1e-6 else (1.0, 0.0)
    margin = needle.radius_mm * view.px_per_mm + 1.0
    lengthwise = x * across + y * upward
    covered = np.abs(x * upward - y * across) <= margin
    covered &= (lengthwise >= -margin) & (lengthwise <= length + margin)
    rows, columns = np.nonzero(covered)
    return rows, columns


def _ray_points_mm(view: View, rows: Indices, columns: Indices) -> Array:
    """Where the rays of pixel centres meet the plane through the focal point, (N, 3)."""
    width, height = view.size_px
    across, upward = (columns + 0.5 - width / 2) / view.px_per_mm, (height / 2 - rows - 0.5) / view.px_per_mm
    return view.focal_mm + across[:, None] * view.right + upward[:, None] * view.up


def _chord(start: Array, along: Array, radius_mm: float, rounding_mm: float, low_mm: float, high_mm: float) -> Array:
    """Length of lines inside the cylinder about z from `low_mm` to `high_mm`, its lower edge rounded."""
    square = along[:2] @ along[:2]
    middle = -(start[:, :2] @ along[:2]) / square if square > PARALLEL else np.zeros(len(start))
    room = radius_mm**2 - (start[:, :2] ** 2).sum(axis=1) + square * middle**2
    half = np.sqrt(np.maximum(room, 0.0) / square) if square > PARALLEL else np.full(len(start), np.inf)
    enter, leave, hit = middle - half, middle + half, room > 0.0
    if along[2] ** 2 > PARALLEL:
        ends = np.sort((np.array([[low_mm], [high_mm]]) - start[:, 2]) / along[2], axis=0)
        enter, leave = np.maximum(enter, ends[0]), np.minimum(leave, ends[1])
    else:
        hit &= (start[:, 2] >= low_mm) & (start[:, 2] <= high_mm)
    length = np.where(hit, np.maximum(leave - enter, 0.0), 0.0)
    return length * _rounded_share(start, along, enter, length, radius_mm, rounding_mm, low_mm)


def _rounded_share(
    start: Array, along: Array, enter: Array, length: Array, radius_mm: float, rounding_mm: float, low_mm: float
) -> Array:
    """Share of each chord that the rounding of the lower edge leaves."""
    share = np.ones(len(start))
    if rounding_mm <= 0.0:
        return share
    ends_z = start[:, 2] + np.array([enter, enter + length]) * along[2]
    cut = np.flatnonzero((length > 0.0) & (ends_z.min(axis=0) < low_mm + rounding_mm))
    steps = (np.arange(ROUNDING_SAMPLES) + 0.5) / ROUNDING_SAMPLES
    points = start[cut, None] + (enter[cut, None] + steps * length[cut, None])[..., None] * along
    down = np.maximum(low_mm + rounding_mm - points[..., 2], 0.0)
    limit = radius_mm - rounding_mm + np.sqrt(np.maximum(rounding_mm**2 - down**2, 0.0))
    share[cut] = (np.hypot(points[..., 0], points[..., 1]) <= limit).mean(axis=1)
    return share
