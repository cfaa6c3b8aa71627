"""A voltage kept."""

from typing import ClassVar

from rfa_model.generator.controllers import ConstantVoltage, Controller
from rfa_model.generator.phase import PhaseBase
from rfa_model.generator.settings import Generator
from rfa_model.sourced import bounds


class Voltage(PhaseBase):
    """Constant RMS voltage."""

    kind: ClassVar[str] = "voltage"
    words: ClassVar[str] = "{voltage_V_rms} V rms for {duration_s} s"
    label: ClassVar[str] = "{voltage_V_rms} V"

    voltage_V_rms: bounds.Voltage

    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        """Return what applies the voltage."""
        return ConstantVoltage(self.voltage_V_rms, generator)

    def voltage_squared(self, resistance_ohm: float) -> float:
        """V² of what is kept."""
        return self.voltage_V_rms**2
