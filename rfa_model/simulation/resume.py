"""What an earlier run of a scenario left in its folder: arms to keep, arms to go on with; or why neither can be."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rfa_model.errors import InputError
from rfa_model.metrics.entry import ArmEntry
from rfa_model.parallel.ranks import rank_count, told_by_first
from rfa_model.plan import Plan
from rfa_model.results import read_results
from rfa_model.results.claim import checkpoint_path, refuse_held
from rfa_model.results.finished import whole_arms
from rfa_model.results.keeping import older_summary, refuse_blocked, refuse_foreign
from rfa_model.results.provenance import program
from rfa_model.scenario import Scenario, dump_yaml, parse_resolved
from rfa_model.solver.state_file import Stamp, read_stamp
from rfa_model.treatment.checkpoint import Checkpoint

ANEW = "without --resume the run begins anew and replaces what is there"


@dataclass(frozen=True)
class Earlier:
    """Arms that an earlier run finished, by name, and the times (s) that it came to in others."""

    kept: Mapping[str, ArmEntry] = field(default_factory=dict)
    reached_s: Mapping[str, float] = field(default_factory=dict)


def earlier_work(plan: Plan, out: Path) -> Earlier:
    """Look into a folder that a run of this plan is to be resumed in, on the first process.

    Raises
    ------
    InputError
        If what is there is another scenario's, version's, mesh's or number of processes', damaged, or being written.
    """
    refuse_foreign(out)
    refuse_held(out)
    refuse_blocked(out, list(plan.arms))
    reached_s = {name: _reached(plan, name, out) for name in plan.arms if _path(out, name).exists()}
    if not older_summary(out).get("arms"):
        return Earlier(reached_s=reached_s)
    try:
        results = read_results(out)
    except InputError as error:
        raise InputError(f"{error}; {ANEW}") from error
    of_this = _same_arms(plan.scenario, results.scenario_yaml)
    by, here = program(results.summary["provenance"]), program()
    # What stands beside checkpoints of this very run is from before it, and was to be replaced.
    if not reached_s:
        for name in results.arms:
            if name not in of_this:
                raise InputError(f"{out}: arm '{name}' there is of another scenario; {ANEW}")
        if by != here:
            raise InputError(f"{out}: the arms there were solved by {by}, and this is {here}; {ANEW}")
    whole = whole_arms(results) if by == here else {}
    kept = {name: entry for name, entry in whole.items() if name in of_this}
    return Earlier(kept, {name: time_s for name, time_s in reached_s.items() if name not in kept})


def checkpoints(
    plan: Plan, out: Path, *, every_s: float, resume: bool, stop_at_s: float | None
) -> dict[str, Checkpoint]:
    """Return where each arm of a plan leaves its state, or goes on from."""
    stamps = told_by_first(lambda: {name: _stamp(plan, name) for name in plan.arms})
    first = next(iter(stamps), None)
    return {
        name: Checkpoint(_path(out, name), stamp, every_s, resume, stop_at_s, begins=name == first)
        for name, stamp in stamps.items()
    }


def _path(out: Path, name: str) -> Path:
    return checkpoint_path(Path(os.path.realpath(out)), name)


def _stamp(plan: Plan, name: str) -> Stamp:
    return {"program": program(), "scenario": _digest(plan.scenario, name), "mesh": plan.arms[name].mesh_key}


def _digest(scenario: Scenario, name: str) -> str:
    """What an arm's numbers hang on, in short: the scenario without its title and other arms."""
    resolved = scenario.resolved()
    alone = resolved.model_copy(update={"title": "", "arms": {name: resolved.arms[name]}})
    return hashlib.sha256(dump_yaml(alone).encode()).hexdigest()


def _reached(plan: Plan, name: str, out: Path) -> float:
    path = _path(out, name)
    try:
        found = read_stamp(path, rank_count())
    except InputError as error:
        raise InputError(f"{error}; {ANEW}") from error
    for key, here in _stamp(plan, name).items():
        if found.get(key) != here:
            said = f"{found.get(key)}, and this is {here}" if key == "program" else f"another {key}"
            raise InputError(f"{path}: the checkpoint of arm '{name}' is of {said}; {ANEW}")
    return float(found["time_s"])


def _same_arms(scenario: Scenario, older_yaml: str) -> set[str]:
    """Arms that are in a results folder's scenario as they are in this one."""
    try:
        older = parse_resolved(older_yaml)
    except InputError:
        return set()
    return {name for name in scenario.arms if name in older.arms and _digest(scenario, name) == _digest(older, name)}
