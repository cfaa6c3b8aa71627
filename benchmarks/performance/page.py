"""``docs/performance.md`` and its figures, from whatever has been measured."""

import importlib
from pathlib import Path
from typing import Any

from benchmarks.performance import figures
from benchmarks.performance.record import load
from rfa_model._markdown import table

PACKAGE = "benchmarks.performance"
NAMES = ("flagship", "transient", "equal_step", "equal_error", "growth", "processes", "poses", "startup")
BENCHMARKS = {name: f"{PACKAGE}.{name}" for name in NAMES}

TEXT = """# Performance

How long do runs take, how much memory, beside what? Every section is measured by one command,
`python -m benchmarks.performance NAME`, which leaves `performance/NAME.json`; this page is written from those by
`python -m benchmarks.performance page`. Comparisons are made side by side in one run. A number is the median of five
after a warm-up; where one takes more than a minute there are two, and each table says how many. Wall and CPU seconds
stand side by side because the machine may have had other work.

{conditions}

## Targets

{summary}

{targets}

{sections}"""


def write_page(docs: Path) -> Path:
    """Write the page and its figures into ``docs``; what was not measured is left out."""
    measured = {name: data for name in NAMES if (data := load(name, docs)) is not None}
    modules = {name: importlib.import_module(BENCHMARKS[name]) for name in measured}
    found = [(name, target) for name, data in measured.items() for target in modules[name].targets(data)]
    reached = sum(target.reached for _, target in found)
    rows = [target.cells() for _, target in found]
    sections = [
        f"## {modules[name].TITLE}\n\n`python -m {PACKAGE} {name}`\n\n{modules[name].section(data)}"
        for name, data in measured.items()
    ]
    figures.draw(measured, docs / "performance")
    text = TEXT.format(
        conditions=_conditions(measured),
        summary=f"**{reached} of {len(found)} reached.**",
        targets=table(("what", "target", "found", "", "where it is missed"), rows),
        sections="\n".join(sections),
    )
    path = docs / "performance.md"
    path.write_text(text.rstrip() + "\n", encoding="utf-8")
    return path


def _conditions(measured: dict[str, dict[str, Any]]) -> str:
    """One line for each set of conditions, with the benchmarks taken under it."""
    under: dict[str, list[str]] = {}
    for name, data in measured.items():
        c = data["conditions"]
        versions = ", ".join(f"{program} {number}" for program, number in c["versions"].items())
        machine = f"{c['cores']} cores of {c['processor']}, {c['memory_GiB']} GiB"
        line = f"{c['date']}, revision `{c['git']}`: {machine}; {versions}"
        under.setdefault(line, []).append(name)
    return "\n".join(f"- {', '.join(names)}: {line}" for line, names in under.items())
