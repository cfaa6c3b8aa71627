"""A phase: power that rises in a straight line."""

from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from rfa_model.generator import Generator, PhaseBase
from rfa_model.generator.controllers import Controller, Limits, Prescribed, Response
from rfa_model.sourced import Positive


@dataclass
class RisingPower(Prescribed):
    """P = slope·t."""

    slope_W_per_s: float
    limits: Limits

    def voltage_squared(self, time_s: float, tau_s: float, stage: int, step_s: float, response: Response) -> float:
        return self.limits.clip(self.slope_W_per_s * time_s / response.conductance_S, response.conductance_S)


class PowerRamp(PhaseBase):
    """Power rises linearly from nothing to ``to_W``."""

    kind: ClassVar[str] = "power_ramp"
    words: ClassVar[str] = "power rising to {to_W} W in {duration_s} s"
    label: ClassVar[str] = "up to {to_W} W"

    to_W: Positive = Field(description="power at the end")
    duration_s: Positive = Field(description="how long")

    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        return RisingPower(self.to_W / self.duration_s, generator)
