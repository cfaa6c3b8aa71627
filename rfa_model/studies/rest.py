"""A needle that would run into bone does what needles do: it comes to lie on it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from rfa_model.applicators.pose import Pose
from rfa_model.placement import place
from rfa_model.placement.clearance import BONE_TOLERANCE_MM, bone_depth_mm
from rfa_model.placement.frame import target_frame
from rfa_model.placement.offsets import PatientOffset, as_offset
from rfa_model.scenario import Placement, Scenario

STEP_MM = 0.25
FARTHEST_MM = 15.0
FOUND_MM = 1e-3
PLACES, GUESSES = 256, 4
"""Within a step, a power of two no coarser than ``FOUND_MM``; how many are guessed before the rest are halved."""


def resting_on_bone(scenario: Scenario, arm: str) -> tuple[Scenario, float]:
    """Return the scenario with an arm's needle pushed off the bone it would run into, and how far, mm.

    It is moved the least way along the target's normal, out of the bone, turned and tilted as it was; the scenario says
    so by an offset in the patient's frame. One that no push of 15 mm frees is left as it is. Of several lesions each
    placement is pushed by itself, one that a needle is drawn back from as far as all its places ask for; the farthest
    push is returned.

    Raises
    ------
    InputError
        If it cannot lie there for another reason.
    """
    words, resting = scenario.arms[arm], Resting(scenario, arm)
    placement, farthest_mm = resting.pushed(words.placement)
    changes: dict[str, object] = {"placement": placement}
    if words.sequence is not None:
        own = [(one, *resting.pushed(one.placement)) for one in words.sequence if one.placement is not None]
        moved = {id(one): one.model_copy(update={"placement": placed}) for one, placed, _ in own}
        changes["sequence"] = [moved.get(id(one), one) for one in words.sequence]
        is_used = len(own) < len(words.sequence)
        farthest_mm = max([farthest_mm if is_used else 0.0, *(mm for _, _, mm in own)])
    if farthest_mm == 0.0:
        return scenario, 0.0
    made = words.model_copy(update=changes)
    return scenario.model_copy(update={"arms": {**scenario.arms, arm: made}}), farthest_mm


class Resting:
    """The bone and the needle of one arm of a scenario."""

    def __init__(self, scenario: Scenario, arm: str) -> None:
        self._words, self._anatomy = scenario.arms[arm], scenario.anatomy.build()
        self._applicator = scenario.resolved_probe(arm).applicator()

    def pushed(self, placement: Placement) -> tuple[Placement, float]:
        """Return a placement pushed off the bone, and how far, mm."""
        anatomy, applicator, back = self._anatomy, self._applicator, self._words.pull_back
        pose = place(applicator, placement, anatomy, bone=False)
        frame = target_frame(anatomy.target, placement.target_mm)
        shifts = [np.zeros(3)]
        if back is not None:
            way = pose.axis if back.along == "needle" else np.asarray(anatomy.target.tangent)
            shifts = [steps * back.step_mm * way for steps in range(back.count)]

        def too_deep_mm(pushed_mm: float) -> float:
            moved = (Pose(pose.rotation, pose.translation_mm + shift + pushed_mm * frame.away) for shift in shifts)
            return max(bone_depth_mm(one, applicator, anatomy) for one in moved) - (BONE_TOLERANCE_MM - FOUND_MM)

        free_mm = 0.0 if placement.allow_inside_bone else least_push_mm(too_deep_mm)
        if not free_mm:
            return placement, 0.0
        shift = as_offset(placement.offset_mm).shift_mm(frame, pose.rotation[:, 2]) + free_mm * frame.away
        offset = PatientOffset(left_mm=float(shift[0]), posterior_mm=float(shift[1]), cranial_mm=float(shift[2]))
        return placement.model_copy(update={"offset_mm": offset}), free_mm


def least_push_mm(too_deep_mm: Callable[[float], float]) -> float | None:
    """Return the least push that leaves a needle too deep by 0 or less, to 0.001 mm; None where 15 mm do not.

    Steps of 0.25 mm are gone through but for those that cannot free it: a push takes no more off the depth than its own
    length, and half of that is relied on. Within a step depth falls nearly in proportion.
    """
    low, last, deep = 0, math.ceil(FARTHEST_MM / STEP_MM) - 1, too_deep_mm(0.0)
    if not deep > 0.0:  # nor where it is not a number, which the plan refuses in words of its own
        return 0.0
    high, free = low, deep
    while free > 0.0:
        low, deep = high, free
        if low == last:
            return None
        high = min(low + max(1, int(0.5 * deep / STEP_MM)), last)
        free = too_deep_mm(high * STEP_MM)
    while high - low > 1:
        before = too_deep_mm((high - 1) * STEP_MM)
        low, deep, high, free = (high - 1, before, high, free) if before > 0.0 else (low, deep, high - 1, before)
    start_mm, low, high, tries = low * STEP_MM, 0, PLACES, 0
    while high - low > 1:
        share = deep / (deep - free) if tries < GUESSES and math.isfinite(free) else 0.5
        middle = min(max(low + math.ceil(share * (high - low)), low + 1), high - 1)
        found, tries = too_deep_mm(start_mm + middle * STEP_MM / PLACES), tries + 1
        low, deep, high, free = (middle, found, high, free) if found > 0.0 else (low, deep, middle, found)
    return start_mm + high * STEP_MM / PLACES
