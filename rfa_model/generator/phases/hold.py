"""A temperature kept."""

from collections.abc import Iterator
from typing import ClassVar

from rfa_model.generator.controllers import Controller, SetPoint
from rfa_model.generator.phase import PhaseBase, Target, above_body_issue
from rfa_model.generator.settings import Generator
from rfa_model.sourced import Issue


class Hold(PhaseBase):
    """Sensor kept at ``temperature_C``."""

    kind: ClassVar[str] = "hold"
    words: ClassVar[str] = "hold {temperature_C} degC for {duration_s} s"
    label: ClassVar[str] = "hold {temperature_C} °C"

    temperature_C: Target

    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        """Return what keeps the set point."""
        return generator.following(SetPoint(self.temperature_C, self.temperature_C, self.duration_s), before, reading_C)

    @property
    def target_temperature_C(self) -> float:
        return self.temperature_C

    def issues(self, body_C: float) -> Iterator[Issue]:
        """The target has to be above the body's temperature."""
        return above_body_issue("temperature_C", self.temperature_C, body_C)
