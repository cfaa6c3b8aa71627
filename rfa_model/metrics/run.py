"""What is reported of an arm as a whole: temperatures, mesh, solver, balances."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rfa_model.metrics.catalogue import Measured, quantity
from rfa_model.metrics.data import TISSUE, ArmData, History

FloatArray = NDArray[np.float64]


class TemperatureMetrics(Measured):
    """How hot sensor and tissue became; ``arm`` holds all there is of a solved arm."""

    group = "temperature"

    def __init__(self, arm: ArmData) -> None:
        self.arm = arm

    @cached_property
    def _hottest(self) -> tuple[float, FloatArray]:
        """Peak temperature and place of the hottest node of tissue, where it was solved."""
        found = []
        for one in self.arm.increments or (self.arm.fields,):
            nodes = np.unique(np.asarray(one.cells)[np.asarray(one.cell_region) == TISSUE])
            hottest = int(nodes[np.argmax(one.peak_temperature_C[nodes])])
            found.append((float(one.peak_temperature_C[hottest]), np.asarray(one.points_mm[hottest], dtype=float)))
        return max(found, key=lambda pair: pair[0])

    @quantity("°C", "sensor at the end of heating")
    def sensor_end_C(self) -> float | None:
        """Sensor at the last step with power on."""
        return sensor_end_C(self.arm.history)

    @quantity("°C", "cannula above display")
    def cannula_above_sensor_C(self) -> float | None:
        """How far the cannula was above what its sensor displays, at the last step with power on."""
        return cannula_above_sensor_C(self.arm.history)

    @quantity("°C", "hottest tissue", spoken=0, caption="hottest tissue", study="hottest tissue")
    def max_C(self) -> float:
        """Hottest tissue of the run."""
        return self._hottest[0]

    @quantity("mm")
    def max_at_mm(self) -> tuple[float, float, float]:
        """Where (patient frame)."""
        x, y, z = (float(c) for c in self._hottest[1])
        return x, y, z


def sensor_end_C(history: History) -> float | None:
    """Sensor temperature at the last step with power on; at the very end if there never was power."""
    return _at_end_of_power(history, "sensor_C")


def cannula_above_sensor_C(history: History) -> float | None:
    """Cannula less sensor at the last step with power on; None where the history has no such column."""
    sensor, cannula = (_at_end_of_power(history, column) for column in ("sensor_C", "cannula_C"))
    return None if sensor is None or cannula is None else cannula - sensor


def _at_end_of_power(history: History, column: str) -> float | None:
    if column not in history or len(history[column]) == 0:
        return None
    values = history[column]
    powered = np.flatnonzero(history["power_W"] > 0) if "power_W" in history else np.empty(0, dtype=int)
    return float(values[powered[-1]] if len(powered) else values[-1])


class MeshMetrics(Measured):
    """The mesh in numbers."""

    group = "mesh"

    def __init__(self, arm: ArmData) -> None:
        self.arm = arm

    @quantity(label="dofs", digits=None)
    def dofs(self) -> int | None:
        """Unknowns of one field."""
        return self.arm.mesh_info.get("dofs")

    @quantity(label="cells", digits=None)
    def cells(self) -> int | None:
        """Tetrahedra."""
        return self.arm.mesh_info.get("cells")

    @quantity(label="min quality", digits=None)
    def min_quality(self) -> float | None:
        """Worst radius ratio of a cell (1 is best)."""
        return self.arm.mesh_info.get("min_quality")

    @quantity(label="from cache", digits=None)
    def from_cache(self) -> bool | None:
        """Whether the mesh was found or made."""
        return self.arm.mesh_info.get("from_cache")


class SolverMetrics(Measured):
    """The solver's work in numbers."""

    group = "solver"

    def __init__(self, arm: ArmData) -> None:
        self.arm = arm

    @quantity(label="steps", digits=None)
    def steps(self) -> int | None:
        """Accepted time steps."""
        return self.arm.solver_info.get("steps")

    @quantity(label="rejected steps", digits=None)
    def rejected_steps(self) -> int | None:
        """Steps done again with a smaller size."""
        return self.arm.solver_info.get("rejected_steps")

    @quantity(label="electric solves", digits=None)
    def electric_solves(self) -> int | None:
        """How often the potential was solved."""
        return self.arm.solver_info.get("electric_solves")

    @quantity(label="preconditioner fallbacks", digits=None)
    def preconditioner_fallbacks(self) -> int | None:
        """How often the plainest preconditioner had to step in."""
        return self.arm.solver_info.get("preconditioner_fallbacks")

    @quantity("s", "wall", digits=None)
    def wall_s(self) -> float | None:
        """Wall time of the arm."""
        return self.arm.solver_info.get("wall_s")


class BalanceMetrics(Measured):
    """What is left over where current and heat should balance."""

    group = "balance"

    def __init__(self, arm: ArmData) -> None:
        self.arm = arm

    @quantity(label="power residual", digits=None)
    def power_residual(self) -> float | None:
        """Imbalance of electric power, relative, worst solve."""
        return self.arm.balance.get("power_residual")

    @quantity(label="energy residual", digits=None)
    def energy_residual(self) -> float | None:
        """Imbalance of heat over the run, relative."""
        return self.arm.balance.get("energy_residual")

    @quantity(label="conductivity lag", digits=None)
    def conductivity_lag(self) -> float | None:
        """How far σ and temperature were apart at the end of a step, relative, worst."""
        return self.arm.balance.get("conductivity_lag")

    @quantity("s")
    def conductivity_lag_at_s(self) -> float | None:
        """End of the step with the largest lag."""
        return self.arm.balance.get("conductivity_lag_at_s")

    @quantity(label="pad current", digits=None)
    def pad_current(self) -> float | None:
        """Current that left a bipolar pair for the pad, over that between its poles, worst solve."""
        return self.arm.balance.get("pad_current")
