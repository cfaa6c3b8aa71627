"""What the generator delivered and what it saw, from the history of a run."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rfa_model.metrics.catalogue import Measured, quantity
from rfa_model.metrics.data import History


class ElectricalMetrics(Measured):
    """What the generator delivered and saw; None for what the history does not tell.

    Parameters
    ----------
    history : of every accepted step.
    cutoff_s : when the generator cut off on its impedance limit, or None.
    """

    group = "electrical"

    def __init__(self, history: History, cutoff_s: float | None = None) -> None:
        self.history, self.cutoff_s = history, cutoff_s

    @cached_property
    def power(self) -> NDArray[np.floating]:
        """(K,) power, W; empty where there is none."""
        return self.history["power_W"] if "power_W" in self.history else np.empty(0)

    @cached_property
    def impedance(self) -> NDArray[np.floating]:
        """Impedance (ohm) of the steps that have one."""
        values = self.history["impedance_ohm"] if "impedance_ohm" in self.history else np.empty(0)
        return values[np.isfinite(values)]

    @quantity("W", "mean power", digits=2, at="power_W.mean", study="mean power", study_digits=3)
    def power_mean_W(self) -> float | None:
        """Energy over the time with power on.

        A cool-down phase does not dilute it.
        """
        energy_J, power = self.energy_J, self.power
        if energy_J is None:
            return None
        # The solver's rows give the power of the step that ends there, and its energy; others are read as a polyline.
        during = power[1:] if "energy_J" in self.history else 0.5 * (power[1:] + power[:-1])
        on_s = float(np.diff(self.history["time_s"])[during > 0].sum())
        return energy_J / on_s if on_s > 0 else 0.0

    @quantity("W", "largest power", digits=2, at="power_W.max")
    def power_max_W(self) -> float | None:
        """Largest."""
        return float(self.power.max()) if len(self.power) else None

    @quantity("J", "energy", digits=0)
    def energy_J(self) -> float | None:
        """Delivered in all.

        The last entry of the column ``energy_J`` (the solver's own running integral) where there is one, the
        trapezoidal integral of ``power_W`` otherwise.
        """
        if not len(self.power):
            return None
        if "energy_J" in self.history:
            return float(self.history["energy_J"][-1])
        return float(np.diff(self.history["time_s"]) @ (0.5 * (self.power[1:] + self.power[:-1])))

    @quantity("ohm", "impedance at the start", digits=0, at="impedance_ohm.start")
    def impedance_start_ohm(self) -> float | None:
        """Voltage over current at the first step."""
        return float(self.impedance[0]) if len(self.impedance) else None

    @quantity("ohm", "impedance at the end of heating", digits=0, at="impedance_ohm.end_of_heating")
    def impedance_heated_ohm(self) -> float | None:
        """At the last step with power on."""
        if "impedance_ohm" not in self.history:
            return None
        values = self.history["impedance_ohm"]
        if len(values) != len(self.power):
            return None
        powered = np.flatnonzero((self.power > 0) & np.isfinite(values))
        return float(values[powered[-1]]) if len(powered) else None

    @quantity(
        "ohm", "impedance at the end of the run", digits=0, at="impedance_ohm.end",
        study="impedance at the end of the run", study_digits=1,
    )  # fmt: skip
    def impedance_end_ohm(self) -> float | None:
        """At the last step."""
        return float(self.impedance[-1]) if len(self.impedance) else None

    @quantity("ohm", "largest impedance", digits=0, at="impedance_ohm.max")
    def impedance_max_ohm(self) -> float | None:
        """Largest."""
        return float(self.impedance.max()) if len(self.impedance) else None

    @quantity("s", "impedance cut-off at", digits=0)
    def cutoff(self) -> float | None:
        """Time at which the generator cut off on its impedance limit."""
        return self.cutoff_s
