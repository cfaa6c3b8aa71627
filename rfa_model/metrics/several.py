"""Several lesions in turn, taken together: what is said of the union, and of each of them beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from rfa_model.anatomy.base import Curve
from rfa_model.laws.criterion import Criterion
from rfa_model.metrics.catalogue import Measured, quantity
from rfa_model.metrics.curves import length_where, sample_curve
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.entry import Numbers
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.metrics.nerve import excess_at_centre
from rfa_model.metrics.together import Grid, Together

FloatArray = NDArray[np.float64]


class UnionMetrics(Measured):
    """What several lesions come to together, by the criterion shown first; None where there is one alone.

    Parameters
    ----------
    grid, lesions : what they are measured on, and by each criterion.
    """

    group = "union"

    def __init__(
        self,
        arm: ArmData,
        criteria: Mapping[str, Criterion],
        main: str | None,
        nerves: Mapping[str, Curve],
        grid: Grid,
        lesions: Mapping[str, LesionMetrics],
    ) -> None:
        self.arm, self.criteria, self.main, self.nerves = arm, criteria, main, nerves
        self.grid, self.lesions = grid, lesions

    @quantity("mm³", "volume of all lesions together", digits=0)
    def volume_mm3(self) -> float | None:
        """Of the union, without the metal of the last needle."""
        return self._of_main("volume_mm3")

    @quantity("mm", "length of the strip")
    def strip_length_mm(self) -> float | None:
        """Extent along the line from the first needle's distal end to the last's; up the shaft where they are one."""
        return self._of_main("strip_length_mm")

    @quantity(label="pieces", digits=0)
    def pieces(self) -> int | None:
        """Connected parts: 1 where the lesions have joined."""
        found = self._of_main("pieces")
        return None if found is None else int(found)

    @quantity("mm", "longest gap along the nerve")
    def longest_gap_mm(self) -> float | None:
        """Longest stretch of a nerve that is outside between two that are inside; 0 without any.

        Where the last needle is there is no tissue, and no gap.
        """
        return self._of_main("longest_gap_mm")

    @quantity()
    def by_criterion(self) -> dict[str, Numbers]:
        """The same by each criterion."""
        return {name: dict(numbers) for name, numbers in self._measured.items()}

    def _of_main(self, key: str) -> float | None:
        if self.main is None:
            return None
        value = self._measured[self.main][key]
        return None if value is None else float(value)

    @cached_property
    def _measured(self) -> dict[str, dict[str, float | None]]:
        nodes, along = self.grid.together.points_mm, self._along()
        found: dict[str, dict[str, float | None]] = {}
        for name, criterion in self.criteria.items():
            inside = self.grid.beyond(criterion) >= 0.0
            extent = nodes[inside] @ along
            found[name] = {
                "volume_mm3": self.lesions[name].volume_mm3,
                "strip_length_mm": float(np.ptp(extent) + self.grid.spacing_mm) if len(extent) else None,
                "pieces": float(label(inside.reshape(self.grid.shape))[1]),
                "longest_gap_mm": self._longest_gap_mm(criterion),
            }
        return found

    def _along(self) -> FloatArray:
        first, last = self.arm.in_turn[0].pose, self.arm.in_turn[-1].pose
        way = last.translation_mm - first.translation_mm
        length = float(np.linalg.norm(way))
        return np.asarray(way / length if length > 1e-6 else first.axis)

    def _longest_gap_mm(self, criterion: Criterion) -> float | None:
        gaps: list[float] = []
        for name, nerve in self.nerves.items():
            values = self._along_nerves[name].by(criterion)
            tissue = ~np.isnan(values)
            length, inside = nerve.arc_length_mm()[tissue], values[tissue] >= criterion.interpolated_level
            held = np.flatnonzero(inside)
            if len(held):
                gaps.append(float(np.max(np.diff(length[held]), where=np.diff(held) > 1, initial=0.0)))
        return max(gaps, default=None)

    @cached_property
    def _along_nerves(self) -> dict[str, Together]:
        return {name: Together(self.arm, np.asarray(one.points_mm, dtype=float)) for name, one in self.nerves.items()}


def covered_after_each(arm: ArmData, nerve: Curve, criterion: Criterion) -> list[float]:
    """Share of a nerve's target segment whose centre is inside after each of several lesions, with those before."""
    curve = sample_curve(nerve)
    rings_mm = curve.sections_mm.reshape(-1, 3)
    together = Together(arm, rings_mm)
    found = []
    for count, lesion in enumerate(arm.in_turn, start=1):
        values = together.values(criterion, lesions=count)
        in_needle = arm.applicator.distance_mm(lesion.pose.to_probe(rings_mm)) <= 0.0
        beyond = np.where(in_needle, np.nan, values - criterion.interpolated_level)
        centre = excess_at_centre(beyond.reshape(curve.sections_mm.shape[:2]))
        length_mm = length_where(curve.arc_mm, centre, curve.in_segment)
        found.append(length_mm / (curve.segment_mm[1] - curve.segment_mm[0]))
    return found
