"""A needle that would run into bone does what needles do: it comes to lie on it."""

from __future__ import annotations

import numpy as np

from rfa_model.applicators.pose import Pose
from rfa_model.placement import place
from rfa_model.placement.clearance import BONE_TOLERANCE_MM, bone_depth_mm
from rfa_model.placement.frame import target_frame
from rfa_model.placement.offsets import PatientOffset, as_offset
from rfa_model.scenario import Scenario

STEP_MM = 0.25
FARTHEST_MM = 15.0
FOUND_MM = 1e-3


def resting_on_bone(scenario: Scenario, arm: str) -> tuple[Scenario, float]:
    """Return the scenario with an arm's needle pushed off the bone it would run into, and how far, mm.

    It is moved the least way along the target's normal, out of the bone, turned and tilted as it was; the scenario says
    so by an offset in the patient's frame. One that no push of 15 mm frees is left as it is.

    Raises
    ------
    InputError
        If it cannot lie there for another reason.
    """
    placement = scenario.arms[arm].placement
    anatomy, applicator = scenario.anatomy.build(), scenario.resolved_probe(arm).applicator()
    pose = place(applicator, placement.model_copy(update={"allow_inside_bone": True}), anatomy)
    frame = target_frame(anatomy.target, placement.target_mm)

    def too_deep(pushed_mm: float) -> bool:
        moved = Pose(pose.rotation, pose.translation_mm + pushed_mm * frame.away)
        return bone_depth_mm(moved, applicator, anatomy) > BONE_TOLERANCE_MM - FOUND_MM

    if placement.allow_inside_bone or not too_deep(0.0):
        return scenario, 0.0
    free = next((mm for mm in np.arange(STEP_MM, FARTHEST_MM, STEP_MM).tolist() if not too_deep(mm)), None)
    if free is None:
        return scenario, 0.0
    low, high = free - STEP_MM, free
    while high - low > FOUND_MM:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if too_deep(middle) else (low, middle)
    shift = as_offset(placement.offset_mm).shift_mm(frame, pose.rotation[:, 2]) + high * frame.away
    offset = PatientOffset(left_mm=float(shift[0]), posterior_mm=float(shift[1]), cranial_mm=float(shift[2]))
    moved = scenario.arms[arm].model_copy(update={"placement": placement.model_copy(update={"offset_mm": offset})})
    return scenario.model_copy(update={"arms": {**scenario.arms, arm: moved}}), high
