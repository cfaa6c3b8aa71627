"""A probe's surrogate: pose and inputs go in, margins, lesion and what is spared come out in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.applicator import Applicator
from rfa_model.errors import InputError
from rfa_model.laws import StructureLimits
from rfa_model.studies.surrogate.basis import Basis
from rfa_model.studies.surrogate.far import refined
from rfa_model.studies.surrogate.inputs import POSE, Inputs
from rfa_model.studies.surrogate.learnt import LearntFields, ReadFields
from rfa_model.studies.surrogate.needle_distance import NeedleDistance
from rfa_model.studies.surrogate.poses import Poses
from rfa_model.studies.surrogate.process import Processes
from rfa_model.studies.surrogate.resting import Resting

FloatArray = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Tube:
    """A structure to be spared: points of its sections (P, 3) in the patient frame, and its limits."""

    points_mm: FloatArray
    limits: StructureLimits

    @property
    def error_C(self) -> float | None:
        """Temperature beyond which it is harmed; None where that is no limit."""
        limit = self.limits.max_temperature_C
        return None if limit is None else limit.error


@dataclass(frozen=True)
class Site:
    """What of an anatomy is asked for.

    Attributes
    ----------
    target_mm : (P, 3) array
        The target segment of the nerve, patient frame.
    radius_mm : float
        Of the nerve.
    spared : mapping of str to Tube
    resting : Resting or None
        Bone; None where there is none.
    canal : NeedleDistance or None
        To the spinal canal; a needle in it is none that the solver takes.
    """

    target_mm: FloatArray
    radius_mm: float
    spared: Mapping[str, Tube]
    resting: Resting | None
    canal: NeedleDistance | None = None


@dataclass(frozen=True)
class Answers:
    """What is said of M poses; NaN, and neither capture nor harm, where the surrogate does not know.

    Attributes
    ----------
    known : (M,) bool array
        Whether a pose lies within those learnt, and a needle can lie there: neither in bone nor in the spinal canal.
    pushed_mm : (M,) array
        How far each was pushed off bone.
    margin_best_mm, margin_worst_mm, volume_mm3 : (M,) arrays
    spared_C : mapping of str to (M,) array
        Hottest point of each structure.
    harm : (M,) bool array
    poses : Poses
        Where each needle comes to lie.
    """

    known: Flags
    pushed_mm: FloatArray
    margin_best_mm: FloatArray
    margin_worst_mm: FloatArray
    volume_mm3: FloatArray
    spared_C: Mapping[str, FloatArray]
    harm: Flags
    poses: Poses

    def margin_mm(self, event: str) -> FloatArray:
        """The margin that an event hangs on: the best point's for ``capture``, the worst's for ``capture_whole``."""
        return self.margin_best_mm if event == "capture" else self.margin_worst_mm


@dataclass(frozen=True)
class Probe:
    """The surrogate of one probe.

    Attributes
    ----------
    applicator : Applicator
    inputs : Inputs
    site : Site
    edge : LearntFields
        Signed distance to the lesion's edge on the lattice, mm.
    temperature, damage : LearntFields
        Peak temperature (°C) and the logarithm of Ω at the nodes.
    nodes_mm : (N, 3) array
        Applicator frame.
    warm : FloatArray
        Mean and modes of the temperature on the lattice.
    volume : Processes
        Logarithm of the lesion's volume in mm³.
    low_mm, spacing_mm, shape : the lattice
    further : tuple of str
        Names of the inputs beside the pose.
    """

    applicator: Applicator
    inputs: Inputs
    site: Site
    edge: LearntFields
    temperature: LearntFields
    damage: LearntFields
    nodes_mm: FloatArray
    warm: FloatArray
    volume: Processes
    low_mm: FloatArray
    spacing_mm: float
    shape: tuple[int, int, int]
    further: tuple[str, ...] = ()

    def answers(self, poses: Poses, further: FloatArray | None = None, *, refine: bool = True) -> Answers:
        """Of poses as asked for, which bone may push aside; further inputs (M, E) are the mean ones if None.

        Without ``refine``, margins beyond some 2 mm either way are told to half a millimetre, in half the time.
        """
        pushed = np.zeros(len(poses)) if self.site.resting is None else self.site.resting.pushed_mm(poses)
        lies = np.isfinite(pushed)
        if self.site.resting is not None:
            poses = poses.moved(np.where(lies, pushed, 0.0)[:, None] * self.site.resting.away)
        raw = self.inputs.raw(poses, self.given(further, len(poses)))
        known = lies & self.inputs.known(raw)
        if self.site.canal is not None:
            known &= self.site.canal.clear_mm(poses) >= 0.0
        inputs = self.inputs.scaled(raw[known])
        found = self.measured(
            poses[known], self.edge.processes(inputs), self.temperature.processes(inputs), self.volume(inputs), refine
        )

        def everywhere(values: FloatArray) -> FloatArray:
            whole = np.full(len(poses), np.nan)
            whole[known] = values
            return whole

        best, worst, volume, spared = found
        told = {name: everywhere(values) for name, values in spared.items()}
        return Answers(
            known, pushed, everywhere(best), everywhere(worst), everywhere(volume), told, self.harm(told, known), poses
        )

    def answer(self, poses: Poses, further: FloatArray | None = None) -> Answers:
        """The same; InputError where a pose lies beyond those learnt."""
        found = self.answers(poses, further)
        if not found.known.all():
            first = int(np.flatnonzero(~found.known)[0])
            raise InputError(self._why_not(found, first, self.given(further, len(poses))))
        return found

    def given(self, further: FloatArray | None, count: int) -> FloatArray:
        """Further inputs (count, E): those told, else what was learnt on average."""
        if further is not None:
            return further
        own = self.inputs.mean[len(POSE) : len(POSE) + len(self.further)]
        return np.tile(own, (count, 1))

    def measured(
        self, poses: Poses, edge: FloatArray, temperature: FloatArray, volume: FloatArray, refine: bool = True
    ) -> tuple[FloatArray, FloatArray, FloatArray, dict[str, FloatArray]]:
        """Best and worst margin, volume and spared structures' temperatures from the coefficients of every pose."""
        where = poses.to_probe(self.site.target_mm)
        distance = self.reads_edge(edge, where)
        if refine:
            for place, coefficients in enumerate(edge):
                field = self.edge.basis.fields(coefficients[None]).reshape(self.shape)
                distance[place] = refined(
                    distance[place], where[place], field, self.low_mm, self.spacing_mm, self.applicator
                )
        # A point that the needle swallows with its whole cross-section has no margin, as in a run's own numbers.
        swallowed = self.applicator.distance_mm(where.reshape(-1, 3)).reshape(distance.shape) < -self.site.radius_mm
        margin = np.where(swallowed, np.nan, distance - self.site.radius_mm)
        everything = swallowed.all(axis=1)
        margin[everything] = -np.inf
        spared = {
            name: self.reads_temperature(temperature, poses.to_probe(tube.points_mm)).max(axis=1)
            for name, tube in self.site.spared.items()
        }
        return np.nanmax(margin, axis=1), np.nanmin(margin, axis=1), np.exp(volume[:, 0]), spared

    @cached_property
    def reads_edge(self) -> ReadFields:
        """Distance to the edge at points."""
        return ReadFields.of(self.edge.basis, self.low_mm, self.spacing_mm, self.shape, order=3)

    @cached_property
    def reads_temperature(self) -> ReadFields:
        """Peak temperature at points."""
        return ReadFields.of(Basis(self.warm[0], self.warm[1:]), self.low_mm, self.spacing_mm, self.shape, order=1)

    def refuse_unsound(self) -> None:
        """Raise an error where what was learnt is no Gaussian process: for files that were changed."""
        for processes in (self.edge.processes, self.temperature.processes, self.damage.processes, self.volume):
            processes(processes.x[:1])

    def harm(self, spared_C: Mapping[str, FloatArray], known: Flags) -> Flags:
        """(M,) whether a structure is beyond its limit of error, as a run's own verdict has it."""
        harm = np.zeros(len(known), dtype=bool)
        for name, tube in self.site.spared.items():
            if tube.error_C is not None:
                harm[known] |= spared_C[name][known] > tube.error_C
        return harm

    def _why_not(self, found: Answers, place: int, further: FloatArray) -> str:
        if not np.isfinite(found.pushed_mm[place]):
            return "the needle would run into bone there, and the surrogate has learnt none that does"
        if self.site.canal is not None and self.site.canal.clear_mm(found.poses)[place] < 0.0:
            return "the needle would run into the spinal canal there"
        raw = self.inputs.raw(found.poses, further)
        ratio = float(self.inputs.distance(raw)[place] / self.inputs.reach)
        names = (*POSE, *self.further)
        told = ", ".join(f"{name} {value:.3g}" for name, value in zip(names, raw[place], strict=False))
        return (
            f"beyond what the surrogate has learnt: {told} lies {ratio:.2g} times as far out as the outermost of "
            "its trials; ask nearer, or solve a study that reaches there"
        )
