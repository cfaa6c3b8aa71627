"""Two straight shafts beside each other: where they run into one another. Plain floats, mm."""

from __future__ import annotations

import math
from dataclasses import dataclass

Triple = tuple[float, float, float]
HELD_APART_MM = 60.0
"""Length over which two needles are held against each other."""
HALVINGS = 60


@dataclass(frozen=True)
class Shaft:
    """A needle's axis: its distal end and the unit vector up from there."""

    end_mm: Triple
    up: Triple

    def at_mm(self, height_mm: float) -> Triple:
        """Point at a height above the distal end."""
        x, y, z = (e + height_mm * u for e, u in zip(self.end_mm, self.up, strict=True))
        return x, y, z

    def distance_mm(self, point_mm: Triple) -> float:
        """From a point to the axis, as long as needles are held against each other."""
        off = [p - e for p, e in zip(point_mm, self.end_mm, strict=True)]
        along = sum(o * u for o, u in zip(off, self.up, strict=True))
        return math.dist(point_mm, self.at_mm(min(max(along, 0.0), HELD_APART_MM)))


def nearest_mm(one: Shaft, other: Shaft) -> tuple[float, float]:
    """Return the least distance between two axes, and the height on the first at which it is."""
    low, high = 0.0, HELD_APART_MM
    # The distance from a point on one line to another is convex along the first.
    for _ in range(HALVINGS):
        third = (high - low) / 3.0
        if other.distance_mm(one.at_mm(low + third)) <= other.distance_mm(one.at_mm(high - third)):
            high -= third
        else:
            low += third
    return min((other.distance_mm(one.at_mm(height)), height) for height in (0.0, low, high))


def meet_at_mm(one: Shaft, other: Shaft, together_mm: float) -> float:
    """Least height on the first at which the axes are ``together_mm`` apart or less; infinite where they never are."""
    least, high = nearest_mm(one, other)
    if least > together_mm:
        return math.inf
    low = 0.0
    if other.distance_mm(one.end_mm) <= together_mm:
        return low
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if other.distance_mm(one.at_mm(middle)) <= together_mm else (middle, high)
    return high
