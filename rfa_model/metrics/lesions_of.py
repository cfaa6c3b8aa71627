"""The lesions of one arm by any criterion: on its mesh, or, of several in turn, all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rfa_model.laws import Criterion
from rfa_model.laws.criterion import Exposure
from rfa_model.metrics.catalogue import readable
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.lesion import ApplicatorFrame, Beside, LesionMetrics, LesionVolume
from rfa_model.metrics.together import Grid

USUAL_LAW = "coagulation"
ALONE = Beside()


class LesionsOf:
    """Lesions of one arm, at the end of the run and of heating; ``criteria`` are those that will be asked for."""

    def __init__(self, arm: ArmData, criteria: Sequence[Criterion] = ()) -> None:
        self.arm = arm
        self.grid = Grid(arm, criteria) if arm.increments else None
        self.volume = None if self.grid else LesionVolume(arm.fields.tissue_mesh)
        self.frame = ApplicatorFrame.of(arm.applicator, arm.pose)
        if self.grid is not None:
            self.frame = replace(self.frame, touching_mm=self.grid.spacing_mm)

    def measured(self, criterion: Criterion) -> LesionMetrics:
        """The lesion at the end of the run, with what stands beside it."""
        ends = criterion.ends
        law = criterion.law.name if criterion.law else self.arm.damage_law
        beside = Beside(
            words=criterion.words + self._law_words(criterion),
            heated=self._lesion(criterion, heated=True) if self.arm.fields.heated else None,
            ends=(self._lesion(ends[0]), self._lesion(ends[1])) if ends else None,
            damage_at_rest=self.arm.damage_at_rest.get(law) if criterion.quantity == "damage" else None,
        )
        return self._lesion(criterion, beside)

    def _law_words(self, criterion: Criterion) -> str:
        """The scenario's own law of damage, where it is another than the usual one."""
        law = self.arm.damage_law
        named = criterion.quantity == "damage" and criterion.law is None and law not in ("", USUAL_LAW)
        return f" ({readable(law)})" if named else ""

    def _lesion(self, criterion: Criterion, beside: Beside = ALONE, *, heated: bool = False) -> LesionMetrics:
        if self.grid is not None:
            return self._together(self.grid, criterion, beside, heated=heated)
        assert self.volume is not None
        exposure = self.arm.fields.heated if heated else self.arm.fields.exposure
        assert exposure is not None
        values, logarithmic = criterion.of(exposure), criterion.logarithmic
        return LesionMetrics(self.volume, values, criterion.level, self.frame, logarithmic=logarithmic, beside=beside)

    def _together(self, grid: Grid, criterion: Criterion, beside: Beside, *, heated: bool) -> LesionMetrics:
        beyond = grid.beyond(criterion, heated=heated)
        nearest = [mm for mm in outer_distances_mm(self.arm, criterion) if mm is not None]
        beside = replace(beside, in_tissue=grid.in_tissue(beyond), outer_distance_mm=min(nearest, default=None))
        return LesionMetrics(LesionVolume(grid.mesh_about(beyond >= 0.0)), beyond, 0.0, self.frame, beside=beside)


def outer_distances_mm(arm: ArmData, criterion: Criterion) -> list[float | None]:
    """From each of several lesions to the end of the sphere it was solved in, to a cell; None where it made none."""
    found: list[float | None] = []
    for lesion, one in zip(arm.in_turn, arm.increments, strict=True):
        own = Exposure(one.damage, one.peak_temperature_C, one.cem43_min, one.further_damage)
        away = np.linalg.norm(one.points_mm - lesion.pose.to_patient(arm.applicator.centre_mm), axis=1)
        inside: NDArray[np.bool_] = np.asarray(criterion.of(own)) >= criterion.level
        found.append(float(away.max() - away[inside].max()) if inside.any() else None)
    return found
