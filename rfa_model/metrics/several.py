"""Several lesions in turn, taken together: the union of what each left, measured on one grid in the patient frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from rfa_model.anatomy.base import Curve
from rfa_model.laws.criterion import Criterion, Exposure
from rfa_model.metrics.catalogue import Measured, quantity
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.entry import Numbers
from rfa_model.metrics.lesion import LesionVolume
from rfa_model.metrics.mesh import TetMesh
from rfa_model.metrics.sampling import LEAST, locate

FloatArray = NDArray[np.float64]
SPACING_MM, MARGIN_MM, MOST_NODES = 0.35, 1.0, 1_500_000
SHARP_PER_MM = 20.0
"""Slope by which a criterion's excess is cut off at the metal: steep beside any field's own."""
_CUBE = np.array([(0, 1, 3, 7), (0, 1, 5, 7), (0, 2, 3, 7), (0, 2, 6, 7), (0, 4, 5, 7), (0, 4, 6, 7)])


class Together:
    """Exposure to all lesions of an arm at any points: Ω and CEM43 add, each from its own mesh; peaks do not.

    Where lesions lie apart a mesh is fine about its own needle alone, so that each lesion is read where it was solved.
    """

    def __init__(self, arm: ArmData) -> None:
        self.arm = arm
        self._meshes = [TetMesh.of_cells(one.points_mm, one.cells) for one in arm.increments]

    def exposure(self, points_mm: FloatArray) -> Exposure:
        """What tissue at points (P, 3) has gone through."""
        there = [locate(mesh, points_mm) for mesh in self._meshes]
        parts = self.arm.increments

        def added(values: Sequence[NDArray[np.floating]]) -> FloatArray:
            return np.asarray(sum(at.grown(one) for at, one in zip(there, values, strict=True)), dtype=np.float64)

        peaks = [
            np.where(at.found, at(one.peak_temperature_C), self.arm.body_temperature_C)
            for at, one in zip(there, parts, strict=True)
        ]
        return Exposure(
            added([one.damage for one in parts]),
            np.max(peaks, axis=0),
            added([one.cem43_min for one in parts]),
            {name: added([one.further_damage[name] for one in parts]) for name in parts[0].further_damage},
        )

    def excess(self, criterion: Criterion, exposure: Exposure, points_mm: FloatArray) -> FloatArray:
        """By how much a criterion's level is passed, below 0 outside, and in the metal of the last needle."""
        values = np.asarray(criterion.of(exposure), dtype=float)
        if criterion.logarithmic:
            beyond = np.log(np.maximum(values, LEAST)) - np.log(criterion.level)
        else:
            beyond = values - criterion.level
        outside_mm = np.asarray(self.arm.applicator.distance_mm(self.arm.pose.to_probe(points_mm)), dtype=float)
        return np.minimum(beyond, SHARP_PER_MM * outside_mm)

    @cached_property
    def grid(self) -> tuple[FloatArray, tuple[int, int, int], float]:
        """Nodes (P, 3) about all that was warmed by 3 K or more, their numbers along x, y and z, and their spacing."""
        warm = self.arm.body_temperature_C + 3.0
        hot = np.concatenate([one.points_mm[one.peak_temperature_C >= warm] for one in self.arm.increments])
        if not len(hot):
            hot = np.array([lesion.pose.translation_mm for lesion in self.arm.in_turn])
        low, high = hot.min(axis=0) - MARGIN_MM, hot.max(axis=0) + MARGIN_MM
        spacing = max(SPACING_MM, float((np.prod(high - low) / MOST_NODES) ** (1.0 / 3.0)))
        axes = [np.arange(a, b + spacing, spacing) for a, b in zip(low, high, strict=True)]
        nodes = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
        return nodes, (len(axes[0]), len(axes[1]), len(axes[2])), spacing


class UnionMetrics(Measured):
    """What several lesions come to together, by the criterion shown first; None where there is one alone."""

    group = "union"

    def __init__(
        self,
        arm: ArmData,
        criteria: Mapping[str, Criterion],
        main: str | None,
        nerves: Mapping[str, Curve] | None = None,
    ) -> None:
        self.arm, self.criteria, self.main, self.nerves = arm, criteria, main, nerves or {}
        self.together = Together(arm)

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
        """Longest stretch of a nerve that is outside between two that are inside; 0 without any."""
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
        nodes, shape, spacing = self.together.grid
        exposure = self.together.exposure(nodes)
        volume = LesionVolume(TetMesh(nodes, _tetrahedra(shape)))
        along = self._along()
        found: dict[str, dict[str, float | None]] = {}
        for name, criterion in self.criteria.items():
            beyond = self.together.excess(criterion, exposure, nodes)
            inside = beyond >= 0.0
            extent = nodes[inside] @ along
            found[name] = {
                "volume_mm3": volume.volume_mm3(beyond, 0.0),
                "strip_length_mm": float(np.ptp(extent) + spacing) if len(extent) else None,
                "pieces": float(label(inside.reshape(shape))[1]),
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
        for nerve in self.nerves.values():
            points = np.asarray(nerve.points_mm, dtype=float)
            inside = self.together.excess(criterion, self.together.exposure(points), points) >= 0.0
            length, held = nerve.arc_length_mm(), np.flatnonzero(inside)
            if len(held):
                gaps.append(float(np.max(np.diff(length[held]), where=np.diff(held) > 1, initial=0.0)))
        return max(gaps, default=None)


def _tetrahedra(shape: tuple[int, int, int]) -> NDArray[np.int64]:
    """The cubes of a grid in six tetrahedra each, about their diagonals."""
    number = np.arange(int(np.prod(shape))).reshape(shape)
    corners = np.stack(
        [
            number[i : shape[0] - 1 + i, j : shape[1] - 1 + j, k : shape[2] - 1 + k].ravel()
            for i in (0, 1)
            for j in (0, 1)
            for k in (0, 1)
        ],
        axis=1,
    )
    return corners[:, _CUBE].reshape(-1, 4)
