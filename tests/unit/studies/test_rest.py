"""The least push that frees a needle is that which every place in turn gives, and few places are looked at."""

import math

import pytest

from rfa_model.studies.rest import FARTHEST_MM, PLACES, STEP_MM, least_push_mm

DEPTHS_MM = {
    "in proportion": lambda mm: 3.1 - mm,
    "deep": lambda mm: 14.3 - mm,
    "slanted bone": lambda mm: 2.0 - 0.3 * mm,
    "rounded bone": lambda mm: math.sqrt(9.0 + (mm - 1.0) ** 2) - mm - 0.7,
    "two bones": lambda mm: max(0.6 - mm, 1.2 - 0.2 * mm),
    "barely": lambda mm: 1e-4 - mm,
    "clear": lambda mm: -1.0 - mm,
    "bone ends": lambda mm: 1.3 - mm if mm < 1.0 else -math.inf,
    "not a number": lambda mm: math.nan,
    "never": lambda mm: 20.0 - mm,
}


def in_turn_mm(depth_mm):
    """By looking at every place."""
    grain_mm = STEP_MM / PLACES
    last = int((FARTHEST_MM - STEP_MM) / grain_mm)
    return next((n * grain_mm for n in range(last + 1) if not depth_mm(n * grain_mm) > 0.0), None)


@pytest.mark.parametrize("depth_mm", DEPTHS_MM.values(), ids=DEPTHS_MM)
def test_the_least_push_is_found_in_few_looks(depth_mm):
    looks = []
    assert least_push_mm(lambda mm: looks.append(mm) or depth_mm(mm)) == in_turn_mm(depth_mm)
    assert len(looks) < 40
