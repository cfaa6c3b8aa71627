"""How well a target nerve is treated: distance, peaks, and what each criterion says of its capture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rfa_model.metrics.capture import CaptureMetrics
from rfa_model.metrics.catalogue import Measured, quantity, readable
from rfa_model.metrics.entry import Numbers
from rfa_model.metrics.nerve import TreatedNerve, largest


def nerve_words(name: str, numbers: Mapping[str, object], *, with_place: bool = False) -> str:
    """A nerve of a summary as the clinic calls it; its name in words where results of before do not say."""
    words = str(numbers.get(NerveMetrics.label.key) or readable(name))
    place = numbers.get(NerveMetrics.place.key)
    return f"{words}, {place}" if with_place and place else words


class NerveMetrics(Measured):
    """How well one target nerve is treated; None where the quantity does not apply.

    Margins and captured lengths are those of the criterion that is shown first; ``by_criterion`` has every one's.
    """

    group = "nerves"
    made_of: ClassVar[Mapping[str, str]] = {"by_criterion": "captures"}

    def __init__(self, nerve: TreatedNerve, captures: Mapping[str, CaptureMetrics] | None = None) -> None:
        self.nerve = nerve
        own = {} if nerve.criterion is None else {nerve.criterion.name: CaptureMetrics(nerve)}
        self.captures = captures or own
        self.first = None if nerve.criterion is None else self.captures[nerve.criterion.name]

    @quantity()
    def label(self) -> str:
        """What it is called in the clinic."""
        return self.nerve.words

    @quantity()
    def place(self) -> str | None:
        """Where a needle meets it."""
        return self.nerve.place or None

    @quantity("mm", "distance from the probe", digits=2)
    def probe_distance_mm(self) -> float:
        """From the applicator's surface, where it comes nearest, to the nerve's; negative where they overlap."""
        curve, arm = self.nerve.curve, self.nerve.arm
        nearest = [arm.applicator.distance_mm(pose.to_probe(curve.points_mm)).min() for pose in arm.poses]
        return float(min(nearest) - curve.radius_mm)

    @quantity("mm", "margin, worst point of the target", signed=True, study="margin, worst point")
    def margin_worst_mm(self) -> float | None:
        """By how much the lesion could shrink and still cover the whole target; negative, by how much it misses that.

        With d(s) the signed distance from the centreline to the surface where the lesion ends in tissue (positive
        inside) and r the nerve's radius, the smallest d(s) - r over the target segment. None without a lesion surface.
        """
        return self.first.margin_worst_mm if self.first else None

    @quantity("mm", "margin, best point of the target", signed=True, study="margin, best point")
    def margin_best_mm(self) -> float | None:
        """By how much it could shrink and still cover one whole cross-section of the target: the largest d(s) - r."""
        return self.first.margin_best_mm if self.first else None

    @quantity("mm")
    def margin_mm(self) -> float | None:
        """The same as `margin_best_mm`, for scripts from before both were named."""
        return self.first.margin_best_mm if self.first else None

    @quantity(label="captured fraction of the target", digits=2)
    def captured_fraction(self) -> float | None:
        """Captured share of the target segment."""
        return self.first.captured_fraction if self.first else None

    @quantity("mm", "captured length", caption="length in lesion", study="captured length")
    def captured_length_mm(self) -> float | None:
        """Centreline inside the lesion."""
        return self.first.captured_length_mm if self.first else None

    @quantity("mm", "whole section inside")
    def full_section_length_mm(self) -> float | None:
        """Length over which the whole cross-section is inside.

        A cross-section is its centre and a ring of 16 points.
        """
        return self.first.full_section_length_mm if self.first else None

    @quantity("°C", "peak temperature")
    def max_temperature_C(self) -> float | None:
        """Hottest point of the centreline."""
        return largest(self.nerve.peak_C)

    @quantity()
    def max_damage(self) -> float | None:
        """Largest Ω on the centreline."""
        return largest(self.nerve.damage)

    @quantity("s", "time to capture", digits=0)
    def time_to_capture_s(self) -> float | None:
        """When a whole cross-section of the target segment is first inside.

        None if never, if the criterion's quantity has no history, and for several lesions in turn.
        """
        return self.first.time_to_capture_s if self.first else None

    @quantity()
    def by_criterion(self) -> dict[str, Numbers]:
        """What each criterion says."""
        return {name: capture.to_summary() for name, capture in self.captures.items()}
