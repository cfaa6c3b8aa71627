"""The verb ``optimise``: the best aim of every arm, solved for real, drawn, and told as an operator needs it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import numpy as np

from rfa_model._files import whole_file, writing
from rfa_model._near import near_match
from rfa_model._progress import Pieces, duration
from rfa_model.errors import InputError
from rfa_model.metrics.catalogue import readable
from rfa_model.parallel.workers import available_cores
from rfa_model.results.answer import capital
from rfa_model.studies.optimum.confirm import Confirmation, Confirmed, refuse_unsolvable
from rfa_model.studies.optimum.operator import Row, as_csv, rows_of
from rfa_model.studies.optimum.pictures import draw_aims
from rfa_model.studies.optimum.search import Found, Outlook, sought
from rfa_model.studies.optimum.sentences import sentences
from rfa_model.studies.optimum.settings import needed_settings, settings_of
from rfa_model.studies.page import write_page
from rfa_model.studies.progress import StudyProgress
from rfa_model.studies.results import StudyResults, read_study
from rfa_model.studies.surrogate.store import read_surrogate
from rfa_model.studies.surrogate.surrogate import Surrogate
from rfa_model.studies.trials import forecast_s, pace, trial_count

SCHEMA = "rfa-model/optimum/1"
FOLDER, WORDS, TABLE = "optimum", "optimum.json", "operator.csv"
Event = Literal["capture", "capture_whole"]


def run(
    folder: Path,
    *,
    arms: Sequence[str],
    event: Event,
    max_harm: float,
    samples: int,
    confirm: int,
    protocol: bool,
    resolution: str,
    out: Path | None,
    workers: int | None,
    quiet: bool,
) -> int:
    """Seek, confirm, draw and tell; return the exit code.

    Raises
    ------
    InputError
        If there is no study or surrogate, an arm is unknown, the study's design makes no draws, or the protocol is to
        be chosen too and the study has not varied it.
    SolveError
        If a confirmation cannot be solved.
    """
    results, surrogate = read_study(folder), read_surrogate(folder)
    refuse_unsolvable(confirm, resolution)
    for name in arms:
        if name not in surrogate.arms:
            known = ", ".join(surrogate.arms)
            raise InputError(f"--arm {name}: expected one of {known}{near_match(name, surrogate.arms)}")
    chosen = list(arms or surrogate.arms)
    settings = {arm: needed_settings(surrogate, results, arm) if protocol else () for arm in chosen}
    there = out or folder / FOLDER
    with writing(there):
        there.mkdir(parents=True, exist_ok=True)
    with Pieces(quiet) as progress:
        progress.expect(len(chosen))
        found = []
        for arm in chosen:
            found.append(sought(surrogate, results, arm, event, max_harm, samples, settings[arm]))
            progress.done(readable(arm))
    anatomy = surrogate.scenario.anatomy.build()
    nerve = anatomy.nerves[str(results.recorder.nerve)]
    rows: list[Row] = []
    pictures: dict[str, str] = {}
    for one in found:
        rows += rows_of(surrogate, one, anatomy)
        words = f"{capital(readable(one.arm))}: needle, nerve and where the best aim's end may lie, seen two ways"
        pictures[draw_aims(surrogate, one, nerve, there)] = words
    _write(there / TABLE, as_csv(rows))
    real = _confirmed(surrogate, results, found, samples, confirm, there, resolution, workers, quiet) if confirm else {}
    drawn_too = {arm: settings_of(surrogate, results, arm) for arm in chosen if not protocol}
    said = [
        line
        for one in found
        for line in sentences(surrogate, one, real.get(one.arm), max_harm, drawn_too.get(one.arm, ()))
    ]
    told = {
        "schema": SCHEMA,
        "event": event,
        "max_harm": max_harm,
        "draws": samples,
        "protocol": protocol,
        "arms": {one.arm: _as_json(surrogate, one, real.get(one.arm)) for one in found},
        "pictures": pictures,
        "sentences": said,
    }
    _write(there / WORDS, json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    if out is None and "samples" in results.summary:
        write_page(results)
    print(surrogate.title)
    for line in said:
        print(f"  {line}")
    print(f"\n{there}: {WORDS}, {TABLE}, pictures{f', trials in confirm_*, at {resolution}' if confirm else ''}")
    return 0


def _confirmed(
    surrogate: Surrogate, results: StudyResults, found: Sequence[Found], first: int, count: int, there: Path,
    resolution: str, workers: int | None, quiet: bool,
) -> dict[str, Confirmed]:  # fmt: skip
    """Solve fresh draws about every arm's two aims; how long that takes is said before."""
    fresh = max(first, results.planned.count)
    plans = [Confirmation.of(surrogate, results, one, fresh, count, there, resolution) for one in found]
    progress, cores = StudyProgress(quiet), workers or available_cores()
    missing = sum(plan.missing for plan in plans)
    asked = sum(trial_count(plan.planned) for plan in plans)
    seconds = sum(forecast_s(plan.planned, cores, trial_count(plan.planned) - plan.missing) for plan in plans)
    seconds *= pace([*results.table.to_pylist(), *(row for plan in plans for row in plan.known.values())])
    known = f", {asked - missing} of them there already" if asked > missing else ""
    progress.say(
        f"{count} fresh draws about each aim are solved at {resolution}: {asked} solutions{known}; about "
        f"{duration(seconds)} by the pace of the trials there are (--confirm 0 leaves it out; what is solved is kept)"
    )
    return {
        plan.found.arm: plan.solved(surrogate, results, workers=workers, progress=StudyProgress(quiet))
        for plan in plans
    }


def _as_json(surrogate: Surrogate, found: Found, real: Confirmed | None) -> dict[str, object]:
    names = (*surrogate.aim(found.arm).names, *(one.name for one in found.settings))

    def of(one: Outlook) -> dict[str, object]:
        return {
            "plan": dict(zip(names, one.plan.tolist(), strict=True)),
            found.which: asdict(one.event),
            "harm": asdict(one.harm),
            "by_its_own_error": {"low": one.low, "high": one.high},
            "margin_mm": {
                share: round(float(value), 4) if np.isfinite(value) else None
                for share, value in zip(("0.05", "0.5", "0.95"), one.margin_mm, strict=True)
            },
            "unknown": one.unknown,
        }

    return {
        "default": of(found.default),
        "best": of(found.best),
        "better": asdict(found.better),
        "harmed": asdict(found.harmed),
        "confirmed": None if real is None else asdict(real),
    }


def _write(path: Path, text: str) -> None:
    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8")
