"""One walk through the house: scenario → anatomy, probe, placement → each arm solved → metrics → results."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rfa_model._fenics import MPI
from rfa_model._progress import Progress
from rfa_model.anatomy import Anatomy, build_anatomy
from rfa_model.applicators.placement import place
from rfa_model.applicators.pose import Pose
from rfa_model.arms import in_turn, side_by_side, whole
from rfa_model.errors import InputError
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.summary import ArmMetrics
from rfa_model.parallel.ranks import on_first
from rfa_model.parallel.workers import available_cores, under_mpiexec
from rfa_model.pictures.drawing_process import drawing_process
from rfa_model.results import Results, ResultsWriter, comparison_table, read_results
from rfa_model.results.evidence import find_evidence, uncertainty_of
from rfa_model.results.writer import write_arm
from rfa_model.scenario import Scenario, dump_yaml, load_scenario
from rfa_model.workspace import Workspace


def simulate(
    scenario: Scenario,
    *,
    arms: Sequence[str] = (),
    resolution: str | None = None,
    progress: Progress | None = None,
    workers: int = 1,
    workspace: Workspace | None = None,
) -> Results:
    """Solve a scenario's arms, one after the other or side by side.

    Parameters
    ----------
    scenario : Scenario
    arms : sequence of str
        Only these arms; all if empty.
    resolution : str or None
        Instead of the scenario's.
    progress : Progress or None
        Told about every step; None is silent.
    workers : int
        Arms solved at once, each in a fresh process that tells its own progress. With more than one, a script that
        calls this needs the guard ``if __name__ == "__main__":``. 1 under ``mpiexec``.
    workspace : Workspace or None
        What earlier simulations in this process left of their probes, and where this one leaves its own. With one, arms
        are solved in turn.

    Returns
    -------
    Results
        Under ``mpiexec`` complete on the first process, without arms on the others.

    Raises
    ------
    InputError
        If a needle cannot be placed as asked, or an arm is unknown; nothing has been solved then.
    SolveError
        If an arm cannot be solved; side by side, the others have been solved then.
    """
    scenario = at_resolution(scenario, resolution)
    anatomy = build_anatomy(scenario.anatomy)
    poses, text = _poses(scenario, arms, anatomy), dump_yaml(scenario.resolved())
    evidence = find_evidence(text)
    count = _at_once(poses, workers) if workspace is None else 1
    solved: dict[str, tuple[ArmData, ArmMetrics]] = {}
    for name, pair in _solve(scenario, anatomy, poses, progress or Progress(quiet=True), count, whole, workspace):
        if pair is not None:
            arm, found = pair
            uncertainty = uncertainty_of(evidence.get(name, {}), found.to_summary())
            solved[name] = arm, replace(found, uncertainty=uncertainty)
    return Results.from_memory(
        {"scenario": {"title": scenario.title}}, text, [solved[name] for name in poses if name in solved]
    )


def _solve[T](
    scenario: Scenario,
    anatomy: Anatomy,
    poses: Mapping[str, Pose],
    progress: Progress,
    count: int,
    deliver: Callable[[ArmData, ArmMetrics], T],
    workspace: Workspace | None = None,
) -> Iterator[tuple[str, T | None]]:
    """Solve placed arms, ``count`` at once; each name with what is delivered, None on all processes but the first."""
    if count > 1:
        return side_by_side(scenario, poses, count, progress.quiet, deliver)
    return in_turn(scenario, poses, anatomy, progress, deliver, workspace)


def run_scenario(
    path: Path,
    *,
    out: Path,
    arms: Sequence[str] = (),
    resolution: str | None = None,
    quiet: bool = False,
    workers: int | None = None,
) -> int:
    """Solve a scenario file, write the results folder with pictures, print the comparison; the command line's ``run``.

    ``workers`` arms are solved at once, by default one per core.

    Raises
    ------
    InputError, SolveError
        As :func:`simulate`; arms finished before stay in ``out``.
    """
    scenario = at_resolution(load_scenario(path), resolution)
    comm = MPI.COMM_WORLD
    first = comm.rank == 0
    anatomy = build_anatomy(scenario.anatomy)
    references = scenario.references(anatomy.tissue_names, anatomy.reference_keys)
    info = {"title": scenario.title, "file": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    text = dump_yaml(scenario.resolved())
    evidence = find_evidence(text)
    on_first(partial(ResultsWriter.refuse_loss, out, arms))
    poses = _poses(scenario, arms, anatomy)
    count = _at_once(poses, workers or available_cores())
    with ExitStack() as stack:
        drawing = stack.enter_context(drawing_process(poses, out)) if count > 1 else None
        with ExitStack() as files:
            writer = on_first(
                lambda: files.enter_context(
                    ResultsWriter(
                        out, text, info, references=references, processes=comm.size, order=list(scenario.arms)
                    )
                )
            )

            def add(name: str, entry: dict[str, Any] | None) -> None:
                assert writer is not None
                assert entry is not None
                writer.adopt(name, entry | {"uncertainty": uncertainty_of(evidence.get(name, {}), entry)})
                if drawing is not None:
                    drawing.add(name)

            # Fields stay in the process that solved them: they are written there, and only the numbers come here.
            deliver = partial(write_arm, out if writer is None else writer.staging)
            for name, entry in _solve(scenario, anatomy, poses, Progress(quiet=quiet or not first), count, deliver):
                on_first(partial(add, name, entry))
        if first:
            print(comparison_table(read_results(out)))
            print("\nNumbers from:")
            for key, citation in references.items():
                print(f"  {key}: {citation}")

            pictures = _draw_all(out) if drawing is None else drawing.finish()
            print(f"\n{out}: summary.json, fields, lesions, nerves and {len(pictures)} pictures")
    return 0


def _draw_all(out: Path) -> list[Path]:
    from rfa_model.pictures import draw_all

    return draw_all(out)


def at_resolution(scenario: Scenario, resolution: str | None) -> Scenario:
    """Return the scenario at another mesh resolution; itself for None."""
    if resolution is None:
        return scenario
    numerics = scenario.numerics.model_copy(update={"resolution": resolution})
    return scenario.model_copy(update={"numerics": numerics})


def _poses(scenario: Scenario, arms: Sequence[str], anatomy: Anatomy) -> dict[str, Pose]:
    """Pose of each of the arms, of all if none is named, in the scenario's order."""
    for name in arms:
        scenario.arm(name)
    return {name: _pose(scenario, name, anatomy) for name in scenario.arms if not arms or name in arms}


def _at_once(poses: Mapping[str, Pose], workers: int) -> int:
    return 1 if under_mpiexec() else min(workers, len(poses))


def _pose(scenario: Scenario, name: str, anatomy: Anatomy) -> Pose:
    try:
        radius_mm = scenario.numerics.domain_radius_mm
        return place(scenario.resolved_probe(name), scenario.arms[name].placement, anatomy, radius_mm)
    except InputError as error:
        reason = str(error).removeprefix("placement: ")
        raise InputError(f"arms.{name}.placement: {reason}") from error
