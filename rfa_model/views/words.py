"""The words under the pictures, made from an arm's entry of summary.json."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

CRITERION = "arrhenius"


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
    """`covered with 0.6 mm to spare`, `missed by 1.3 mm`, or what part is held where both are true."""
    margin = nerve["margin_mm"]
    if margin is None:
        return "no lesion"
    return f"covered with {margin:.1f} mm to spare" if margin >= 0 else f"missed by {-margin:.1f} mm"


def headline(entry: Mapping[str, Any]) -> str:
    """One line: lesion volume and size, and what became of each nerve."""
    lesion = entry["lesions"].get(CRITERION)
    parts = []
    if lesion is not None:
        parts.append(f"lesion {lesion['volume_mm3']:.0f} mm³" + (f" ({_size(lesion)})" if lesion["width_mm"] else ""))
    parts += [f"{readable(name)} {nerve_verdict(nerve)}" for name, nerve in entry["nerves"].items()]
    return " · ".join(parts)


def captions(entry: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(label, value) rows for the comparison."""
    lesion = entry["lesions"].get(CRITERION)
    rows: list[tuple[str, str]] = []
    if lesion is not None:
        rows.append(("lesion volume", number(lesion["volume_mm3"], "mm³", 0)))
        rows.append(("width × length", _size(lesion)))
    for name, nerve in entry["nerves"].items():
        rows.append((readable(name), nerve_verdict(nerve)))
        rows.append(("nerve in lesion", number(nerve["captured_length_mm"], "mm")))
    rows.append(("hottest tissue", number(entry["temperature"]["max_C"], "°C", 0)))
    for name, structure in entry["structures"].items():
        if structure.get("verdict") is not None:
            hottest = number(structure["max_temperature_C"], "°C")
            rows.append((readable(name), f"{hottest} ({structure['verdict']})"))
    return tuple(rows)


def _size(lesion: Mapping[str, Any]) -> str:
    if lesion["width_mm"] is None or lesion["length_mm"] is None:
        return "–"
    return f"{lesion['width_mm']:.1f} × {lesion['length_mm']:.1f} mm"
