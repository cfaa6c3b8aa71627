"""How much metal a bore leaves at its end; plain floats, so that a scenario can be checked without numpy."""

from __future__ import annotations

import math

# Of the radius: the least metal between a bore's end and the rounded distal face.
LEAST_WALL = 0.02


def wall_at_bore_mm(radius_mm: float, rounding_mm: float, bore_radius_mm: float, start_mm: float) -> float:
    """Least metal between the rim of a bore's closed end and the rod's outer surface, mm; negative where there is none.

    The depth of the point (bore radius, start) in a cylinder whose edge has the given fillet radius.
    """
    across, beyond = bore_radius_mm - (radius_mm - rounding_mm), rounding_mm - start_mm
    outside = math.hypot(max(across, 0.0), max(beyond, 0.0))
    return rounding_mm - outside - min(max(across, beyond), 0.0)
