"""What the tissue of an arm has gone through at any points, whether it was solved on one mesh or on several."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model.laws.criterion import Criterion
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.probing import Probing, place_points
from rfa_model.metrics.together import Together

FloatArray = NDArray[np.floating]


class Places(Protocol):
    """Points (P, 3) of the patient frame; values (P,) are NaN where there is no tissue."""

    @property
    def in_domain(self) -> NDArray[np.bool_]:
        """Which points lie in what was computed, the applicator included."""

    def by(self, criterion: Criterion, *, heated: bool = False) -> FloatArray:
        """A criterion's quantity as it is interpolated, by the end of the run or by that of heating."""

    def peak_C(self) -> FloatArray:
        """Highest temperature."""

    def log_damage(self) -> FloatArray:
        """Logarithm of Ω by the arm's own law."""


class OnOneMesh:
    """Points in the mesh that an arm's fields are on."""

    def __init__(self, arm: ArmData, points_mm: FloatArray) -> None:
        self.arm = arm
        self.placed: Probing = place_points(arm, points_mm)

    @property
    def in_domain(self) -> NDArray[np.bool_]:
        """Which points lie in tissue or in the applicator."""
        return self.placed.in_domain

    def by(self, criterion: Criterion, *, heated: bool = False) -> FloatArray:
        """A criterion's quantity as it is interpolated."""
        exposure = self.arm.fields.heated if heated else self.arm.fields.exposure
        assert exposure is not None
        return self.placed(criterion.of(exposure), logarithmic=criterion.logarithmic)

    def peak_C(self) -> FloatArray:
        """Highest temperature."""
        return self.placed(self.arm.fields.peak_temperature_C)

    def log_damage(self) -> FloatArray:
        """Logarithm of Ω by the arm's own law."""
        return self.placed(self.arm.fields.damage_final, logarithmic=True)


def places(arm: ArmData, points_mm: FloatArray) -> Places:
    """Return points (P, 3) in an arm, in the meshes of all its lesions where there are several."""
    points = np.asarray(points_mm, dtype=float)
    return Together(arm, points) if arm.increments else OnOneMesh(arm, points)
