"""The arms of one scenario, each solved and measured: in turn, or side by side in processes of their own."""

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from logging.handlers import QueueHandler
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from rfa_model._progress import Progress
from rfa_model.anatomy import Anatomy, build_anatomy
from rfa_model.applicators.pose import Pose
from rfa_model.arm import solve_arm
from rfa_model.errors import RfaModelError, SolveError
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.evaluate import evaluate
from rfa_model.metrics.summary import ArmMetrics
from rfa_model.parallel.ranks import on_first
from rfa_model.parallel.workers import spread
from rfa_model.scenario import Scenario
from rfa_model.workspace import Workspace

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task[T]:
    """What a process needs to solve one arm by itself; ``deliver`` travels there pickled."""

    scenario: Scenario
    name: str
    pose: Pose
    quiet: bool
    deliver: Callable[[ArmData, ArmMetrics], T]


def whole(arm: ArmData, metrics: ArmMetrics) -> tuple[ArmData, ArmMetrics]:
    """Deliver all there is of an arm."""
    return arm, metrics


def in_turn[T](
    scenario: Scenario,
    poses: Mapping[str, Pose],
    anatomy: Anatomy,
    progress: Progress,
    deliver: Callable[[ArmData, ArmMetrics], T],
    workspace: Workspace | None = None,
) -> Iterator[tuple[str, T | None]]:
    """Solve the arms that have a pose in this process, or these under ``mpiexec``.

    Yields
    ------
    An arm's name and what ``deliver`` makes of it; None on all processes but the first.

    Raises
    ------
    RfaModelError
        From the first arm that fails or cannot be delivered; later ones are not begun.
    """
    for name, pose in poses.items():
        arm = solve_arm(scenario, name, anatomy, pose, progress, workspace)
        yield name, on_first(partial(_delivered, scenario, anatomy, arm, deliver))


def side_by_side[T](
    scenario: Scenario,
    poses: Mapping[str, Pose],
    workers: int,
    quiet: bool,
    deliver: Callable[[ArmData, ArmMetrics], T],
) -> Iterator[tuple[str, T]]:
    """Solve the arms that have a pose in processes of this machine.

    What the processes log is handed to this one's handlers.

    Yields
    ------
    An arm's name and what ``deliver`` made of it in its process, as each is finished.

    Raises
    ------
    RfaModelError
        After all arms that can be solved have been yielded: the failure of the first that cannot.
    SolveError
        If a process is ended from outside.
    """
    tasks = {name: Task(scenario, name, pose, quiet, deliver) for name, pose in poses.items()}
    failures: dict[str, RfaModelError] = {}
    try:
        for task, (outcome, records) in spread(_solve_alone, tasks.values(), workers):
            for record in records:
                logging.getLogger(record.name).handle(record)
            if isinstance(outcome, RfaModelError):
                failures[task.name] = outcome
            else:
                yield task.name, outcome
    except BrokenProcessPool:
        raise SolveError(
            "a process that solved an arm was ended from outside, perhaps for want of memory; try --workers 1"
        ) from None
    for name in poses:
        if name in failures:
            raise failures[name]


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
    anatomy = build_anatomy(task.scenario.anatomy)
    # Several processes share one terminal: whole lines only.
    progress = Progress(quiet=task.quiet, live=False)
    try:
        arm = solve_arm(task.scenario, task.name, anatomy, task.pose, progress)
        return _delivered(task.scenario, anatomy, arm, task.deliver)
    except RfaModelError as error:
        return error
    except Exception as error:  # a mistake in one arm leaves the others theirs, and its trace in the log
        _log.exception("arm %s", task.name)
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}, line {where.lineno}"
        return SolveError(f"arm '{task.name}': unexpected {type(error).__name__} in {place}: {error}")


def _delivered[T](
    scenario: Scenario, anatomy: Anatomy, arm: ArmData | None, deliver: Callable[[ArmData, ArmMetrics], T]
) -> T:
    assert arm is not None
    limits: dict[str, Any] = {name: limit.model_dump(exclude_none=True) for name, limit in scenario.limits.items()}
    return deliver(arm, evaluate(arm, anatomy, list(scenario.resolved_criteria().values()), limits))
