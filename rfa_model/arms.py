"""The arms of one scenario, each solved and measured: in turn, or side by side in processes of their own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from rfa_model._processes import on_first
from rfa_model._progress import Progress
from rfa_model._workers import spread
from rfa_model.anatomy import Anatomy, build_anatomy
from rfa_model.arm import solve_arm
from rfa_model.errors import RfaModelError
from rfa_model.metrics.data import ArmData
from rfa_model.metrics.evaluate import evaluate
from rfa_model.metrics.summary import ArmMetrics
from rfa_model.probes.pose import Pose
from rfa_model.scenario import Scenario

Solved = tuple[ArmData, ArmMetrics]


@dataclass(frozen=True)
class Task:
    """What a process needs to solve one arm by itself."""

    scenario: Scenario
    name: str
    pose: Pose
    quiet: bool


def in_turn(
    scenario: Scenario, poses: Mapping[str, Pose], anatomy: Anatomy, progress: Progress
) -> Iterator[Solved | None]:
    """Solve the arms that have a pose in this process, or these under ``mpiexec``; None on all but the first of them.

    Raises
    ------
    SolveError
        From the first arm that fails; later ones are not begun.
    """
    for name, pose in poses.items():
        arm = solve_arm(scenario, name, anatomy, pose, progress)
        yield on_first(partial(_measured, scenario, anatomy, arm))


def side_by_side(scenario: Scenario, poses: Mapping[str, Pose], workers: int, quiet: bool) -> Iterator[Solved]:
    """Solve the arms that have a pose in processes of this machine; each is yielded as it is finished.

    Raises
    ------
    RfaModelError
        After all arms that can be solved have been yielded: the failure of the first that cannot.
    """
    tasks = {name: Task(scenario, name, pose, quiet) for name, pose in poses.items()}
    failures: dict[str, RfaModelError] = {}
    for task, outcome in spread(_solve_alone, tasks.values(), workers):
        if isinstance(outcome, RfaModelError):
            failures[task.name] = outcome
        else:
            yield outcome
    for name in poses:
        if name in failures:
            raise failures[name]


def _solve_alone(task: Task) -> Solved | RfaModelError:
    anatomy = build_anatomy(task.scenario.anatomy)
    # Several processes share one terminal: whole lines only.
    progress = Progress(quiet=task.quiet, live=False)
    try:
        arm = solve_arm(task.scenario, task.name, anatomy, task.pose, progress)
        return _measured(task.scenario, anatomy, arm)
    except RfaModelError as error:
        return error


def _measured(scenario: Scenario, anatomy: Anatomy, arm: ArmData | None) -> Solved:
    assert arm is not None
    limits: dict[str, Any] = {name: limit.model_dump(exclude_none=True) for name, limit in scenario.limits.items()}
    return arm, evaluate(arm, anatomy, list(scenario.resolved_criteria().values()), limits)
