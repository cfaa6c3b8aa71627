"""A power kept, or rising."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from rfa_model.generator.ceiling import below_ceiling
from rfa_model.generator.controllers import ConstantPower, Controller, Limits, Prescribed, Response
from rfa_model.generator.phase import PhaseBase, Target, above_body_issue
from rfa_model.generator.settings import Generator
from rfa_model.sourced import Issue, Number, bounds


@dataclass
class RisingPower(Prescribed):
    """P in a straight line from one power to another."""

    from_W: float
    to_W: float
    duration_s: float
    limits: Limits

    def voltage_squared(self, time_s: float, tau_s: float, stage: int, step_s: float, response: Response) -> float:
        """Return the V² of the power of the moment within limits."""
        power_W = self.from_W + (self.to_W - self.from_W) * min(time_s / self.duration_s, 1.0)
        return self.limits.clip(power_W / response.conductance_S, response.limited_S)


class Power(PhaseBase):
    """Constant power into the tissue; from ``from_W`` on it rises to that in a straight line.

    With ``ceiling_C`` the power is cut back so far that the sensor does not exceed it.
    """

    kind: ClassVar[str] = "power"
    words: ClassVar[str] = "{power_W} W for {duration_s} s"
    label: ClassVar[str] = "{power_W} W"

    power_W: bounds.Power
    from_W: Annotated[Number, Field(ge=0, le=1e6)] | None = None
    ceiling_C: Target | None = None

    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        """Return what applies the power."""
        told: Controller = ConstantPower(self.power_W, generator)
        if self.from_W is not None:
            told = RisingPower(self.from_W, self.power_W, self.duration_s, generator)
        return below_ceiling(told, self.ceiling_C, self.duration_s, generator)

    @property
    def target_temperature_C(self) -> float | None:
        return self.ceiling_C

    def voltage_squared(self, resistance_ohm: float) -> float | None:
        """V² of what is kept; None below a ceiling, which keeps it lower."""
        return self.power_W * resistance_ohm if self.ceiling_C is None else None

    def issues(self, body_C: float) -> Iterator[Issue]:
        """A ceiling has to be above the body's temperature."""
        return above_body_issue("ceiling_C", self.ceiling_C, body_C)

    def in_words(self) -> str:
        """Return the power with what bounds it."""
        rising = "" if self.from_W is None else f"from {self.from_W:g} to "
        ceiling = "" if self.ceiling_C is None else f", at most {self.ceiling_C:g} degC"
        return rising + super().in_words() + ceiling
