"""One plain-text table that sets arms side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from rfa_model.metrics.capture import CaptureMetrics
from rfa_model.metrics.catalogue import MISSING, Measured, Quantity, number_text, readable
from rfa_model.metrics.contacts import ContactMetrics
from rfa_model.metrics.electrical import ElectricalMetrics
from rfa_model.metrics.entry import ArmEntry, holds, look_up, names_in, number_at
from rfa_model.metrics.field import FieldMetrics
from rfa_model.metrics.evaluate import FIRST_CRITERIA, main_criterion
from rfa_model.metrics.flag import flags_in
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.metrics.nerve_metrics import NerveMetrics, nerve_words
from rfa_model.metrics.run import BalanceMetrics, MeshMetrics, SolverMetrics, TemperatureMetrics
from rfa_model.metrics.several import UnionMetrics
from rfa_model.metrics.structures import ClearanceMetrics, StructureMetrics
from rfa_model.metrics.summary import CONTACTS
from rfa_model.metrics.way import WayMetrics
from rfa_model.results.bracket import AT_REST, Kind, bracket, criterion_words, harmed_at_rest, rounded_up
from rfa_model.results.reader import Results
from rfa_model.results.summary import Summary

Entry = Mapping[str, object] | ArmEntry
Place = tuple[str, ...]
Group = tuple[str, list[tuple[str, list[str]]]]

WIDTH = 100
_LEGEND = "± is the numerical uncertainty (mesh, time step, domain) alone, from rfa-model study"
_AT_REST_LEGEND = f"{AT_REST} hangs on a law of damage that harms tissue at rest, see the flags"
_DOT = " · "


@dataclass(frozen=True)
class Row:
    """One row: its label and its cell for one arm."""

    label: str
    text: Callable[[Entry], str]


def row_of(quantity: Quantity[object], place: Place, label: str) -> Row:
    """The row of a quantity of the catalogue that stands in a part of an arm's entry."""
    return Row(label, lambda entry: value_text(entry, quantity, place) + at_rest_mark(entry, quantity, place))


def value_text(entry: Entry, quantity: Quantity[object], place: Place, digits: int | None = None) -> str:
    """One number of an arm's entry as the table shows it: rounded, with its ± where that is known."""
    path = (*place, *quantity.path)
    digits = quantity.digits if digits is None else digits
    shown = number_text(look_up(entry, path), digits, signed=quantity.signed)
    uncertainty = number_at(entry, ("uncertainty", *path))
    if uncertainty is None or digits is None:
        return shown
    return f"{shown} ± {rounded_up(uncertainty, digits)}"


def at_rest_mark(entry: Entry, quantity: Quantity[object], place: Place) -> str:
    """A mark beside a number that hangs on a law of damage that harms tissue at rest."""
    criteria = names_in(entry, "lesions")
    main = main_criterion(criteria)
    if main is None or look_up(entry, (*place, *quantity.path)) is None:
        return ""
    if place[0] == "lesions" or NerveMetrics.by_criterion.key in place:
        criterion = place[-1]
    elif quantity.key in {*CaptureMetrics.own, NerveMetrics.margin_mm.key, StructureMetrics.clearance_mm.key}:
        criterion = main
    else:
        return ""
    return AT_REST if harmed_at_rest(entry, criterion) else ""


def rows_of(measured: type[Measured], entries: Iterable[Entry], *name: str) -> list[Row]:
    """Rows of all quantities of a class that have a label and that some entry holds; an older run's may lack some."""
    entries, place = list(entries), (measured.group, *name)
    return [
        row_of(quantity, place, quantity.row_label)
        for quantity in measured.quantities()
        if quantity.label and any(holds(entry, (*place, *quantity.path)) for entry in entries)
    ]


def comparison_table(results: Results | Summary | Iterable[Results | Summary], *, width: int = WIDTH) -> str:
    """Set every arm of the given results or summaries (one, or several in a list) side by side.

    Quantities are rows, grouped, with their units; arms are columns. With several results each column also carries its
    folder's or scenario's name. More arms than fit into ``width`` columns continue in a further block below. A number
    with a known numerical uncertainty carries it as ±. Flags stand below.
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
    marks = (("±", _LEGEND), (AT_REST, _AT_REST_LEGEND))
    legends = [words for mark, words in marks if any(mark in cell for column in cells.values() for cell in column)]
    if legends:
        blocks.append("\n".join(legends))
    if said := flag_lines(columns, width):
        blocks.append("\n".join(["Flags", *said]))
    return "\n\n".join(blocks)


def flag_lines(columns: Iterable[tuple[list[str], Entry]], width: int = WIDTH) -> list[str]:
    """What of the arms' numbers is to be distrusted, each flag a paragraph that begins with the arm's heading."""
    lines: list[str] = []
    for head, entry in columns:
        for flag in flags_in(entry):
            text = flag.sentence(", ".join(head))
            lines += textwrap.wrap(text, width, initial_indent="  ! ", subsequent_indent="    ")
    return lines


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
    criteria, nerves, spared = (_names(entries, kind) for kind in ("lesions", "nerves", "structures"))
    groups: list[tuple[str, list[Row]]] = []
    main = main_criterion(criteria)
    if main is not None:
        shown = f"{readable(main)}, {criterion_words(main, next((e for e in entries if main in names_in(e, 'lesions')), None))}"
        groups.append((f"Lesion at the end of the run ({shown})", rows_of(LesionMetrics, entries, main)))
        if len(criteria) > 1:
            groups += [("Whichever criterion", _brackets(entries, nerves, spared)), _each(entries, criteria, nerves)]
    groups += [(f"Nerve: {_called(entries, name)}", rows_of(NerveMetrics, entries, name)) for name in nerves]
    groups += [(f"To spare: {readable(name)}", rows_of(StructureMetrics, entries, name)) for name in spared]
    groups.append(("Way of the needle", rows_of(WayMetrics, entries)))
    groups.append(("Delivery", [*rows_of(ElectricalMetrics, entries), *rows_of(TemperatureMetrics, entries)]))
    for name in dict.fromkeys(name for entry in entries for name in contact_names(entry)):
        groups.append((f"Contact: {readable(name)}", rows_of(ContactMetrics, entries, CONTACTS, name)))
    groups.append(("Lesions made in turn, together", rows_of(UnionMetrics, entries)))
    groups.append(("Field of the pulses, amplitudes", rows_of(FieldMetrics, entries)))
    told = [(title, [row for row in rows if any(row.text(entry) != MISSING for entry in entries)]) for title, rows in groups]
    return [(title, rows) for title, rows in told if rows]


def _brackets(entries: list[Entry], nerves: list[str], spared: list[str]) -> list[Row]:
    """The headline numbers from the smallest to the largest by any criterion."""
    rows = [_bracket_row(quantity) for quantity in (LesionMetrics.volume_mm3, LesionMetrics.width_mm)]
    for nerve in nerves:
        rows += [
            _bracket_row(quantity, nerve, "nerves", _called(entries, nerve, with_place=False))
            for quantity in (CaptureMetrics.margin_worst_mm, CaptureMetrics.margin_best_mm)
        ]
    clearance = ClearanceMetrics.clearance_mm
    return rows + [_bracket_row(clearance, name, "structures", readable(name)) for name in spared]


def _bracket_row(
    quantity: Quantity[float] | Quantity[float | None], of: str | None = None, kind: Kind = "nerves", called: str = ""
) -> Row:
    def text(entry: Entry) -> str:
        found, digits = bracket(entry, quantity, of, kind), quantity.digits or 0
        if found is None:
            return MISSING
        doubt = "" if found.doubt is None else f" ± {rounded_up(found.doubt, digits)}"
        return found.text(digits, signed=quantity.signed) + doubt

    label = quantity.row_label.replace("margin, ", "") if of else quantity.row_label
    label = f"{called}, {label}" if of else label
    return Row(label.replace(" point of the target", " margin"), text)


def _each(entries: list[Entry], criteria: list[str], nerves: list[str]) -> tuple[str, list[Row]]:
    """Volume, width and worst margin by each criterion."""
    lesion: list[Quantity[object]] = [LesionMetrics.volume_mm3, LesionMetrics.width_mm]
    margin: Quantity[object] = CaptureMetrics.margin_worst_mm
    heads = ["volume, mm³", "width, mm", *(f"{_called(entries, nerve, with_place=False)}: worst margin, mm" for nerve in nerves)]

    def row(criterion: str) -> Row:
        places: list[tuple[Quantity[object], Place]] = [(quantity, ("lesions", criterion)) for quantity in lesion]
        places += [(margin, ("nerves", nerve, NerveMetrics.by_criterion.key, criterion)) for nerve in nerves]

        def text(entry: Entry) -> str:
            shown = [
                number_text(look_up(entry, (*place, *quantity.path)), quantity.digits, signed=quantity.signed)
                for quantity, place in places
            ]
            return _DOT.join(shown) + at_rest_mark(entry, LesionMetrics.volume_mm3, ("lesions", criterion))

        words = criterion_words(criterion, next((e for e in entries if criterion in names_in(e, "lesions")), None))
        return Row(f"{readable(criterion)}, {words}" if criterion == FIRST_CRITERIA[0] else words, text)

    return f"By each criterion: {_DOT.join(heads)}", [row(criterion) for criterion in criteria]


def solution_groups(entries: Iterable[Entry]) -> list[Group]:
    """How arms were solved, as :func:`comparison_groups`: mesh, solver and balances."""
    entries = list(entries)
    return [
        (part.group, [(row.label, [row.text(entry) for entry in entries]) for row in rows_of(part, entries)])
        for part in (MeshMetrics, SolverMetrics, BalanceMetrics)
    ]


def _called(entries: list[Entry], nerve: str, *, with_place: bool = True) -> str:
    """The nerve in the clinic's words, with its bone; every one of them where entries differ."""
    held = [numbers for entry in entries if isinstance(numbers := look_up(entry, ("nerves", nerve)), dict)]
    return " | ".join(dict.fromkeys(nerve_words(nerve, numbers, with_place=with_place) for numbers in held))


def _names(entries: list[Entry], kind: str) -> list[str]:
    """Names under ``kind`` in any entry, in order of appearance."""
    return list(dict.fromkeys(name for entry in entries for name in names_in(entry, kind)))


def contact_names(entry: Entry) -> list[str]:
    """Names of an arm's contacts, where there are several."""
    found = look_up(entry, (ContactMetrics.group, CONTACTS))
    return list(found) if isinstance(found, dict) else []


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
