"""Solve the bench grid over the machine's cores, hold it against the bands, print and write what was found."""

import datetime
import sys
import time
from pathlib import Path
from typing import Any

from rfa_model.assurance.validation.files import BenchRun, read_json, write_csv, write_json
from rfa_model.assurance.validation.measure import Solved, solve
from rfa_model.assurance.validation.trials import grid
from rfa_model.errors import SolveError
from rfa_model.parallel.workers import spread
from rfa_model.results.provenance import git_revision, versions

DEFAULT_RESULTS = Path("results") / "bench"


def run_bench(
    docs: Path | None = None, quick: bool = False, workers: int | None = None, results: Path | None = None
) -> int:
    """Solve the grid, print the bands and write the page; the command line's ``bench``.

    Parameters
    ----------
    docs : Path or None
        Folder to write ``validation.md`` and ``validation/`` to.
    quick : bool
        A smaller grid on draft meshes.
    workers : int or None
        Processes at once.
    results : Path or None
        A ``bench.json`` written earlier, to draw from instead of solving.

    Returns
    -------
    int
        0, also where a band is missed: that is an answer, and it is shown.

    Raises
    ------
    SolveError
        If a run could not be solved; the page is written first, without it.
    """
    from rfa_model.assurance.validation.page import write_page
    from rfa_model.assurance.validation.tables import terminal

    run = read_json(results) if results is not None else solve_grid(quick, workers)
    print(terminal(run))
    if results is None:
        kept = DEFAULT_RESULTS / "bench.json"
        write_json(run, kept)
        write_csv(run.solved, DEFAULT_RESULTS / "bench.csv")
        print(f"\n{kept}")
    if docs is not None:
        print(write_page(run, docs))
    if run.failures:
        raise SolveError("; ".join(f"{one.trial.name}: {one.failure}" for one in run.failures))
    return 0


def solve_grid(quick: bool, workers: int | None = None, numerics: dict[str, Any] | None = None) -> BenchRun:
    """Solve every trial of the grid, telling on stderr as each is done."""
    numerics = {"resolution": "draft" if quick else "standard", **(numerics or {})}
    trials = grid(quick)
    began, done = time.perf_counter(), dict[Any, Solved]()
    for (trial, _), found in spread(solve, [(trial, numerics) for trial in trials], workers):
        done[trial] = found
        outcome = "FAILED" if found.failure else f"{found.wall_s:.1f} s"
        elapsed = time.perf_counter() - began
        print(f"{trial.name}: {outcome} [{len(done)} of {len(trials)}, {elapsed:.0f} s]", file=sys.stderr, flush=True)
    return BenchRun(
        resolution=str(numerics["resolution"]),
        quick=quick,
        date=f"{datetime.date.today():%d %B %Y}",
        versions=versions(),
        git=git_revision(),
        wall_s=time.perf_counter() - began,
        solved=[done[trial] for trial in trials],
    )
