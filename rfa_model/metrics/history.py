"""What is kept of every step: the columns of ``history.csv``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from rfa_model.metrics.catalogue import Measured, quantity

OF_EACH = re.compile("<[a-z]+>")
"""Stands in a column's key for the name of what it is of."""


class Instant(Protocol):
    """A state of the solution, as far as it matters here."""

    @property
    def time_s(self) -> float: ...


class Report(Protocol):
    """What the solver tells at the end of an accepted step."""

    @property
    def state(self) -> Instant: ...
    @property
    def voltage_V_rms(self) -> float: ...
    @property
    def power_W(self) -> float: ...
    @property
    def energy_J(self) -> float: ...
    @property
    def conductance_S(self) -> float: ...
    @property
    def sensor_C(self) -> float: ...
    @property
    def set_point_C(self) -> float | None: ...
    @property
    def cannula_C(self) -> float | None: ...


@dataclass(frozen=True)
class AtContacts:
    """What each of several contacts, and sensors, has at the end of a step, by name; all empty where there is one.

    ``voltages`` and ``currents_S`` are per volt of the generator.
    """

    voltages: Mapping[str, float] = field(default_factory=dict)
    currents_S: Mapping[str, float] = field(default_factory=dict)
    sensors_C: Mapping[str, float] = field(default_factory=dict)


class Step(Measured):
    """One accepted step; ``hottest_C`` and ``coldest_C`` are tissue's of all processes at its end.

    ``lesions_mm3`` holds the lesion's volume per criterion.
    """

    group = "history"

    def __init__(
        self,
        report: Report,
        hottest_C: float,
        coldest_C: float,
        lesions_mm3: Mapping[str, float],
        contacts: AtContacts = AtContacts(),
    ) -> None:
        self.report, self.hottest_C, self.coldest_C, self.lesions_mm3 = report, hottest_C, coldest_C, lesions_mm3
        self.contacts = contacts

    @quantity("s", "time")
    def time_s(self) -> float:
        """End of the step."""
        return self.report.state.time_s

    @quantity("V rms", "voltage")
    def voltage_V_rms(self) -> float:
        """Applied in the step's last stage."""
        return self.report.voltage_V_rms

    @quantity("A rms", "current", digits=2)
    def current_A_rms(self) -> float:
        """Power over voltage."""
        voltage_V_rms = self.report.voltage_V_rms
        return self.report.power_W / voltage_V_rms if voltage_V_rms > 0.0 else 0.0

    @quantity("W", "power", digits=2, spoken=1)
    def power_W(self) -> float:
        """Delivered."""
        return self.report.power_W

    @quantity("J", "energy", digits=0)
    def energy_J(self) -> float:
        """Since the start."""
        return self.report.energy_J

    @quantity("ohm", "impedance", digits=0)
    def impedance_ohm(self) -> float:
        """At the step's end temperature."""
        return 1.0 / self.report.conductance_S

    @quantity("°C", "sensor")
    def sensor_C(self) -> float:
        """Sensor's reading."""
        return self.report.sensor_C

    @quantity("°C", "cannula")
    def cannula_C(self) -> float:
        """The needle's own temperature where the sensor is; the reading where nothing parts them."""
        return self.report.sensor_C if self.report.cannula_C is None else self.report.cannula_C

    @quantity("°C", "set point")
    def set_point_C(self) -> float:
        """What the controller aims at; empty where there is none."""
        return math.nan if self.report.set_point_C is None else self.report.set_point_C

    @quantity("°C", "hottest tissue", spoken=0)
    def max_C(self) -> float:
        """Hottest tissue now."""
        return self.hottest_C

    @quantity("°C", "coldest tissue", spoken=0)
    def min_C(self) -> float:
        """Coldest tissue now."""
        return self.coldest_C

    @quantity("mm³", "lesion", digits=0, at="lesion_<criterion>_mm3")
    def lesion_mm3(self) -> Mapping[str, float]:
        """Lesion volume so far, one column per criterion."""
        return self.lesions_mm3

    @quantity("V rms", "voltage", at="contact_<contact>_V_rms")
    def contact_voltage_V_rms(self) -> Mapping[str, float]:
        """Of each of several contacts, against the pad, as :meth:`voltage_V_rms`; negative in antiphase."""
        return {name: volts * self.report.voltage_V_rms for name, volts in self.contacts.voltages.items()}

    @quantity("A rms", "current", digits=3, at="contact_<contact>_A_rms")
    def contact_current_A_rms(self) -> Mapping[str, float]:
        """Out of each of several contacts; its sign as the voltage's."""
        share = self._of_stage * self.report.voltage_V_rms
        return {name: share * siemens for name, siemens in self.contacts.currents_S.items()}

    @quantity("W", "power", digits=2, at="contact_<contact>_W")
    def contact_power_W(self) -> Mapping[str, float]:
        """Of each of several contacts; together the power."""
        volts, amperes = self.contact_voltage_V_rms, self.contact_current_A_rms
        return {name: volts[name] * amperes[name] for name in volts}

    @quantity("°C", "sensor", at="sensor_<sensor>_C")
    def sensor_each_C(self) -> Mapping[str, float]:
        """Reading of each of several sensors."""
        return self.contacts.sensors_C

    @property
    def _of_stage(self) -> float:
        """Conductance that the power was delivered at, over that of the step's end."""
        seen_W = self.report.voltage_V_rms**2 * self.report.conductance_S
        return self.report.power_W / seen_W if seen_W > 0.0 else 0.0

    def row(self) -> dict[str, float]:
        """Its values by column."""
        found: dict[str, float] = {}
        for entry in self.quantities():
            value = entry.__get__(self)
            if isinstance(value, Mapping):
                found |= {OF_EACH.sub(name, entry.key): float(one) for name, one in value.items()}
            elif isinstance(value, int | float):
                found[entry.key] = float(value)
        return found


def lesion_column(criterion: str) -> str:
    """Name of the column that holds a criterion's lesion volume."""
    return Step.lesion_mm3.key.replace("<criterion>", criterion)
