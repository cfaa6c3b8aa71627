"""What one criterion says of a target nerve: covered or not, and the margins at the worst and best of its target."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rfa_model.metrics.catalogue import Measured, quantity
from rfa_model.metrics.curves import length_where
from rfa_model.metrics.nerve import TreatedNerve, largest, time_to_capture_s
from rfa_model.metrics.places import OnOneMesh

FloatArray = NDArray[np.floating]
Outcome = Literal["whole", "section", "part", "missed"]
Pair = tuple[float, float] | None


class CaptureMetrics(Measured):
    """What becomes of a nerve by one criterion at the end of the run; None where the quantity does not apply.

    With d(s) the signed distance from the centreline to the surface where the lesion ends in tissue (positive inside)
    and r the nerve's radius, the margin at a point of the target segment is d(s) - r: by how much the lesion could
    shrink there and still hold the whole cross-section; negative, by how much it misses that.

    Parameters
    ----------
    nerve : at the end of the run.
    heated : at the end of heating.
    ends : at the end of the run, by the ends of the interval that the criterion's level is known to.
    at_rest : Omega of tissue that nothing heats, by the law that the criterion hangs on.
    """

    group = "by_criterion"

    def __init__(
        self,
        nerve: TreatedNerve,
        heated: TreatedNerve | None = None,
        ends: tuple[TreatedNerve, ...] = (),
        at_rest: float | None = None,
    ) -> None:
        self.nerve, self.heated, self.ends, self.at_rest = nerve, heated, ends, at_rest

    @quantity()
    def outcome(self) -> Outcome:
        """`whole` target covered, a whole `section` of it, only `part` of a section, or `missed`."""
        worst_mm, best_mm = self.margin_worst_mm, self.margin_best_mm
        if worst_mm is not None and worst_mm >= 0:
            return "whole"
        if best_mm is not None and best_mm >= 0:
            return "section"
        return "part" if self.captured_length_mm > 0 else "missed"

    @quantity("mm", "margin, worst point of the target", signed=True, study="margin, worst point")
    def margin_worst_mm(self) -> float | None:
        """Margin at the worst point of the target segment."""
        return worst_mm(self.nerve)

    @quantity("mm", "margin, best point of the target", signed=True, study="margin, best point")
    def margin_best_mm(self) -> float | None:
        """Margin at the best point of the target segment."""
        return best_mm(self.nerve)

    @quantity(label="captured fraction of the target", digits=2)
    def captured_fraction(self) -> float:
        """Captured share of the target segment."""
        return captured_fraction(self.nerve)

    @quantity("mm", "captured length", study="captured length")
    def captured_length_mm(self) -> float:
        """Centreline inside the lesion."""
        return length_where(self.nerve.curve.arc_mm, self.nerve.centre)

    @quantity("mm", "whole section inside")
    def full_section_length_mm(self) -> float:
        """Length over which the whole cross-section is inside.

        A cross-section is its centre and a ring of 16 points.
        """
        return length_where(self.nerve.curve.arc_mm, self.nerve.whole)

    @quantity("s", "time to capture", digits=0)
    def time_to_capture_s(self) -> float | None:
        """When a whole cross-section of the target segment is first inside.

        None if never, if the criterion's quantity has no history, and for several lesions in turn.
        """
        nerve = self.nerve
        if nerve.criterion is None or not isinstance(nerve.there, OnOneMesh):
            return None
        captured = nerve.curve.in_segment & (nerve.whole >= 0)
        n = len(nerve.curve.arc_mm)
        return time_to_capture_s(nerve.arm, nerve.there.placed, n, captured, nerve.criterion)

    @quantity("mm", at="end_of_heating.margin_worst_mm")
    def margin_worst_heated_mm(self) -> float | None:
        """Margin at the worst point when the generator is turned off."""
        return worst_mm(self.heated) if self.heated else None

    @quantity("mm", at="end_of_heating.margin_best_mm")
    def margin_best_heated_mm(self) -> float | None:
        """Margin at the best point when the generator is turned off."""
        return best_mm(self.heated) if self.heated else None

    @quantity(digits=2, at="end_of_heating.captured_fraction")
    def captured_fraction_heated(self) -> float | None:
        """Captured share of the target segment when the generator is turned off."""
        return captured_fraction(self.heated) if self.heated else None

    @quantity("mm", at="interval.margin_worst_mm")
    def margin_worst_interval_mm(self) -> Pair:
        """Margin at the worst point over the interval that the criterion's level is known to."""
        return _in_order([worst_mm(nerve) for nerve in self.ends])

    @quantity("mm", at="interval.margin_best_mm")
    def margin_best_interval_mm(self) -> Pair:
        """Margin at the best point over that interval."""
        return _in_order([best_mm(nerve) for nerve in self.ends])

    @quantity()
    def damage_at_rest(self) -> float | None:
        """Ω of tissue that nothing heats over the whole protocol, by the law that the criterion hangs on."""
        return self.at_rest


def worst_mm(nerve: TreatedNerve) -> float | None:
    """Smallest margin over the target segment, the needle's own points left out; None without a lesion's surface."""
    found = largest(-nerve.target_margin_mm)
    return None if found is None else -found


def best_mm(nerve: TreatedNerve) -> float | None:
    """Largest margin over the target segment; None without a lesion's surface."""
    return largest(nerve.target_margin_mm)


def captured_fraction(nerve: TreatedNerve) -> float:
    """Share of the target segment whose centre is inside."""
    curve = nerve.curve
    length_mm = length_where(curve.arc_mm, nerve.centre, curve.in_segment)
    return length_mm / (curve.segment_mm[1] - curve.segment_mm[0])


def _in_order(values: list[float | None]) -> Pair:
    known = [value for value in values if value is not None]
    return (min(known), max(known)) if len(known) == len(values) > 0 else None
