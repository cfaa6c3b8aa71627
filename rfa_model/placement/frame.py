"""What approaches and offsets are told in: the target with its directions, the patient's axes, the operator's view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rfa_model.errors import InputError

FloatArray = NDArray[np.float64]
Triple = tuple[float, float, float]

CRANIAL = np.array([0.0, 0.0, 1.0])
# Nearer than this to the patient's long axis (sine of the angle) a needle has no cranial and no lateral side.
ALONG_THE_BODY = 0.05


@runtime_checkable
class AnatomyLike(Protocol):
    """What a placement asks of an anatomy: signed distances to its parts ``canal``, ``bone`` and ``body``."""

    def distance_mm(self, part: str, points_mm: FloatArray) -> FloatArray: ...


@runtime_checkable
class KnownAbout(Protocol):
    """An anatomy that is known in part: how far about a point, mm."""

    def known_radius_mm(self, point_mm: FloatArray) -> float:
        """Radius of the largest sphere about a point in which all its tissue is known."""
        ...


@runtime_checkable
class NamesBones(Protocol):
    """An anatomy that can tell its bones apart."""

    def bone_at(self, point_mm: FloatArray) -> str: ...


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


@dataclass(frozen=True)
class Frame:
    """Target point (mm, patient frame LPS) with its unit axes; ``across`` = away × along.

    Being a cross product, ``across`` changes hands between left and right: a mirrored placement has the opposite across
    offset, swing and roll.
    """

    point: FloatArray
    across: FloatArray
    away: FloatArray
    along: FloatArray
    nerve_radius_mm: float

    @property
    def side(self) -> float:
        """+1 on the patient's left and in the middle, −1 on the right."""
        return -1.0 if self.point[0] < 0.0 else 1.0

    @property
    def nerve_caudal_tilt_deg(self) -> float:
        """By how much the nerve runs downwards as seen from the side, 0 for straight backwards."""
        return float(np.degrees(np.arctan2(-self.along[2], self.along[1])))


def target_frame(target: TargetLike, point_mm: ArrayLike | None) -> Frame:
    """Axes of a target, about another point where one is given; InputError if they are none."""
    along = unit(target.tangent, "the anatomy's tangent")
    away = np.asarray(target.away_from_bone, dtype=float)
    away = unit(away - (away @ along) * along, "the anatomy's away_from_bone")
    point = np.asarray(target.point_mm if point_mm is None else point_mm, dtype=float)
    if point.shape != (3,) or not np.isfinite(point).all():
        raise InputError(f"placement: the target must be three numbers in mm (LPS), got {point.tolist()}")
    return Frame(point, np.cross(away, along), away, along, float(target.nerve_radius_mm))


def angled(oblique_deg: float, caudal_deg: float, side: float) -> FloatArray:
    """Direction from the patient to whom a C-arm looks along: up the shaft of a needle seen down the barrel.

    Parameters
    ----------
    oblique_deg : turn about the patient's long axis towards ``side``; 0 is behind the back.
    caudal_deg : tilt towards the feet.
    side : +1 left, −1 right.
    """
    turn, tilt = np.deg2rad(oblique_deg), np.deg2rad(caudal_deg)
    return np.array([side * np.sin(turn) * np.cos(tilt), np.cos(turn) * np.cos(tilt), -np.sin(tilt)])


def angles_deg(shaft: FloatArray, side: float) -> tuple[float, float]:
    """Oblique and caudal angle of a direction: the inverse of :func:`angled`."""
    x, y, z = shaft
    return float(np.degrees(np.arctan2(side * x, y))), float(np.degrees(np.arcsin(np.clip(-z, -1.0, 1.0))))


def seen_along(shaft: FloatArray, side: float) -> tuple[FloatArray, FloatArray]:
    """Lateral (away from the middle) and cranial unit vectors as an operator sees them down the shaft.

    Raises
    ------
    InputError
        If the shaft runs along the patient's long axis.
    """
    cranial = CRANIAL - (CRANIAL @ shaft) * shaft
    length = float(np.linalg.norm(cranial))
    if length < ALONG_THE_BODY:
        raise InputError(
            "placement: the needle runs along the patient's long axis, where an operator sees no cranial and no "
            "lateral side; give the offset in the nerve's or the patient's frame"
        )
    cranial = cranial / length
    return side * np.cross(shaft, cranial), cranial


def unit(vector: ArrayLike, name: str) -> FloatArray:
    """The vector at length one; InputError naming it if it has none."""
    values = np.asarray(vector, dtype=float)
    length = float(np.linalg.norm(values))
    if values.shape != (3,) or not np.isfinite(length) or length < 1e-12:
        raise InputError(f"placement: {name} must be a vector of three numbers, not all zero, got {values.tolist()}")
    return values / length
