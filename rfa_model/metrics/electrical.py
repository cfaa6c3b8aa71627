"""What the generator delivered and what it saw, from the history of a run."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rfa_model.metrics.data import History
from rfa_model.metrics.summary import ElectricalMetrics


def electrical_metrics(history: History, cutoff: float | None = None) -> ElectricalMetrics:
    """Impedance at the first and last step and its maximum, mean and largest power, energy.

    The energy is the last entry of the column ``energy_J`` (the solver's own running integral) where there is one, the
    trapezoidal integral of ``power_W`` otherwise. The mean power is the energy over the time with power on, so a
    cool-down phase does not dilute it.
    """
    impedance = _finite(history, "impedance_ohm")
    time, power = history["time_s"], history["power_W"] if "power_W" in history else np.empty(0)
    energy, mean = None, None
    if len(power):
        steps = np.diff(time)
        middle = 0.5 * (power[1:] + power[:-1])
        energy = float(history["energy_J"][-1]) if "energy_J" in history else float(steps @ middle)
        # The solver's rows give the power of the step that ends there, and its energy; others are read as a polyline.
        on = float(steps[(power[1:] if "energy_J" in history else middle) > 0].sum())
        mean = energy / on if on > 0 else 0.0
    return ElectricalMetrics(
        impedance_start_ohm=float(impedance[0]) if len(impedance) else None,
        impedance_end_ohm=float(impedance[-1]) if len(impedance) else None,
        impedance_max_ohm=float(impedance.max()) if len(impedance) else None,
        power_mean_W=mean,
        power_max_W=float(power.max()) if len(power) else None,
        energy_J=energy,
        cutoff=cutoff,
    )


def sensor_end_C(history: History) -> float | None:
    """Sensor temperature at the last step with power on; at the very end if there never was power."""
    if "sensor_C" not in history or len(history["sensor_C"]) == 0:
        return None
    sensor = history["sensor_C"]
    powered = np.flatnonzero(history["power_W"] > 0) if "power_W" in history else np.empty(0, dtype=int)
    return float(sensor[powered[-1]] if len(powered) else sensor[-1])


def _finite(history: History, name: str) -> NDArray[np.floating[Any]]:
    values = history[name] if name in history else np.empty(0)
    return values[np.isfinite(values)]
