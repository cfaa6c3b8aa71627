"""A needle that would run into bone does what needles do: it comes to lie on it."""

from __future__ import annotations

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
        pose = place(applicator, placement.model_copy(update={"allow_inside_bone": True}), anatomy)
        frame = target_frame(anatomy.target, placement.target_mm)
        shifts = [np.zeros(3)]
        if back is not None:
            way = pose.axis if back.along == "needle" else np.asarray(anatomy.target.tangent)
            shifts = [steps * back.step_mm * way for steps in range(back.count)]

        def too_deep(pushed_mm: float) -> bool:
            moved = (Pose(pose.rotation, pose.translation_mm + shift + pushed_mm * frame.away) for shift in shifts)
            return any(bone_depth_mm(one, applicator, anatomy) > BONE_TOLERANCE_MM - FOUND_MM for one in moved)

        if placement.allow_inside_bone or not too_deep(0.0):
            return placement, 0.0
        free = next((mm for mm in np.arange(STEP_MM, FARTHEST_MM, STEP_MM).tolist() if not too_deep(mm)), None)
        if free is None:
            return placement, 0.0
        low, high = free - STEP_MM, free
        while high - low > FOUND_MM:
            middle = 0.5 * (low + high)
            low, high = (middle, high) if too_deep(middle) else (low, middle)
        shift = as_offset(placement.offset_mm).shift_mm(frame, pose.rotation[:, 2]) + high * frame.away
        offset = PatientOffset(left_mm=float(shift[0]), posterior_mm=float(shift[1]), cranial_mm=float(shift[2]))
        return placement.model_copy(update={"offset_mm": offset}), high
