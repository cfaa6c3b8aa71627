"""The spinal canal, which no needle may enter: distance to it is read off a lattice made once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import Anatomy
from rfa_model.studies.surrogate.lattice import Lattice
from rfa_model.studies.surrogate.poses import Poses

FloatArray = NDArray[np.float64]
SPACING_MM, PAD_MM = 0.75, 6.0


@dataclass(frozen=True)
class Canal:
    """Distance to the canal (patient frame, mm) about the needles of a study, and points on a needle (S, 3)."""

    distance: Lattice
    points_mm: FloatArray

    @classmethod
    def of(cls, anatomy: Anatomy, points_mm: FloatArray, learnt: Poses) -> Self | None:
        """For needles that lie about as those learnt do; None where there is no canal."""
        where = learnt.to_patient(points_mm).reshape(-1, 3)
        if not np.isfinite(anatomy.distance_mm("canal", where[:1])).all():
            return None
        return cls(
            Lattice.of_distance(
                where.min(axis=0) - PAD_MM, where.max(axis=0) + PAD_MM, SPACING_MM,
                lambda p: anatomy.distance_mm("canal", p),
            ),
            points_mm,
        )  # fmt: skip

    def clear_mm(self, poses: Poses) -> FloatArray:
        """(M,) how far each needle keeps from the canal; negative where it runs into it."""
        where = poses.to_patient(self.points_mm)
        return self.distance(where.reshape(-1, 3)).reshape(where.shape[:2]).min(axis=1)
