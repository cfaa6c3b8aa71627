"""Solve the bench grid over the machine's cores, hold it against the bands, print and write what was found."""

import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from rfa_model.assurance.page import today
from rfa_model.assurance.progress import spread_telling
from rfa_model.assurance.validation import joint_page
from rfa_model.assurance.validation.emulate import emulate, read_table, trials, write_table
from rfa_model.assurance.validation.files import BenchRun, read_json, write_csv, write_json
from rfa_model.assurance.validation.joint import joint
from rfa_model.assurance.validation.measure import Solved, solve
from rfa_model.assurance.validation.page import write_page
from rfa_model.assurance.validation.tables import terminal
from rfa_model.assurance.validation.trials import Trial, grid
from rfa_model.errors import SolveError
from rfa_model.results.provenance import git_revision, versions

DEFAULT_RESULTS = Path("results") / "bench"


def run_bench(
    docs: Path | None = None,
    quick: bool = False,
    workers: int | None = None,
    results: Path | None = None,
    quiet: bool = False,
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
    run = read_json(results) if results is not None else solve_grid(quick, workers, quiet=quiet)
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


def run_emulator(path: Path, workers: int | None = None, quiet: bool = False) -> None:
    """Solve the runs that the joint fit rests on, on draft meshes, and write their table."""
    work = partial(emulate, numerics={"resolution": "draft"})
    done = dict(spread_telling(work, list(trials()), workers, lambda trial, _: trial.name, quiet))
    write_table((one for trial in trials() for one in done[trial]), path)


def run_joint(path: Path | None = None) -> int:
    """Fit edge and starts to all bands and print the posterior; from another table than the one that ships."""
    print(joint_page.terminal(joint(read_table(path))))
    return 0


def solve_grid(
    quick: bool, workers: int | None = None, numerics: Mapping[str, float | str] | None = None, *, quiet: bool = False
) -> BenchRun:
    """Solve every trial of the grid, telling on stderr as each is done unless ``quiet``."""
    numerics = {"resolution": "draft" if quick else "standard", **(numerics or {})}
    runs = grid(quick)
    began = time.perf_counter()
    done = dict(spread_telling(partial(solve, numerics=numerics), runs, workers, _line, quiet))
    return BenchRun(
        resolution=str(numerics["resolution"]),
        quick=quick,
        date=today(),
        versions=versions(),
        git=git_revision(),
        wall_s=time.perf_counter() - began,
        solved=[done[trial] for trial in runs],
    )


def _line(trial: Trial, found: Solved) -> str:
    return f"{trial.name}: {'FAILED' if found.failure else f'{found.wall_s:.1f} s'}"
