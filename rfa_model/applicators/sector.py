"""Part of a round section, by angle about the axis: distances to it, its outline. Millimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Sector:
    """What lies within ``angle_deg`` about the axis, half of it on either side of ``middle_deg`` (from +x to +y)."""

    middle_deg: float
    angle_deg: float

    @property
    def rest(self) -> Sector:
        """The other part of the section."""
        return Sector(self.middle_deg + 180.0, 360.0 - self.angle_deg)

    @property
    def share(self) -> float:
        """Of the whole section."""
        return self.angle_deg / 360.0

    @property
    def ends(self) -> tuple[float, float]:
        """Where it begins and ends, radians."""
        middle, half = math.radians(self.middle_deg), math.radians(self.angle_deg) / 2
        return middle - half, middle + half

    def holds(self, about: FloatArray) -> NDArray[np.bool_]:
        """Whether directions, in radians, lie in it."""
        return np.abs(_off(about - math.radians(self.middle_deg))) <= math.radians(self.angle_deg) / 2 + 1e-12

    def distance_mm(self, x: FloatArray, y: FloatArray, radius_mm: float) -> FloatArray:
        """Signed distance in the plane of a section to this part of it, (N,), negative inside."""
        rho = np.hypot(x, y)
        within = self.holds(np.arctan2(y, x))
        edges = np.min([_to_segment(x, y, end, radius_mm) for end in self.ends], axis=0)
        inside = within & (rho <= radius_mm)
        outside = np.where(within, np.minimum(np.abs(rho - radius_mm), edges), edges)
        return np.where(inside, -np.minimum(radius_mm - rho, edges), outside)

    def ring(self, points: int) -> FloatArray:
        """Outline of the section of radius 1, (points + 1, 2): the axis, then along the arc."""
        about = np.linspace(*self.ends, points)
        return np.vstack([[0.0, 0.0], np.column_stack([np.cos(about), np.sin(about)])])


def _off(angle: FloatArray) -> FloatArray:
    return np.asarray((angle + np.pi) % (2.0 * np.pi) - np.pi)


def _to_segment(x: FloatArray, y: FloatArray, about: float, radius_mm: float) -> FloatArray:
    """Distance to the line from the axis to the circle."""
    along = np.clip(x * math.cos(about) + y * math.sin(about), 0.0, radius_mm)
    return np.hypot(x - along * math.cos(about), y - along * math.sin(about))
