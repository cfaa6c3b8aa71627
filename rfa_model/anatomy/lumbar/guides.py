"""Control points of the nerves of the left side, in the level's frame (mm), and the curves through them."""

from __future__ import annotations

import numpy as np

from rfa_model.anatomy.lumbar.field import true_distance
from rfa_model.anatomy.lumbar.stack import Stack
from rfa_model.anatomy.lumbar.vertebra import NECK_RADIUS_MM
from rfa_model.anatomy.sdf.primitives import FloatArray, unit
from rfa_model.errors import InputError

SAMPLE_MM = 0.15
LATERAL = np.array([1.0, 0.0, 0.0])
# Sine of the angle by which the nerve lies round the side of the neck rather than on its back.
NECK_LATERAL = 0.55


def arc_length(points: FloatArray) -> FloatArray:
    """Arc length at each point of a polyline, shape (M,)."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])


def smooth_curve(points: FloatArray) -> FloatArray:
    """Spline through control points (cubic where there are four, centripetal), resampled evenly at `SAMPLE_MM`."""
    # A quarter of a second to load, for nothing in a process that is handed nerves already laid.
    from scipy.interpolate import make_interp_spline

    steps = np.sqrt(np.linalg.norm(np.diff(points, axis=0), axis=1))
    knots = np.concatenate([[0.0], np.cumsum(steps)])
    dense = make_interp_spline(knots, points, k=min(3, len(points) - 1))(np.linspace(0.0, knots[-1], 4000))
    length = arc_length(dense)
    even = np.linspace(0.0, length[-1], int(np.ceil(length[-1] / SAMPLE_MM)) + 1)
    return np.column_stack([np.interp(even, length, dense[:, axis]) for axis in range(3)])


def straighten(points: FloatArray) -> FloatArray:
    """Points moved onto the straight line that fits them best: the nerve is taut over the neck."""
    middle = points.mean(axis=0)
    axis = np.linalg.svd(points - middle)[2][0]
    result: FloatArray = middle + ((points - middle) @ axis)[:, None] * axis
    return result


def subdivide(points: FloatArray, spacing_mm: float) -> FloatArray:
    """Points about `spacing_mm` apart along a polyline, its first point left out."""
    length = arc_length(points)
    even = np.linspace(0.0, length[-1], round(float(length[-1]) / spacing_mm) + 1)[1:]
    return np.column_stack([np.interp(even, length, points[:, axis]) for axis in range(3)])


def neck_guide(stack: Stack, clearance_mm: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Straight guide over the lateral neck: a point above the process's ridge, its direction, away from bone."""
    marks, motion = stack.target.marks, stack.target.motion
    along = marks.neck_direction
    away = NECK_LATERAL * LATERAL + np.sqrt(1 - NECK_LATERAL**2) * np.cross(LATERAL, along)
    start = marks.neck_start + (NECK_RADIUS_MM + clearance_mm) * away
    crossing = start + (marks.ridge_y - start[1]) / along[1] * along
    return motion.apply(crossing), along @ motion.rotation.T, unit(away @ motion.rotation.T)


def spinal_nerve_points(stack: Stack) -> FloatArray:
    """The spinal nerve under the pedicle above, then its ventral ramus down in front of the transverse process."""
    upper, lower = stack.above, stack.target
    pedicle = upper.marks.pedicle
    below = pedicle[2] - upper.dims.pedicle_height_mm / 2 - 4.2
    half_width = upper.dims.canal_width_mm / 2
    inner = np.array(
        [
            [half_width - 4.5, pedicle[1] + 2.0, below + 6.0],
            [half_width - 0.5, pedicle[1] + 1.5, below + 2.0],
            [pedicle[0] + 1.0, pedicle[1] + 0.5, below - 2.5],
        ]
    )
    return np.concatenate([upper.motion.apply(inner), lower.motion.apply(lower.marks.ventral_ramus)])


def bifurcation(
    stack: Stack, border: FloatArray, backward: FloatArray, away: FloatArray, length_mm: float, clear_mm: float
) -> FloatArray:
    """The point `length_mm` from the upper border, up the nerve's course, as low as the bone allows.

    Raises
    ------
    InputError
        If a nerve this thick or this far from bone cannot pass so close to the border.
    """
    angles = np.deg2rad(np.arange(0.0, 91.0, 1.0))
    arc = border + length_mm * (np.cos(angles)[:, None] * backward + np.sin(angles)[:, None] * away)
    free = np.flatnonzero(true_distance(stack.bone, arc) >= clear_mm)
    if free.size == 0:
        raise InputError(
            f"anatomy: the nerve divides {length_mm} mm from the bony border but its axis is to stay {clear_mm} mm off "
            "the bone; reduce nerve_diameter_mm or nerve_bone_gap_mm"
        )
    result: FloatArray = arc[free[0]]
    return result
