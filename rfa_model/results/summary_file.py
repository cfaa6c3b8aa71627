"""``summary.json`` read back: checked as far as whoever reads it relies on, wherever it comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn, cast, get_args

from rfa_model._paths import is_plain_name
from rfa_model._printable import printable
from rfa_model.errors import InputError
from rfa_model.metrics.capture import CaptureMetrics, Outcome
from rfa_model.metrics.entry import look_up
from rfa_model.metrics.nerve_metrics import NerveMetrics
from rfa_model._small_files import text
from rfa_model.results.summary import SCHEMA, Summary

_SECTIONS = (
    "probe", "placement", "mesh", "solver", "electrical", "temperature", "lesions", "nerves", "structures", "balance",
)  # fmt: skip
_NAMED = ("lesions", "nerves", "structures")
"""Sections whose keys name files or anchors of a page."""
_PROVENANCE: dict[str, tuple[type, ...]] = {
    "versions": (dict,), "started": (str,), "wall_s": (int, float), "processes": (int,), "references": (dict, list),
}  # fmt: skip
_DEEPEST = 20
_LARGEST = 16 * 2**20
"""Bytes; an arm takes some 10 kB."""


def read_summary(folder: Path) -> Summary:
    """The summary of a results folder; in its text, what a terminal would take for an order is written out.

    Raises
    ------
    InputError
        If there is none, it comes from another version's format, has no arm, or is damaged.
    """
    path = folder / "summary.json"
    if not path.is_file():
        raise InputError(f"{folder} is not a results folder: it has no summary.json")
    try:
        found = _cleaned(json.loads(text(path, _LARGEST), parse_constant=_no_number), 0)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{folder}: the results folder is damaged: {error or 'nested too deeply'}") from error
    _check(folder, found)
    return cast(Summary, found)


def _check(folder: Path, summary: object) -> None:
    if not isinstance(summary, dict) or summary.get("schema") != SCHEMA:
        found = summary.get("schema") if isinstance(summary, dict) else None
        raise InputError(f"{folder}/summary.json has schema {found!r}, expected '{SCHEMA}'; compute the results anew")

    def damaged(what: str) -> NoReturn:
        raise InputError(f"{folder}/summary.json: {what}; the results folder is damaged")

    for key in ("scenario", "provenance", "arms"):
        if not isinstance(summary.get(key), dict):
            damaged(f"has no '{key}'")
    if not summary["arms"]:
        raise InputError(f"{folder}/summary.json has no arm: none was finished; run the scenario again")
    for key, kind in _PROVENANCE.items():
        if not isinstance(summary["provenance"].get(key), kind):
            damaged(f"'provenance' has no '{key}'")
    for name, entry in summary["arms"].items():
        if not is_plain_name(name):
            damaged(f"arm '{name}' cannot name a folder")
        for key in _SECTIONS:
            if not isinstance(entry, dict) or not isinstance(entry.get(key), dict):
                damaged(f"arm '{name}' has no '{key}'")
        for key in _NAMED:
            for inner, content in entry[key].items():
                if not is_plain_name(inner) or not isinstance(content, dict):
                    damaged(f"arm '{name}': '{inner}' cannot be one of its {key}")
                if key == "nerves" and not _judged(content.get(NerveMetrics.by_criterion.key, {})):
                    damaged(f"arm '{name}': what became of '{inner}' by each criterion cannot be read")
        if not (folder / name).is_dir():
            raise InputError(f"{folder}: the folder of arm '{name}' is missing; the results folder is damaged")


def _judged(by_criterion: object) -> bool:
    """Whether this says, criterion by criterion, what became of a nerve."""
    if not isinstance(by_criterion, dict):
        return False
    for numbers in by_criterion.values():
        if not isinstance(numbers, dict) or look_up(numbers, CaptureMetrics.outcome.path) not in get_args(Outcome):
            return False
        for interval in (CaptureMetrics.margin_worst_interval_mm, CaptureMetrics.margin_best_interval_mm):
            ends = look_up(numbers, interval.path)
            if ends is not None and not (isinstance(ends, list) and len(ends) == 2 and all(map(_is_number, ends))):
                return False
    return True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cleaned(value: object, depth: int) -> object:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {printable(key): _cleaned(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_cleaned(inner, depth + 1) for inner in value]
    return value


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
