"""The way a needle comes: where its axis enters the skin, how long it is in the body, and at which angles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfa_model.applicators.pose import Pose
from rfa_model.placement.frame import AnatomyLike, FloatArray, angles_deg

STEP_MM = 1.0
FARTHEST_MM = 400.0
HALVINGS = 20


@dataclass(frozen=True)
class Way:
    """A needle's way through the body.

    Attributes
    ----------
    entry_mm : (3,) array or None
        Where the axis crosses the skin, patient frame; None in a body without end.
    length_mm : float or None
        From the distal end to there.
    oblique_deg, caudal_deg : float
        The C-arm's angles for a view down the barrel: turned towards the needle's side, tilted towards the feet.
    """

    entry_mm: FloatArray | None
    length_mm: float | None
    oblique_deg: float
    caudal_deg: float


def way_of(pose: Pose, anatomy: AnatomyLike | None) -> Way:
    """Follow a needle's axis from its distal end, whose side is the needle's, to the skin, if there is a body."""
    oblique, caudal = angles_deg(pose.axis, -1.0 if pose.translation_mm[0] < 0.0 else 1.0)
    length = None if anatomy is None else length_to_skin_mm(pose, anatomy)
    return Way(None if length is None else pose.to_patient([0.0, 0.0, length]), length, oblique, caudal)


def length_to_skin_mm(pose: Pose, anatomy: AnatomyLike) -> float | None:
    """Length of the axis in the body, from the distal end on; None where the body has no end."""
    heights = np.arange(0.0, FARTHEST_MM, STEP_MM)
    outside = np.flatnonzero(_depth_mm(pose, anatomy, heights) >= 0.0)
    if not outside.size:
        return None
    if outside[0] == 0:
        return 0.0
    low, high = heights[outside[0] - 1], heights[outside[0]]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _depth_mm(pose, anatomy, np.array([middle]))[0] < 0.0 else (low, middle)
    return float((low + high) / 2)


def _depth_mm(pose: Pose, anatomy: AnatomyLike, heights_mm: FloatArray) -> FloatArray:
    axis = np.column_stack([np.zeros_like(heights_mm), np.zeros_like(heights_mm), heights_mm])
    return np.asarray(anatomy.distance_mm("body", pose.to_patient(axis)), dtype=float)
