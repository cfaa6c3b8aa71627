"""Power that pauses where the impedance rises."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from rfa_model.generator.controllers import SAME_MOMENT_S, Controller, Event, Response, Uneventful


@dataclass
class PausedByImpedance(Uneventful):
    """What is told, but for pauses that begin where the impedance has risen by a share over its lowest of the phase.

    Attributes
    ----------
    told : Controller
        Without memory.
    rise : float
        The share: 0.3 pauses at 1.3 times the lowest impedance.
    pause_s : float
    lowest_ohm : float
        Of all steps' ends under power so far.
    resumes_s : float
        End of the last pause.
    """

    told: Controller
    rise: float
    pause_s: float
    lowest_ohm: float = field(init=False, default=math.inf)
    resumes_s: float = field(init=False, default=0.0)
    needs_gain: bool = field(init=False, default=False)
    interval_s: float = field(init=False, default=0.0)
    _seen_ohm: float = field(init=False, default=math.inf)

    @property
    def impedance_limit_ohm(self) -> float:
        """Where the next pause begins."""
        return (1.0 + self.rise) * self.lowest_ohm

    def voltage_squared(self, time_s: float, tau_s: float, stage: int, step_s: float, response: Response) -> float:
        """Return V² of a stage; 0 in a pause."""
        if time_s <= self.resumes_s + SAME_MOMENT_S and self.resumes_s > 0.0:
            self._seen_ohm = math.inf
            return 0.0
        self._seen_ohm = 1.0 / response.conductance_S
        return self.told.voltage_squared(time_s, tau_s, stage, step_s, response)

    def advance(self, step_s: float) -> None:
        """Take over the impedance of a step under power."""
        self.lowest_ohm = min(self.lowest_ohm, self._seen_ohm)

    def next_event(self, time_s: float) -> Event | None:
        """Return the end of the pause."""
        return Event(self.resumes_s) if time_s < self.resumes_s - SAME_MOMENT_S else None

    def trip(self, time_s: float) -> None:
        """Begin a pause."""
        self.resumes_s = time_s + self.pause_s

    def set_point_C(self, time_s: float) -> float | None:
        """No set point."""
        return None

    def memory(self) -> Mapping[str, float]:
        return {"lowest_ohm": self.lowest_ohm, "resumes_s": self.resumes_s}

    def restore(self, memory: Mapping[str, float]) -> None:
        self.lowest_ohm, self.resumes_s = memory["lowest_ohm"], memory["resumes_s"]
