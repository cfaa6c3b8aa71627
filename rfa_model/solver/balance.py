"""Where the heat went: supplied = stored + perfused away + cooled away + through the outer boundary."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI
from rfa_model.physics.bioheat import BioheatProblem
from rfa_model.solver.memory import Memory, numbers_of, restore_numbers
from rfa_model.solver.state import Stage, State
from rfa_model.solver.stepping import WEIGHTS

Array = NDArray[np.float64]
_SUMS = ("supplied_J", "perfused_J", "cooled_J", "metabolic_J", "outflow_J", "stored_J", "_start_J")


@dataclass
class HeatBalance:
    """Adds up every heat flow over the accepted steps with the scheme's own weights.

    Attributes
    ----------
    supplied_J, perfused_J, cooled_J, metabolic_J, outflow_J : float
        Since the start; the outflow is the reaction of the fixed boundary.
    """

    heat: BioheatProblem
    supplied_J: float = field(default=0.0, init=False)
    perfused_J: float = field(default=0.0, init=False)
    cooled_J: float = field(default=0.0, init=False)
    metabolic_J: float = field(default=0.0, init=False)
    outflow_J: float = field(default=0.0, init=False)
    stored_J: float = field(default=0.0, init=False)
    _start_J: float = field(default=0.0, init=False)

    def start(self, state: State) -> None:
        """Take the enthalpy to measure from."""
        flows = self.heat.flows(state.temperature_C, self.heat.coefficients(state.temperature_C, state.damage))
        self._start_J = self._sum(flows.stored_J)

    def add(self, step_s: float, stages: tuple[Stage, Stage]) -> None:
        """Add one accepted step."""
        for weight, stage in zip(WEIGHTS, stages, strict=True):
            share = weight * step_s
            self.supplied_J += share * stage.heat_in_W
            self.perfused_J += share * self._sum(stage.flows.perfused_W)
            self.cooled_J += share * self._sum(stage.flows.cooled_W)
            self.metabolic_J += share * self._sum(stage.flows.metabolic_W)
            self.outflow_J += share * stage.outflow_W
        self.stored_J = self._sum(stages[1].flows.stored_J) - self._start_J

    def memory(self) -> Memory:
        return numbers_of(self, _SUMS)

    def restore(self, memory: Memory) -> None:
        restore_numbers(self, _SUMS, memory)

    @property
    def relative_residual(self) -> float | None:
        """Imbalance over all heat moved; None before any heat has moved."""
        gained = self.supplied_J + self.metabolic_J - self.perfused_J - self.cooled_J - self.outflow_J
        moved = max(self.supplied_J + self.metabolic_J, abs(self.cooled_J), abs(self.stored_J))
        return abs(gained - self.stored_J) / moved if moved > 0.0 else None

    def _sum(self, value: float) -> float:
        return float(self.heat.tables.V.mesh.comm.allreduce(value, op=MPI.SUM))
