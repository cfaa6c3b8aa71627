"""How far needles keep from bone or from the canal, many at once: read off a lattice made once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import Anatomy
from rfa_model.studies.surrogate.lattice import Lattice
from rfa_model.studies.surrogate.poses import Poses

FloatArray = NDArray[np.float64]
SPACING_MM = 0.75


@dataclass(frozen=True)
class NeedleDistance:
    """Signed distance to a structure (patient frame, mm) about a study's needles, and points on a needle (S, 3)."""

    lattice: Lattice
    points_mm: FloatArray

    @classmethod
    def of(
        cls, anatomy: Anatomy, structure: str, points_mm: FloatArray, learnt: Poses, pad_mm: float | FloatArray
    ) -> Self | None:
        """For needles that lie about as those learnt do, and ``pad_mm`` beyond; None where there is no structure."""
        where = learnt.to_patient(points_mm).reshape(-1, 3)
        distance_mm = partial(anatomy.distance_mm, structure)
        if not np.isfinite(distance_mm(where[:1])).all():
            return None
        low_mm, high_mm = where.min(axis=0) - pad_mm, where.max(axis=0) + pad_mm
        return cls(Lattice.of_distance(low_mm, high_mm, SPACING_MM, distance_mm), points_mm)

    def clear_mm(self, poses: Poses) -> FloatArray:
        """(M,) how far each needle keeps from it; negative where it runs into it."""
        where = poses.to_patient(self.points_mm)
        return self.lattice(where.reshape(-1, 3)).reshape(where.shape[:2]).min(axis=1)
