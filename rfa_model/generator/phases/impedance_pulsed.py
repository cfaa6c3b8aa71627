"""Power that pauses where the impedance rises."""

from typing import Annotated, ClassVar

from pydantic import Field

from rfa_model.generator.controllers import ConstantPower, Controller
from rfa_model.generator.impedance_pauses import PausedByImpedance
from rfa_model.generator.phase import PhaseBase
from rfa_model.generator.settings import Generator
from rfa_model.sourced import Number, bounds


class ImpedancePulsed(PhaseBase):
    """Constant power until the impedance has risen by a share over its lowest of this phase; on again after a pause."""

    kind: ClassVar[str] = "impedance_pulsed"
    words: ClassVar[str] = "{power_W} W for {duration_s} s, off for {pause_s} s where the impedance rises by {rise}"
    label: ClassVar[str] = "{power_W} W, pauses"

    power_W: bounds.Power
    rise: Annotated[Number, Field(ge=0.01, le=100)]
    pause_s: Annotated[Number, Field(ge=0.1, le=600)]

    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        """Return what applies the power between pauses."""
        return PausedByImpedance(ConstantPower(self.power_W, generator), self.rise, self.pause_s)

    def voltage_squared(self, resistance_ohm: float) -> float:
        """V² between pauses."""
        return self.power_W * resistance_ohm
