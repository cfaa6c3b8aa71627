"""Nerves estimated from landmarks: the medial branch over the bone, the spinal nerve carried over from the model level.

No image of a living spine shows a medial branch. What is laid here is a guess by rule and is called estimated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from rfa_model.anatomy.base import Curve, FloatArray, TriangleMesh
from rfa_model.anatomy.imaged.fields import Field
from rfa_model.anatomy.imaged.landmarks import Landmarks
from rfa_model.anatomy.imaged.surface_path import SurfaceGraph
from rfa_model.anatomy.imaged.vertebra import VertebraFrame
from rfa_model.anatomy.lumbar.dimensions import common_dimensions
from rfa_model.anatomy.lumbar.field import gradient
from rfa_model.anatomy.lumbar.guides import smooth_curve, subdivide
from rfa_model.anatomy.lumbar.level import LumbarLevel
from rfa_model.anatomy.lumbar.sites import NerveSite

SPACING_MM = 2.0
# Before the border of the process the target segment begins by so much, as on the parametric level.
BEFORE_MM = 0.5
SETTLING = 40
NEAREST_MM = 0.02


def medial_branch(
    site: NerveSite,
    marks: Landmarks,
    surface: TriangleMesh,
    bone: Field,
    spinal_nerve: FloatArray | None,
    diameter_mm: float,
    gap_mm: float,
) -> Curve:
    """Shortest way over the bone from the junction through the notch to the lamina, lifted off by the gap.

    Where a spinal nerve is known, the dorsal ramus comes to the junction from it.
    """
    clear = diameter_mm / 2 + gap_mm
    graph = SurfaceGraph(*surface)
    over = np.concatenate(
        [graph.path(marks.junction_mm, marks.notch_mm), graph.path(marks.notch_mm, marks.lamina_mm)[1:]]
    )
    guide = np.concatenate([over[:1], subdivide(_eased(over), SPACING_MM)])
    lifted = lift(bone, guide, clear)
    start = lifted[:1]
    if spinal_nerve is not None:
        leaves = spinal_nerve[int(np.linalg.norm(spinal_nerve - lifted[0], axis=1).argmin())]
        start = np.stack([leaves, lift(bone, ((leaves + lifted[0]) / 2)[None], clear, only_nearer=True)[0]])
        lifted = np.concatenate([start, lifted])
    line = smooth_curve(lifted)
    line = lift(bone, line, clear - NEAREST_MM, only_nearer=True)
    curve = Curve(site.key, line, diameter_mm, (0.0, 0.0), f"{site.label} (estimated)", site.place)
    length = curve.arc_length_mm()
    begin = float(length[int(np.linalg.norm(line - marks.junction_mm, axis=1).argmin())]) - BEFORE_MM
    begin = float(np.clip(begin, 0.0, length[-1] - common_dimensions().neck_segment_mm))
    return replace(curve, segment_mm=(begin, begin + common_dimensions().neck_segment_mm))


def lift(bone: Field, points: FloatArray, clear_mm: float, *, only_nearer: bool = False) -> FloatArray:
    """Points moved along the bone's distance until they lie `clear_mm` off it, or at least so far."""
    moved = np.array(points, dtype=float)
    for _ in range(SETTLING):
        distance = bone(moved)
        short = clear_mm - distance
        todo = np.flatnonzero(short > 1e-3 if only_nearer else np.abs(short) > 1e-3)
        if not todo.size:
            break
        slope = gradient(bone, moved[todo])
        length = np.maximum(np.linalg.norm(slope, axis=1), 0.2)
        step = np.clip(short[todo], -2.0, 2.0) / length**2
        moved[todo] += step[:, None] * slope
    return moved


def spinal_nerve(
    site: NerveSite, marks: Landmarks, frames: Mapping[str, VertebraFrame], above: str, bone: Field, side: float
) -> Curve:
    """The parametric level's spinal nerve, moved, turned and scaled so that its landmarks fall on these, off the bone.

    Parameters
    ----------
    site, marks
        Of the nerve and of the bone it lies on.
    frames : mapping of str to VertebraFrame
        Of the vertebra under the nerve and of the one above.
    above : str
        The upper one's name.
    """
    diameter = common_dimensions().spinal_nerve_diameter_mm
    model = LumbarLevel(site.root, "left" if side > 0 else "right")
    theirs = model_landmarks(model)
    lower, upper = frames[site.vertebra], frames[above]
    ours = np.array([lower.body_mm, upper.body_mm, marks.junction_mm, marks.transverse_tip_mm, marks.superior_tip_mm])
    scale, rotation, shift = similarity(theirs, ours)
    course = model.structures["spinal_nerve"]
    assert isinstance(course, Curve)
    carried = scale * course.points_mm @ rotation.T + shift
    line = smooth_curve(lift(bone, carried[:: max(1, len(carried) // 14)], diameter / 2 + 0.5, only_nearer=True))
    length = float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())
    return Curve("spinal_nerve", line, diameter, (0.0, length), f"{site.root} spinal nerve (estimated)")


def model_landmarks(model: LumbarLevel) -> FloatArray:
    """The parametric level's own: both bodies' middles, the junction, the tips of both processes, (5, 3)."""
    target, above = model.stack.target, model.stack.above
    sign = np.array([1.0 if model.side == "left" else -1.0, 1.0, 1.0])
    tip = target.marks.joint.at(-5.0, -0.5, target.marks.joint.half_height_mm)
    own = target.motion.apply(np.array([np.zeros(3), target.marks.process_tip, tip]))
    upper = above.motion.apply(np.zeros((1, 3)))[0]
    return np.array([own[0], upper, model.border_mm * sign, own[1], own[2]]) * sign


def similarity(source: FloatArray, goal: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    """Scale, rotation and shift that carry points onto others best (Umeyama S, IEEE PAMI 1991;13:376)."""
    a, b = source - source.mean(axis=0), goal - goal.mean(axis=0)
    left, strengths, right = np.linalg.svd(b.T @ a)
    hand = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    rotation: FloatArray = left @ np.diag(hand) @ right
    scale = float((strengths * hand).sum() / (a * a).sum())
    return scale, rotation, goal.mean(axis=0) - scale * rotation @ source.mean(axis=0)


def _eased(path: FloatArray) -> FloatArray:
    """The way over the edges of triangles with its zigzag taken out; the ends stay."""
    eased = np.array(path)
    for _ in range(10):
        eased[1:-1] = (eased[:-2] + 2 * eased[1:-1] + eased[2:]) / 4
    return eased
