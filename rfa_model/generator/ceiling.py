"""A generator that gives what it is told, but for a temperature that the sensor may not exceed."""

from dataclasses import dataclass, field

from rfa_model.generator.controllers import Controller, IdealControl, Limits, Memoryless, Response, SetPoint


@dataclass
class BelowCeiling(Memoryless):
    """The lesser of what is told and of what keeps the sensor at the ceiling, by an ideal controller.

    Attributes
    ----------
    told : Controller
        Without memory: a voltage or a power.
    ceiling : IdealControl
    """

    told: Controller
    ceiling: IdealControl
    needs_gain: bool = field(init=False, default=True)

    @property
    def interval_s(self) -> float:
        """As often as the ceiling is looked at."""
        return self.ceiling.interval_s

    def voltage_squared(self, time_s: float, tau_s: float, stage: int, step_s: float, response: Response) -> float:
        """Return V² of a stage."""
        told = self.told.voltage_squared(time_s, tau_s, stage, step_s, response)
        if told == 0.0:
            return 0.0
        return min(told, self.ceiling.voltage_squared(time_s, tau_s, stage, step_s, response))

    def set_point_C(self, time_s: float) -> float | None:
        """No set point: it may stay below the ceiling."""
        return None


def below_ceiling(told: Controller, ceiling_C: float | None, duration_s: float, limits: Limits) -> Controller:
    """Return a controller kept below a ceiling; itself where there is none."""
    if ceiling_C is None:
        return told
    return BelowCeiling(told, IdealControl(SetPoint(ceiling_C, ceiling_C, duration_s), limits))
