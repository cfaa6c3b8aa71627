"""Each solver in a process of its own; those that are not installed here in an environment made for the run."""

import json
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.performance.measure import run
from benchmarks.performance.peers.case import Outcome, outcome
from benchmarks.performance.peers.problem import Choice, Mesh, Values, write

COMMON = ("numpy==2.5.5", "scipy==1.18.1")
# What is asked of the package index, by name of the solver; none: this environment has it.
PEERS: dict[str, tuple[str, ...]] = {
    "rfa-model": (),
    "DOLFINx script": (),
    "scikit-fem": ("scikit-fem==12.0.2", "pyamg==5.4.1"),
    "NGSolve": ("ngsolve==6.2.2608",),
    "Kratos": ("KratosMultiphysics==10.4.4", "KratosConvectionDiffusionApplication==10.4.4"),
}
MODULES = {
    "rfa-model": "with_package",
    "DOLFINx script": "with_dolfinx",
    "scikit-fem": "with_scikit_fem",
    "NGSolve": "with_ngsolve",
    "Kratos": "with_kratos",
}
OURS, SCRIPT = "rfa-model", "DOLFINx script"
OTHERS = tuple(name for name in PEERS if name not in (OURS, SCRIPT))
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Found:
    """One solver's answer and effort."""

    outcome: Outcome
    facts: dict[str, Any]


def interpreter(name: str) -> list[str]:
    """The command that runs Python where the solver is.

    Raises
    ------
    RuntimeError
        If there is no uv to make its environment with.
    """
    if not PEERS[name]:
        return [sys.executable]
    if shutil.which("uv") is None:
        raise RuntimeError(f"{name} runs in an environment of its own, made with uv: pip install uv")
    wanted = [word for package in (*COMMON, *PEERS[name]) for word in ("--with", package)]
    return ["uv", "run", "--isolated", "--no-project", "--python", "3.12", *wanted, "python"]


def solve(name: str, mesh: Mesh, values: Values, choice: Choice, repeats: int) -> Found:
    """Run one solver ``repeats`` times after a warm-up; 0 keeps the first run's time."""
    with tempfile.TemporaryDirectory() as folder:
        case, answer = Path(folder) / "case.npz", Path(folder) / "answer.npz"
        write(case, mesh, values)
        module = f"benchmarks.performance.peers.{MODULES[name]}"
        words = ["-m", module, str(case), str(answer), json.dumps(asdict(choice)), "--repeats", str(repeats)]
        run([*interpreter(name), *words], ONE_THREAD)
        with np.load(answer) as stored:
            return Found(outcome(mesh, choice.order, stored["temperature_C"]), json.loads(str(stored["facts"])))
