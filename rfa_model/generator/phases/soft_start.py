"""A rise to a temperature without kinks."""

from collections.abc import Iterator
from typing import ClassVar

from rfa_model.generator.controllers import Controller
from rfa_model.generator.phase import PhaseBase, Target, above_body_issue
from rfa_model.generator.set_points import SoftRise
from rfa_model.generator.settings import Generator
from rfa_model.sourced import Issue


class SoftStart(PhaseBase):
    """Set point rises along half a cosine from the sensor's reading to ``to_C``: slowly at first and at the end."""

    kind: ClassVar[str] = "soft_start"
    words: ClassVar[str] = "soft start to {to_C} degC in {duration_s} s"
    label: ClassVar[str] = "soft start to {to_C} °C"

    to_C: Target

    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        """Return what follows the rising set point."""
        return generator.following(SoftRise(reading_C, self.to_C, self.duration_s), before, reading_C)

    @property
    def target_temperature_C(self) -> float:
        return self.to_C

    def issues(self, body_C: float) -> Iterator[Issue]:
        """The target has to be above the body's temperature."""
        return above_body_issue("to_C", self.to_C, body_C)
