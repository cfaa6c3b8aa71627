"""One arm on one process and on two, and two that share the machine without sharing any work."""

import json
import math
import statistics
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.performance.flagship import command
from benchmarks.performance.measure import REPEATS, Measured, medians, run
from benchmarks.performance.targets import Target, number
from rfa_model._markdown import table

NAME, TITLE = "processes", "On two processes"
ARM, LIMIT, SAME = "conventional", 1.7, 1e-3
COMPARED = ("electrical", "temperature", "lesions", "nerves", "structures")


def measure() -> dict[str, Any]:
    """Wall time of the arm and of the command, and the largest difference of any number."""
    # Looking at their memory holds processes in step up: that is done in the runs that warm up, and not in the others.
    memory_MiB = {n: _solved(n, memory=True)[0].peak_MiB for n in (1, 2)}
    runs: dict[int, list[tuple[Measured, dict[str, Any]]]] = {1: [], 2: []}
    crowded: list[float] = []
    for _ in range(REPEATS):
        for n, outcomes in runs.items():
            outcomes.append(_solved(n, memory=False))
        with ThreadPoolExecutor(2) as pool:  # which only wait for their commands
            both = pool.map(lambda _: _solved(1, memory=False), range(2))
            crowded += [arm["solver"]["wall_s"] for _, arm in both]
    first, second = (dict(_numbers({key: runs[n][-1][1][key] for key in COMPARED})) for n in (1, 2))
    gaps = {key: _gap(value, second[key]) for key, value in first.items()}
    worst = max(gaps, key=lambda key: gaps[key])
    found = {}
    for n, outcomes in runs.items():
        arms = sorted(arm["solver"]["wall_s"] for _, arm in outcomes)
        wall = {**medians([done for done, _ in outcomes]), "peak_MiB": memory_MiB[n]}
        found[str(n)] = {**wall, "arm_s": arms[len(arms) // 2]}
    return {
        "processes": found,
        "speed_up": found["1"]["arm_s"] / found["2"]["arm_s"],
        "crowded_arm_s": statistics.median(crowded),
        "compared": len(gaps),
        "largest_difference": gaps[worst],
        "where": worst,
        "steps": {n: outcomes[-1][1]["solver"]["steps"] for n, outcomes in runs.items()},
    }


def _solved(processes: int, memory: bool) -> tuple[Measured, dict[str, Any]]:
    with tempfile.TemporaryDirectory() as out:
        launcher = [str(Path(sys.executable).parent / "mpiexec"), "-n", str(processes)]
        done = run([*launcher, *command(Path(out)), "--arm", ARM], {"OMP_NUM_THREADS": "1"}, memory)
        summary = json.loads((Path(out) / "results" / "summary.json").read_text(encoding="utf-8"))
    return done, summary["arms"][ARM]


def _numbers(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _numbers(entry, f"{path}.{key}".lstrip("."))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, float(value)


def _gap(a: float, b: float) -> float:
    return 0.0 if a == b else abs(a - b) / max(abs(a), abs(b)) if math.isfinite(a + b) else math.inf


def targets(data: dict[str, Any]) -> list[Target]:
    """Speed-up and sameness."""
    alone_s, crowded_s = data["processes"]["1"]["arm_s"], data["crowded_arm_s"]
    reason = (
        f"two runs that share no work hold each other up by {number(crowded_s / alone_s)} ×, which leaves "
        f"{number(2.0 * alone_s / crowded_s)} ×; the rest is reading the mesh and waiting for each other's halves"
    )
    return [
        Target("one arm, two processes against one", data["speed_up"], LIMIT, "×", at_least=True, reason=reason),
        Target("largest difference between their numbers", 100.0 * data["largest_difference"], 100.0 * SAME, "%"),
    ]


def section(data: dict[str, Any]) -> str:
    """The page's words."""
    rows = [
        (n, number(d["arm_s"]), number(d["wall_s"]), number(d["peak_MiB"]), d["repeats"])
        for n, d in data["processes"].items()
    ]
    head = ("processes", "arm, s", "command, s", "memory, MiB", "runs")
    return f"""`mpiexec -n N rfa-model run … --arm {ARM}` at `standard`, one thread each. *Arm* is from the mesh to
the last step; the command also starts, measures and draws, on one process. Of {data["compared"]} numbers in
`summary.json` the one that differs most is `{data["where"]}`, by {data["largest_difference"]:.1e} of itself:
iterations stop at a tolerance, and another order of sums stops them elsewhere.

{table(head, rows)}

Two runs on one process each, side by side, take {number(data["crowded_arm_s"])} s an arm: what the two cores share
(memory, caches, the chip's clock) already costs that much.
"""
