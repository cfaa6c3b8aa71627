"""Refuse poses no operator would choose: through the spinal canal, through bone, out of the body, out of reach."""

from __future__ import annotations

import numpy as np

from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.pose import Pose
from rfa_model.errors import InputError
from rfa_model.placement.frame import AnatomyLike, FloatArray, KnownAbout, NamesBones
from rfa_model.placement.way import length_to_skin_mm

# What is looked at of an applicator where the body has no end.
NEEDLE_LENGTH_MM = 60.0
# Cannulae for the lumbar spine are 50 to 150 mm long.
LONGEST_MM = 150.0
STEP_MM = 0.5
# Touching bone is what a needle at its target does; bone surfaces are only known to a fraction of a millimetre.
BONE_TOLERANCE_MM = 0.3
_CURE = "move the probe with offset_mm, turn it with angles_deg, or choose another approach"


def check_clearance(
    pose: Pose,
    applicator: Applicator,
    anatomy: AnatomyLike,
    allow_inside_bone: bool,
    domain_radius_mm: float | None = None,
    *,
    bone: bool = True,
) -> None:
    """Check axes and surfaces of the bodies up to the skin against canal, bone (unless left out) and body.

    Raises
    ------
    InputError
        With the part, the depth and where along the needle.
    """
    way_mm = length_to_skin_mm(pose, anatomy)
    local = _samples(applicator, way_mm)
    points = pose.to_patient(local)
    height = local[:, 2]
    depth, where = _deepest(anatomy, "canal", points, height)
    if depth > 0:
        raise InputError(f"placement: the needle runs {depth:.1f} mm inside the spinal canal, {where}; {_CURE}")
    if bone:
        depth, where = _deepest(anatomy, "bone", points, height)
        if depth > BONE_TOLERANCE_MM and not allow_inside_bone:
            raise InputError(
                f"placement: the needle runs {depth:.1f} mm inside bone{_which(anatomy, points)} "
                f"(allowed {BONE_TOLERANCE_MM:g} mm), {where}; "
                f"{_CURE}, or set allow_inside_bone: true"
            )
    outside = float(np.max(anatomy.distance_mm("body", points[height <= applicator.contact_extent_mm[1]])))
    if outside > 0:
        raise InputError(f"placement: the active tip sticks {outside:.1f} mm out of the body; {_CURE}")
    if way_mm is not None and way_mm > LONGEST_MM:
        raise InputError(
            f"placement: the way from the skin to the distal end is {way_mm:.0f} mm long, and cannulae are at most "
            f"{LONGEST_MM:g} mm; {_CURE}"
        )
    if domain_radius_mm is not None:
        centre = pose.to_patient(applicator.centre_mm[None])
        depth = -float(anatomy.distance_mm("body", centre)[0])
        if depth < domain_radius_mm:
            raise InputError(
                f"placement: the active tip is {depth:.1f} mm under the skin, less than domain_radius_mm = "
                f"{domain_radius_mm:g}: the computed sphere would leave the body; make it smaller"
            )
        known_mm = anatomy.known_radius_mm(centre[0]) if isinstance(anatomy, KnownAbout) else np.inf
        if known_mm < domain_radius_mm:
            raise InputError(
                f"placement: the bones are known to {known_mm:.0f} mm about the active tip, less than "
                f"domain_radius_mm = {domain_radius_mm:g}; make it smaller (40 is the default)"
            )


def bone_depth_mm(pose: Pose, applicator: Applicator, anatomy: AnatomyLike) -> float:
    """How deep an applicator runs into bone up to the skin, mm; negative: how far it stays clear of it."""
    return -clear_mm(pose, applicator, anatomy, "bone")


def clear_mm(pose: Pose, applicator: Applicator, anatomy: AnatomyLike, part: str) -> float:
    """How far an applicator up to the skin keeps from a part, mm; negative where it runs into it, ∞ without one."""
    points = pose.to_patient(_samples(applicator, length_to_skin_mm(pose, anatomy)))
    return float(np.min(anatomy.distance_mm(part, points)))


def _samples(applicator: Applicator, way_mm: float | None) -> FloatArray:
    return applicator.samples_mm(min(max(way_mm or 0.0, NEEDLE_LENGTH_MM), LONGEST_MM), STEP_MM)


def _deepest(anatomy: AnatomyLike, part: str, points: FloatArray, height: FloatArray) -> tuple[float, str]:
    """Largest depth inside a part (negative when outside) and where along the needle it occurs."""
    distance = np.asarray(anatomy.distance_mm(part, points), dtype=float)
    if np.isnan(distance).any():
        raise InputError(f"placement: the anatomy's distance to {part} is not a number somewhere along the needle")
    at = int(np.argmin(distance))
    side = "from" if height[at] > -0.05 else "beyond"
    return -float(distance[at]), f"{abs(height[at]):.1f} mm {side} the distal end"


def _which(anatomy: AnatomyLike, points: FloatArray) -> str:
    """The bone that is run through, where the anatomy can tell: ``, the iliac crest,``."""
    if not isinstance(anatomy, NamesBones):
        return ""
    deepest = points[int(np.argmin(anatomy.distance_mm("bone", points)))]
    return f", {anatomy.bone_at(deepest)},"
