"""What each of several contacts delivered and saw, and what the sensor nearest to it read."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.applicator import Applicator
from rfa_model.metrics.catalogue import Measured, quantity
from rfa_model.metrics.data import History
from rfa_model.metrics.electrical import ElectricalMetrics
from rfa_model.metrics.history import Step


class ContactMetrics(Measured):
    """One of several contacts; None for what the history does not tell.

    Parameters
    ----------
    history : of every accepted step.
    contact : its name.
    sensor : that of the sensor nearest to it, or None.
    """

    group = "electrical"

    def __init__(self, history: History, contact: str, sensor: str | None = None) -> None:
        self.history, self.contact, self._sensor = history, contact, sensor
        self._on = np.flatnonzero(history["power_W"] > 0.0) if "power_W" in history else np.empty(0, int)

    def _column(self, key: str) -> NDArray[np.floating]:
        """Values with power on; empty where there are none."""
        column = key.replace("<contact>", self.contact)
        return self.history[column][self._on] if column in self.history else np.empty(0)

    def _ohm(self) -> NDArray[np.floating]:
        volts, amperes = self._column(Step.contact_voltage_V_rms.key), self._column(Step.contact_current_A_rms.key)
        flows = amperes != 0.0
        return volts[flows] / amperes[flows]

    @quantity("V rms", "voltage at the end of heating", at="voltage_V_rms.end_of_heating")
    def voltage_V_rms(self) -> float | None:
        """Against the pad, at the last step with power on.

        Negative where it is in antiphase with the first contact.
        """
        return _last(self._column(Step.contact_voltage_V_rms.key))

    @quantity("A rms", "current at the end of heating", digits=3, at="current_A_rms.end_of_heating")
    def current_A_rms(self) -> float | None:
        """Out of the contact into tissue, at the last step with power on; its sign as the voltage's."""
        return _last(self._column(Step.contact_current_A_rms.key))

    @quantity("A rms", digits=3, at="current_A_rms.max")
    def current_max_A_rms(self) -> float | None:
        """Largest size."""
        return _largest(np.abs(self._column(Step.contact_current_A_rms.key)))

    @quantity("W", "mean power", digits=2, at="power_W.mean")
    def power_mean_W(self) -> float | None:
        """Its share of the arm's energy over the time with power on."""
        mean_W, power = ElectricalMetrics(self.history).power_mean_W, self._column(Step.contact_power_W.key)
        steps_s = np.diff(self.history["time_s"], prepend=0.0)[self._on]
        delivered_J = float(self.history["power_W"][self._on] @ steps_s) if len(power) else 0.0
        return mean_W * float(power @ steps_s) / delivered_J if mean_W and delivered_J > 0.0 else None

    @quantity("W", digits=2, at="power_W.max")
    def power_max_W(self) -> float | None:
        """Largest."""
        return _largest(self._column(Step.contact_power_W.key))

    @quantity("ohm", digits=0, at="impedance_ohm.start")
    def impedance_start_ohm(self) -> float | None:
        """Its voltage against the pad over its current, at the first step with power on."""
        ohm = self._ohm()
        return float(ohm[0]) if len(ohm) else None

    @quantity("ohm", "impedance at the end of heating", digits=0, at="impedance_ohm.end_of_heating")
    def impedance_heated_ohm(self) -> float | None:
        """The same at the last step with power on; between the poles of a bipolar pair both add up."""
        return _last(self._ohm())

    @quantity("°C", "sensor at most")
    def sensor_max_C(self) -> float | None:
        """Largest reading of the sensor nearest to the contact."""
        column = Step.sensor_each_C.key.replace("<sensor>", self._sensor or "")
        return _largest(self.history[column]) if column in self.history else None


def contacts_of(history: History, applicator: Applicator) -> dict[str, ContactMetrics] | None:
    """Every contact's numbers by its name; None where there is one contact, whose numbers are the arm's."""
    if len(applicator.contacts) < 2:
        return None
    sensors = {sensor.name: np.array([sensor.position_mm]) for sensor in applicator.sensors}
    return {c.name: ContactMetrics(history, c.name, _nearest(applicator, c.name, sensors)) for c in applicator.contacts}


def _nearest(applicator: Applicator, contact: str, sensors: Mapping[str, NDArray[np.float64]]) -> str | None:
    away = {name: float(applicator.contact_distance_mm(where, contact)[0]) for name, where in sensors.items()}
    return min(away, key=lambda name: away[name]) if away else None


def _last(values: NDArray[np.floating]) -> float | None:
    return float(values[-1]) if len(values) else None


def _largest(values: NDArray[np.floating]) -> float | None:
    return float(values.max()) if len(values) else None
