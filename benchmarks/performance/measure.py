"""Stopwatch, median, and the memory of a command with all its children."""

import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
REPEATS, LONG_S, LONG_REPEATS = 5, 60.0, 2
"""How often a measurement is repeated, and how often one that takes longer than ``LONG_S``."""
POLL_S = (0.02, 1.0)
PR_SET_CHILD_SUBREAPER = 36  # of <linux/prctl.h>


@dataclass(frozen=True)
class Measured:
    """One run of a command: wall time, CPU time of all its processes, largest memory of them together."""

    wall_s: float
    cpu_s: float
    peak_MiB: float
    output: str


def run(command: list[str], environment: Mapping[str, str] | None = None, memory: bool = True) -> Measured:
    """Run a command to its end in the checkout; the memory of its whole process tree is polled, if it is asked for.

    Pages that several processes share are counted once (proportional set sizes). Where memory is polled, processes that
    outlive the command, as those do that others are forked from, are waited for: their CPU time is its own.

    Raises
    ------
    RuntimeError
        If it does not end well; with what it said.
    """
    _adopt_orphans()
    before, began, peak, seen = os.times(), time.perf_counter(), 0, set[int]()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(environment or {})},  # as on a user's machine
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        while memory and process.poll() is None:
            tree = _tree(process.pid)
            seen.update(tree)
            peak = max(peak, sum(map(_memory_kB, tree)))
            # Adding up pages holds processes up, and two in step twice: every twentieth of the time gone by.
            time.sleep(min(max(0.05 * (time.perf_counter() - began), POLL_S[0]), POLL_S[1]))
        process.wait()
        wall = time.perf_counter() - began
        for pid in seen:
            with suppress(ChildProcessError):  # not ours: another has waited for it
                os.waitpid(pid, 0)
        after = os.times()
        said.seek(0)
        output = said.read()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{output[-3000:]}")
    cpu = sum(getattr(after, k) - getattr(before, k) for k in ("children_user", "children_system"))
    return Measured(wall, cpu, peak / 1024.0, output)


def _adopt_orphans() -> None:
    """Become the parent of descendants whose own has ended, instead of init; Linux alone knows that."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _tree(pid: int) -> list[int]:
    found, todo = [], [pid]
    while todo:
        parent = todo.pop()
        found.append(parent)
        for file in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                todo += [int(word) for word in file.read_text().split()]
            except OSError:  # ended in between
                continue
    return found


def _memory_kB(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self/smaps_rollup").exists():
            return 0  # ended in between
        raise
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def repeated(work: Callable[[], Any], warm_up: bool = True, repeats: int = REPEATS) -> list[Any]:
    """Outcomes of ``work``, after one that is thrown away; fewer if that one took long."""
    began = time.perf_counter()
    first = work()
    long = time.perf_counter() - began > LONG_S
    outcomes = [] if warm_up else [first]
    return outcomes + [work() for _ in range((LONG_REPEATS if long else repeats) - len(outcomes))]


def medians(runs: list[Measured]) -> dict[str, float]:
    """Medians of runs of one command, the largest memory, and how many there were."""
    return {
        "wall_s": statistics.median(r.wall_s for r in runs),
        "cpu_s": statistics.median(r.cpu_s for r in runs),
        "peak_MiB": max(r.peak_MiB for r in runs),
        "repeats": len(runs),
    }


def timed[T](work: Callable[[], T]) -> tuple[float, T]:
    """Wall seconds and outcome."""
    began = time.perf_counter()
    outcome = work()
    return time.perf_counter() - began, outcome
