"""How much metal is left about a bore and at a bevel; plain floats, so that a scenario can be checked without numpy."""

from __future__ import annotations

import math

# Of the radius: the least metal between a bore's end and the distal face.
LEAST_WALL = 0.02
# Between a bevel's heel and the insulation, of the radius.
LEAST_HEEL = 0.5
SHARPEST_DEG, BLUNTEST_DEG = 10.0, 80.0
"""Least and largest angle of a bevel: cells in a sharper edge are too flat; blunter, the end is flat (no bevel)."""


def wall_at_bore_mm(radius_mm: float, rounding_mm: float, bore_radius_mm: float, start_mm: float) -> float:
    """Least metal between the rim of a bore's closed end and the rod's outer surface, mm; negative where there is none.

    The depth of the point (bore radius, start) in a cylinder whose edge has the given fillet radius.
    """
    across, beyond = bore_radius_mm - (radius_mm - rounding_mm), rounding_mm - start_mm
    outside = math.hypot(max(across, 0.0), max(beyond, 0.0))
    return rounding_mm - outside - min(max(across, beyond), 0.0)


def bevel_length_mm(radius_mm: float, angle_deg: float) -> float:
    """How far a bevel reaches from its point up to its heel, mm."""
    return 2.0 * radius_mm / math.tan(math.radians(angle_deg))


def wall_at_bevel_mm(radius_mm: float, angle_deg: float, bore_radius_mm: float, start_mm: float) -> float:
    """Least metal between a bore's closed end and a bevel's face or the side, mm; negative where there is none."""
    angle = math.radians(angle_deg)
    to_face = start_mm * math.sin(angle) - (radius_mm + bore_radius_mm) * math.cos(angle)
    return min(to_face, radius_mm - bore_radius_mm)
