"""What if the needle comes to lie some millimetres off: margins over displacements, and how far it may go each way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.placement.frame import seen_along
from rfa_model.studies.surrogate.model import Answers, Probe
from rfa_model.studies.surrogate.poses import Poses

FloatArray = NDArray[np.float64]
DIRECTIONS = ("lateral", "medial", "cranial", "caudal", "deep", "short")
"""As an operator sees them who looks down the needle."""
FARTHEST_MM, STEP_MM, MAP_MM, MAP_STEP_MM = 8.0, 0.25, 6.0, 0.6
FURTHER = 44
"""Directions beside the six that are told by name."""


@dataclass(frozen=True)
class Reach:
    """How far a needle may be displaced in one direction until the event fails.

    Attributes
    ----------
    direction : (3,) array
        Unit vector: lateral, cranial, deep.
    mm, low_mm, high_mm : float
        By the margin itself, and by a margin that is worse or better by the surrogate's error; 0 where the event fails
        at once.
    end : str
        What stops it: ``lost``; ``unknown`` where the surrogate knows no further; ``far`` where nothing does.
    """

    direction: FloatArray
    mm: float
    low_mm: float
    high_mm: float
    end: str

    @property
    def words(self) -> str:
        """``2.1 (1.9 to 2.4) mm``; ``at least 6.0 mm`` where nothing fails, ``3.1 to at least 6.0 mm`` where it may."""
        if self.end != "lost":
            least = f"{self.low_mm:.1f} to " if self.low_mm < self.mm - STEP_MM / 2 else ""
            return f"{least}at least {self.mm:.1f} mm"
        return f"{self.mm:.1f} ({self.low_mm:.1f} to {self.high_mm:.1f}) mm"


@dataclass(frozen=True)
class Tolerance:
    """Displacements about one pose.

    Attributes
    ----------
    event : str
    named : dict of str to Reach
        By :data:`DIRECTIONS`.
    every : list of Reach
        The named ones and many more.
    axis_mm : (A,) array
        Of both maps.
    cranial_map, deep_map : (A, A) arrays
        Margin (mm) of the event over lateral (first index) and cranial or deep displacement; NaN where unknown.
    whole_cranial_map, whole_deep_map : (A, A) arrays
        Margin at the worst point of the target.
    error_mm : float
        Of the margin, as left-out trials show it.
    """

    event: str
    named: dict[str, Reach]
    every: list[Reach]
    axis_mm: FloatArray
    cranial_map: FloatArray
    deep_map: FloatArray
    whole_cranial_map: FloatArray
    whole_deep_map: FloatArray
    error_mm: float

    @property
    def least(self) -> Reach:
        """The direction that forgives least."""
        return min(self.every, key=lambda reach: reach.mm)

    def held_at(self, mm: float) -> tuple[int, int, int]:
        """Of all directions, in how many the event holds so far off, in how many it fails, in how many is unknown."""
        held = sum(reach.mm >= mm for reach in self.every)
        lost = sum(reach.mm < mm and reach.end == "lost" for reach in self.every)
        return held, lost, len(self.every) - held - lost


def displaced(pose: Poses, side: float, shifts: FloatArray) -> Poses:
    """One pose moved by (M, 3) lateral, cranial and deep mm, as seen down its needle."""
    shaft = pose.rotation[0, :, 2]
    lateral, cranial = seen_along(shaft, side)
    moved = shifts @ np.array([lateral, cranial, -shaft])
    return Poses(np.repeat(pose.rotation, len(shifts), axis=0), pose.translation_mm + moved)


def tolerance_of(probe: Probe, pose: Poses, error_mm: float, event: str = "capture") -> Tolerance:
    """Ask a probe's surrogate about displacements of one pose.

    Raises
    ------
    InputError
        If the pose itself lies beyond those learnt, or the needle runs along the patient's long axis.
    """
    probe.answer(pose)
    side = probe.inputs.aim.frame.side
    ways = np.concatenate([np.repeat(np.eye(3), 2, axis=0) * np.tile([[1.0], [-1.0]], (3, 1)), _sphere(FURTHER)])
    steps = np.arange(0.0, FARTHEST_MM + STEP_MM / 2, STEP_MM)
    found = [_reach(probe, pose, side, way, steps, error_mm, event) for way in ways]
    axis = np.arange(-MAP_MM, MAP_MM + MAP_STEP_MM / 2, MAP_STEP_MM)
    x, y = (each.ravel() for each in np.meshgrid(axis, axis, indexing="ij"))
    cranial, deep = (probe.answers(displaced(pose, side, _three(x, y, place))) for place in (1, 2))

    def map_of(answers: Answers, which: str) -> FloatArray:
        return answers.margin_mm(which).reshape(len(axis), len(axis))

    return Tolerance(
        event,
        dict(zip(DIRECTIONS, found[:6], strict=True)),
        found,
        axis,
        map_of(cranial, event),
        map_of(deep, event),
        map_of(cranial, "capture_whole"),
        map_of(deep, "capture_whole"),
        error_mm,
    )


def _reach(
    probe: Probe, pose: Poses, side: float, way: FloatArray, steps: FloatArray, error_mm: float, event: str
) -> Reach:
    answers = probe.answers(displaced(pose, side, steps[:, None] * way), refine=False)
    margin = answers.margin_mm(event)

    def until(worse_by_mm: float) -> tuple[float, str]:
        good = answers.known & (np.nan_to_num(margin, nan=-np.inf) >= worse_by_mm)
        if good.all():
            return float(steps[-1]), "far"
        first = int(np.argmin(good))
        if not answers.known[first]:
            return float(steps[max(first - 1, 0)]), "unknown"
        if first == 0:
            return 0.0, "lost"
        before, after = margin[first - 1] - worse_by_mm, margin[first] - worse_by_mm
        return float(steps[first - 1] + (steps[first] - steps[first - 1]) * before / (before - after)), "lost"

    mm, end = until(0.0)
    return Reach(way, mm, until(error_mm)[0], until(-error_mm)[0], end)


def _three(x: FloatArray, y: FloatArray, place: int) -> FloatArray:
    shifts = np.zeros((len(x), 3))
    shifts[:, 0], shifts[:, place] = x, y
    return shifts


def _sphere(count: int) -> FloatArray:
    """Unit vectors spread evenly (Fibonacci's lattice), (count, 3)."""
    place = np.arange(count) + 0.5
    height, turn = 1.0 - 2.0 * place / count, np.pi * (1.0 + 5.0**0.5) * place
    ring = np.sqrt(1.0 - height**2)
    return np.column_stack([ring * np.cos(turn), ring * np.sin(turn), height])
