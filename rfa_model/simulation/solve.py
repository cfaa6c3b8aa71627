"""The arms of a plan, each solved and measured: in turn, or side by side in processes of their own."""

import logging
import traceback
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from functools import cache, partial
from logging.handlers import QueueHandler
from pathlib import Path
from queue import SimpleQueue

from rfa_model._machine import scarcity_words
from rfa_model._progress import Progress
from rfa_model.errors import InputError, RfaModelError, SolveError
from rfa_model.parallel.ranks import on_first
from rfa_model.parallel.workers import spread, under_mpiexec
from rfa_model.plan import Plan
from rfa_model.simulation.sinks import Sink
from rfa_model.treatment import Solution, Treatment, Workspace
from rfa_model.treatment.checkpoint import Checkpoint, OutOfTime
from rfa_model.treatment.workspace import KEPT_BY_WORKERS

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task[T]:
    """What a process needs to solve one arm by itself; all of it travels there pickled."""

    treatment: Treatment
    quiet: bool
    deliver: Callable[[Solution], T]
    shares: bool = False
    """Whether the process may be given others of the same applicator."""
    checkpoint: Checkpoint | None = None


def solve_plan[T](
    plan: Plan,
    sink: Sink[T],
    *,
    progress: Progress,
    workers: int = 1,
    executor: Executor | None = None,
    workspace: Workspace | None = None,
    checkpoints: Mapping[str, Checkpoint] = {},
) -> None:
    """Solve every arm of a plan, in the processes it is given, each handed to the sink as it is finished.

    Parameters
    ----------
    plan : Plan
    sink : Sink
        Its ``deliver`` works in the process that solved an arm; only what that returns comes here, to be added.
    progress : Progress
    workers : int
        Arms solved at once; 1 under ``mpiexec``, and where there is a workspace.
    executor : concurrent.futures.Executor or None
        Takes the arms instead.
    workspace : Workspace or None
        Of this process, for arms solved in turn.
    checkpoints : mapping of str to Checkpoint
        Where arms leave their state, by name.
    """
    treatments = [plan.treatment(name) for name in plan.arms]
    count = 1 if workspace is not None else at_once(plan, workers)
    parts: Generator[tuple[str, T | None]]
    if executor is None and count <= 1:
        parts = in_turn(treatments, progress, sink.deliver, workspace, checkpoints)
    else:
        shares = not 1 < count == len(treatments)
        tasks = [Task(made, progress.quiet, sink.deliver, shares, checkpoints.get(made.name)) for made in treatments]
        parts = side_by_side(tasks, count, executor)
    with closing(parts):  # what the sink cannot take ends the other processes at once
        for name, part in parts:
            on_first(partial(sink.add, name, part))


def at_once(plan: Plan, workers: int) -> int:
    """How many of the plan's arms so many workers solve at the same time; 1 under ``mpiexec``."""
    return 1 if under_mpiexec() else min(workers, len(plan.arms))


def in_turn[T](
    treatments: list[Treatment],
    progress: Progress,
    deliver: Callable[[Solution], T],
    workspace: Workspace | None = None,
    checkpoints: Mapping[str, Checkpoint] = {},
) -> Generator[tuple[str, T | None]]:
    """Solve treatments in this process, or these under ``mpiexec``.

    Raises
    ------
    RfaModelError
        From the first that fails or cannot be delivered; later ones are not begun.
    """
    for treatment in treatments:
        solution = _solved(treatment, progress, workspace, checkpoints.get(treatment.name))
        yield treatment.name, on_first(partial(_delivered, solution, deliver))


def side_by_side[T](
    tasks: Sequence[Task[T]], workers: int, executor: Executor | None = None
) -> Generator[tuple[str, T]]:
    """Solve treatments in other processes; what these log is handed to this one's handlers.

    Yields
    ------
    A treatment's name and what was delivered, as each is finished.

    Raises
    ------
    RfaModelError
        After all that can be solved have been yielded: the failure of the first that cannot, or that there was no time
        for these.
    SolveError
        If a process is ended from outside.
    """
    failures: dict[str, RfaModelError] = {}
    try:
        for task, (outcome, records) in spread(_solve_alone, tasks, workers, executor):
            for record in records:
                logging.getLogger(record.name).handle(record)
            if isinstance(outcome, RfaModelError):
                failures[task.treatment.name] = outcome
            else:
                yield task.treatment.name, outcome
    except BrokenProcessPool:
        raise SolveError(
            "a process that solved an arm was ended from outside, perhaps for want of memory; try --workers 1"
        ) from None
    failed = [failures[task.treatment.name] for task in tasks if task.treatment.name in failures]
    for failure in failed:
        if not isinstance(failure, OutOfTime):
            raise failure
    if failed:
        raise OutOfTime(*(arm for failure in failed if isinstance(failure, OutOfTime) for arm in failure.reached))


def _solve_alone[T](task: Task[T]) -> tuple[T | RfaModelError, list[logging.LogRecord]]:
    records: SimpleQueue[logging.LogRecord] = SimpleQueue()
    handler, log = QueueHandler(records), logging.getLogger("rfa_model")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        outcome = _solve_quietly(task)
    finally:
        log.removeHandler(handler)
    return outcome, [records.get() for _ in range(records.qsize())]


def _solve_quietly[T](task: Task[T]) -> T | RfaModelError:
    # Several processes share one terminal: whole lines only.
    progress = Progress(quiet=task.quiet, live=False)
    workspace = _shared_workspace() if task.shares else None
    try:
        return _delivered(_solved(task.treatment, progress, workspace, task.checkpoint), task.deliver)
    except RfaModelError as error:
        return error
    except (OSError, MemoryError) as error:
        if (words := scarcity_words(error)) is None:
            return _unexpected(task, error)
        return InputError(f"arm '{task.treatment.name}': {words}")
    except Exception as error:  # a mistake in one arm leaves the others theirs, and its trace in the log
        return _unexpected(task, error)


@cache
def _shared_workspace() -> Workspace:
    """What this process keeps for arms to come, of which no number depends on the arms before: one may be resumed."""
    return Workspace(KEPT_BY_WORKERS, same_numbers=True)


def _unexpected[T](task: Task[T], error: Exception) -> SolveError:
    _log.error("arm %s", task.treatment.name, exc_info=error)
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(where.filename).name}, line {where.lineno}"
    return SolveError(f"arm '{task.treatment.name}': unexpected {type(error).__name__} in {place}: {error}")


def _solved(
    treatment: Treatment, progress: Progress, workspace: Workspace | None, checkpoint: Checkpoint | None
) -> Solution | None:
    if checkpoint is not None and not checkpoint.begins and checkpoint.is_over():
        raise OutOfTime((treatment.name, 0.0, treatment.duration_s))
    return treatment.solve(progress=progress, workspace=workspace, checkpoint=checkpoint)


def _delivered[T](solution: Solution | None, deliver: Callable[[Solution], T]) -> T:
    assert solution is not None
    return deliver(solution)
