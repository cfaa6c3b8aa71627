"""Nerves of the left side, laid on the bone of one level.

The root of the level above leaves its foramen under the pedicle, sends its ventral ramus down in front of the
transverse process and its dorsal ramus back to the process's upper border, where it divides. The medial branch then
lies on the periosteum across the lateral neck of the superior articular process, runs through the notch between
mamillary and accessory process and ends over the lamina. At L5 the dorsal ramus itself takes that place on the ala.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import make_interp_spline

from rfa_model.anatomy.base import Curve, Target
from rfa_model.anatomy.lumbar.dimensions import common_dimensions
from rfa_model.anatomy.lumbar.field import first_surface, gradient, project, true_distance
from rfa_model.anatomy.lumbar.stack import Stack
from rfa_model.anatomy.sdf.primitives import FloatArray, unit

SAMPLE_MM = 0.15
DOWN, MEDIAL = np.array([0.0, 0.0, -1.0]), np.array([-1.0, 0.0, 0.0])
# Course over the neck of the process: backward and down at about 45°, the caudal tilt of a parallel needle.
NECK_DIRECTION = unit((0.0, 0.72, -0.69))


@dataclass(frozen=True)
class Course:
    """Nerves and target of one side, with the bony landmark they are measured from."""

    target_nerve: Curve
    spinal_nerve: Curve
    branches: dict[str, Curve]
    target: Target
    border_mm: FloatArray
    bifurcation_mm: FloatArray


def smooth_curve(points: FloatArray) -> FloatArray:
    """Cubic spline through control points (centripetal), resampled evenly at `SAMPLE_MM`."""
    steps = np.sqrt(np.linalg.norm(np.diff(points, axis=0), axis=1))
    knots = np.concatenate([[0.0], np.cumsum(steps)])
    dense = make_interp_spline(knots, points, k=3)(np.linspace(0.0, knots[-1], 4000))
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(dense, axis=0), axis=1))])
    even = np.linspace(0.0, length[-1], max(int(np.ceil(length[-1] / SAMPLE_MM)), 2) + 1)
    return np.column_stack([np.interp(even, length, dense[:, axis]) for axis in range(3)])


def upper_border(stack: Stack, clearance_mm: float) -> FloatArray:
    """Upper border of the process's root beside the articular process, where the nerve crosses it (level frame)."""
    marks, motion = stack.target.marks, stack.target.motion
    root, half_height = marks.process_root, marks.process_root_section[0]

    def local_bone(points: FloatArray) -> FloatArray:
        return stack.bone(motion.apply(points))

    outside = root + np.array([25.0, 0.0, half_height + 3.0])
    flank = first_surface(local_bone, outside, MEDIAL, 30.0)
    above = np.array([flank[0] + clearance_mm, root[1], root[2] + half_height + 6.0])
    return motion.apply(first_surface(local_bone, above, DOWN, 15.0))


def spinal_nerve_points(stack: Stack) -> FloatArray:
    """Control points of the spinal nerve and its ventral ramus, from the canal to the psoas (level frame)."""
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
    root = lower.marks.process_root
    outer = np.array([[1.5, -9.5, 13.5], [4.5, -13.5, 3.0], [7.5, -18.0, -10.0], [9.5, -22.0, -24.0]])
    return np.concatenate([upper.motion.apply(inner), lower.motion.apply(root + outer)])


def bifurcation(
    stack: Stack, border: FloatArray, backward: FloatArray, length_mm: float, clear_mm: float
) -> FloatArray:
    """The point `length_mm` from the upper border, up the nerve's course, as low as the bone allows (level frame)."""
    outward = unit(gradient(stack.bone, border[None] + 0.3)[0])
    outward = unit(outward - (outward @ backward) * backward)
    angles = np.deg2rad(np.arange(0.0, 90.0, 1.0))
    arc = border + length_mm * (np.cos(angles)[:, None] * backward + np.sin(angles)[:, None] * outward)
    return arc[np.flatnonzero(true_distance(stack.bone, arc) >= clear_mm)[0]]


def lay_nerves(stack: Stack, level: str, nerve_diameter_mm: float, gap_mm: float) -> Course:
    """Place all nerves of the left side.

    Parameters
    ----------
    stack : Stack
    level : str
        L1 … L5.
    nerve_diameter_mm : float
        Diameter of the target nerve.
    gap_mm : float
        Distance from the bone to the nerve's surface over the neck of the process.
    """
    common = common_dimensions()
    clear = nerve_diameter_mm / 2 + gap_mm
    border = upper_border(stack, clear)
    fork = bifurcation(stack, border, -NECK_DIRECTION, stack.target.dims.bifurcation_to_border_mm, clear)
    spinal = smooth_curve(spinal_nerve_points(stack))
    outward = unit(gradient(stack.bone, border[None])[0])
    reach = np.array([1.2, 3.2, 5.2, 7.2, 9.2])
    neck = project(stack.bone, border + clear * outward + reach[:, None] * NECK_DIRECTION, clear)
    marks, motion = stack.target.marks, stack.target.motion
    lamina = marks.pillar + np.array([[-1.0, 10.0, -6.5], [-5.0, 11.5, -10.0], [-8.0, 12.0, -14.0]])
    lamina = project(stack.bone, motion.apply(lamina), clear)
    take_off = spinal[np.argmin(np.linalg.norm(spinal - fork - np.array([0.0, -5.0, 6.0]), axis=1))]
    trunk = (take_off + fork) / 2 + np.array([0.0, 0.6, 0.3])
    line = smooth_curve(np.concatenate([[take_off, trunk, fork], neck, lamina]))

    on_border = int(np.argmin(np.linalg.norm(line - border, axis=1)))
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    start = arc[on_border] - 0.5
    segment = (float(start), float(start + common.neck_segment_mm))
    name = "dorsal_ramus" if level == "L5" else "medial_branch"
    nerve = Curve(name, line, nerve_diameter_mm, segment)
    index = int(np.argmin(np.abs(arc - (start + common.neck_segment_mm / 2))))
    tangent = unit(line[index + 5] - line[index - 5])
    away = gradient(stack.bone, line[index][None])[0]
    target = Target(line[index], tangent, unit(away - (away @ tangent) * tangent), nerve_diameter_mm / 2)
    spinal_curve = Curve("spinal_nerve", spinal, common.spinal_nerve_diameter_mm, (0.0, _length(spinal)))
    return Course(nerve, spinal_curve, {}, target, border, fork)


def _length(points: FloatArray) -> float:
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())
