"""The study that solves two aims of an arm under the same draws, as a list of where each of them puts the needle."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.uncertainty.changes import content
from rfa_model.metrics.entry import JSON
from rfa_model.scenario import Scenario
from rfa_model.studies.optimum.search import Found, drawn, draws_of
from rfa_model.studies.paths import put
from rfa_model.studies.results import StudyResults
from rfa_model.studies.study import Study
from rfa_model.studies.surrogate.surrogate import Surrogate

FloatArray = NDArray[np.float64]
BESIDE = 1e-3
"""Values chosen lie this far inside the ends that their distributions need to have."""


def two_aims(
    surrogate: Surrogate, results: StudyResults, found: Found, first: int, count: int, resolution: str
) -> Study:
    """A study of two arms, ``default`` and ``best``, that lists where every draw puts each of them."""
    planned, arm, aim = results.planned, found.arm, surrogate.aim(found.arm)
    scenario = planned.scenario
    own = scenario.arms[arm]
    plans = {"default": found.default.plan} | ({} if found.is_default else {"best": found.best.plan})
    draws = draws_of(surrogate, results, arm, count, first)
    arms = {
        plan: own.model_copy(update={"placement": aim.placement(at[:5], own.placement)}) for plan, at in plans.items()
    }
    base = content(scenario.model_copy(update={"arms": arms}))
    for plan, at in plans.items():
        values = dict(zip(found.settings, at[5:].tolist(), strict=True))
        base = put(base, {("arms", plan, *place[2:]): value for one, value in values.items() for place in one.places})
    vary: dict[str, JSON] = {}
    trials: list[dict[str, JSON]] = [{} for _ in draws.errors]
    for plan, at in plans.items():
        for place, key in enumerate(aim.names):
            values_mm = at[place] + draws.errors[:, place]
            name = f"{plan}_{key}"
            vary[name] = {"path": _path(base, plan, aim.kind, key), "distribution": _holding(values_mm)}
            for row, value in zip(trials, values_mm, strict=True):
                row[name] = float(value)
    chosen = {one.name for one in found.settings}
    for name in (name for name in surrogate.probe(arm).further if name not in chosen):
        factor = planned.study.vary[name]
        paths = [_renamed(path, arm) for path in factor.paths]
        kept = [path for path in paths if not path.startswith("arms.") or path.split(".")[1] == "*"]
        vary[name] = {**factor.model_dump(mode="json"), "path": cast(JSON, kept)}
        for row, draw in zip(trials, drawn(results, first, first + count), strict=True):
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
