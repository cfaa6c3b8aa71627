"""An arm's default aim and the one found, solved for real under the same draws."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.uncertainty.changes import content
from rfa_model.errors import InputError
from rfa_model.metrics.entry import JSON
from rfa_model.scenario import Scenario
from rfa_model.scenario.placed import Placement
from rfa_model.studies.engine import Engine
from rfa_model.studies.estimators import Estimate, mean, paired_difference, probability
from rfa_model.studies.optimum.search import Found, draws_of
from rfa_model.studies.progress import StudyProgress
from rfa_model.studies.read import PlannedStudy
from rfa_model.studies.results import StudyResults
from rfa_model.studies.run import run_study
from rfa_model.studies.study import Study
from rfa_model.studies.surrogate.surrogate import Surrogate

FloatArray = NDArray[np.float64]
PLANS = ("default", "best")
BESIDE = 1e-3
"""Values chosen lie this far inside the ends that their distributions need to have."""


@dataclass(frozen=True)
class Confirmed:
    """What real solutions say of both aims, draw by draw.

    Attributes
    ----------
    resolution : str
    event, harm : dict of str to Estimate
        Probabilities by ``default`` and ``best``.
    margin_mm : dict of str to Estimate
        Mean margin of the event.
    better, gained_mm : Estimate or None
        Best minus default, of the event's probability and of the margin.
    failed : int
        Trials without a solution.
    """

    resolution: str
    event: dict[str, Estimate]
    harm: dict[str, Estimate]
    margin_mm: dict[str, Estimate]
    better: Estimate | None
    gained_mm: Estimate | None
    failed: int


def confirmed(
    surrogate: Surrogate,
    results: StudyResults,
    found: Found,
    count: int,
    folder: Path,
    *,
    resolution: str = "standard",
    engine: Engine | None = None,
    workers: int | None = None,
    progress: StudyProgress | None = None,
) -> Confirmed:
    """Solve the first draws of the study about both aims; what is there already is not solved again.

    Raises
    ------
    InputError, SolveError
        As :func:`rfa_model.studies.run_study`.
    """
    planned = PlannedStudy.of(two_aims(surrogate, results, found, count, resolution))
    done = run_study(planned, folder, resume=True, engine=engine, workers=workers, progress=progress)
    name = "margin_best_mm" if found.which == "capture" else "margin_worst_mm"
    event, harm, margin = ({plan: done.values(plan, key) for plan in PLANS} for key in (found.which, "harm", name))
    both = sorted(set(event["default"]) & set(event["best"]))
    pairs = [[event[plan][i] > 0 for i in both] for plan in PLANS]
    gained = [margin["best"][i] - margin["default"][i] for i in both if i in margin["best"] and i in margin["default"]]
    return Confirmed(
        resolution,
        {plan: one for plan in PLANS if (one := probability([v > 0 for v in event[plan].values()]))},
        {plan: one for plan in PLANS if (one := probability([v > 0 for v in harm[plan].values()]))},
        {plan: one for plan in PLANS if (one := mean(list(margin[plan].values())))},
        paired_difference(pairs[1], pairs[0]),
        mean(gained),
        done.table.num_rows - sum(len(event[plan]) for plan in PLANS),
    )


def two_aims(surrogate: Surrogate, results: StudyResults, found: Found, count: int, resolution: str) -> Study:
    """A study of two arms, ``default`` and ``best``, that lists where every draw puts each of them."""
    planned, arm, aim = results.planned, found.arm, surrogate.aim(found.arm)
    scenario = planned.scenario
    own = scenario.arms[arm]
    plans = dict(zip(PLANS, (found.default.plan, found.best.plan), strict=True))
    draws = draws_of(surrogate, results, arm, count)
    arms = {plan: own.model_copy(update={"placement": aim.placement(at, own.placement)}) for plan, at in plans.items()}
    base = content(scenario.model_copy(update={"arms": arms}))
    vary: dict[str, JSON] = {}
    trials: list[dict[str, JSON]] = [{} for _ in draws.errors]
    for plan, at in plans.items():
        for place, key in enumerate(aim.names):
            values = at[place] + draws.errors[:, place]
            name = f"{plan}_{key}"
            vary[name] = {"path": _path(base, plan, aim.kind, key), "distribution": _holding(values)}
            for row, value in zip(trials, values, strict=True):
                row[name] = float(value)
    for name in surrogate.probe(arm).further:
        factor = planned.study.vary[name]
        paths = [_renamed(path, arm) for path in factor.paths]
        kept = [path for path in paths if not path.startswith("arms.") or path.split(".")[1] == "*"]
        vary[name] = {**factor.model_dump(mode="json"), "path": cast(JSON, kept)}
        for row, draw in zip(trials, planned.with_samples(count).draws, strict=True):
            row[name] = draw[name]
    return Study.model_validate(
        {
            "title": f"{arm}: the default aim and the best one found, solved",
            "scenario": Scenario.model_validate(base),
            "vary": vary,
            "design": {"list": {"trials": trials}},
            "resolution": resolution,
            "on_bone": planned.study.on_bone,
        }
    )


def _path(base: dict[str, JSON], plan: str, kind: str, key: str) -> str:
    arms = cast(dict[str, dict[str, dict[str, JSON]]], base["arms"])
    if key in ("tilt_deg", "swing_deg"):
        return f"arms.{plan}.placement.angles_deg.{('tilt_deg', 'swing_deg').index(key)}"
    offset = arms[plan]["placement"]["offset_mm"]
    if isinstance(offset, list):
        return f"arms.{plan}.placement.offset_mm.{('along_mm', 'across_mm', 'off_bone_mm').index(key)}"
    return f"arms.{plan}.placement.offset_mm.{kind}.{key}"


def _renamed(path: str, arm: str) -> str:
    """A path of an arm as one of every arm, for here both are that arm."""
    parts = path.split(".")
    return ".".join([parts[0], "*", *parts[2:]]) if parts[:2] == ["arms", arm] else path


def _holding(values: FloatArray) -> JSON:
    """A distribution that reaches all of the values listed, which are not drawn from it."""
    return {"uniform": {"low": float(values.min()) - BESIDE, "high": float(values.max()) + BESIDE}}


def placement_of(surrogate: Surrogate, arm: str, plan: FloatArray) -> Placement:
    """An arm's placement at an aim."""
    return surrogate.aim(arm).placement(plan, surrogate.scenario.arms[arm].placement)


def refuse_unsolvable(count: int, resolution: str) -> None:
    """Raise InputError for a confirmation that decides nothing."""
    if 0 < count < 2:
        raise InputError(f"--confirm {count}: expected 0 for none, or at least 2 draws at {resolution}")
