"""One plain-text table that sets arms side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rfa_model.metrics.evaluate import main_criterion
from rfa_model.results.evidence import look_up
from rfa_model.results.reader import Results

Entry = Mapping[str, Any]
Row = tuple[str, Callable[[Entry], str]]

WIDTH = 100
_MISSING = "-"
_LEGEND = "± is the numerical uncertainty (mesh, time step, domain) alone, from rfa-model study"


def _number(*path: str, digits: int = 1, sign: bool = False) -> Callable[[Entry], str]:
    def text(entry: Entry) -> str:
        value = look_up(entry, path)
        if value is None:
            return _MISSING
        if isinstance(value, str):
            return value
        shown = f"{round(value, digits) + 0.0:{'+' if sign else ''}.{digits}f}"  # + 0.0: no "-0.0"
        uncertainty = look_up(entry.get("uncertainty"), path)
        return shown if uncertainty is None else f"{shown} ± {_up(uncertainty, digits):.{digits}f}"

    return text


def _up(value: float, digits: int) -> float:
    """Rounded up: an uncertainty is not made smaller by being shown."""
    return math.ceil(value * 10.0**digits - 1e-6) / 10.0**digits


def _lesion_rows(name: str) -> list[Row]:
    at = ("lesions", name)
    return [
        ("volume, mm³", _number(*at, "volume_mm3", digits=0)),
        ("width across the needle, mm", _number(*at, "width_mm")),
        ("length along the needle, mm", _number(*at, "length_mm")),
        ("beyond the distal end, mm", _number(*at, "distal_mm", sign=True)),
        ("beyond the tip's proximal end, mm", _number(*at, "proximal_mm", sign=True)),
        ("sphericity", _number(*at, "sphericity", digits=2)),
    ]


def _nerve_rows(name: str) -> list[Row]:
    at = ("nerves", name)
    return [
        ("distance from the probe, mm", _number(*at, "probe_distance_mm", digits=2)),
        ("margin (negative: missed by), mm", _number(*at, "margin_mm", sign=True, digits=2)),
        ("captured length, mm", _number(*at, "captured_length_mm")),
        ("whole section inside, mm", _number(*at, "full_section_length_mm")),
        ("captured fraction of the target", _number(*at, "captured_fraction", digits=2)),
        ("peak temperature, °C", _number(*at, "max_temperature_C")),
        ("time to capture, s", _number(*at, "time_to_capture_s", digits=0)),
    ]


def _structure_rows(name: str) -> list[Row]:
    at = ("structures", name)
    return [
        ("clearance of the lesion, mm", _number(*at, "clearance_mm", sign=True)),
        ("peak temperature, °C", _number(*at, "max_temperature_C")),
        ("verdict", _number(*at, "verdict")),
    ]


_DELIVERY: list[Row] = [
    ("mean power, W", _number("electrical", "power_W", "mean", digits=2)),
    ("largest power, W", _number("electrical", "power_W", "max", digits=2)),
    ("energy, J", _number("electrical", "energy_J", digits=0)),
    ("impedance at the start, ohm", _number("electrical", "impedance_ohm", "start", digits=0)),
    ("impedance at the end, ohm", _number("electrical", "impedance_ohm", "end", digits=0)),
    ("impedance cut-off at, s", _number("electrical", "cutoff", digits=0)),
    ("sensor at the end, °C", _number("temperature", "sensor_end_C")),
    ("hottest tissue, °C", _number("temperature", "max_C")),
]


def comparison_table(results: Results | Entry | Iterable[Results | Entry], *, width: int = WIDTH) -> str:
    """Set every arm of the given results or summaries (one, or several in a list) side by side.

    Quantities are rows, grouped, with their units; arms are columns. With several results each column also carries its
    folder's or scenario's name. More arms than fit into ``width`` columns continue in a further block below. A number
    with a known numerical uncertainty carries it as ±.
    """
    columns = _columns([results] if isinstance(results, Results | Mapping) else list(results))
    if not columns:
        return "no arm is finished"
    groups = _groups([entry for _, entry in columns])
    label_width = max(len(label) + 2 for _, rows in groups for label, _ in rows)
    cells = {i: [text(entry) for _, rows in groups for _, text in rows] for i, (_, entry) in enumerate(columns)}
    # A column is as wide as its longest cell or heading line; headings longer than the page are cut.
    longest = width - label_width - 2
    heads = [[_cut(line, longest) for line in head] for head, _ in columns]
    widths = [max(10, *(len(line) for line in heads[i]), *(len(c) for c in cells[i])) for i in range(len(columns))]
    blocks = []
    for block in _fit(widths, width - label_width):
        lines = [
            "".ljust(label_width) + "".join("  " + heads[i][row].rjust(widths[i]) for i in block)
            for row in range(len(heads[0]))
        ]
        lines.append("-" * (label_width + sum(widths[i] + 2 for i in block)))
        at = 0
        for title, rows in groups:
            lines.append(title)
            for label, _ in rows:
                lines.append(
                    f"  {label}".ljust(label_width) + "".join("  " + cells[i][at].rjust(widths[i]) for i in block)
                )
                at += 1
        blocks.append("\n".join(line.rstrip() for line in lines))
    if any("±" in cell for column in cells.values() for cell in column):
        blocks.append(_LEGEND)
    return "\n\n".join(blocks)


def comparison_groups(entries: Iterable[Entry]) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """The table's content for other media: per group its title and its rows of a label and one text per entry.

    ``entries`` are arms' entries of ``summary.json``.
    """
    entries = list(entries)
    return [
        (title, [(label, [text(entry) for entry in entries]) for label, text in rows])
        for title, rows in _groups(entries)
    ]


def value_text(entry: Entry, *path: str, digits: int = 1, sign: bool = False) -> str:
    """One number of an arm's entry as the table shows it: rounded, with its ± where that is known."""
    return _number(*path, digits=digits, sign=sign)(entry)


def _columns(results: list[Results | Entry]) -> list[tuple[list[str], Entry]]:
    """Heading lines and entry of every arm."""
    summaries = [result.summary if isinstance(result, Results) else result for result in results]
    names = [
        result.folder.name if isinstance(result, Results) and result.folder else summary["scenario"].get("title") or "?"
        for result, summary in zip(results, summaries, strict=True)
    ]
    if len(set(names)) < len(names):
        names = [f"{number}: {name}" for number, name in enumerate(names, start=1)]
    return [
        ([name, arm] if len(results) > 1 else [arm], entry)
        for name, summary in zip(names, summaries, strict=True)
        for arm, entry in summary["arms"].items()
    ]


def _groups(entries: list[Entry]) -> list[tuple[str, list[Row]]]:
    criteria = _names(entries, "lesions")
    groups: list[tuple[str, list[Row]]] = []
    if criteria:
        main = main_criterion(criteria)
        groups.append((f"Lesion ({main})", _lesion_rows(main)))
        if others := [name for name in criteria if name != main]:
            rows = [(f"{name}, mm³", _number("lesions", name, "volume_mm3", digits=0)) for name in others]
            groups.append(("Lesion volume by other criteria", rows))
    groups += [(f"Nerve: {_readable(name)}", _nerve_rows(name)) for name in _names(entries, "nerves")]
    groups += [(f"To spare: {_readable(name)}", _structure_rows(name)) for name in _names(entries, "structures")]
    return [*groups, ("Delivery", _DELIVERY)]


def _names(entries: list[Entry], kind: str) -> list[str]:
    """Names under ``kind`` in any entry, in order of appearance."""
    return list(dict.fromkeys(name for entry in entries for name in entry[kind]))


def _readable(name: str) -> str:
    return name.replace("_", " ")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _fit(widths: list[int], available: int) -> list[list[int]]:
    """Column numbers of each block, as many as fit (at least one)."""
    blocks: list[list[int]] = [[]]
    used = 0
    for i, column in enumerate(widths):
        if blocks[-1] and used + column + 2 > available:
            blocks.append([])
            used = 0
        blocks[-1].append(i)
        used += column + 2
    return blocks
