"""What several lesions in turn did to tissue together, read where each was solved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rfa_model.laws.criterion import Criterion, Exposure
from rfa_model.metrics.data import ArmData, Increment
from rfa_model.metrics.lesion import transform
from rfa_model.metrics.mesh import TetMesh
from rfa_model.metrics.sampling import locate

FloatArray = NDArray[np.float64]
SPACING_MM, MARGIN_MM, MOST_NODES = 0.35, 1.0, 1_500_000
SHARP_PER_MM = 20.0
"""Slope by which a criterion's excess is cut off at the metal: steep beside any field's own."""
_CUBE = np.array([(0, 1, 3, 7), (0, 1, 5, 7), (0, 2, 3, 7), (0, 2, 6, 7), (0, 4, 5, 7), (0, 4, 6, 7)])


class Together:
    """Points (P, 3) in the meshes of all lesions of an arm: Ω and CEM43 add, each from its own mesh; peaks do not.

    Where lesions lie apart a mesh is fine about its own needle alone, so that each lesion is read where it was solved.
    Three-state cell death is taken as if it added.

    Attributes
    ----------
    outside_mm : (P,) distance from the last needle, which is where it was to the end; negative in it.
    """

    def __init__(self, arm: ArmData, points_mm: NDArray[np.floating]) -> None:
        self.arm, self.points_mm = arm, np.asarray(points_mm, dtype=np.float64)
        meshes = [TetMesh.of_cells(one.points_mm, one.cells) for one in arm.increments]
        self._there = [locate(mesh, self.points_mm) for mesh in meshes]
        self.outside_mm = np.asarray(arm.applicator.distance_mm(arm.pose.to_probe(self.points_mm)), dtype=float)
        self._known: dict[tuple[bool, int], Exposure] = {}

    @property
    def in_domain(self) -> NDArray[np.bool_]:
        """(P,) points that any of the meshes holds."""
        return np.any([there.found for there in self._there], axis=0)

    def exposure(self, *, heated: bool = False, lesions: int | None = None) -> Exposure:
        """What the points have gone through by the end, or by that of heating; after so many lesions."""
        count = len(self.arm.increments) if lesions is None else lesions
        if (heated, count) not in self._known:
            self._known[heated, count] = self._exposure(increments(self.arm, heated=heated)[:count])
        return self._known[heated, count]

    def _exposure(self, parts: Sequence[Increment]) -> Exposure:
        there = self._there[: len(parts)]

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

    def by(self, criterion: Criterion, *, heated: bool = False) -> FloatArray:
        """A criterion's quantity as it is interpolated, (P,); NaN in the last needle and beyond all meshes."""
        return self._of_tissue(self.values(criterion, heated=heated))

    def values(self, criterion: Criterion, *, heated: bool = False, lesions: int | None = None) -> FloatArray:
        """The same as if needles were tissue; after so many lesions."""
        exposure = self.exposure(heated=heated, lesions=lesions)
        return np.asarray(transform(criterion.of(exposure), criterion.logarithmic), dtype=float)

    def peak_C(self) -> FloatArray:
        """Highest temperature, (P,); NaN likewise."""
        return self._of_tissue(np.asarray(self.exposure().peak_temperature_C, dtype=float))

    def log_damage(self) -> FloatArray:
        """Logarithm of Ω by the arm's own law, (P,); NaN likewise."""
        return self._of_tissue(np.asarray(transform(self.exposure().damage, logarithmic=True), dtype=float))

    def _of_tissue(self, values: FloatArray) -> FloatArray:
        return np.where(self.in_domain & (self.outside_mm > 0.0), values, np.nan)


class Grid:
    """A regular grid about all that several lesions have warmed by 3 K or taken by any criterion, patient frame.

    Attributes
    ----------
    shape : numbers of nodes along x, y and z.
    spacing_mm : float
    together : Together
        Of its nodes, z running fastest.
    """

    def __init__(self, arm: ArmData, criteria: Sequence[Criterion] = ()) -> None:
        hot = np.concatenate([one.points_mm[_reached(arm, one, criteria)] for one in arm.increments])
        if not len(hot):
            hot = np.array([lesion.pose.translation_mm for lesion in arm.in_turn])
        low, high = hot.min(axis=0) - MARGIN_MM, hot.max(axis=0) + MARGIN_MM
        self.spacing_mm = max(SPACING_MM, float((np.prod(high - low) / MOST_NODES) ** (1.0 / 3.0)))
        axes = [np.arange(a, b + self.spacing_mm, self.spacing_mm) for a, b in zip(low, high, strict=True)]
        self.shape = (len(axes[0]), len(axes[1]), len(axes[2]))
        self.together = Together(arm, np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3))

    def beyond(self, criterion: Criterion, *, heated: bool = False) -> FloatArray:
        """By how much a criterion's level is passed at the nodes, as if the last needle were tissue."""
        return self.together.values(criterion, heated=heated) - criterion.interpolated_level

    def in_tissue(self, beyond: FloatArray) -> FloatArray:
        """The same, below 0 in the metal of the last needle."""
        return np.minimum(beyond, SHARP_PER_MM * self.together.outside_mm)

    def mesh_about(self, inside: NDArray[np.bool_]) -> TetMesh:
        """Tetrahedra of the cubes that have a node inside; of one cube, where none has."""
        corners = self._cubes[inside[self._cubes].any(axis=1)]
        return TetMesh(self.together.points_mm, (corners if len(corners) else self._cubes[:1])[:, _CUBE].reshape(-1, 4))

    @cached_property
    def _cubes(self) -> NDArray[np.int64]:
        number, (nx, ny, nz) = np.arange(int(np.prod(self.shape))).reshape(self.shape), self.shape
        steps = [(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1)]
        return np.stack([number[i : nx - 1 + i, j : ny - 1 + j, k : nz - 1 + k].ravel() for i, j, k in steps], axis=1)


def _reached(arm: ArmData, one: Increment, criteria: Sequence[Criterion]) -> NDArray[np.bool_]:
    """Nodes that a lesion has warmed, or that a criterion, either end of its interval too, has for taken."""
    found = one.peak_temperature_C >= arm.body_temperature_C + 3.0
    own = Exposure(one.damage, one.peak_temperature_C, one.cem43_min, dict(one.further_damage))
    for criterion in (each for given in criteria for each in (given, *(given.ends or ()))):
        found = found | (criterion.of(own) >= criterion.level)
    return np.asarray(found)


def increments(arm: ArmData, *, heated: bool) -> tuple[Increment, ...]:
    """What each lesion added, the last one by its end or by that of heating."""
    if not heated:
        return arm.increments
    assert arm.last_when_heated is not None
    return (*arm.increments[:-1], arm.last_when_heated)
