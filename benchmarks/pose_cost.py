"""CPU seconds of a pose at draft in a process that has seen its mesh, and where they go.

``python -m benchmarks.pose_cost [--poses N]``; every share is measured in the same run as the whole.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from statistics import median
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.performance.poses import SEED, SPREAD_DEG, SPREAD_MM, lesion_mm3, scenario
from rfa_model._markdown import table
from rfa_model.errors import InputError
from rfa_model.metrics import evaluate as measuring
from rfa_model.metrics import probing
from rfa_model.physics.assembly import SystemMatrix
from rfa_model.physics.bioheat import BioheatProblem
from rfa_model.physics.electric import ElectricProblem
from rfa_model.plan import Plan
from rfa_model.solver.linear import LinearSolver
from rfa_model.solver.several_sensors import Thermometers
from rfa_model.solver.transient import Transient
from rfa_model.treatment import Workspace, treatment

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
    "anatomy per cell": (treatment.Treatment, "materials"),
    "sensor's place": (Thermometers, "of"),
    "metrics": (treatment.Treatment, "_measured"),
    "of these, point location": (probing, "locate"),
    "of these, captures": (measuring, "_captures"),
    "plan and placement": (Plan, "of"),
}


@contextmanager
def watched() -> Iterator[dict[str, float]]:
    """CPU seconds in each part, calls within calls counted in both."""
    seconds = dict.fromkeys(PARTS, 0.0)

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
        for name, (owner, attribute) in PARTS.items():
            stack.enter_context(patch.object(owner, attribute, timed(name, getattr(owner, attribute))))
        yield seconds


def measure(count: int) -> tuple[list[float], dict[str, float]]:
    """CPU seconds of each pose, and of each part in all of them; a first pose, which reads the mesh, is left out."""
    chance, workspace, seconds = np.random.default_rng(SEED), Workspace(same_numbers=True), list[float]()
    lesion_mm3(scenario((0.0, 0.0, 0.5), (0.0, 0.0, 0.0), "draft"), workspace)
    with watched() as parts:
        while len(seconds) < count:  # what is refused is part of the parts, and little
            drawn = chance.uniform(-1.0, 1.0, 6)
            drawn[2] = abs(drawn[2])
            wanted = scenario(drawn[:3] * SPREAD_MM, drawn[3:] * SPREAD_DEG, "draft")
            began = time.process_time()
            try:
                lesion_mm3(wanted, workspace)
            except InputError:  # the needle would be in bone
                continue
            seconds.append(time.process_time() - began)
    return seconds, parts


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pose_cost", description=__doc__.partition(":")[0])
    parser.add_argument("--poses", type=int, default=8)
    seconds, parts = measure(parser.parse_args().poses)
    total = sum(seconds)
    print(f"{len(seconds)} poses, CPU seconds each: median {median(seconds):.2f}, least {min(seconds):.2f}\n")
    rows = [(name, f"{spent / len(seconds):.3f}", f"{100.0 * spent / total:.1f}") for name, spent in parts.items()]
    print(table(("part", "s a pose", "% of all"), rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
