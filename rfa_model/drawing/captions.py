"""The words under the pictures, made from an arm's entry of summary.json."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rfa_model.applicators.pair import Pair
from rfa_model.applicators.protruding import Protruding
from rfa_model.applicators.side_exposed import SideExposed
from rfa_model.applicators.tined import Tined
from rfa_model.metrics.catalogue import Measured, Quantity, readable
from rfa_model.metrics.electrical import ElectricalMetrics
from rfa_model.metrics.entry import ArmEntry, holds, look_up
from rfa_model.metrics.evaluate import main_criterion
from rfa_model.metrics.field import FieldMetrics
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.metrics.nerve_metrics import NerveMetrics, nerve_words
from rfa_model.metrics.run import TemperatureMetrics
from rfa_model.metrics.structures import StructureMetrics
from rfa_model.results.answer import verdict_in_short
from rfa_model.results.bracket import AT_REST, criterion_words
from rfa_model.results.comparison import at_rest_mark

NEEDLES = ("probe", "second_probe")


def probe_label(probe: Mapping[str, object]) -> str:
    """For example `18G (1.27 mm) needle, 10 mm active tip`."""
    if probe.get("kind") == Pair.kind:
        return _pair_label(probe)
    if probe.get("kind") == Tined.kind and isinstance(needle := probe.get("probe"), Mapping):
        shape = "curved tines" if probe.get("tine_bend_deg") else "tines"
        return f"{probe_label(needle)}, {probe['tines']} {shape} of {probe['tine_length_mm']:g} mm"
    if probe.get("kind") == Protruding.kind and isinstance(needle := probe.get("probe"), Mapping):
        return f"{probe_label(needle)}, electrode {probe['protrusion_mm']:g} mm ahead"
    if probe.get("kind") == SideExposed.kind and isinstance(needle := probe.get("probe"), Mapping):
        window = f"window of {probe['window_length_mm']:g} mm, {probe['window_angle_deg']:g}° in its side"
        return f"{probe_label(needle).split(',')[0]}, {window}"
    if not {"outer_diameter_mm", "tip_length_mm"} <= probe.keys():  # of another kind
        return f"{probe.get('name')} ({str(probe.get('kind')).replace('_', ' ')})"
    diameter = f"{probe['outer_diameter_mm']:.2f} mm"
    named = re.search(r"(\d+)g", str(probe.get("name", "")))
    gauge = probe.get("gauge") or (named[1] if named else None)
    size = f"{gauge}G ({diameter})" if gauge else diameter
    kind = "water-cooled probe" if probe.get("kind") == "cooled" else "needle"
    return f"{size} {kind}, {probe['tip_length_mm']:g} mm active tip"


def _pair_label(pair: Mapping[str, object]) -> str:
    """For example `bipolar pair, 10 mm apart: 20G (0.91 mm) needles, 10 mm active tips`."""
    first, second = (probe_label(one) for key in NEEDLES if isinstance(one := pair.get(key), Mapping))
    needles = (
        first.replace("needle", "needles").replace(" tip", " tips") if first == second else f"{first} and {second}"
    )
    return f"{pair['drive']} pair, {pair['spacing_mm']:.3g} mm apart: {needles}"


def number(value: float | None, unit: str, digits: int = 1) -> str:
    """A value with its unit, or a dash where it does not apply."""
    return "–" if value is None else f"{value:.{digits}f} {unit}"


def headline(entry: ArmEntry) -> str:
    """One line: lesion volume and size, and what became of each nerve; without lesions, how hot each became."""
    parts = [
        f"{name} {_said(entry, LesionMetrics.volume_mm3, *place)}" + _sized(entry, place)
        for name, place in _lesions(entry)
    ]
    if not parts:
        parts = [f"{TemperatureMetrics.max_C.label} {_said(entry, TemperatureMetrics.max_C, 'temperature')}"]
    parts += [f"{nerve_words(nerve, numbers)} {_outcome(entry, nerve)}" for nerve, numbers in entry["nerves"].items()]
    return explained(" · ".join(parts))


def explained(line: str, others: Iterable[str] = ()) -> str:
    """A line of words, with what the mark in it, or in others beside it, means."""
    return " · ".join([line, *(f"{mark} {words}" for mark, words in _marks([line, *others]) if words not in line)])


def captions(entry: ArmEntry) -> tuple[tuple[str, str], ...]:
    """(label, value) rows for the comparison: what a picture cannot do without, and what the catalogue adds."""
    rows: list[tuple[str, str]] = []
    for name, place in _lesions(entry):
        rows += [(name, _said(entry, LesionMetrics.volume_mm3, *place)), ("width × length", _size(entry, place))]
        rows += _captioned(entry, LesionMetrics, *place)
    for nerve, numbers in entry["nerves"].items():
        rows += [(nerve_words(nerve, numbers), _outcome(entry, nerve))]
        rows += _captioned(entry, NerveMetrics, "nerves", nerve, dashes=bool(entry["lesions"]))
    rows += _captioned(entry, ElectricalMetrics, "electrical") + _captioned(entry, TemperatureMetrics, "temperature")
    if entry.get("field"):
        rows += _captioned(entry, FieldMetrics, "field", dashes=False)
    for structure, numbers in entry["structures"].items():
        if (verdict := StructureMetrics.verdict.read(numbers)) is not None:
            hottest = _said(entry, StructureMetrics.max_temperature_C, "structures", structure)
            rows.append((readable(structure), f"{hottest} ({verdict})"))
            rows += _captioned(entry, StructureMetrics, "structures", structure)
    return (*rows, *_marks(value for _, value in rows))


def _marks(texts: Iterable[str]) -> list[tuple[str, str]]:
    """The mark of what hangs on a law that harms tissue at rest, and what it means, where a text bears it."""
    return [(AT_REST, "by a law that harms tissue at rest")] if any(AT_REST in text for text in texts) else []


def _captioned(entry: ArmEntry, measured: type[Measured], *place: str, dashes: bool = True) -> list[tuple[str, str]]:
    """Rows of the quantities with a caption; a registered one may be younger than the run."""
    found = [
        q for q in measured.quantities() if q.caption and (q.key in measured.own or holds(entry, (*place, *q.path)))
    ]
    return [(q.caption, _said(entry, q, *place)) for q in found if dashes or _value(entry, q, place) is not None]


def _value(entry: ArmEntry, quantity: Quantity[object], place: tuple[str, ...]) -> object:
    """A number of an arm; KeyError where the entry lacks it or its part."""
    if place[0] not in entry:
        raise KeyError(place[0])
    numbers = look_up(entry, place)
    return quantity.read(numbers if isinstance(numbers, dict) else None)


def _said(entry: ArmEntry, quantity: Quantity[object], *place: str) -> str:
    """A number with its mark and unit as captions say it, or a dash where it does not apply."""
    value, mark = _value(entry, quantity, place), at_rest_mark(entry, quantity, place)
    return "–" if value is None else f"{quantity.spoken_text(value)}{mark} {quantity.unit}".rstrip()


def _lesions(entry: ArmEntry) -> list[tuple[str, tuple[str, str]]]:
    """The lesion that pictures draw, named with its criterion, and its place; none where none was asked for."""
    name = main_criterion(list(entry["lesions"]))
    return [] if name is None else [(f"lesion ({criterion_words(name, entry)})", ("lesions", name))]


def _outcome(entry: ArmEntry, nerve: str) -> str:
    """What became of a nerve: what the lesion made of it, or without lesions how hot it was."""
    if entry["lesions"]:
        return verdict_in_short(entry, nerve)
    return f"at most {_said(entry, NerveMetrics.max_temperature_C, 'nerves', nerve)}"


def _sized(entry: ArmEntry, place: tuple[str, str]) -> str:
    return f", {size}" if (size := _size(entry, place)) != "–" else ""


def _size(entry: ArmEntry, place: tuple[str, str]) -> str:
    """Width × length."""
    sizes = [
        (quantity, _value(entry, quantity, place), at_rest_mark(entry, quantity, place))
        for quantity in (LesionMetrics.width_mm, LesionMetrics.length_mm)
    ]
    if any(value is None for _, value, _ in sizes):
        return "–"
    said = " × ".join(f"{quantity.spoken_text(value)}{mark}" for quantity, value, mark in sizes)
    return f"{said} {LesionMetrics.width_mm.unit}"
