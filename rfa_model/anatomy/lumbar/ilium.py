"""The posterior part of both iliac wings, which bounds the way to the L5/S1 junction from the side.

Set by eye in the frame of S1 from textbook landmarks, none of them read in a source with numbers: the posterior
superior iliac spines lie at the height of S2, about 90 mm apart; from there the crest climbs outwards to its top at the
height of the disc L4-L5 (the intercristal line). The sacroiliac joint is not modelled.
"""

from __future__ import annotations

import numpy as np

from rfa_model.anatomy.sdf import Blade, Mirrored, Shape, SmoothUnion
from rfa_model.anatomy.sdf.primitives import unit

# Points on the left crest's edge from the posterior superior iliac spine upwards, mm.
CREST_MM = np.array([[45.0, 46.5, -36.0], [62.0, 49.5, 1.0], [82.0, 45.5, 26.0], [112.0, 31.0, 50.0]])
# From each stretch of the edge into the wing.
INWARD = ((0.05, -1.0, -0.05), (-0.1, -0.93, -0.35), (-0.25, -0.82, -0.5))
HALF_DEPTH_MM, HALF_THICKNESS_MM = 15.0, (7.0, 6.5, 6.5, 7.0)


def ilium() -> Shape:
    """Both iliac wings as far as they stand behind and beside the sacrum, in the frame of S1."""
    parts: list[tuple[Shape, float]] = []
    for index, direction in enumerate(INWARD):
        inward = unit(direction)
        start, end = CREST_MM[index : index + 2] + HALF_DEPTH_MM * inward
        thick = HALF_THICKNESS_MM[index : index + 2]
        blade = Blade(start, end, inward, (HALF_DEPTH_MM, thick[0]), (HALF_DEPTH_MM, thick[1]))
        parts.append((blade, 6.0 if parts else 0.0))
    return Mirrored(SmoothUnion(parts))
