"""Water without power."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from rfa_model.generator.controllers import Controller
from rfa_model.generator.phase import PhaseBase
from rfa_model.generator.settings import Generator
from rfa_model.sourced import Issue


class Cool(PhaseBase):
    """Generator off while the coolant flows: before the treatment, or after it."""

    kind: ClassVar[str] = "cool"
    words: ClassVar[str] = "cool for {duration_s} s"
    label: ClassVar[str] = "cool"

    coolant: Literal["on", "off"] | None = "on"

    def issues(self, body_C: float) -> Iterator[Issue]:
        """Without water it would be nothing but off."""
        if self.coolant == "off":
            yield ("coolant",), "expected on, which is what 'cool' is for; write 'off' with 'coolant: off' in its place"

    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        """Return what applies nothing."""
        return generator.off()
