"""The generator: which V² a stage gets. Within a stage the sensor's reading is linear in V²: nothing to tune.

Every controller answers one question: given the sensor's reading at a reference V² and its gain per V², which V² is
applied? Limits come after. Times are those of the phase.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from rfa_model.errors import SolveError


@dataclass(frozen=True)
class Response:
    """What a stage's linear system says about the sensor.

    Attributes
    ----------
    sensor_C : float
        Reading if ``reference_V2`` is applied.
    reference_V2 : float
    gain_C_per_V2 : float
        Rise of the reading per V²; 0 where the controller does not ask for it.
    conductance_S : float
        Power per V², of all generators.
    most_seen_S : float or None
        The same of the one that has most to deliver, where several have one voltage; None where there is one.
    """

    sensor_C: float
    reference_V2: float
    gain_C_per_V2: float
    conductance_S: float
    most_seen_S: float | None = None

    @property
    def limited_S(self) -> float:
        """Power per V² of the generator whose limits bind first."""
        return self.conductance_S if self.most_seen_S is None else self.most_seen_S


class Limits(Protocol):
    """What a generator is able to deliver."""

    def clip(self, V2: float, conductance_S: float) -> float:
        """Return V² within what voltage, power and current allow."""
        ...


@dataclass(frozen=True)
class SetPoint:
    """Linear set point over a phase; a hold starts where it ends."""

    start_C: float
    end_C: float
    duration_s: float

    def at(self, time_s: float) -> float:
        """Return the set point at a time since the phase's start."""
        return self.start_C + (self.end_C - self.start_C) * min(max(time_s / self.duration_s, 0.0), 1.0)

    def next_event(self, time_s: float) -> "Event | None":
        """Return the next moment at which it jumps."""
        return None


@dataclass(frozen=True)
class Event:
    """A moment of the phase at which a step has to end.

    Attributes
    ----------
    time_s : float
    jumps : bool
        Whether what is applied jumps there, so that no slope goes on across it.
    """

    time_s: float
    jumps: bool = True


SAME_MOMENT_S = 1e-7


@dataclass(frozen=True)
class Pulse:
    """A burst of the generator's sine: its RMS voltage and how long it lasts."""

    voltage_V_rms: float
    width_s: float

    @property
    def peak_V(self) -> float:
        """Amplitude of the sine."""
        return math.sqrt(2.0) * self.voltage_V_rms


class Controller(Protocol):
    """One phase of one generator."""

    @property
    def needs_gain(self) -> bool:
        """Whether it asks for the sensor's answer to V²."""
        ...

    @property
    def interval_s(self) -> float:
        """The shortest interval at which it acts."""
        ...

    @property
    def impedance_limit_ohm(self) -> float:
        """Above it, at the end of a step under power, :meth:`trip` is called."""
        ...

    def next_event(self, time_s: float) -> Event | None:
        """Return the first event after a time, if there is any."""
        ...

    def trip(self, time_s: float) -> None:
        """Take note that the impedance has passed its limit."""
        ...

    def pulse(self, V2: float) -> "Pulse | None":
        """Return a pulse of those that V² is applied by; None without pulses, or between two."""
        ...

    def voltage_squared(self, time_s: float, tau_s: float, stage: int, step_s: float, response: Response) -> float:
        """Return V² for stage ``stage`` of a step that ends its stage at ``time_s`` with diagonal weight ``tau_s``."""
        ...

    def advance(self, step_s: float) -> None:
        """Take over the state of an accepted step."""
        ...

    def set_point_C(self, time_s: float) -> float | None:
        """Return the set point, if there is one."""
        ...

    def memory(self) -> Mapping[str, float]:
        """Return what it remembers from step to step, beyond the phase and the reading it was made from."""
        ...

    def restore(self, memory: Mapping[str, float]) -> None:
        """Put back a memory."""
        ...


class Uneventful:
    """A controller that nothing happens to but steps."""

    @property
    def impedance_limit_ohm(self) -> float:
        return math.inf

    def next_event(self, time_s: float) -> Event | None:
        return None

    def trip(self, time_s: float) -> None:
        """Nothing to do."""

    def pulse(self, V2: float) -> "Pulse | None":
        return None


class Memoryless(Uneventful):
    """A controller whose answer depends on the moment alone."""

    def advance(self, step_s: float) -> None:
        """Nothing to remember."""

    def memory(self) -> Mapping[str, float]:
        return {}

    def restore(self, memory: Mapping[str, float]) -> None:
        """Nothing to put back."""


class Prescribed(Memoryless):
    """What is applied is prescribed: the sensor is not asked, and there is no set point."""

    needs_gain: bool = False
    interval_s: float = 0.0

    def set_point_C(self, time_s: float) -> float | None:
        """No set point."""
        return None


@dataclass
class ConstantVoltage(Prescribed):
    """V² as told (0: off)."""

    voltage_V_rms: float
    limits: Limits

    def voltage_squared(self, time_s: float, tau_s: float, stage: int, step_s: float, response: Response) -> float:
        """Return the prescribed V² within limits."""
        return self.limits.clip(self.voltage_V_rms**2, response.limited_S)


def is_off(controller: Controller) -> bool:
    """Return whether a controller will never apply anything."""
    return isinstance(controller, ConstantVoltage) and controller.voltage_V_rms == 0.0


@dataclass
class ConstantPower(Prescribed):
    """V² = P/G."""

    power_W: float
    limits: Limits

    def voltage_squared(self, time_s: float, tau_s: float, stage: int, step_s: float, response: Response) -> float:
        """Return the V² of the prescribed power within limits."""
        return self.limits.clip(self.power_W / response.conductance_S, response.limited_S)


@dataclass
class IdealControl(Memoryless):
    """Meets the set point exactly at every stage, as far as limits allow.

    A sensor inside the metal lags behind the current's heat by some hundredths of a second. Asked to obey within less,
    the controller would overdrive the tissue, so it acts no more often than real generators sample: ``interval_s``.
    """

    set_point: SetPoint
    limits: Limits
    needs_gain: bool = field(init=False, default=True)
    interval_s: float = 0.25

    def voltage_squared(self, time_s: float, tau_s: float, stage: int, step_s: float, response: Response) -> float:
        """Return the V² that puts the sensor on the set point."""
        if response.gain_C_per_V2 <= 0.0:
            raise SolveError("the sensor does not answer to the current; place it where the probe heats")
        missing = self.set_point.at(time_s) - response.sensor_C
        return self.limits.clip(response.reference_V2 + missing / response.gain_C_per_V2, response.limited_S)

    def next_event(self, time_s: float) -> Event | None:
        return self.set_point.next_event(time_s)

    def set_point_C(self, time_s: float) -> float | None:
        """Return the set point."""
        return self.set_point.at(time_s)


@dataclass
class PIControl(Uneventful):
    """Continuous PI generator, P = Kp·e + Ki·∫e dt, solved implicitly with the stage; the integral stops at a limit.

    Attributes
    ----------
    set_point : SetPoint
    limits : Limits
    proportional_gain_W_per_K, integral_gain_W_per_Ks : float
    integral_Ks : float
        ∫e dt so far; carried from phase to phase.
    """

    set_point: SetPoint
    limits: Limits
    proportional_gain_W_per_K: float
    integral_gain_W_per_Ks: float
    integral_Ks: float = 0.0
    needs_gain: bool = field(init=False, default=True)
    interval_s: float = field(init=False, default=0.0)
    _rates: list[float] = field(init=False, default_factory=lambda: [0.0, 0.0])
    _weights: tuple[float, float] = field(init=False, default=(0.0, 0.0))

    def voltage_squared(self, time_s: float, tau_s: float, stage: int, step_s: float, response: Response) -> float:
        """Return the V² at which power, error and integral agree at the stage's end."""
        kp, ki = self.proportional_gain_W_per_K, self.integral_gain_W_per_Ks
        earlier = (step_s - tau_s) * self._rates[0] if stage == 1 else 0.0
        base = self.integral_Ks + earlier
        error0 = self.set_point.at(time_s) - response.sensor_C + response.reference_V2 * response.gain_C_per_V2
        slope = kp + ki * tau_s
        wanted = (slope * error0 + ki * base) / (response.conductance_S + slope * response.gain_C_per_V2)
        applied = self.limits.clip(wanted, response.limited_S)
        error = error0 - applied * response.gain_C_per_V2
        winding = (wanted > applied and error > 0.0) or (wanted < applied and error < 0.0)
        self._rates[stage] = 0.0 if winding else error
        self._weights = (step_s - tau_s, tau_s)
        return applied

    def advance(self, step_s: float) -> None:
        """Add the accepted step's error to the integral."""
        self.integral_Ks += self._weights[0] * self._rates[0] + self._weights[1] * self._rates[1]

    def memory(self) -> Mapping[str, float]:
        return {"integral_Ks": self.integral_Ks}

    def restore(self, memory: Mapping[str, float]) -> None:
        self.integral_Ks = memory["integral_Ks"]

    def next_event(self, time_s: float) -> Event | None:
        return self.set_point.next_event(time_s)

    def set_point_C(self, time_s: float) -> float | None:
        """Return the set point."""
        return self.set_point.at(time_s)
