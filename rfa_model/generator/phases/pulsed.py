"""Pulsed radiofrequency."""

import math
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from rfa_model.generator.controllers import Controller, IdealControl, SetPoint
from rfa_model.generator.phase import PhaseBase, Target, above_body_issue
from rfa_model.generator.pulses import Pulses
from rfa_model.generator.settings import Generator
from rfa_model.sourced import Issue, Number, bounds


class Pulsed(PhaseBase):
    """Bursts of ``width_ms`` at ``rate_Hz``, each a sine of amplitude ``voltage_V_peak`` (RMS: that over √2).

    The mean over a period drives the temperature; the first ``resolved_pulses`` are stepped through one by one. With
    ``ceiling_C`` the sensor does not exceed it: voltage or rate are cut back.
    """

    kind: ClassVar[str] = "pulsed"
    words: ClassVar[str] = "pulses of {voltage_V_peak} V peak, {width_ms} ms at {rate_Hz} Hz for {duration_s} s"
    label: ClassVar[str] = "{voltage_V_peak} V pulses"

    voltage_V_peak: bounds.Voltage
    width_ms: Annotated[Number, Field(ge=0.01, le=10_000)]
    rate_Hz: Annotated[Number, Field(ge=0.01, le=10_000)]
    ceiling_C: Target | None = None
    ceiling_by: Literal["voltage", "rate"] | None = None
    resolved_pulses: Annotated[int, Field(strict=True, ge=0, le=1000)] | None = None

    def controller(self, reading_C: float, before: Controller | None, generator: Generator) -> Controller:
        """Return what applies the pulses."""
        ceiling = None
        if self.ceiling_C is not None:
            ceiling = IdealControl(SetPoint(self.ceiling_C, self.ceiling_C, self.duration_s), generator)
        return Pulses(
            voltage_V_rms=self.voltage_V_peak / math.sqrt(2.0),
            width_s=1e-3 * self.width_ms,
            period_s=1.0 / self.rate_Hz,
            limits=generator,
            ceiling=ceiling,
            by_rate=self.ceiling_by == "rate",
            resolved=self.resolved_pulses or 0,
        )

    @property
    def duty(self) -> float:
        """Share of the time that there is power."""
        return 1e-3 * self.width_ms * self.rate_Hz

    @property
    def target_temperature_C(self) -> float | None:
        return self.ceiling_C

    def voltage_squared(self, resistance_ohm: float) -> float | None:
        """Mean V²; None below a ceiling, which keeps it lower."""
        return self.duty * 0.5 * self.voltage_V_peak**2 if self.ceiling_C is None else None

    def issues(self, body_C: float) -> Iterator[Issue]:
        """Pulses are shorter than their period, those resolved fit in, and a ceiling is above the body."""
        if self.duty >= 1.0:
            yield ("width_ms",), f"expected a pulse shorter than the period of {1e3 / self.rate_Hz:g} ms"
        if (self.resolved_pulses or 0) > self.duration_s * self.rate_Hz * (1.0 + 1e-9):
            most = math.floor(self.duration_s * self.rate_Hz)
            yield ("resolved_pulses",), f"expected at most the {most} pulses of this phase"
        if self.ceiling_by is not None and self.ceiling_C is None:
            yield ("ceiling_by",), "expected a key 'ceiling_C' beside it"
        yield from above_body_issue("ceiling_C", self.ceiling_C, body_C)

    def in_words(self) -> str:
        """Return the pulses with their ceiling."""
        by = (
            f", at most {self.ceiling_C:g} degC by {self.ceiling_by or 'voltage'}" if self.ceiling_C is not None else ""
        )
        return super().in_words() + by
