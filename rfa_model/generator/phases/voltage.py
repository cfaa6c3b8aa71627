"""A voltage kept."""

from collections.abc import Iterator
from typing import ClassVar

from rfa_model.generator.ceiling import below_ceiling
from rfa_model.generator.controllers import ConstantVoltage, Controller
from rfa_model.generator.phase import PhaseBase, Target, above_body_issue
from rfa_model.generator.settings import Generator
from rfa_model.sourced import Issue, bounds


class Voltage(PhaseBase):
    """Constant RMS voltage; with ``ceiling_C`` cut back so far that the sensor does not exceed it."""

    kind: ClassVar[str] = "voltage"
    words: ClassVar[str] = "{voltage_V_rms} V rms for {duration_s} s"
    label: ClassVar[str] = "{voltage_V_rms} V"

    voltage_V_rms: bounds.Voltage
    ceiling_C: Target | None = None

    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        """Return what applies the voltage."""
        return below_ceiling(ConstantVoltage(self.voltage_V_rms, generator), self.ceiling_C, self.duration_s, generator)

    @property
    def target_temperature_C(self) -> float | None:
        return self.ceiling_C

    def voltage_squared(self, resistance_ohm: float) -> float | None:
        """V² of what is kept; None below a ceiling, which keeps it lower."""
        return self.voltage_V_rms**2 if self.ceiling_C is None else None

    def issues(self, body_C: float) -> Iterator[Issue]:
        """A ceiling has to be above the body's temperature."""
        return above_body_issue("ceiling_C", self.ceiling_C, body_C)

    def in_words(self) -> str:
        """Return the voltage with its ceiling."""
        return super().in_words() + ("" if self.ceiling_C is None else f", at most {self.ceiling_C:g} degC")
