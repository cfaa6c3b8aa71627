"""A power kept."""

from typing import ClassVar

from rfa_model.generator.controllers import ConstantPower, Controller
from rfa_model.generator.phase import PhaseBase
from rfa_model.generator.settings import Generator
from rfa_model.sourced import bounds


class Power(PhaseBase):
    """Constant power into the tissue."""

    kind: ClassVar[str] = "power"
    words: ClassVar[str] = "{power_W} W for {duration_s} s"
    label: ClassVar[str] = "{power_W} W"

    power_W: bounds.Power

    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        """Return what applies the power."""
        return ConstantPower(self.power_W, generator)

    def voltage_squared(self, resistance_ohm: float) -> float:
        """V² of what is kept."""
        return self.power_W * resistance_ohm
