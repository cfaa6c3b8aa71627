"""Names of vertebrae in the scene that the reader turns: from which sides each is seen, worked out beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from rfa_model.drawing.arm_picture import ArmPicture, Array
from rfa_model.drawing.bone_names import NEEDLE_CLEAR_MM, NEEDLE_SEEN_MM, in_turn, is_open
from rfa_model.report.parts import BONE_REACH_MM

Mask = NDArray[np.bool_]
AZIMUTH_STEP_DEG = 15
ELEVATIONS_DEG = (-88, -60, -30, 0, 30, 60, 88)


class BoneLabel(TypedDict):
    """A bone's name, its marks (mm from the target) and, by side, the places of those to write it at, best first."""

    name: str
    marks: list[list[float]]
    seen: list[list[int]]


def sides() -> Array:
    """Unit vectors (n, 3) towards the viewer, azimuths of each elevation in turn."""
    azimuth = np.radians(np.arange(0, 360, AZIMUTH_STEP_DEG))
    elevation = np.radians(ELEVATIONS_DEG)[:, None]
    flat = np.cos(elevation)
    found = (flat * np.cos(azimuth), flat * np.sin(azimuth), np.sin(elevation) * np.ones_like(azimuth))
    return np.stack(found, axis=-1).reshape(-1, 3)


def open_sides(picture: ArmPicture) -> dict[str, Mask]:
    """Of every mark (N) of a bone from which sides (n) it lies open, (N, n); the same for all arms of a run."""
    return {
        name: np.array([[is_open(picture.bone_distance, mark, side) for side in sides()] for mark in marks])
        for name, marks in picture.bone_marks.items()
    }


def bone_labels(picture: ArmPicture, opened: Mapping[str, Mask], origin_mm: Array) -> list[BoneLabel]:
    """Where one arm's scene writes each bone's name: on its surface as seen, away from the needle."""
    labels: list[BoneLabel] = []
    for name, marks in picture.bone_marks.items():
        drawn = (np.abs(marks - origin_mm) < BONE_REACH_MM).all(axis=1)
        seen = []
        for number, side in enumerate(sides()):
            turn = [int(place) for place in in_turn(np.arange(len(marks), dtype=float), side)]
            free = opened[name][:, number] & drawn & _clear(picture, marks, side)
            seen.append([place for place in turn if free[place]])
        if any(seen):
            labels.append({"name": name, "marks": np.round(marks - origin_mm, 2).tolist(), "seen": seen})
    return labels


def _clear(picture: ArmPicture, marks_mm: Array, side: Array) -> Mask:
    """Which marks (N,) a needle does not cross, seen from a side."""
    heights = np.linspace(0.0, NEEDLE_SEEN_MM, 61)
    needle = np.array([body.on_axis(height) for body in picture.applicator.bodies() for height in heights])
    apart = marks_mm[:, None] - needle
    across = apart - (apart @ side)[..., None] * side
    return np.asarray(np.linalg.norm(across, axis=2).min(axis=1) > NEEDLE_CLEAR_MM)
