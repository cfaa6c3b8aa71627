"""Measurements on disk: one small JSON file per benchmark, with the conditions it was taken under."""

import datetime
import json
from pathlib import Path
from typing import Any

from rfa_model.parallel.workers import available_cores
from rfa_model.results.provenance import git_revision, versions


def conditions() -> dict[str, Any]:
    """Cores, processor, memory, versions, revision, day."""
    cpu = _first("/proc/cpuinfo", "model name").partition(":")[2].strip()
    memory_GiB = round(int(_first("/proc/meminfo", "MemTotal").split()[1]) / 1024**2)
    return {
        "cores": available_cores(),
        "processor": cpu,
        "memory_GiB": memory_GiB,
        "versions": {name: number for name, number in versions().items() if number},
        "git": git_revision(),
        "date": f"{datetime.date.today()}",
    }


def save(name: str, data: dict[str, Any], docs: Path) -> Path:
    """Write ``performance/NAME.json`` into ``docs``."""
    path = docs / "performance" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"conditions": conditions(), **data}
    path.write_text(json.dumps(_rounded(content), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def load(name: str, docs: Path) -> dict[str, Any] | None:
    """What was measured; None if nothing was."""
    path = docs / "performance" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _first(file: str, word: str) -> str:
    return next((line for line in Path(file).read_text().splitlines() if line.startswith(word)), f"{word}: 0")


def _rounded(value: Any) -> Any:
    """Five digits are more than a stopwatch has."""
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(entry) for entry in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value
