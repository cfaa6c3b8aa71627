"""A temperature raised step by step."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from rfa_model.generator.controllers import Controller
from rfa_model.generator.phase import PhaseBase, Target, above_body_issue
from rfa_model.generator.set_points import Staircase
from rfa_model.generator.settings import Generator
from rfa_model.sourced import Issue, Number


class Steps(PhaseBase):
    """Sensor kept at one temperature after another, each for an equal share of ``duration_s``, its rise included."""

    kind: ClassVar[str] = "steps"
    words: ClassVar[str] = "steps of {temperatures_C} degC in {duration_s} s"
    label: ClassVar[str] = "steps to {last_C} °C"

    temperatures_C: Annotated[tuple[Target, ...], Field(min_length=1, max_length=50)]
    rise_s: Annotated[Number, Field(gt=0, le=60)] = 1.0

    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        """Return what follows the stairs."""
        temperatures = self.temperatures_C
        stairs = Staircase(reading_C, temperatures[-1], self.duration_s, temperatures, self.rise_s)
        return generator.following(stairs, before, reading_C)

    @property
    def target_temperature_C(self) -> float:
        return max(self.temperatures_C)

    def issues(self, body_C: float) -> Iterator[Issue]:
        """Every temperature has to be above the body's, and every rise shorter than its share of the time."""
        share_s = self.duration_s / len(self.temperatures_C)
        if self.rise_s > share_s:
            yield ("rise_s",), f"expected at most {share_s:g}, the time of one temperature, got {self.rise_s:g}"
        for index, target_C in enumerate(self.temperatures_C):
            for (_, *_), text in above_body_issue("temperatures_C", target_C, body_C):
                yield ("temperatures_C", index), text

    def picture_label(self) -> str:
        """Return the last step."""
        return self.label.format(last_C=f"{self.temperatures_C[-1]:g}")
