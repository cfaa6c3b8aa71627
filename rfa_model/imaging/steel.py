"""How far parallel X-rays run through an applicator's steel: exact chords of cylinders, their ends rounded or cut."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.body import PartOutline
from rfa_model.applicators.placed import BodyOutline
from rfa_model.applicators.wire import Wire
from rfa_model.drawing.orthographic import View
from rfa_model.drawing.placed_applicator import Array, PlacedApplicator

Indices = NDArray[np.intp]
Chords = tuple[Array, Array]

ROUNDING_SAMPLES = 48
SHAFT_MM = 150.0  # seen nearly end-on a shorter one would end within the picture
PARALLEL = 1e-18
FULL_WIDTH = 1.0 - 1e-9


def steel_paths_mm(placed: PlacedApplicator, view: View, shaft_mm: float = SHAFT_MM) -> Array:
    """Length in the bodies along the ray through each pixel of `view`, (height, width).

    Every part counts as steel; a lumen is empty.
    """
    path = np.zeros(view.size_px[::-1])
    for body in straight_bodies(placed, shaft_mm):
        rows, columns = _near(body, view)
        start = body.pose.to_probe(_ray_points_mm(view, rows, columns))
        along = view.towards_viewer @ body.pose.rotation
        steel = _through_body(start, along, body)
        for lumen in body.lumens:
            steel -= _chord(start, along, lumen.radius_mm, lumen.span_mm)[1]
        path[rows, columns] += steel
    return path


def straight_bodies(placed: PlacedApplicator, shaft_mm: float) -> Iterator[BodyOutline]:
    """Outlines of the bodies, a bent wire as straight pieces end to end."""
    for outline in placed.bodies(shaft_mm):
        wire = outline.body
        if not isinstance(wire, Wire) or wire.bend is None:
            yield outline
            continue
        for rod, pose in wire.pieces():
            parts = rod.outline(math.inf)
            yield replace(outline, body=rod, pose=pose.then(outline.pose), parts=parts)


def _near(body: BodyOutline, view: View) -> tuple[Indices, Indices]:
    """Rows and columns of the pixels that the body may cover."""
    (x0, y0), (x1, y1) = view.project(np.array([body.on_axis(height) for height in body.span_mm]))
    width, height = view.size_px
    x, y = np.arange(width) + 0.5 - x0, np.arange(height)[:, None] + 0.5 - y0
    length = float(np.hypot(x1 - x0, y1 - y0))
    across, upward = ((x1 - x0) / length, (y1 - y0) / length) if length > 1e-6 else (1.0, 0.0)
    margin = body.body.radius_mm * view.px_per_mm + 1.0
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


def _chord(start: Array, along: Array, radius_mm: float, span_mm: tuple[float, float]) -> Chords:
    """Where lines enter a cylinder about z between two heights, as a multiple of `along`, and their length in it."""
    low_mm, high_mm = span_mm
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
    return enter, np.where(hit, np.maximum(leave - enter, 0.0), 0.0)


def _through_body(start: Array, along: Array, body: BodyOutline) -> Array:
    """Length of lines in a body: that in the cylinder around it, less what roundings or a bevel leave of it."""
    enter, length = _chord(start, along, body.body.radius_mm, body.span_mm)
    low, high = _full_width_mm(body.parts, body.body.radius_mm)
    low = max([low, *(part.bevel.length_mm for part in body.parts if part.bevel is not None)])
    ends_z = start[:, 2] + np.array([enter, enter + length]) * along[2]
    cut = np.flatnonzero((length > 0.0) & ((ends_z.min(axis=0) < low) | (ends_z.max(axis=0) > high)))
    steps = (np.arange(ROUNDING_SAMPLES) + 0.5) / ROUNDING_SAMPLES
    points = start[cut, None] + (enter[cut, None] + steps * length[cut, None])[..., None] * along
    inside = body.body.distance_mm(points.reshape(-1, 3)).reshape(points.shape[:2]) <= 0.0
    length[cut] *= inside.mean(axis=1)
    return length


def _full_width_mm(parts: tuple[PartOutline, ...], radius_mm: float) -> tuple[float, float]:
    """Heights between which the body is a cylinder; none where it narrows in between."""
    profile = np.vstack([part.profile_mm for part in parts])
    wide = profile[:, 0] >= FULL_WIDTH * radius_mm
    first, last = int(np.argmax(wide)), len(wide) - int(np.argmax(wide[::-1]))
    if not wide[first:last].all():
        return np.inf, -np.inf
    return float(profile[first, 1]), float(profile[last - 1, 1])
