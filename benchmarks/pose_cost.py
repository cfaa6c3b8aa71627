"""CPU seconds of a pose at draft in a worker that has seen its mesh, and where they go.

``python -m benchmarks.pose_cost [--poses N]`` solves poses as trials are solved, with the shipped study's steps; every
share is measured in the same run as the whole. ``--study`` takes trials of the shipped study of placements, N of each
arm: five criteria, needles that come to lie on bone.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from statistics import fmean, median
from typing import Any
from unittest.mock import patch

os.environ["OMP_NUM_THREADS"] = "1"  # before NumPy is there: threads that wait for work spin, and would be counted

import numpy as np

from benchmarks.performance.poses import SEED, SPREAD_DEG, SPREAD_MM, scenario
from rfa_model._markdown import table
from rfa_model.errors import InputError
from rfa_model.metrics import evaluate as measuring
from rfa_model.metrics import probing
from rfa_model.physics.assembly import SystemMatrix
from rfa_model.physics.bioheat import BioheatProblem
from rfa_model.physics.electric import ElectricProblem
from rfa_model.plan import Plan
from rfa_model.scenario import Scenario
from rfa_model.solver.linear import LinearSolver
from rfa_model.solver.record import HistoryRecorder
from rfa_model.solver.several_sensors import Thermometers
from rfa_model.solver.transient import Transient
from rfa_model.studies import fields, load_study, rest
from rfa_model.studies.record import Recorder
from rfa_model.studies.trial import Trial, solve
from rfa_model.studies.trials import trials_of
from rfa_model.treatment import Workspace, treatment

# As the shipped studies have them.
STEPS = {"time_tolerance_C": 1.0, "max_step_s": 20.0, "step_control": "predictive"}
STUDY = Path(__file__).parents[1] / "scenarios" / "studies" / "placement_l4.yaml"
PARTS: dict[str, tuple[Any, str]] = {
    "linear solves": (LinearSolver, "solve"),
    "matrix of heat": (BioheatProblem, "assemble"),
    "matrix of current": (ElectricProblem, "assemble"),
    "of both, sums into PETSc": (SystemMatrix, "update"),
    "residuals of heat": (BioheatProblem, "passive_load"),
    "heat stored": (BioheatProblem, "storage"),
    "coefficients": (BioheatProblem, "coefficients"),
    "Joule heat": (ElectricProblem, "joule_load"),
    "steps, all of the above included": (Transient, "_step"),
    "rows of the history": (HistoryRecorder, "__call__"),
    "anatomy per cell": (treatment.Treatment, "materials"),
    "sensor's place": (Thermometers, "of"),
    "metrics": (treatment.Treatment, "_measured"),
    "of these, point location": (probing, "locate"),
    "of these, captures": (measuring, "_captures"),
    "plan and placement": (Plan, "of"),
}
OF_TRIALS: dict[str, tuple[Any, str]] = {
    "numbers of the row, some metrics among them": (Recorder, "row"),
    "come to lie on bone": (rest, "resting_on_bone"),
    "fields packed": (fields, "packed_fields"),
}


@contextmanager
def watched() -> Iterator[dict[str, float]]:
    """CPU seconds in each part, calls within calls counted in both."""
    parts = PARTS | OF_TRIALS
    seconds = dict.fromkeys(parts, 0.0)

    def timed(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            began = time.process_time()
            try:
                return method(*args, **kwargs)
            finally:
                seconds[name] += time.process_time() - began

        return call

    with ExitStack() as stack:
        for name, (owner, attribute) in parts.items():
            stack.enter_context(patch.object(owner, attribute, timed(name, getattr(owner, attribute))))
        yield seconds


def lesion_mm3(wanted: Scenario, workspace: Workspace) -> float:
    """Lesion by coagulation of one pose."""
    solution = Plan.of(wanted).treatment("needle").solve(workspace=workspace, lazily=True, sparsely=True)
    assert solution is not None
    return float(solution.arm.history["lesion_arrhenius_mm3"][-1])


def measure(count: int) -> tuple[list[float], dict[str, float]]:
    """CPU seconds of each pose, and of each part in all of them; a first pose, which reads the mesh, is left out."""
    chance, workspace, seconds = np.random.default_rng(SEED), Workspace(same_numbers=True), list[float]()
    lesion_mm3(scenario((0.0, 0.0, 0.5), (0.0, 0.0, 0.0), "draft", **STEPS), workspace)
    with watched() as parts:
        while len(seconds) < count:  # what is refused is part of the parts, and little
            drawn = chance.uniform(-1.0, 1.0, 6)
            drawn[2] = abs(drawn[2])
            wanted = scenario(drawn[:3] * SPREAD_MM, drawn[3:] * SPREAD_DEG, "draft", **STEPS)
            began = time.process_time()
            try:
                lesion_mm3(wanted, workspace)
            except InputError:  # the needle would be in bone
                continue
            seconds.append(time.process_time() - began)
    return seconds, parts


def measure_study(count: int) -> dict[str, tuple[list[float], dict[str, float]]]:
    """The same of trials of the shipped study, by arm; the first that is solved reads the mesh, and is left out."""
    planned, found = load_study(STUDY), {}
    for arm in planned.arms:
        trials = (trial for trial in trials_of(planned) if trial.arm == arm)
        _solved(trials)
        with watched() as parts:
            found[arm] = [_solved(trials) for _ in range(count)], parts
    return found


def _solved(trials: Iterator[Trial]) -> float:
    """CPU seconds of the next trial that is solved; those refused before take little."""
    return next(outcome.cpu_s for outcome in map(solve, trials) if outcome.status == "solved")


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pose_cost", description=__doc__.partition(":")[0])
    parser.add_argument("--poses", type=int, default=8)
    parser.add_argument("--study", action="store_true", help="trials of the shipped study, so many of each arm")
    asked = parser.parse_args()
    if asked.study:
        for arm, (seconds, parts) in measure_study(asked.poses).items():
            print(f"{arm}: {len(seconds)} trials, {3600.0 / fmean(seconds):.0f} an hour on one core")
            _print(seconds, parts)
    else:
        _print(*measure(asked.poses))
    return 0


def _print(seconds: list[float], parts: dict[str, float]) -> None:
    total, count = sum(seconds), len(seconds)
    each = f"mean {fmean(seconds):.2f}, median {median(seconds):.2f}, least {min(seconds):.2f}"
    print(f"{count} poses, CPU seconds each: {each}\n")
    rows = [(name, f"{s / count:.3f}", f"{100.0 * s / total:.1f}") for name, s in parts.items() if s > 0.0]
    print(table(("part", "s a pose", "% of all"), rows) + "\n")


if __name__ == "__main__":
    sys.exit(main())
