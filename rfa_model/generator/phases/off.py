"""Nothing applied."""

from typing import ClassVar

from rfa_model.generator.controllers import Controller
from rfa_model.generator.phase import PhaseBase
from rfa_model.generator.settings import Generator


class Off(PhaseBase):
    """Generator off; tissue cools while damage goes on."""

    kind: ClassVar[str] = "off"
    words: ClassVar[str] = "off for {duration_s} s"
    label: ClassVar[str] = "off"

    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        """Return what applies nothing."""
        return generator.off()
