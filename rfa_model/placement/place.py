"""Where an applicator lies in the patient: approach, offsets and angles about the anatomy's target.

The target carries a right-handed frame (across, away, along): *along* is the nerve's tangent towards the periphery,
*away* points out of the bone, *across* = away × along. Being a cross product, *across* changes hands between the
left and the right side: a mirrored placement has the opposite across offset, swing and roll.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.pose import Pose, rotation_about
from rfa_model.errors import InputError
from rfa_model.placement.clearance import AnatomyLike, check_clearance

FloatArray = NDArray[np.float64]
Triple = tuple[float, float, float]


class TargetLike(Protocol):
    """Target of an anatomy: a point with two directions."""

    @property
    def point_mm(self) -> FloatArray: ...
    @property
    def tangent(self) -> FloatArray: ...
    @property
    def away_from_bone(self) -> FloatArray: ...
    @property
    def nerve_radius_mm(self) -> float: ...


class TargetedAnatomy(AnatomyLike, Protocol):
    """An anatomy with a target."""

    @property
    def target(self) -> TargetLike: ...


class PlacementLike(Protocol):
    """How an applicator is to lie; see :func:`place`."""

    @property
    def approach(self) -> str: ...
    @property
    def offset_mm(self) -> Triple: ...
    @property
    def angles_deg(self) -> Triple: ...
    @property
    def target_mm(self) -> Triple | None: ...
    @property
    def direction(self) -> Triple | None: ...
    @property
    def allow_inside_bone(self) -> bool: ...


@dataclass(frozen=True)
class _Frame:
    """Target point (mm, patient frame) and its unit axes."""

    point: FloatArray
    across: FloatArray
    away: FloatArray
    along: FloatArray
    nerve_radius_mm: float


def place(
    applicator: Applicator, placement: PlacementLike, anatomy: TargetedAnatomy, domain_radius_mm: float | None = None
) -> Pose:
    """Pose of an applicator for a placement in an anatomy.

    * ``parallel``: the shaft leaves along the nerve's tangent (the needle comes in from the nerve's peripheral end),
      the middle of the contacts lies beside the target, the applicator's axis displaced away from bone by the radius
      of the body on it plus the nerve's, so that a needle touches the nerve on its outer side;
    * ``perpendicular``: the shaft points away from bone, the origin touches the nerve's outer side;
    * ``custom``: the origin is at the target, the shaft points along ``direction``.

    The origin of the applicator frame is a needle's distal point, its z axis points up the shaft.

    ``target_mm`` replaces the anatomy's target point. Then ``angles_deg`` (tilt, swing, roll) turn the applicator,
    right-handed: roll about its own axis, tilt about *across*, swing about *away*, in this order, tilt and swing with
    the target point held fixed. Last, ``offset_mm`` shifts it along the nerve, across it, and away from bone.

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

    Raises
    ------
    InputError
        When the placement is incomplete, or the needle would run through the spinal canal, through bone, out of the
        body.
    """
    frame = _target_frame(placement, anatomy.target)
    if placement.approach not in _APPROACHES:
        raise InputError(
            f"placement: approach {placement.approach!r} is unknown; choose one of {', '.join(_APPROACHES)}"
        )
    if placement.direction is not None and placement.approach != "custom":
        raise InputError(f"placement: direction belongs to approach custom, not to {placement.approach}; remove it")
    distal, shaft = _APPROACHES[placement.approach](applicator, placement, frame)
    tilt, swing, roll = (float(angle) for angle in placement.angles_deg)
    turn = rotation_about(frame.away, swing) @ rotation_about(frame.across, tilt)
    rotation = turn @ rotation_about(shaft, roll) @ _axes(shaft, frame)
    along, across, away = (float(offset) for offset in placement.offset_mm)
    shift = along * frame.along + across * frame.across + away * frame.away
    pose = Pose(_orthonormal(rotation), frame.point + turn @ (distal - frame.point) + shift)
    check_clearance(pose, applicator, anatomy, bool(placement.allow_inside_bone), domain_radius_mm)
    return pose


def _parallel(applicator: Applicator, placement: PlacementLike, frame: _Frame) -> tuple[FloatArray, FloatArray]:
    beside = frame.point + (applicator.axial_radius_mm + frame.nerve_radius_mm) * frame.away
    return beside - applicator.centre_mm[2] * frame.along, frame.along


def _perpendicular(applicator: Applicator, placement: PlacementLike, frame: _Frame) -> tuple[FloatArray, FloatArray]:
    return frame.point + frame.nerve_radius_mm * frame.away, frame.away


def _custom(applicator: Applicator, placement: PlacementLike, frame: _Frame) -> tuple[FloatArray, FloatArray]:
    if placement.direction is None:
        raise InputError("placement: approach custom needs direction, a vector from the tip up the shaft (LPS)")
    return frame.point, _unit(placement.direction, "direction")


_Approach = Callable[[Applicator, PlacementLike, _Frame], tuple[FloatArray, FloatArray]]
_APPROACHES: dict[str, _Approach] = {"parallel": _parallel, "perpendicular": _perpendicular, "custom": _custom}


def _target_frame(placement: PlacementLike, target: TargetLike) -> _Frame:
    along = _unit(target.tangent, "the anatomy's tangent")
    away = np.asarray(target.away_from_bone, dtype=float)
    away = _unit(away - (away @ along) * along, "the anatomy's away_from_bone")
    point = np.asarray(target.point_mm if placement.target_mm is None else placement.target_mm, dtype=float)
    if point.shape != (3,) or not np.isfinite(point).all():
        raise InputError(f"placement: the target must be three numbers in mm (LPS), got {point.tolist()}")
    return _Frame(point, np.cross(away, along), away, along, float(target.nerve_radius_mm))


def _axes(shaft: FloatArray, frame: _Frame) -> FloatArray:
    """Rotation whose third column is the shaft; its y axis looks away from bone, or, end-on, along −tangent."""
    y = frame.away - (frame.away @ shaft) * shaft
    if np.linalg.norm(y) < 1e-3:
        y = -(frame.along - (frame.along @ shaft) * shaft)
    y = y / np.linalg.norm(y)
    return np.column_stack([np.cross(y, shaft), y, shaft])


def _orthonormal(rotation: FloatArray) -> FloatArray:
    """Nearest rotation: products of rotations drift in the last digits."""
    left, _, right = np.linalg.svd(rotation)
    nearest: FloatArray = left @ right
    return nearest


def _unit(vector: ArrayLike, name: str) -> FloatArray:
    values = np.asarray(vector, dtype=float)
    length = float(np.linalg.norm(values))
    if values.shape != (3,) or not np.isfinite(length) or length < 1e-12:
        raise InputError(f"placement: {name} must be a vector of three numbers, not all zero, got {values.tolist()}")
    return values / length
