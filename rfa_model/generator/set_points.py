"""Set points that are no straight line."""

import math
from dataclasses import dataclass

from rfa_model.generator.controllers import SAME_MOMENT_S, Event, SetPoint


@dataclass(frozen=True)
class SoftRise(SetPoint):
    """Half a cosine from start to end: as fast as a straight line in the mean, without a kink at either end."""

    def at(self, time_s: float) -> float:
        """Return the set point at a time since the phase's start."""
        share = min(max(time_s / self.duration_s, 0.0), 1.0)
        return self.start_C + (self.end_C - self.start_C) * 0.5 * (1.0 - math.cos(math.pi * share))


@dataclass(frozen=True)
class Staircase(SetPoint):
    """Equal stretches, each at a temperature of its own, to which it rises in a straight line within ``rise_s``.

    A jump is what no generator can follow: an ideal one would overdrive the tissue within a step.
    """

    temperatures_C: tuple[float, ...] = ()
    rise_s: float = 1.0

    def at(self, time_s: float) -> float:
        """Return the set point at a time since the phase's start."""
        stretch = min(max(math.floor(time_s / self._stretch_s), 0), len(self.temperatures_C) - 1)
        before = self.temperatures_C[stretch - 1] if stretch else self.start_C
        share = min(max((time_s - stretch * self._stretch_s) / self.rise_s, 0.0), 1.0)
        return before + (self.temperatures_C[stretch] - before) * share

    def next_event(self, time_s: float) -> Event | None:
        """Return where the next rise begins or ends."""
        starts = [stretch * self._stretch_s for stretch in range(len(self.temperatures_C))]
        kinks = sorted({*starts[1:], *(start + self.rise_s for start in starts)})
        return next((Event(kink) for kink in kinks if kink > time_s + SAME_MOMENT_S), None)

    @property
    def _stretch_s(self) -> float:
        return self.duration_s / len(self.temperatures_C)
