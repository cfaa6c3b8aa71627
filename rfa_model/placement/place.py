"""Where an applicator lies in the patient: approach, angles and offset about the anatomy's target."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from rfa_model._near import near_match
from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.pose import Pose, rotation_about
from rfa_model.errors import InputError
from rfa_model.placement.approaches import APPROACHES, Approach, retreat
from rfa_model.placement.clearance import check_clearance
from rfa_model.placement.frame import AnatomyLike, FloatArray, Frame, TargetLike, Triple, target_frame
from rfa_model.placement.offsets import OffsetBase, as_offset

# The stretch of the nerve that a needle is held against: as long as the neck of the process, straight as it is there.
NERVE_MM = np.arange(-6.0, 6.01, 0.05)
TOUCHING_MM = 1e-10
FARTHEST_MM = 30.0


class TargetedAnatomy(AnatomyLike, Protocol):
    """An anatomy with a target."""

    @property
    def target(self) -> TargetLike: ...


class PlacementLike(Protocol):
    """How an applicator is to lie; see :func:`place`."""

    @property
    def approach(self) -> str: ...
    @property
    def offset_mm(self) -> Triple | OffsetBase: ...
    @property
    def angles_deg(self) -> Triple: ...
    @property
    def target_mm(self) -> Triple | None: ...
    @property
    def direction(self) -> Triple | None: ...
    @property
    def allow_inside_bone(self) -> bool: ...


def place(
    applicator: Applicator,
    placement: PlacementLike,
    anatomy: TargetedAnatomy,
    domain_radius_mm: float | None = None,
    *,
    bone: bool = True,
) -> Pose:
    """Pose of an applicator for a placement in an anatomy.

    The approach (a row of :data:`~rfa_model.placement.approaches.APPROACHES`) gives the direction up the shaft and how
    the tip meets the nerve: with the middle of its contacts beside the target or with its distal end at it, and drawn
    back, out of the bone or up the shaft, until it just touches the nerve; or with the origin at the target. The origin
    of the applicator frame is a needle's distal point, its z axis points up the shaft.

    ``target_mm`` replaces the anatomy's target point. Then ``angles_deg`` (tilt, swing, roll) turn the applicator,
    right-handed: roll about its own axis, tilt about *across*, swing about *away*, in this order, tilt and swing with
    the target point held fixed. Last, ``offset_mm`` shifts it, in the frame of the nerve, the patient or the operator.

    Parameters
    ----------
    applicator
        In its own frame.
    placement
        Approach, offsets, angles.
    anatomy
        See ``rfa_model.anatomy.base.Anatomy``.
    domain_radius_mm
        If given, the computed sphere of that radius about the middle of the contacts must lie inside the body.
    bone
        Whether bone is looked at, which takes longest.

    Raises
    ------
    InputError
        When the placement is incomplete, or the needle would run through the spinal canal, through bone, out of the
        body, or from nowhere a needle reaches.
    """
    frame = target_frame(anatomy.target, placement.target_mm)
    if placement.approach not in APPROACHES:
        known = ", ".join(APPROACHES)
        near = near_match(placement.approach, APPROACHES)
        raise InputError(f"placement: approach {placement.approach!r} is unknown; choose one of {known}{near}")
    if placement.direction is not None and placement.approach != "custom":
        raise InputError(f"placement: direction belongs to approach custom, not to {placement.approach}; remove it")
    start = _approached(applicator, APPROACHES[placement.approach], frame, placement.direction)
    tilt, swing, roll = (float(angle) for angle in placement.angles_deg)
    turn = rotation_about(frame.away, swing) @ rotation_about(frame.across, tilt)
    rotation = _orthonormal(turn @ rotation_about(start.axis, roll) @ start.rotation)
    shift = as_offset(placement.offset_mm).shift_mm(frame, rotation[:, 2])
    pose = Pose(rotation, frame.point + turn @ (start.translation_mm - frame.point) + shift)
    check_clearance(pose, applicator, anatomy, bool(placement.allow_inside_bone), domain_radius_mm, bone=bone)
    return pose


def custom_words(pose: Pose, anatomy: TargetedAnatomy) -> tuple[Triple, Triple, float]:
    """Return ``target_mm``, ``direction`` and the roll (degrees) with which approach custom gives a pose."""
    frame = target_frame(anatomy.target, pose.translation_mm)
    left = _axes(pose.axis, frame).T @ pose.rotation
    roll = float(np.degrees(np.arctan2(left[1, 0], left[0, 0])))
    return _triple(pose.translation_mm), _triple(pose.axis), roll


def _triple(vector: FloatArray) -> Triple:
    x, y, z = vector.tolist()
    return x, y, z


def _approached(applicator: Applicator, approach: Approach, frame: Frame, given: Triple | None) -> Pose:
    """The pose before turns and shifts."""
    shaft = approach.direction(frame, given)
    rotation = _axes(shaft, frame)
    point = frame.point + approach.along_mm * frame.along
    if approach.meets == "origin":
        return Pose(rotation, point)
    back = retreat(approach, frame, shaft)
    distal = point - applicator.centre_mm[2] * shaft if approach.meets == "beside" else point
    return Pose(rotation, distal + _touching_mm(applicator, rotation, distal, back, frame) * back)


def _touching_mm(
    applicator: Applicator, rotation: FloatArray, distal: FloatArray, back: FloatArray, frame: Frame
) -> float:
    """How far to draw back until the body on the axis just touches the nerve; without one, the axis does."""
    if applicator.axial_radius_mm == 0.0:
        return frame.nerve_radius_mm
    from scipy.optimize import brentq

    nerve = frame.point + NERVE_MM[:, None] * frame.along

    def gap_mm(drawn_mm: float) -> float:
        pose = Pose(rotation, distal + drawn_mm * back)
        return float(applicator.distance_mm(pose.to_probe(nerve)).min()) - frame.nerve_radius_mm

    return float(brentq(gap_mm, 0.0, FARTHEST_MM, xtol=TOUCHING_MM)) if gap_mm(0.0) < 0.0 else 0.0


def _axes(shaft: FloatArray, frame: Frame) -> FloatArray:
    """Rotation whose third column is the shaft; its y axis looks away from bone, or, end-on, along −tangent."""
    y = frame.away - (frame.away @ shaft) * shaft
    if np.linalg.norm(y) < 1e-3:
        y = -(frame.along - (frame.along @ shaft) * shaft)
    y = y / np.linalg.norm(y)
    return _orthonormal(np.column_stack([np.cross(y, shaft), y, shaft]))


def _orthonormal(rotation: FloatArray) -> FloatArray:
    """Nearest rotation: products of rotations drift in the last digits."""
    left, _, right = np.linalg.svd(rotation)
    nearest: FloatArray = left @ right
    return nearest
