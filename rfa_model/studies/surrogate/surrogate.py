"""All probes of a study, with how far each was wrong about trials it had not seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rfa_model._progress import SILENT, Pieces
from rfa_model.applicators.pose import Pose
from rfa_model.errors import InputError
from rfa_model.metrics.entry import JSON
from rfa_model.scenario import Placement, Scenario
from rfa_model.studies.paths import checked
from rfa_model.studies.results import StudyResults
from rfa_model.studies.surrogate.build import Trials, build_probe, pooled, treatment_key
from rfa_model.studies.surrogate.model import Answers, Probe
from rfa_model.studies.surrogate.poses import Aim, Poses

FloatArray = NDArray[np.float64]
DECIDED_MM = 0.3
"""Nearer to the edge than this, capture is anybody's guess."""
SHARE, NEAR_C = 0.95, 5.0


@dataclass(frozen=True)
class Errors:
    """Leave-one-out errors over trials: at the 95th percentile of their size, unless said otherwise.

    Attributes
    ----------
    trials : int
    margin_best_mm, margin_worst_mm : float
    margin_sd_mm : float
        Root mean square of the best point's.
    volume_share : float
    spared_C : mapping of str to float
        Of each structure's hottest point, over trials within 5 °C of its limit of error; 0 without any.
    right, decided : int
        Captures told right, of those trials that lie farther than 0.3 mm from the edge.
    harm_right : int
        Trials whose harm is told right.
    pushed_mm : float
        Of how far a needle is pushed off bone.
    """

    trials: int
    margin_best_mm: float
    margin_worst_mm: float
    margin_sd_mm: float
    volume_share: float
    spared_C: Mapping[str, float]
    right: int
    decided: int
    harm_right: int
    pushed_mm: float

    @classmethod
    def of(cls, told: Told, chosen: NDArray[np.bool_]) -> Self:
        """Over some of the trials."""
        best, true = told.margin_best_mm[chosen], told.numbers["margin_best_mm"][chosen]
        far = np.abs(true) > DECIDED_MM

        def share(wrong: FloatArray) -> float:
            return float(np.quantile(np.abs(wrong), SHARE)) if len(wrong) else 0.0

        def wrong(found: FloatArray, name: str) -> FloatArray:
            return np.asarray(found - told.numbers[name])[chosen]

        return cls(
            int(chosen.sum()),
            share(best - true),
            share(wrong(told.margin_worst_mm, "margin_worst_mm")),
            float(np.sqrt(np.mean((best - true) ** 2))),
            share(wrong(told.volume_mm3, "lesion_volume_mm3") / told.numbers["lesion_volume_mm3"][chosen]),
            {name: told.spared_off_C(name, chosen, share) for name in told.spared_C},
            int(((best >= 0.0) == (true >= 0.0))[far].sum()),
            int(far.sum()),
            int((told.harm == told.harmed)[chosen].sum()),
            share(told.pushed_off_mm[chosen]),
        )


@dataclass(frozen=True)
class Told:
    """What is said of every trial learnt as if it had been left out, beside what its solution says."""

    margin_best_mm: FloatArray
    margin_worst_mm: FloatArray
    volume_mm3: FloatArray
    spared_C: Mapping[str, FloatArray]
    harm: NDArray[np.bool_]
    harmed: NDArray[np.bool_]
    limits_C: Mapping[str, float]
    pushed_off_mm: FloatArray
    numbers: Mapping[str, FloatArray]

    def spared_off_C(self, name: str, chosen: NDArray[np.bool_], size: Callable[[FloatArray], float]) -> float:
        """Error of a structure's hottest point where it is near its limit."""
        true = self.numbers[f"{name}_max_C"]
        near = chosen & (np.abs(true - self.limits_C.get(name, np.inf)) <= NEAR_C)
        return size((self.spared_C[name] - true)[near])

    @classmethod
    def of(cls, probe: Probe, trials: Trials, pushed_off_mm: FloatArray) -> Self:
        """The modes are those of all trials: one of hundreds hardly turns them, and they are what stays the same."""
        best, worst, volume, spared = probe.measured(
            trials.poses,
            probe.edge.processes.left_out,
            probe.temperature.processes.left_out,
            probe.volume.left_out,
        )
        solved = {name: trials.numbers[f"{name}_max_C"] for name in spared}
        everyone = np.ones(len(best), dtype=bool)
        limits = {name: tube.error_C for name, tube in probe.site.spared.items() if tube.error_C is not None}
        return cls(
            best, worst, volume, spared, probe.harm(spared, everyone), probe.harm(solved, everyone), limits,
            pushed_off_mm, trials.numbers,
        )  # fmt: skip


@dataclass(frozen=True)
class ArmOf:
    """An arm of the study: which probe it has, where it is meant to lie, how wrong the surrogate was about it.

    Attributes
    ----------
    probe : str
    kind : str
        Frame of its offset.
    plan : (5,) array
        Offset and angles of the draw in the middle of all distributions.
    treatment : str
        What its lesion hangs on beside offset and angles.
    errors : Errors
    """

    probe: str
    kind: str
    plan: FloatArray
    treatment: str
    errors: Errors


@dataclass(frozen=True)
class Surrogate:
    """Probes by name, arms by name, and the scenario that they belong to."""

    title: str
    resolution: str
    criterion: str
    scenario: Scenario
    probes: Mapping[str, Probe]
    arms: Mapping[str, ArmOf]

    def probe(self, arm: str) -> Probe:
        """An arm's; InputError with those there are."""
        if arm not in self.arms:
            raise InputError(f"the surrogate has no arm '{arm}', only {', '.join(self.arms)}")
        return self.probes[self.arms[arm].probe]

    def aim(self, arm: str) -> Aim:
        """What turns an arm's numbers into poses."""
        shared = self.probe(arm).inputs.aim
        return Aim(shared.frame, shared.start, self.arms[arm].kind)

    def placed(self, arm: str, placement: Placement) -> Answers:
        """What is said of an arm placed so.

        Raises
        ------
        InputError
            If there is no such arm, the offset is told in another frame, or the needle lies beyond those learnt.
        """
        probe, aim = self.probe(arm), self.aim(arm)
        return probe.answer(aim.poses(aim.control(placement)[None]))

    def posed(self, arm: str, pose: Pose) -> Answers:
        """What is said of an arm's needle in a pose."""
        return self.probe(arm).answer(Poses.of(pose))


def middle_plan(results: StudyResults, arm: str) -> Placement:
    """Placement of an arm in the draw at the middle of every distribution."""
    planned = results.planned
    space = planned.study.space
    return checked(planned.trial(space.draw(np.full(len(space.names), 0.5)))).arms[arm].placement


def build_surrogate(
    results: StudyResults, progress: Pieces = SILENT
) -> tuple[Surrogate, dict[str, tuple[Told, Trials]]]:
    """Learn every probe of a study.

    Returns
    -------
    Surrogate
    dict of str to (Told, Trials)
        What it says of each trial left out, by probe.

    Raises
    ------
    InputError
        If the study keeps no fields, has too few trials, or varies what a surrogate cannot take.
    """
    planned = results.planned
    groups = pooled(planned)
    progress.expect(5 * len(groups))
    probes: dict[str, Probe] = {}
    arms: dict[str, ArmOf] = {}
    told: dict[str, tuple[Told, Trials]] = {}
    for name, members in groups.items():
        probe, trials = build_probe(results, members, progress)
        plans = {arm: middle_plan(results, arm) for arm in members}
        kinds = {arm: Aim.of(probe.applicator, plans[arm], planned.scenario.anatomy.build()) for arm in members}
        off = _pushed_off(results, probe, trials, kinds)
        probes[name], found = probe, Told.of(probe, trials, off)
        told[name] = found, trials
        for arm in members:
            chosen = np.array([one == arm for one in trials.arms])
            if chosen.any():
                errors = Errors.of(found, chosen)
                key = treatment_key(planned.content, arm)
                arms[arm] = ArmOf(name, kinds[arm].kind, kinds[arm].control(plans[arm]), key, errors)
    study = planned.study
    made = Surrogate(study.title, study.resolution, str(results.recorder.criterion), planned.scenario, probes, arms)
    return made, told


def _pushed_off(results: StudyResults, probe: Probe, trials: Trials, aims: Mapping[str, Aim]) -> FloatArray:
    """(n,) by how much the push off bone read off the lattice differs from the trial's own."""
    if probe.site.resting is None:
        return np.zeros(len(trials.arms))
    asked = np.empty((len(trials.arms), 3))
    rotation = np.empty((len(trials.arms), 3, 3))
    for arm, aim in aims.items():
        rows = [place for place, one in enumerate(trials.arms) if one == arm]
        controls = trial_controls(results, arm, [trials.indices[place] for place in rows], aim)
        poses = aim.poses(controls) if rows else None
        if poses is not None:
            asked[rows], rotation[rows] = poses.translation_mm, poses.rotation
    pushed = probe.site.resting.pushed_mm(Poses(rotation, asked))
    true = np.linalg.norm(trials.poses.translation_mm - asked, axis=1)
    return np.abs(np.where(np.isfinite(pushed), pushed, 0.0) - true)


def trial_controls(results: StudyResults, arm: str, indices: Sequence[int], aim: Aim) -> FloatArray:
    """(n, 5) offsets and angles asked for in some draws of an arm."""
    planned = results.planned
    return draw_controls(results, arm, [planned.draws[index] for index in indices], aim)


def draw_controls(results: StudyResults, arm: str, draws: Sequence[Mapping[str, JSON]], aim: Aim) -> FloatArray:
    """(n, 5) offsets and angles of draws of an arm."""
    planned = results.planned
    found = []
    for draw in draws:
        arms = planned.trial(dict(draw))["arms"]
        assert isinstance(arms, dict)
        held = arms[arm]
        assert isinstance(held, dict)
        found.append(aim.control(Placement.model_validate(held["placement"])))
    return np.array(found).reshape(len(found), 5)


def as_json(errors: Errors) -> dict[str, JSON]:
    """Errors as plain data."""
    return {key: dict(value) if isinstance(value, Mapping) else value for key, value in asdict(errors).items()}
