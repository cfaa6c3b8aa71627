"""The words under the pictures, made from an arm's entry of summary.json."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rfa_model.drawing import style
from rfa_model.metrics.catalogue import Measured, Quantity, readable
from rfa_model.metrics.electrical import ElectricalMetrics
from rfa_model.metrics.entry import ArmEntry, Numbers, holds
from rfa_model.metrics.evaluate import main_criterion
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.metrics.nerve_metrics import NerveMetrics, nerve_words
from rfa_model.metrics.run import TemperatureMetrics
from rfa_model.metrics.structures import StructureMetrics
from rfa_model.results.answer import verdict_in_short
from rfa_model.results.bracket import criterion_words


def probe_label(probe: Mapping[str, object]) -> str:
    """For example `18G (1.27 mm) needle, 10 mm active tip`."""
    if not {"outer_diameter_mm", "tip_length_mm"} <= probe.keys():  # of another kind
        return f"{probe.get('name')} ({str(probe.get('kind')).replace('_', ' ')})"
    diameter = f"{probe['outer_diameter_mm']:.2f} mm"
    named = re.search(r"(\d+)g", str(probe.get("name", "")))
    gauge = probe.get("gauge") or (named[1] if named else None)
    size = f"{gauge}G ({diameter})" if gauge else diameter
    kind = "water-cooled probe" if probe.get("kind") == "cooled" else "needle"
    return f"{size} {kind}, {probe['tip_length_mm']:g} mm active tip"


def number(value: float | None, unit: str, digits: int = 1) -> str:
    """A value with its unit, or a dash where it does not apply."""
    return "–" if value is None else f"{value:.{digits}f} {unit}"


def with_unit(quantity: Quantity[object], value: object) -> str:
    """A value with its unit as captions say it, or a dash where it does not apply."""
    return "–" if value is None else f"{quantity.spoken_text(value)} {quantity.unit}".rstrip()


def headline(entry: ArmEntry) -> str:
    """One line: lesion volume and size, and what became of each nerve; without lesions, how hot each became."""
    parts = [f"{name} {_volume(lesion)}" + _sized(lesion) for name, lesion in _lesions(entry)]
    if not parts:
        parts = [f"{TemperatureMetrics.max_C.label} {_read(TemperatureMetrics.max_C, entry['temperature'])}"]
    parts += [f"{nerve_words(nerve, numbers)} {_outcome(entry, nerve)}" for nerve, numbers in entry["nerves"].items()]
    return " · ".join(parts)


def captions(entry: ArmEntry) -> tuple[tuple[str, str], ...]:
    """(label, value) rows for the comparison: what a picture cannot do without, and what the catalogue adds."""
    rows: list[tuple[str, str]] = []
    for name, lesion in _lesions(entry):
        rows += [(name, _volume(lesion)), ("width × length", _size(lesion)), *_captioned(LesionMetrics, lesion)]
    for nerve, numbers in entry["nerves"].items():
        rows += [(nerve_words(nerve, numbers), _outcome(entry, nerve))]
        rows += _captioned(NerveMetrics, numbers, dashes=bool(entry["lesions"]))
    rows += _captioned(ElectricalMetrics, entry.get("electrical")) + _captioned(
        TemperatureMetrics, entry["temperature"]
    )
    for structure, numbers in entry["structures"].items():
        if (verdict := StructureMetrics.verdict.read(numbers)) is not None:
            rows.append((readable(structure), f"{_read(StructureMetrics.max_temperature_C, numbers)} ({verdict})"))
            rows += _captioned(StructureMetrics, numbers)
    return tuple(rows)


def _captioned(measured: type[Measured], numbers: Numbers | None, *, dashes: bool = True) -> list[tuple[str, str]]:
    """Rows of the quantities with a caption; a registered one may be younger than the run."""
    held = numbers or {}
    found = [q for q in measured.quantities() if q.caption and (q.key in measured.own or holds(held, q.path))]
    return [(q.caption, _read(q, held)) for q in found if dashes or q.read(held) is not None]


def _read(quantity: Quantity[object], numbers: Numbers) -> str:
    return with_unit(quantity, quantity.read(numbers))


def _lesions(entry: ArmEntry) -> list[tuple[str, Numbers]]:
    """The lesion that pictures draw, named with its criterion; none where none was asked for."""
    drawn = style.DRAWN_CRITERION
    criterion = drawn if drawn in entry["lesions"] else main_criterion(list(entry["lesions"]))
    return [] if criterion is None else [(f"lesion ({criterion_words(criterion, entry)})", entry["lesions"][criterion])]


def _outcome(entry: ArmEntry, nerve: str) -> str:
    """What became of a nerve: what the lesion made of it, or without lesions how hot it was."""
    if entry["lesions"]:
        return verdict_in_short(entry, nerve)
    return f"at most {_read(NerveMetrics.max_temperature_C, entry['nerves'][nerve])}"


def _volume(lesion: Numbers) -> str:
    return _read(LesionMetrics.volume_mm3, lesion)


def _sized(lesion: Numbers) -> str:
    return f", {_size(lesion)}" if LesionMetrics.width_mm.read(lesion) else ""


def _size(lesion: Numbers) -> str:
    sizes = [(quantity, quantity.read(lesion)) for quantity in (LesionMetrics.width_mm, LesionMetrics.length_mm)]
    if any(value is None for _, value in sizes):
        return "–"
    return f"{' × '.join(quantity.spoken_text(value) for quantity, value in sizes)} {LesionMetrics.width_mm.unit}"
