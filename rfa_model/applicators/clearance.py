"""Refuse poses no operator would choose: through the spinal canal, through bone, out of the body."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.geometry import ProbeGeometry
from rfa_model.applicators.pose import Pose
from rfa_model.errors import InputError

FloatArray = NDArray[np.float64]

NEEDLE_LENGTH_MM = 60.0
STEP_MM = 0.5
# Touching bone is what a needle at its target does; bone surfaces are only known to a fraction of a millimetre.
BONE_TOLERANCE_MM = 0.3
_CURE = "move the probe with offset_mm, turn it with angles_deg, or choose another approach"


def check_clearance(
    pose: Pose, geometry: ProbeGeometry, anatomy: Any, allow_inside_bone: bool, domain_radius_mm: float | None = None
) -> None:
    """Check axis and surface of the needle's distal 60 mm against canal, bone and body.

    Raises
    ------
    InputError
        With the part, the depth and where along the needle.
    """
    local = needle_samples_mm(geometry)
    points = pose.to_patient(local)
    height = local[:, 2]
    depth, where = _deepest(anatomy, "canal", points, height)
    if depth > 0:
        raise InputError(f"placement: the needle runs {depth:.1f} mm inside the spinal canal, {where}; {_CURE}")
    depth, where = _deepest(anatomy, "bone", points, height)
    if depth > BONE_TOLERANCE_MM and not allow_inside_bone:
        raise InputError(
            f"placement: the needle runs {depth:.1f} mm inside bone (allowed {BONE_TOLERANCE_MM:g} mm), {where}; "
            f"{_CURE}, or set allow_inside_bone: true"
        )
    outside = float(np.max(anatomy.distance_mm("body", points[height <= geometry.tip_length_mm])))
    if outside > 0:
        raise InputError(f"placement: the active tip sticks {outside:.1f} mm out of the body; {_CURE}")
    if domain_radius_mm is not None:
        centre = pose.to_patient([[0.0, 0.0, 0.5 * geometry.tip_length_mm]])
        depth = -float(anatomy.distance_mm("body", centre)[0])
        if depth < domain_radius_mm:
            raise InputError(
                f"placement: the active tip is {depth:.1f} mm under the skin, less than domain_radius_mm = "
                f"{domain_radius_mm:g}: the computed sphere would leave the body; make it smaller"
            )


def needle_samples_mm(geometry: ProbeGeometry) -> FloatArray:
    """Points on the needle's axis and surface from the distal end to 60 mm up the shaft, probe frame, shape (N, 3)."""
    z = np.arange(0.0, NEEDLE_LENGTH_MM + STEP_MM / 2, STEP_MM)
    r, fillet = geometry.radius_mm, geometry.tip_rounding_mm
    below = np.clip(fillet - z, 0.0, fillet)
    rho = r - fillet + np.sqrt(np.maximum(fillet**2 - below**2, 0.0))
    angle = np.linspace(0.0, 2 * np.pi, 12, endpoint=False)
    rings = np.stack(
        [np.outer(rho, np.cos(angle)), np.outer(rho, np.sin(angle)), np.repeat(z[:, None], len(angle), axis=1)], axis=-1
    )
    axis = np.column_stack([np.zeros_like(z), np.zeros_like(z), z])
    return np.concatenate([axis, rings.reshape(-1, 3)])


def _deepest(anatomy: Any, part: str, points: FloatArray, height: FloatArray) -> tuple[float, str]:
    """Largest depth inside a part (negative when outside) and where along the needle it occurs."""
    distance = np.asarray(anatomy.distance_mm(part, points), dtype=float)
    if np.isnan(distance).any():
        raise InputError(f"placement: the anatomy's distance to {part} is not a number somewhere along the needle")
    at = int(np.argmin(distance))
    return -float(distance[at]), f"{height[at]:.1f} mm from the distal end"
