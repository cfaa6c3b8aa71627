"""Where the probe lies in the patient: approach, offsets and angles about the anatomy's target.

The target carries a right-handed frame (across, away, along): *along* is the nerve's tangent towards the periphery,
*away* points out of the bone, *across* = away × along. Being a cross product, *across* changes hands between the
left and the right side: a mirrored placement has the opposite across offset, swing and roll.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rfa_model.applicators.clearance import check_clearance
from rfa_model.applicators.geometry import ProbeGeometry
from rfa_model.applicators.pose import Pose, rotation_about
from rfa_model.errors import InputError

FloatArray = NDArray[np.float64]


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


class AnatomyLike(Protocol):
    """What placement asks of an anatomy."""

    @property
    def target(self) -> TargetLike: ...
    def distance_mm(self, part: str, points_mm: FloatArray) -> FloatArray: ...


@dataclass(frozen=True)
class _Frame:
    """Target point (mm, patient frame) and its unit axes."""

    point: FloatArray
    across: FloatArray
    away: FloatArray
    along: FloatArray
    nerve_radius_mm: float


def place(probe: Any, placement: Any, anatomy: AnatomyLike, domain_radius_mm: float | None = None) -> Pose:
    """Pose of a probe for a placement in an anatomy.

    * ``parallel``: the shaft leaves along the nerve's tangent (the needle comes in from the nerve's peripheral end),
      the middle of the active tip lies beside the target, the needle axis displaced away from bone by needle radius
      plus nerve radius, so that the needle touches the nerve on its outer side;
    * ``perpendicular``: the shaft points away from bone, the distal point touches the nerve's outer side;
    * ``custom``: the distal point is at the target, the shaft points along ``direction``.

    ``target_mm`` replaces the anatomy's target point. Then ``angles_deg`` (tilt, swing, roll) turn the probe,
    right-handed: roll about its own axis, tilt about *across*, swing about *away*, in this order, tilt and swing with
    the target point held fixed. Last, ``offset_mm`` shifts it along the nerve, across it, and away from bone.

    Parameters
    ----------
    probe
        A library probe.
    placement
        An object with ``approach, offset_mm, angles_deg, target_mm, direction, allow_inside_bone``.
    anatomy
        See ``rfa_model.anatomy.base.Anatomy``.
    domain_radius_mm
        If given, the computed sphere of that radius about the active tip's centre must lie inside the body.

    Raises
    ------
    InputError
        When the placement is incomplete, or the needle would run through the spinal canal, through bone, out of the
        body.
    """
    geometry = ProbeGeometry.of(probe)
    frame = _target_frame(placement, anatomy.target)
    if placement.approach not in _APPROACHES:
        raise InputError(
            f"placement: approach {placement.approach!r} is unknown; choose one of {', '.join(_APPROACHES)}"
        )
    if placement.direction is not None and placement.approach != "custom":
        raise InputError(f"placement: direction belongs to approach custom, not to {placement.approach}; remove it")
    distal, shaft = _APPROACHES[placement.approach](geometry, placement, frame)
    tilt, swing, roll = (float(angle) for angle in placement.angles_deg)
    turn = rotation_about(frame.away, swing) @ rotation_about(frame.across, tilt)
    rotation = turn @ rotation_about(shaft, roll) @ _axes(shaft, frame)
    along, across, away = (float(offset) for offset in placement.offset_mm)
    shift = along * frame.along + across * frame.across + away * frame.away
    pose = Pose(_orthonormal(rotation), frame.point + turn @ (distal - frame.point) + shift)
    check_clearance(pose, geometry, anatomy, bool(placement.allow_inside_bone), domain_radius_mm)
    return pose


def _parallel(geometry: ProbeGeometry, placement: Any, frame: _Frame) -> tuple[FloatArray, FloatArray]:
    beside = frame.point + (geometry.radius_mm + frame.nerve_radius_mm) * frame.away
    return beside - 0.5 * geometry.tip_length_mm * frame.along, frame.along


def _perpendicular(geometry: ProbeGeometry, placement: Any, frame: _Frame) -> tuple[FloatArray, FloatArray]:
    return frame.point + frame.nerve_radius_mm * frame.away, frame.away


def _custom(geometry: ProbeGeometry, placement: Any, frame: _Frame) -> tuple[FloatArray, FloatArray]:
    if placement.direction is None:
        raise InputError("placement: approach custom needs direction, a vector from the tip up the shaft (LPS)")
    return frame.point, _unit(placement.direction, "direction")


_Approach = Callable[[ProbeGeometry, Any, _Frame], tuple[FloatArray, FloatArray]]
_APPROACHES: dict[str, _Approach] = {"parallel": _parallel, "perpendicular": _perpendicular, "custom": _custom}


def _target_frame(placement: Any, target: TargetLike) -> _Frame:
    along = _unit(target.tangent, "the anatomy's tangent")
    away = np.asarray(target.away_from_bone, dtype=float)
    away = _unit(away - (away @ along) * along, "the anatomy's away_from_bone")
    point = np.asarray(target.point_mm if placement.target_mm is None else placement.target_mm, dtype=float)
    if point.shape != (3,) or not np.isfinite(point).all():
        raise InputError(f"placement: the target must be three numbers in mm (LPS), got {point.tolist()}")
    return _Frame(point, np.cross(away, along), away, along, float(target.nerve_radius_mm))


def _axes(shaft: FloatArray, frame: _Frame) -> FloatArray:
    """Rotation whose third column is the shaft; the probe's y axis looks away from bone, or, end-on, along −tangent."""
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
