"""One plain-text table that sets arms side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from rfa_model.metrics.catalogue import Measured, Quantity, number_text, readable
from rfa_model.metrics.electrical import ElectricalMetrics
from rfa_model.metrics.entry import JSON, ArmEntry, holds, look_up, names_in, number_at
from rfa_model.metrics.evaluate import main_criterion
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.metrics.nerve import NerveMetrics, nerve_words
from rfa_model.metrics.run import BalanceMetrics, MeshMetrics, SolverMetrics, TemperatureMetrics
from rfa_model.metrics.structures import StructureMetrics
from rfa_model.results.reader import Results
from rfa_model.results.summary import Summary

Entry = Mapping[str, object] | ArmEntry
Place = tuple[str, ...]
Group = tuple[str, list[tuple[str, list[str]]]]

WIDTH = 100
_LEGEND = "± is the numerical uncertainty (mesh, time step, domain) alone, from rfa-model study"


@dataclass(frozen=True)
class Row:
    """One row: a quantity of the catalogue, the part of an arm's entry it stands in, and the row's label."""

    quantity: Quantity[object]
    place: Place
    label: str

    def value(self, entry: Entry) -> JSON:
        """What an arm's entry holds there."""
        return look_up(entry, (*self.place, *self.quantity.path))

    def text(self, entry: Entry) -> str:
        """Its cell for one arm."""
        return value_text(entry, self.quantity, self.place)


def value_text(entry: Entry, quantity: Quantity[object], place: Place, digits: int | None = None) -> str:
    """One number of an arm's entry as the table shows it: rounded, with its ± where that is known."""
    path = (*place, *quantity.path)
    digits = quantity.digits if digits is None else digits
    shown = number_text(look_up(entry, path), digits, signed=quantity.signed)
    uncertainty = number_at(entry, ("uncertainty", *path))
    if uncertainty is None or digits is None:
        return shown
    return f"{shown} ± {_up(uncertainty, digits):.{digits}f}"


def _up(value: float, digits: int) -> float:
    """Rounded up: an uncertainty is not made smaller by being shown."""
    return math.ceil(value * 10.0**digits - 1e-6) / 10.0**digits


def rows_of(measured: type[Measured], entries: Iterable[Entry], *name: str) -> list[Row]:
    """Rows of all quantities of a class that have a label and that some entry holds; an older run's may lack some."""
    entries, place = list(entries), (measured.group, *name)
    return [
        Row(quantity, place, quantity.row_label)
        for quantity in measured.quantities()
        if quantity.label and any(holds(entry, (*place, *quantity.path)) for entry in entries)
    ]


def comparison_table(results: Results | Summary | Iterable[Results | Summary], *, width: int = WIDTH) -> str:
    """Set every arm of the given results or summaries (one, or several in a list) side by side.

    Quantities are rows, grouped, with their units; arms are columns. With several results each column also carries its
    folder's or scenario's name. More arms than fit into ``width`` columns continue in a further block below. A number
    with a known numerical uncertainty carries it as ±.
    """
    alone = isinstance(results, Results | Mapping)
    columns = _columns([cast(Results | Summary, results)] if alone else list(cast(Iterable[Results | Summary], results)))
    if not columns:
        return "no arm is finished"
    groups = _groups([entry for _, entry in columns])
    label_width = max(len(row.label) + 2 for _, rows in groups for row in rows)
    cells = {i: [row.text(entry) for _, rows in groups for row in rows] for i, (_, entry) in enumerate(columns)}
    # A column is as wide as its longest cell or heading line; headings longer than the page are cut.
    longest = width - label_width - 2
    heads = [[_cut(line, longest) for line in head] for head, _ in columns]
    widths = [max(10, *(len(line) for line in heads[i]), *(len(c) for c in cells[i])) for i in range(len(columns))]
    blocks = []
    for block in _fit(widths, width - label_width):
        lines = [
            "".ljust(label_width) + "".join("  " + heads[i][line].rjust(widths[i]) for i in block)
            for line in range(len(heads[0]))
        ]
        lines.append("-" * (label_width + sum(widths[i] + 2 for i in block)))
        at = 0
        for title, rows in groups:
            lines.append(title)
            for row in rows:
                lines.append(
                    f"  {row.label}".ljust(label_width) + "".join("  " + cells[i][at].rjust(widths[i]) for i in block)
                )
                at += 1
        blocks.append("\n".join(line.rstrip() for line in lines))
    if any("±" in cell for column in cells.values() for cell in column):
        blocks.append(_LEGEND)
    return "\n\n".join(blocks)


def comparison_groups(entries: Iterable[Entry]) -> list[Group]:
    """The table's content for other media: per group its title and its rows of a label and one text per entry.

    ``entries`` are arms' entries of ``summary.json``.
    """
    entries = list(entries)
    return [
        (title, [(row.label, [row.text(entry) for entry in entries]) for row in rows])
        for title, rows in _groups(entries)
    ]


def _columns(results: list[Results | Summary]) -> list[tuple[list[str], Entry]]:
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
    main = main_criterion(criteria)
    if main is not None:
        groups.append((f"Lesion ({main})", rows_of(LesionMetrics, entries, main)))
        if others := [name for name in criteria if name != main]:
            volume = LesionMetrics.volume_mm3
            rows = [Row(volume, ("lesions", name), f"{name}, {volume.unit}") for name in others]
            groups.append(("Lesion volume by other criteria", rows))
    nerves, spared = _names(entries, "nerves"), _names(entries, "structures")
    named = [(f"Nerve: {_called(entries, name)}", rows_of(NerveMetrics, entries, name)) for name in nerves]
    named += [(f"To spare: {readable(name)}", rows_of(StructureMetrics, entries, name)) for name in spared]
    for title, rows in named:
        if main is None:  # what is said of a lesion alone says nothing here
            rows = [row for row in rows if any(row.value(entry) is not None for entry in entries)]
        groups += [(title, rows)] if rows else []
    return [*groups, ("Delivery", [*rows_of(ElectricalMetrics, entries), *rows_of(TemperatureMetrics, entries)])]


def solution_groups(entries: Iterable[Entry]) -> list[Group]:
    """How arms were solved, as :func:`comparison_groups`: mesh, solver and balances."""
    entries = list(entries)
    return [
        (part.group, [(row.label, [row.text(entry) for entry in entries]) for row in rows_of(part, entries)])
        for part in (MeshMetrics, SolverMetrics, BalanceMetrics)
    ]


def _called(entries: list[Entry], nerve: str) -> str:
    """The nerve in the clinic's words, with its bone; every one of them where entries differ."""
    held = [numbers for entry in entries if isinstance(numbers := look_up(entry, ("nerves", nerve)), dict)]
    return " | ".join(dict.fromkeys(nerve_words(nerve, numbers, with_place=True) for numbers in held))


def _names(entries: list[Entry], kind: str) -> list[str]:
    """Names under ``kind`` in any entry, in order of appearance."""
    return list(dict.fromkeys(name for entry in entries for name in names_in(entry, kind)))


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
