"""Phases over and over."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from rfa_model.generator.controllers import Controller
from rfa_model.generator.phase import PHASES, Duration, PhaseBase
from rfa_model.generator.settings import Generator
from rfa_model.registry import Registry
from rfa_model.sourced import Issue, issues_error


class _Plain(Registry[PhaseBase]):
    """The phases that are not made of others: a repeat holds no repeat."""

    def _all(self) -> dict[str, type[PhaseBase]]:
        return {kind: cls for kind, cls in PHASES.items() if not issubclass(cls, Repeat)}


PLAIN_PHASES = _Plain("phase", PhaseBase, "rfa_model.phases", keyed=True)


class Repeat(PhaseBase):
    """The same phases so many times; its duration is theirs, and need not be written."""

    kind: ClassVar[str] = "repeat"
    words: ClassVar[str] = "{times} times ({inner})"
    label: ClassVar[str] = "{times} times"

    times: Annotated[int, Field(strict=True, ge=1, le=100)]
    phases: Annotated[list[Annotated[PhaseBase, PLAIN_PHASES]], Field(min_length=1, max_length=20)]
    duration_s: Duration = 0.0

    @model_validator(mode="after")
    def _whole(self) -> Self:
        whole_s = self.times * sum(phase.duration_s for phase in self.phases)
        found: list[Issue] = []
        if "duration_s" in self.model_fields_set and abs(self.duration_s - whole_s) > 1e-6 * whole_s:
            found.append((("duration_s",), f"expected {whole_s:g}, that of all its phases, or nothing"))
        if self.coolant is not None:
            found.append((("coolant",), "expected none here; write it with the phases that are repeated"))
        if found:
            raise issues_error(found)
        self.__dict__["duration_s"] = whole_s  # frozen for everybody else
        return self

    def parts(self) -> Sequence[PhaseBase]:
        """Return the phases, all times over."""
        return self.times * tuple(self.phases)

    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        """Return the first phase's; the generator goes through the parts."""
        return self.phases[0].controller(reading_C, before, generator)

    @property
    def target_temperature_C(self) -> float | None:
        return max((t for phase in self.phases if (t := phase.target_temperature_C) is not None), default=None)

    def voltage_squared(self, resistance_ohm: float) -> float | None:
        """Return the highest of the phases."""
        asked = (phase.voltage_squared(resistance_ohm) for phase in self.phases)
        return max((V2 for V2 in asked if V2 is not None), default=None)

    def issues(self, body_C: float) -> Iterator[Issue]:
        """Those of the phases."""
        for index, phase in enumerate(self.phases):
            for path, text in phase.issues(body_C):
                yield ("phases", index, phase.kind, *path), text

    def _numbers(self) -> Mapping[str, str]:
        return {"times": str(self.times), "inner": ", ".join(phase.in_words() for phase in self.phases)}
