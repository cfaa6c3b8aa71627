"""The shipped two-arm scenario at standard resolution, through the command line: for the first time, and again."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.performance.measure import ROOT, Measured, medians, repeated, run
from benchmarks.performance.targets import Target, number
from rfa_model._markdown import table

NAME, TITLE = "flagship", "The shipped scenario"
SCENARIO = ROOT / "scenarios" / "l4_medial_branch.yaml"
LIMITS = {"warm": (30.0, 1024.0), "fresh": (75.0, None)}
REASON = "two processes solve and two draw; half of what those take that draw is OpenGL without a graphics card"


def command(out: Path) -> list[str]:
    """What a user types, without progress."""
    return [sys.executable, "-m", "rfa_model", "run", str(SCENARIO), "--out", str(out / "results"), "--quiet"]


def measure() -> dict[str, Any]:
    """Fresh: nothing cached in the user's home. Warm: run before."""

    def solved(home: Path) -> Measured:
        with tempfile.TemporaryDirectory() as out:
            return run(command(Path(out)), {"HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache")})

    def fresh() -> Measured:
        with tempfile.TemporaryDirectory() as home:
            return solved(Path(home))

    with tempfile.TemporaryDirectory() as home:
        warm = repeated(lambda: solved(Path(home)))
    return {"fresh": medians(repeated(fresh, warm_up=False)), "warm": medians(warm)}


def targets(data: dict[str, Any]) -> list[Target]:
    """Seconds and memory."""
    found = []
    for name, (seconds, memory_MiB) in LIMITS.items():
        found.append(Target(f"shipped scenario, both arms, {name}", data[name]["wall_s"], seconds, "s"))
        if memory_MiB is not None:
            found.append(Target(f"its memory, {name}", data[name]["peak_MiB"], memory_MiB, "MiB", reason=REASON))
    return found


def section(data: dict[str, Any]) -> str:
    """The page's words."""
    rows = [
        (name, number(d["wall_s"]), number(d["cpu_s"]), number(d["peak_MiB"]), d["repeats"])
        for name, d in ((name, data[name]) for name in LIMITS)
    ]
    return f"""`rfa-model run scenarios/{SCENARIO.name}`: both arms in 3-D at `standard`, with pictures. *Fresh*
has an empty home: no compiled form, no mesh but those that ship. Memory is that of all processes together, pages
they share counted once. What `standard` is worth stands under [verification](verification.md) and
[uncertainty](uncertainty.md).

{table(("", "wall, s", "CPU, s", "memory, MiB", "runs"), rows)}
"""
