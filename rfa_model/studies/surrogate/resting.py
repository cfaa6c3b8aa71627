"""Needles that come to lie on bone, many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import Anatomy
from rfa_model.applicators.applicator import Applicator
from rfa_model.placement.clearance import BONE_TOLERANCE_MM, LONGEST_MM, NEEDLE_LENGTH_MM
from rfa_model.studies.rest import FARTHEST_MM, FOUND_MM
from rfa_model.studies.surrogate.needle_distance import NeedleDistance
from rfa_model.studies.surrogate.poses import Poses
from rfa_model.studies.surrogate.surroundings import TISSUES

FloatArray = NDArray[np.float64]
STEP_MM = 1.0
MOST_STEPS = 60


def needle_points_mm(applicator: Applicator, way_mm: float | None) -> FloatArray:
    """(S, 3) points of a needle up to the skin, applicator frame."""
    return applicator.samples_mm(min(max(way_mm or 0.0, NEEDLE_LENGTH_MM), LONGEST_MM), STEP_MM)


@dataclass(frozen=True)
class Resting:
    """Bone about the needles of a study.

    Attributes
    ----------
    bone : NeedleDistance
        Of the needles to it.
    away : (3,) array
        The way a needle is pushed, patient frame.
    rests : bool
        Whether one that would run into bone comes to lie on it; else it cannot lie there.
    """

    bone: NeedleDistance
    away: FloatArray
    rests: bool

    @classmethod
    def of(cls, anatomy: Anatomy, points_mm: FloatArray, learnt: Poses, away: FloatArray, rests: bool) -> Self | None:
        """For needles (S, 3) that lie about as those learnt do; None where there is no bone."""
        pad_mm = max(TISSUES["bone"].shells_mm) + 1.0 + np.abs(away) * 5.0
        bone = NeedleDistance.of(anatomy, "bone", points_mm, learnt, pad_mm)
        return None if bone is None else cls(bone, np.asarray(away, dtype=float), rests)

    def depth_mm(self, poses: Poses) -> FloatArray:
        """(M,) how deep each needle runs into bone; negative: how far it stays clear."""
        return -self.bone.clear_mm(poses)

    def pushed_mm(self, poses: Poses) -> FloatArray:
        """(M,) how far each is pushed out of bone; NaN where it cannot lie.

        A push by δ takes no more than δ off the depth, so that a push by what is too deep never passes the first place
        that is free.
        """
        pushed, allowed = np.zeros(len(poses)), BONE_TOLERANCE_MM - FOUND_MM
        active = np.arange(len(poses))
        for _ in range(MOST_STEPS):
            excess = self.depth_mm(poses[active].moved(pushed[active, None] * self.away)) - allowed
            too_deep = excess > FOUND_MM
            if not self.rests:
                pushed[active[too_deep]] = np.nan
                return pushed
            active, excess = active[too_deep], excess[too_deep]
            pushed[active] += excess
            far = pushed[active] > FARTHEST_MM
            pushed[active[far]] = np.nan
            active = active[~far]
            if not len(active):
                return pushed
        return pushed
