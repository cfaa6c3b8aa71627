"""Names of wires, and how far a tine runs straight, in plain floats: a scenario is checked without numpy."""

from __future__ import annotations

import math

TINES, ELECTRODE = "tines", "electrode"
CLEAR = 1.0
"""How far a tine runs on straight once it is out of the needle, in its diameters: room for cells."""


def straight_mm(radius_mm: float, wire_radius_mm: float, angle: float) -> float:
    """Length of a tine's axis, from the needle's axis on, until its whole section is clear; angle in radians."""
    return (radius_mm + wire_radius_mm * abs(math.cos(angle))) / math.sin(angle) + 2.0 * CLEAR * wire_radius_mm
