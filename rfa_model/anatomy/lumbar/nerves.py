"""Nerves of the left side, laid on the bone of one level.

The root of the vertebra above leaves its foramen under the pedicle, sends its ventral ramus down in front of the
transverse process and its dorsal ramus back to the process's upper border, above which it divides. The medial branch
then lies on the periosteum across the lateral neck of the superior articular process, runs through the notch between
mamillary and accessory process and ends over the lamina. At L5 the dorsal ramus itself takes that place on the ala.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from rfa_model.anatomy.base import Curve, Target
from rfa_model.anatomy.lumbar.dimensions import common_dimensions
from rfa_model.anatomy.lumbar.field import first_surface, gradient, project
from rfa_model.anatomy.lumbar.guides import (
    SAMPLE_MM,
    arc_length,
    bifurcation,
    neck_guide,
    smooth_curve,
    spinal_nerve_points,
    straighten,
    subdivide,
)
from rfa_model.anatomy.lumbar.sites import NerveSite
from rfa_model.anatomy.lumbar.stack import Stack
from rfa_model.anatomy.sdf.primitives import FloatArray, unit

NECK_REACH_MM = np.array([0.5, 2.5, 4.5, 6.5, 8.5, 10.0])
TAIL_FROM_PILLAR_MM = np.array([[-1.0, 10.0, -6.5], [-5.0, 11.5, -10.0], [-8.0, 12.0, -14.0]])
TANGENT_HALF_CHORD_MM = 3.0


@dataclass(frozen=True)
class Course:
    """Nerves and target of the left side, with the points they are measured from (level frame, mm).

    Attributes
    ----------
    nerve : Curve
        Medial branch (L5: dorsal ramus), from its spinal nerve to the lamina.
    spinal_nerve : Curve
        Spinal nerve and ventral ramus of the same root.
    branches : mapping of Curve
        Dorsal ramus trunk and lateral branch: tissue and picture, no target.
    target : Target
    border_mm, bifurcation_mm : (3,) array
        Upper border of the process's root under the nerve; where the dorsal ramus divides.
    """

    nerve: Curve
    spinal_nerve: Curve
    branches: Mapping[str, Curve]
    target: Target
    border_mm: FloatArray
    bifurcation_mm: FloatArray


def lay_nerves(stack: Stack, site: NerveSite, nerve_diameter_mm: float, gap_mm: float) -> Course:
    """Place the nerves of the left side on the bone.

    Parameters
    ----------
    stack : Stack
    site : NerveSite
        The target nerve.
    nerve_diameter_mm : float
        Diameter of the target nerve.
    gap_mm : float
        Distance from the bone to the nerve's surface; over the neck, where the nerve is taut, it is the mean.
    """
    common, marks, motion = common_dimensions(), stack.target.marks, stack.target.motion
    clear = nerve_diameter_mm / 2 + gap_mm
    crossing, along, away = neck_guide(stack, clear)
    border = first_surface(stack.bone, crossing + 3.0 * away, -away, 12.0)
    fork = bifurcation(stack, border, -along, away, stack.target.dims.bifurcation_to_border_mm, clear)
    neck = straighten(project(stack.bone, crossing + NECK_REACH_MM[:, None] * along, clear))
    tail = subdivide(np.concatenate([neck[-1:], motion.apply(marks.pillar + TAIL_FROM_PILLAR_MM)]), 3.0)

    spinal = smooth_curve(spinal_nerve_points(stack))
    take_off = spinal[np.argmin(np.linalg.norm(spinal - fork - np.array([0.0, -5.0, 6.0]), axis=1))]
    trunk = np.array([take_off, (take_off + fork) / 2 + np.array([0.0, 0.6, 0.3]), fork])
    line = smooth_curve(np.concatenate([trunk, neck, project(stack.bone, tail, clear)]))
    branches = {"dorsal_ramus_trunk": trunk}
    if len(marks.lateral_branch):
        branches["lateral_branch"] = np.concatenate([fork[None], motion.apply(marks.lateral_branch)])

    start = arc_length(line)[np.argmin(np.linalg.norm(line - border, axis=1))] - 0.5
    segment = (float(start), float(start + common.neck_segment_mm))
    return Course(
        Curve(site.key, line, nerve_diameter_mm, segment, site.label, site.place),
        replace(_whole("spinal_nerve", spinal, common.spinal_nerve_diameter_mm), label=f"{site.root} spinal nerve"),
        {key: _whole(key, smooth_curve(points), common.dorsal_ramus_diameter_mm) for key, points in branches.items()},
        _target(stack, line, sum(segment) / 2, nerve_diameter_mm / 2),
        border,
        fork,
    )


def _target(stack: Stack, line: FloatArray, at_mm: float, nerve_radius_mm: float) -> Target:
    """Target in the middle of the neck segment, the tangent taken as a chord there."""
    length = arc_length(line)
    index = int(np.argmin(np.abs(length - at_mm)))
    half = int(TANGENT_HALF_CHORD_MM / SAMPLE_MM)
    tangent = unit(line[index + half] - line[index - half])
    normal = gradient(stack.bone, line[index][None])[0]
    return Target(line[index], tangent, unit(normal - (normal @ tangent) * tangent), nerve_radius_mm)


def _whole(name: str, points: FloatArray, diameter_mm: float) -> Curve:
    return Curve(name, points, diameter_mm, (0.0, float(arc_length(points)[-1])))
