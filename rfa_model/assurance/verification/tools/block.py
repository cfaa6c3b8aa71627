"""One insulated, perfused block heated evenly, C dθ/dt = P − G θ, driven by whatever phases: all answers exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.verification.tools.bioheat import (
    BODY_C,
    NO_DAMAGE,
    UNLIMITED,
    GivenHeat,
    bioheat,
    muscle_tables,
    uniform_heat,
)
from rfa_model.assurance.verification.tools.boxes import boundary_facets, box
from rfa_model.generator import PhaseRun
from rfa_model.physics.assembly import facet_mass
from rfa_model.physics.bioheat import Coolant
from rfa_model.solver.memory import Memory, numbers_of
from rfa_model.solver.sensor import PointSensor
from rfa_model.solver.state import State
from rfa_model.solver.step_report import Observer, StepReport
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.transient import Transient

Array = NDArray[np.float64]
SIDE_M = 2e-3


@dataclass
class WarmingResistance(GivenHeat):
    """A source whose resistance grows with the block's temperature: R = 1 + rise·θ, and heat V²/R."""

    rise_per_K: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._load = self.load.copy()

    def update(self, temperature_C: Array) -> bool:
        """Follow the temperature."""
        self._conduct(1.0 / (1.0 + self.rise_per_K * (float(temperature_C.mean()) - BODY_C)))
        return True

    def memory(self) -> Memory:
        return numbers_of(self, ("conductance_S",))

    def restore(self, memory: Memory) -> None:
        self._conduct(float(memory["conductance_S"]))

    def _conduct(self, conductance_S: float) -> None:
        self.conductance_S, self.load = conductance_S, conductance_S * self._load
        self.volume_power_W = float(self.load.sum())


@dataclass(frozen=True)
class Block:
    """The block, in the units of its names.

    Attributes
    ----------
    capacity_J_per_K, loss_W_per_K : float
    cooling_W_per_K : float
        h·A to a coolant at the block's resting temperature; 0 for none.
    rise_per_K : float
        Of the resistance, see :class:`WarmingResistance`.
    """

    capacity_J_per_K: float
    loss_W_per_K: float
    cooling_W_per_K: float = 0.0
    rise_per_K: float = 0.0

    def run(self, phases: Sequence[PhaseRun], step: StepSize) -> tuple[Array, Array, Array]:
        """Times (s), θ (K) and powers (W) at the end of every step of the package's transient."""
        rows: list[tuple[float, float, float]] = []

        def keep(report: StepReport, before: State | None, curve: object) -> None:
            rows.append((report.state.time_s, report.sensor_C - BODY_C, report.power_W))

        transient, rest = self.transient(step, (keep,))
        transient.run(rest, phases, UNLIMITED.off)
        times, rises, powers = np.array(rows).T
        return times, rises, powers

    def transient(self, step: StepSize, observers: Sequence[Observer] = ()) -> tuple[Transient, State]:
        """The package's transient of the block, and the state it rests in."""
        tables = muscle_tables(box((SIDE_M, SIDE_M, SIDE_M), (1, 1, 1)), 1)
        volume = SIDE_M**3
        coolant = None
        if self.cooling_W_per_K > 0.0:
            _, wall = facet_mass(tables.V, boundary_facets(tables.V.mesh, lambda x: np.isclose(x[0], 0.0)))
            coolant = Coolant(wall, self.cooling_W_per_K / SIDE_M**2, BODY_C)
        heat = bioheat(
            tables,
            conductivity=1e7,  # one temperature, also while a face is cooled
            capacity=self.capacity_J_per_K / volume,
            perfusion=self.loss_W_per_K / volume,
            coolant=coolant,
        )
        source = WarmingResistance(uniform_heat(tables, 1.0 / volume).load, rise_per_K=self.rise_per_K)
        sensor = PointSensor(tables.V, np.full(3, 0.4 * SIDE_M))
        transient = Transient("block", heat, source, sensor, NO_DAMAGE, 1e9, step, observers)
        transient.stages.tolerance_C = 1e-9
        return transient, State.at_rest(np.full(tables.local_size, BODY_C))
