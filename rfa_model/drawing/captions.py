"""The words under the pictures, made from an arm's entry of summary.json."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rfa_model.metrics.evaluate import main_criterion

CRITERION_WORDS = {
    "arrhenius": "Ω ≥ 1",
    "arrhenius_99": "Ω ≥ 4.6",
    "isotherm_45C": "peak ≥ 45 °C",
    "isotherm_50C": "peak ≥ 50 °C",
    "isotherm_60C": "peak ≥ 60 °C",
    "cem43_240min": "CEM43 ≥ 240 min",
}


def probe_label(probe: Mapping[str, Any]) -> str:
    """For example `18G (1.27 mm) needle, 10 mm active tip`."""
    diameter = f"{probe['outer_diameter_mm']:.2f} mm"
    gauge = re.search(r"(\d+)g", str(probe.get("name", "")))
    size = f"{gauge[1]}G ({diameter})" if gauge else diameter
    kind = "water-cooled probe" if probe.get("kind") == "cooled" else "needle"
    return f"{size} {kind}, {probe['tip_length_mm']:g} mm active tip"


def readable(name: str) -> str:
    """A name of the data (`medial_branch`) as words."""
    return name.replace("_", " ")


def number(value: float | None, unit: str, digits: int = 1) -> str:
    """A value with its unit, or a dash where it does not apply."""
    return "–" if value is None else f"{value:.{digits}f} {unit}"


def nerve_verdict(nerve: Mapping[str, Any]) -> str:
    """What the margin says: `covered with 0.6 mm to spare`, `partly covered, 0.3 mm short` or `missed by 1.3 mm`."""
    margin = nerve["margin_mm"]
    if margin is None:
        return "not reached"
    if margin >= 0:
        return f"covered with {margin:.1f} mm to spare"
    return (
        f"partly covered, {-margin:.1f} mm short" if nerve["captured_length_mm"] > 0 else f"missed by {-margin:.1f} mm"
    )


def headline(entry: Mapping[str, Any]) -> str:
    """One line: lesion volume and size, and what became of each nerve."""
    name, lesion = _lesion(entry)
    parts = [f"{name} {lesion['volume_mm3']:.0f} mm³" + (f", {_size(lesion)}" if lesion["width_mm"] else "")]
    parts += [f"{readable(nerve)} {nerve_verdict(metrics)}" for nerve, metrics in entry["nerves"].items()]
    return " · ".join(parts)


def captions(entry: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(label, value) rows for the comparison."""
    name, lesion = _lesion(entry)
    rows = [(name, number(lesion["volume_mm3"], "mm³", 0)), ("width × length", _size(lesion))]
    for name, nerve in entry["nerves"].items():
        rows.append((readable(name), nerve_verdict(nerve)))
        rows.append(("length in lesion", number(nerve["captured_length_mm"], "mm")))
    rows.append(("hottest tissue", number(entry["temperature"]["max_C"], "°C", 0)))
    for name, structure in entry["structures"].items():
        if structure["verdict"] is not None:
            hottest = number(structure["max_temperature_C"], "°C")
            rows.append((readable(name), f"{hottest} ({structure['verdict']})"))
    return tuple(rows)


def _lesion(entry: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The lesion the nerves are judged by, named with its criterion."""
    criterion = main_criterion(list(entry["lesions"]))
    return f"lesion ({CRITERION_WORDS.get(criterion, readable(criterion))})", entry["lesions"][criterion]


def _size(lesion: Mapping[str, Any]) -> str:
    if lesion["width_mm"] is None or lesion["length_mm"] is None:
        return "–"
    return f"{lesion['width_mm']:.1f} × {lesion['length_mm']:.1f} mm"
