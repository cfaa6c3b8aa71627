"""How two needles lie to each other, in numbers and as poses, either from the other.

The frame of a pair has its origin midway between the distal ends, +z midway between the shafts, +x from the first
needle to the second. Of the angle between the shafts each needle has half, about a vector across z.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.pose import Pose, rotation_about
from rfa_model.errors import InputError

FloatArray = NDArray[np.float64]
IN_LINE_MM, IN_LINE = 1e-6, 1e-9
DIGITS = 6
"""Of lengths in mm and angles in degrees: the last bits of a patient's frame would make every mesh a new one."""


@dataclass(frozen=True)
class Leaning:
    """Two needles in their pair's frame; mm and degrees.

    Attributes
    ----------
    spacing_mm : float
        Across the pair, between the distal ends.
    depth_mm : float
        How much deeper the second lies.
    angle_deg, skew_deg : float
        Between the shafts, in the plane of both distal ends, and out of it.
    rolls_deg : (float, float)
        Of each needle about its own axis.
    """

    spacing_mm: float
    depth_mm: float = 0.0
    angle_deg: float = 0.0
    skew_deg: float = 0.0
    rolls_deg: tuple[float, float] = (0.0, 0.0)

    def poses(self) -> tuple[Pose, Pose]:
        """Where either needle lies in the pair's frame."""
        first, second = (
            Pose(self._turned(side, roll), np.array([side * self.spacing_mm / 2, 0.0, -side * self.depth_mm / 2]))
            for side, roll in zip((-1, 1), self.rolls_deg, strict=True)
        )
        return first, second

    def _turned(self, side: int, roll_deg: float) -> FloatArray:
        lean = _lean(self.angle_deg, self.skew_deg, side)
        return lean @ rotation_about([0.0, 0.0, 1.0], roll_deg) if roll_deg else lean

    @classmethod
    def of(cls, first: Pose, second: Pose) -> tuple[Leaning, Pose]:
        """Return how two poses lie to each other, and the pose of their pair.

        Raises
        ------
        InputError
            If one lies in the line of the other, or they point against each other.
        """
        frame = _frame(first, second)
        one, other = (pose.then(frame.inverse()) for pose in (first, second))
        x, y, z = other.axis.tolist()
        across = math.hypot(x, y)
        whole = math.degrees(2.0 * math.atan2(across, z))
        angle, skew = (whole * x / across, whole * y / across) if across > IN_LINE else (0.0, 0.0)
        rolls = []
        for side, pose in ((-1, one), (1, other)):
            left = _lean(angle, skew, side).T @ pose.rotation
            rolls.append(_rounded(math.degrees(math.atan2(left[1, 0], left[0, 0]))))
        apart = other.translation_mm - one.translation_mm
        found = cls(
            _rounded(float(apart[0])), _rounded(-float(apart[2])), _rounded(angle), _rounded(skew), (rolls[0], rolls[1])
        )
        return found, frame


def _lean(angle_deg: float, skew_deg: float, side: int) -> FloatArray:
    """Rotation of one needle of a pair, (3, 3), without its roll."""
    whole = math.hypot(angle_deg, skew_deg)
    return rotation_about([-skew_deg, angle_deg, 0.0], side * whole / 2) if whole else np.eye(3)


def _frame(first: Pose, second: Pose) -> Pose:
    up = first.axis + second.axis
    length = float(np.linalg.norm(up))
    if length < IN_LINE_MM:
        raise InputError("the needles point against each other")
    z = up / length
    across = second.translation_mm - first.translation_mm
    across = across - (across @ z) * z
    if np.linalg.norm(across) < IN_LINE_MM:  # one straight below the other: then the way they lean apart
        across = second.axis - first.axis
    if np.linalg.norm(across) < IN_LINE_MM:
        raise InputError("one needle lies in the line of the other")
    x = across / np.linalg.norm(across)
    x = x - (x @ z) * z
    x = x / np.linalg.norm(x)
    middle = 0.5 * (first.translation_mm + second.translation_mm)
    return Pose(np.column_stack([x, np.cross(z, x), z]), middle)


def _rounded(value: float) -> float:
    return round(value, DIGITS) + 0.0
