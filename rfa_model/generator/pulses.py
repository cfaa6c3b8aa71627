"""Pulses: their mean over a period drives the temperature, and the first of them may be resolved one by one."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from rfa_model.generator.controllers import (
    SAME_MOMENT_S,
    Event,
    IdealControl,
    Limits,
    Pulse,
    Response,
    Uneventful,
)

STEPS_A_PULSE = 4


@dataclass
class Pulses(Uneventful):
    """Bursts of one width at one rate; beyond the first few, V² is their mean over a period.

    Heat is linear in V²: the mean temperature is that of the mean V², up to what σ(T) changes within a period.

    Attributes
    ----------
    voltage_V_rms : float
        Within a pulse, as far as limits allow.
    width_s, period_s : float
    limits : Limits
        Of the generator, which hold within a pulse.
    ceiling : IdealControl or None
        Keeps the sensor below a temperature.
    by_rate : bool
        Whether it does so by fewer pulses, each as high as before, instead of by lower ones.
    resolved : int
        Pulses that are stepped through one by one.
    """

    voltage_V_rms: float
    width_s: float
    period_s: float
    limits: Limits
    ceiling: IdealControl | None = None
    by_rate: bool = False
    resolved: int = 0
    _asked: tuple[float, float, float] = field(init=False, default=(0.0, 1.0, 0.0))

    @property
    def needs_gain(self) -> bool:
        """Only for a ceiling."""
        return self.ceiling is not None

    @property
    def interval_s(self) -> float:
        """As often as the ceiling is looked at; pulses that are resolved set the steps themselves."""
        resolves = self._asked[0] < self._resolved_s - SAME_MOMENT_S
        return 0.0 if resolves or self.ceiling is None else self.ceiling.interval_s

    def voltage_squared(self, time_s: float, tau_s: float, stage: int, step_s: float, response: Response) -> float:
        """Return V² of a stage."""
        within = self.limits.clip(self.voltage_V_rms**2, response.limited_S)
        share = self._share(time_s)
        self._asked = (time_s, share, within)
        told = share * within
        if told == 0.0 or self.ceiling is None:
            return told
        return min(told, self.ceiling.voltage_squared(time_s, tau_s, stage, step_s, response))

    def next_event(self, time_s: float) -> Event | None:
        """Return the next edge of a pulse that is resolved, or the next of the steps that it is gone through in."""
        if time_s >= self._resolved_s - SAME_MOMENT_S:
            return None
        start = math.floor((time_s + SAME_MOMENT_S) / self.period_s) * self.period_s
        ends = [Event(start + self.width_s * n / STEPS_A_PULSE, jumps=n == STEPS_A_PULSE) for n in range(1, 5)]
        ahead = (event for event in (*ends, Event(start + self.period_s)) if event.time_s > time_s + SAME_MOMENT_S)
        return next(ahead)

    def pulse(self, V2: float) -> Pulse | None:
        """Return the pulse whose mean over a period V² is."""
        _, share, within = self._asked
        if V2 <= 0.0:
            return None
        height_V2 = within if self.by_rate and share < 1.0 else V2 / share
        return Pulse(math.sqrt(height_V2), self.width_s)

    def set_point_C(self, time_s: float) -> float | None:
        """No set point: it may stay below the ceiling."""
        return None

    def advance(self, step_s: float) -> None:
        """Nothing to take over."""

    def memory(self) -> Mapping[str, float]:
        return {"asked_s": self._asked[0]}

    def restore(self, memory: Mapping[str, float]) -> None:
        self._asked = (memory["asked_s"], *self._asked[1:])

    @property
    def _resolved_s(self) -> float:
        return self.resolved * self.period_s

    def _share(self, time_s: float) -> float:
        """Of the time that there is power: in the mean, or, while pulses are resolved, now."""
        if time_s > self._resolved_s + SAME_MOMENT_S:
            return self.width_s / self.period_s
        since = time_s - math.floor((time_s - SAME_MOMENT_S) / self.period_s) * self.period_s
        return 1.0 if since <= self.width_s + SAME_MOMENT_S else 0.0
