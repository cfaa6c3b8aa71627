"""A digital generator: it looks at the sensor so many times a second, and holds a quantised voltage in between."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from rfa_model.generator.controllers import SAME_MOMENT_S, Event, IdealControl, Limits, Response, SetPoint, Uneventful


@dataclass
class SampledPI(Uneventful):
    """PI control by a sampled reading with a zero-order hold.

    At sample k, ``period_s`` apart from the phase's start on: e_k = set point − reading, S_k = S_{k−1} + e_k·Δt,
    P_k = Kp·e_k + Ki·S_k within limits, V_k = √(P_k/G_k) to the nearest ``voltage_step_V_rms`` within limits, held
    until sample k + 1. S waits while a limit holds the power, and goes on from phase to phase; the first sample of a
    phase adds nothing to it.

    Attributes
    ----------
    reading_C : float
        The sensor's at the phase's start, then at the last step's end.
    integral_Ks : float
        S.
    held_V2 : float
        V²; NaN before the first sample, which has to wait for a conductance.
    samples : int
        Taken in this phase.
    """

    set_point: SetPoint
    limits: Limits
    proportional_gain_W_per_K: float
    integral_gain_W_per_Ks: float
    period_s: float
    voltage_step_V_rms: float
    reading_C: float
    integral_Ks: float = 0.0
    held_V2: float = field(init=False, default=math.nan)
    samples: int = field(init=False, default=0)
    needs_gain: bool = field(init=False, default=False)
    _at_end: tuple[float, float, float] = field(init=False, default=(0.0, 0.0, 0.0))

    @property
    def interval_s(self) -> float:
        """Between two samples, and no more than an ideal generator's: in between time's error is to be met."""
        return min(self.period_s, IdealControl.interval_s)

    def voltage_squared(self, time_s: float, tau_s: float, stage: int, step_s: float, response: Response) -> float:
        """Return the V² that is held."""
        if math.isnan(self.held_V2):
            self.held_V2 = self._sampled(0.0, 0.0, response.conductance_S)
            self.samples = 1
        reading_C = response.sensor_C + (self.held_V2 - response.reference_V2) * response.gain_C_per_V2
        self._at_end = (time_s, reading_C, response.conductance_S)
        return self.held_V2

    def advance(self, step_s: float) -> None:
        """Take a sample where one is due."""
        time_s, self.reading_C, conductance_S = self._at_end
        if time_s > self.samples * self.period_s - SAME_MOMENT_S:
            self.held_V2 = self._sampled(self.samples * self.period_s, self.period_s, conductance_S)
            self.samples += 1

    def next_event(self, time_s: float) -> Event | None:
        """Return the next sample."""
        return Event((math.floor((time_s + SAME_MOMENT_S) / self.period_s) + 1) * self.period_s, jumps=False)

    def set_point_C(self, time_s: float) -> float | None:
        """Return the set point."""
        return self.set_point.at(time_s)

    def memory(self) -> Mapping[str, float]:
        return {
            "reading_C": self.reading_C,
            "integral_Ks": self.integral_Ks,
            "held_V2": self.held_V2,
            "samples": float(self.samples),
        }

    def restore(self, memory: Mapping[str, float]) -> None:
        self.reading_C, self.integral_Ks = memory["reading_C"], memory["integral_Ks"]
        self.held_V2, self.samples = memory["held_V2"], int(memory["samples"])

    def _sampled(self, time_s: float, since_s: float, conductance_S: float) -> float:
        error = self.set_point.at(time_s) - self.reading_C
        grown = self.integral_Ks + error * since_s
        wanted = self._wanted(error, grown) / conductance_S
        applied = self.limits.clip(wanted, conductance_S)
        if (wanted > applied and error > 0.0) or (wanted < applied and error < 0.0):
            wanted = self._wanted(error, self.integral_Ks) / conductance_S
            applied = self.limits.clip(wanted, conductance_S)
        else:
            self.integral_Ks = grown
        return self._quantised(applied, conductance_S)

    def _wanted(self, error: float, integral_Ks: float) -> float:
        return self.proportional_gain_W_per_K * error + self.integral_gain_W_per_Ks * integral_Ks

    def _quantised(self, V2: float, conductance_S: float) -> float:
        unit = self.voltage_step_V_rms
        if unit <= 0.0:
            return V2
        nearest = (unit * round(math.sqrt(V2) / unit)) ** 2
        lower = (unit * math.floor(math.sqrt(V2) / unit)) ** 2
        return nearest if nearest <= self.limits.clip(nearest, conductance_S) * (1.0 + 1e-12) else lower
