"""A study from its file to its folder: trials solved, stored, summed up and drawn."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from rfa_model._files import whole_file
from rfa_model._progress import duration
from rfa_model.errors import InputError, SolveError
from rfa_model.scenario import Scenario
from rfa_model.studies.engine import Engine, InTurn, engine_for
from rfa_model.studies.estimators import probability
from rfa_model.studies.inputs import hashes
from rfa_model.studies.progress import StudyProgress
from rfa_model.studies.read import PlannedStudy
from rfa_model.studies.results import StudyResults, read_study
from rfa_model.studies.store import SUMMARY_FILE, Store, read_summary, refuse_other, rows_in
from rfa_model.studies.study import Study
from rfa_model.studies.summary import summarised
from rfa_model.studies.trial import Trial
from rfa_model.studies.trials import forecast_s, pace, refuse_endless, trial_count, trials_of


def run_study(
    study: Study | PlannedStudy,
    out: Path,
    *,
    resume: bool = False,
    engine: Engine | None = None,
    scheduler: str | None = None,
    workers: int | None = 1,
    progress: StudyProgress | None = None,
    pictures: bool = False,
) -> StudyResults:
    """Solve every trial of a study that is not solved yet, and sum them up.

    Parameters
    ----------
    study : Study or PlannedStudy
    out : Path
        Folder of the study.
    resume : bool
        Go on with what is there.
    engine : Engine or None
        Solves the trials; None: by ``scheduler`` and ``workers``.
    scheduler : str or None
        Address of a Dask scheduler that runs.
    workers : int or None
        Processes of this machine; 1 is this process, None one per core. With more than one, a script that calls this
        needs the guard ``if __name__ == "__main__":``.
    progress : StudyProgress or None
        None is silent.
    pictures : bool
        Draw pictures and write the page as well.

    Returns
    -------
    StudyResults

    Raises
    ------
    InputError
        If the study is wrong or endless, the folder is another's, or nobody answers at the scheduler's address; nothing
        has been solved then.
    SolveError
        If not one trial could be solved.
    """
    planned = study if isinstance(study, PlannedStudy) else PlannedStudy.of(study)
    if planned.study.is_older:
        raise InputError("this design judges a scenario by itself; give its file to `rfa-model study`")
    progress = progress or StudyProgress(quiet=True)
    refuse_other(out, planned, resume=resume)
    if engine is not None:
        return _run(planned, out, resume, engine, progress, pictures)
    with engine_for(scheduler, workers, hashes(planned.content)) as found:
        return _run(planned, out, resume, found, progress, pictures)


def _run(
    planned: PlannedStudy, out: Path, resume: bool, engine: Engine, progress: StudyProgress, pictures: bool
) -> StudyResults:
    refuse_endless(planned, engine.workers, rows_in(out))
    with Store.opened(out, planned, resume=resume) as store:
        before = read_summary(out) or {}
        clock, solved, stopped = time.perf_counter(), 0, ""
        arms, count = len(planned.arms), planned.count
        seconds = forecast_s(planned, engine.workers, len(store.rows))
        known = any(row["status"] == "solved" for row in store.rows.values())
        about = f"about {duration(seconds * pace(store.rows.values()))}, by the trials there are"
        least = f"at least {duration(seconds)}; the first trials will tell how long"
        progress.say(
            f"{count} draws of {arms} {'arms' if arms > 1 else 'arm'} {engine.words}, {about if known else least}"
        )
        progress.begin(trial_count(planned), len(store.rows), engine.workers)
        for first, end in _blocks(planned):
            solved += _solve(store, trials_of(planned, first, end), engine, progress)
            if stopped := _narrow_enough(planned, store, end):
                break
        progress.end()
        wall_s = time.perf_counter() - clock
        store.compact()
        if not any(row["status"] == "solved" for row in store.rows.values()):
            raise SolveError(f"not one of {len(store.rows)} trials could be solved: {_first_reason(store)}")
        done = StudyResults(out, planned, store.table(), {})
        earlier_s = before.get("wall_s")
        total_s = wall_s + (float(earlier_s) if isinstance(earlier_s, int | float) else 0.0)
        rate = 60.0 * solved / wall_s if solved else before.get("trials_per_minute")
        summary = summarised(done, total_s, float(rate) if isinstance(rate, int | float) else None, stopped)
        with whole_file(out / SUMMARY_FILE) as partial:
            partial.write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        results = read_study(out)
        if pictures:
            from rfa_model.studies.page import write_page

            write_page(results)
    return results


def _solve(store: Store, trials: Iterable[Trial], engine: Engine, progress: StudyProgress) -> int:
    """Solve and keep trials, each made when it is handed out, and the same one once; return how many were solved."""
    alike: dict[str, list[Trial]] = {}

    def missing() -> Iterator[Trial]:
        for trial in trials:
            if store.known(trial):
                progress.known()
            elif trial.key in alike:
                alike[trial.key].append(replace(trial, text=""))
            else:
                alike[trial.key] = []
                yield trial

    solved = 0
    for trial, outcome in engine.run(missing()):
        store.add(trial, outcome)
        solved += 1
        progress.done(outcome.status != "solved")
        for other in alike[trial.key]:
            store.known(other)
            progress.known()
        alike[trial.key] = []
    return solved


def _blocks(planned: PlannedStudy) -> Iterator[tuple[int, int]]:
    """Draws that are solved before it is asked whether they are enough."""
    count, until = planned.count, planned.study.until
    every = until.every if until else count
    return ((first, min(first + every, count)) for first in range(0, count, every))


def _narrow_enough(planned: PlannedStudy, store: Store, end: int) -> str:
    """Why to stop, in words; empty to go on."""
    until, resolution = planned.study.until, planned.study.resolution
    if until is None or end == planned.count:
        return ""
    widths: list[float] = []
    for arm in planned.arms:
        rows: list[Mapping[str, object] | None] = [store.rows.get((index, arm, resolution)) for index in range(end)]
        happened = [bool(row[until.event]) for row in rows if row and row.get(until.event) is not None]
        one = probability(happened)
        if one is None or one.half_width > until.half_width:
            return ""
        widths.append(one.half_width)
    return f"{until.event} is known to ± {max(widths):.3g} after {end} draws, ± {until.half_width:g} was asked for"


def _first_reason(store: Store) -> str:
    return str(next(iter(store.rows.values()))["reason"])


def study_of(scenario: Scenario | str, **words: object) -> Study:
    """Return a study of a scenario from plain values; a wrong one raises ``pydantic.ValidationError``."""
    return Study.model_validate({"scenario": scenario, **words})


__all__ = ["InTurn", "run_study", "study_of"]
