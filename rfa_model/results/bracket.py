"""One number by every criterion: its bracket, its numerical ±, and what the criteria agree on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rfa_model import library
from rfa_model.laws.damage import SAID_ABOVE
from rfa_model.metrics.capture import CaptureMetrics, Outcome
from rfa_model.metrics.catalogue import Quantity, number_text, readable
from rfa_model.metrics.entry import ArmEntry, look_up, names_in, number_at
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.metrics.nerve_metrics import NerveMetrics
from rfa_model.metrics.structures import ClearanceMetrics

Entry = Mapping[str, object] | ArmEntry
Place = tuple[str, ...]
Kind = Literal["nerves", "structures"]
WHICHEVER = "whichever criterion"
AT_REST = "*"
"""Marks what hangs on a law of damage that harms tissue at rest."""

# Ends of a bracketed number over the interval of a criterion's level.
INTERVALS: dict[Quantity[float] | Quantity[float | None], Quantity[tuple[float, float] | None]] = {
    LesionMetrics.volume_mm3: LesionMetrics.volume_interval_mm3,
    LesionMetrics.width_mm: LesionMetrics.width_interval_mm,
    CaptureMetrics.margin_worst_mm: CaptureMetrics.margin_worst_interval_mm,
    CaptureMetrics.margin_best_mm: CaptureMetrics.margin_best_interval_mm,
    ClearanceMetrics.clearance_mm: ClearanceMetrics.clearance_interval_mm,
}


@dataclass(frozen=True)
class Bracket:
    """A number from its smallest to its largest by any criterion, the ends of a level's interval included.

    Attributes
    ----------
    low, high : float
    doubt : float or None
        Largest numerical uncertainty of the numbers it is made of; None if none is known.
    count : int
        Of the criteria that have the number.
    at_rest : pair of bool
        Whether each end hangs on a law of damage that harms tissue at rest.
    """

    low: float
    high: float
    doubt: float | None
    count: int
    at_rest: tuple[bool, bool] = (False, False)

    def text(self, digits: int, *, signed: bool = False) -> str:
        """``377 to 1215*``, or the one number where both ends read the same; a star as in the table."""
        ends = [
            number_text(value, digits, signed=signed) + (AT_REST if marked else "")
            for value, marked in zip((self.low, self.high), self.at_rest, strict=True)
        ]
        return ends[0] if ends[0] == ends[1] else " to ".join(ends)

    def numerical(self, digits: int, unit: str = "") -> str:
        """``; numerical ± 0.1``, rounded up, or nothing where it is not known."""
        return "" if self.doubt is None else f"; numerical ± {rounded_up(self.doubt, digits)}{f' {unit}' if unit else ''}"


def rounded_up(value: float, digits: int) -> str:
    """An uncertainty is not made smaller by being shown."""
    return f"{math.ceil(value * 10.0**digits - 1e-6) / 10.0**digits:.{digits}f}"


def bracket(
    entry: Entry, quantity: Quantity[float] | Quantity[float | None], of: str | None = None, kind: Kind = "nerves"
) -> Bracket | None:
    """A lesion's number, or one of a nerve or structure, by every criterion of an arm; None where no criterion has one."""
    places = [("lesions", name) for name in names_in(entry, "lesions")] if of is None else places_by_criterion(entry, of, kind)
    found: list[tuple[float, bool]] = []
    doubts, count = [], 0
    for place in places:
        value = number_at(entry, (*place, *quantity.path))
        if value is None and of is None and number_at(entry, (*place, *LesionMetrics.volume_mm3.path)) == 0.0:
            value = 0.0  # no lesion has no size
        if value is None:
            continue
        count += 1
        ends = look_up(entry, (*place, *INTERVALS[quantity].path)) if quantity in INTERVALS else None
        known = [float(end) for end in (ends if isinstance(ends, list) else []) if isinstance(end, int | float)]
        found += [(one, harmed_at_rest(entry, place[-1])) for one in (value, *known)]
        doubts.append(number_at(entry, ("uncertainty", *place, *quantity.path)))
    if not found:
        return None
    low, high = min(found), max(found, key=lambda one: (one[0], not one[1]))
    doubt = max((doubt for doubt in doubts if doubt is not None), default=None)
    return Bracket(low[0], high[0], doubt, count, (low[1], high[1]))


def harmed_at_rest(entry: Entry, criterion: str) -> bool:
    """Whether a criterion hangs on a law of damage that harms tissue at rest."""
    at_rest = number_at(entry, ("lesions", criterion, *LesionMetrics.damage_at_rest.path))
    return at_rest is not None and at_rest > SAID_ABOVE


def places_by_criterion(entry: Entry, of: str, kind: Kind = "nerves") -> list[Place]:
    """Where the numbers of a nerve or structure stand by each criterion; none in runs that have one criterion's alone."""
    place = (kind, of, NerveMetrics.by_criterion.key)
    found = look_up(entry, place)
    return [(*place, name) for name in found] if isinstance(found, Mapping) else []


def outcomes(entry: Entry, nerve: str) -> dict[Outcome, list[str]]:
    """What becomes of a nerve -> names of the criteria that say so, the best outcome first.

    A criterion whose level is known to an interval stands under what both ends say too, where they differ.
    """
    found: dict[Outcome, list[str]] = {"whole": [], "section": [], "part": [], "missed": []}
    for place in places_by_criterion(entry, nerve):
        numbers = look_up(entry, place)
        assert isinstance(numbers, Mapping)
        outcome = CaptureMetrics.outcome.read(numbers)
        assert outcome is not None
        found[outcome].append(place[-1])
        for worst, best in _ends(entry, place):
            also: Outcome = "whole" if worst >= 0 else "section" if best >= 0 else outcome
            if place[-1] not in found[also]:
                found[also].append(place[-1])
    return {outcome: names for outcome, names in found.items() if names}


def _ends(entry: Entry, place: Place) -> Iterable[tuple[float, float]]:
    """Worst and best margin at both ends of the interval of a criterion's level."""
    pairs = [
        look_up(entry, (*place, *interval.path))
        for interval in (CaptureMetrics.margin_worst_interval_mm, CaptureMetrics.margin_best_interval_mm)
    ]
    if not all(isinstance(pair, list) for pair in pairs):
        return []
    worst, best = pairs
    return zip(worst, best, strict=True)  # type: ignore[arg-type]  # lists, as was asked


def criterion_words(name: str, entry: Entry | None = None) -> str:
    """A criterion in a few signs, as the run has it: `Ω ≥ 1`; of one that is not known here, its name."""
    held = look_up(entry, ("lesions", name, *LesionMetrics.words.path)) if entry is not None else None
    if isinstance(held, str):
        return held
    known = library.criteria()
    return known[name].words if name in known else readable(name)
