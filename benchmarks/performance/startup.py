"""How soon the command line answers."""

import sys
from pathlib import Path
from typing import Any

from benchmarks.performance.measure import ROOT, medians, repeated, run
from benchmarks.performance.targets import Target, number
from rfa_model._markdown import table

NAME, TITLE = "startup", "Start-up"
COMMANDS = {
    "--help": 0.5,
    "list probes": 0.5,
    "validate scenarios/l4_medial_branch.yaml": 1.0,
}

REASON = "importing pydantic and ruamel.yaml takes most of it, then reading the library's tables"


def measure() -> dict[str, Any]:
    """Medians of nine."""
    program = str(Path(sys.executable).parent / "rfa-model")
    answers = {words: [program, *words.split()] for words in COMMANDS}
    assert (ROOT / "scenarios" / "l4_medial_branch.yaml").is_file()
    return {"commands": {words: medians(repeated(lambda c=c: run(c), repeats=9)) for words, c in answers.items()}}


def targets(data: dict[str, Any]) -> list[Target]:
    """Seconds."""
    return [
        Target(f"`rfa-model {words}`", data["commands"][words]["wall_s"], limit, "s", reason=REASON)
        for words, limit in COMMANDS.items()
    ]


def section(data: dict[str, Any]) -> str:
    """The page's words."""
    rows = [
        (f"`rfa-model {words}`", f"{d['wall_s']:.2f}", number(d["peak_MiB"])) for words, d in data["commands"].items()
    ]
    return f"""Medians of nine, known to 0.02 s.

{table(("command", "wall, s", "memory, MiB"), rows)}
"""
