"""The verb ``study``: a study's file from end to end, its answer on the terminal; a scenario's goes the older way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from rfa_model._paths import check_writable
from rfa_model._shipped import shipped_path, shipped_scenarios, shipped_studies
from rfa_model.assurance.uncertainty.run import run_study as judge_scenario
from rfa_model.errors import InputError
from rfa_model.scenario.read import is_study
from rfa_model.studies.designs import Numerics
from rfa_model.studies.progress import StudyProgress
from rfa_model.studies.read import PlannedStudy, load_study
from rfa_model.studies.run import run_study
from rfa_model.studies.sentences import sentences


def study_path(argument: str) -> Path:
    """A study or scenario given as a path or as the stem of a shipped one; InputError with a near match if neither."""
    path = Path(argument)
    if path.is_dir() and (path / "study.yaml").is_file():
        return path / "study.yaml"
    return shipped_path(argument, "study", shipped_studies(), shipped_scenarios())


def run_file(
    path: Path,
    *,
    out: Path | None,
    default_out: Path,
    samples: int | None,
    resolution: str | None,
    resume: bool,
    scheduler: str | None,
    workers: int | None,
    quick: bool,
    only: Literal["numerics", "sensitivity"] | None,
    docs: Path | None,
    quiet: bool,
) -> int:
    """Run a study file, or judge a scenario file; return the exit code.

    Raises
    ------
    InputError, SolveError
        As :func:`rfa_model.studies.run_study`.
    """
    asked = {"--samples": samples, "--resolution": resolution, "--resume": resume, "--scheduler": scheduler}
    if not is_study(path):
        _refuse(asked, "a scenario by itself is judged in full; write a study file (docs/studies.md) for that")
        folder = check_writable(out or default_out.with_name(f"{path.stem}_study"))
        return judge_scenario(path, out=folder, quick=quick, only=only, workers=workers, docs=docs, quiet=quiet)
    planned = load_study(path)
    if planned.study.is_older:
        _refuse(asked, f"design {planned.study.design.kind} says itself what is solved")
        folder = check_writable(out or default_out)
        half: Literal["numerics", "sensitivity"] = (
            "numerics" if isinstance(planned.study.design, Numerics) else "sensitivity"
        )
        with planned.as_file() as scenario:
            return judge_scenario(scenario, out=folder, quick=quick, only=half, workers=workers, docs=docs, quiet=quiet)
    _refuse({"--quick": quick, "--only": only, "--docs": docs}, "that is for a scenario by itself")
    return _run(
        planned.at_resolution(resolution).with_samples(samples), out or default_out, resume, scheduler, workers, quiet
    )


def _run(
    planned: PlannedStudy, out: Path, resume: bool, scheduler: str | None, workers: int | None, quiet: bool
) -> int:
    results = run_study(
        planned,
        check_writable(out),
        resume=resume,
        scheduler=scheduler,
        workers=workers,
        progress=StudyProgress(quiet),
        pictures=True,
    )
    print(planned.study.title)
    for line in sentences(results):
        print(f"  {line}")
    print(f"\n{out}: study.json, study.html, {results.table.num_rows} trials in trials/, pictures")
    return 0


def _refuse(asked: Mapping[str, object], why: str) -> None:
    for option, value in asked.items():
        if value:
            raise InputError(f"{option}: {why}")
