"""The unit-voltage potential, solved anew only when σ has moved."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI
from rfa_model.errors import SolveError
from rfa_model.physics.assembly import CellTables
from rfa_model.physics.electric import ElectricProblem
from rfa_model.physics.laws import ConductivityLaw
from rfa_model.solver.linear import LinearSolver
from rfa_model.solver.multigrid import multigrid

Array = NDArray[np.float64]
# Drying lowers σ a hundredfold. A preconditioner from before shrinks its own norm of the residual and leaves an error
# all the same: 2 % of the power when 30 W boil tissue dry.
REBUILT_LAG = 0.5
RTOL = 3e-8
BALANCED = 1e-4
"""Largest relative difference of the power in tissue and at the tip that passes for a converged solve."""


class HeatSource(Protocol):
    """What the transient asks of a current; a prescribed source can stand in for it (see :class:`UnitPotential`)."""

    load: Array
    conductance_S: float
    volume_power_W: float

    def update(self, temperature_C: Array) -> bool: ...

    def lag(self, temperature_C: Array) -> float: ...


class UnitPotential:
    """φ, its Joule load and conductance for the conductivity of the moment.

    Parameters
    ----------
    problem : ElectricProblem
    conductivity_S_per_m : (tissue cells,) array
        σ at 37 °C.
    law : ConductivityLaw
    tolerance : float
        Largest relative change of σ anywhere that is let pass without a new solve.
    rtol : float
        Residual of the linear solve.
    solver : LinearSolver or None
        On the problem's matrix; None makes one.

    Attributes
    ----------
    potential : (local_size,) array
        φ for 1 V.
    load : (local_size,) array
        ∫ σ|∇φ|² v, W per V², ghosts not yet summed.
    conductance_S : float
        Power per V².
    power_residual : float
        Largest |∫σ|∇φ|² + beyond the mesh − V·I|/V·I of all solves so far. Both sides come from the same discrete
        problem: it shows that the solves converged, not that the mesh is fine enough.
    """

    def __init__(
        self,
        problem: ElectricProblem,
        conductivity_S_per_m: Array,
        law: ConductivityLaw,
        tolerance: float = 3e-3,
        rtol: float = RTOL,
        solver: LinearSolver | None = None,
    ) -> None:
        self.problem = problem
        self.tables: CellTables = problem.tables
        self.solver = solver or multigrid(problem.matrix, "electric potential")
        self.tolerance, self.rtol = tolerance, rtol
        self._base, self._law = conductivity_S_per_m, law
        self._factor: Array | None = None
        self._built: Array | None = None
        self._corners = np.unique(problem.tissue.nodes[:4])
        self.potential: Array = problem.tip.astype(float)
        self.load: Array = np.zeros(self.tables.local_size)
        self.conductance_S = 0.0
        self.volume_power_W = 0.0
        self.power_residual = 0.0
        self.solves = 0

    def update(self, temperature_C: Array) -> bool:
        """Follow the temperature; return whether φ was solved anew.

        Raises
        ------
        SolveError
            If the solve does not converge, or its power does not balance.
        """
        factor = self._law.factor(temperature_C)
        if self._moved(factor, self._factor) <= self.tolerance:
            return False
        if self._moved(factor, self._built) > REBUILT_LAG:
            self.solver.refresh()
            self._built = factor
        sigma = self._base * factor[self.problem.tissue.nodes[:4]]
        rhs = self.problem.update(sigma)
        residual = self._solve(sigma, rhs)
        if residual > BALANCED:
            self.solver.refresh()
            self._built = factor
            residual = self._solve(sigma, rhs)
        if not residual <= BALANCED:
            raise SolveError(f"electric potential: power in tissue and at the tip differ by {100.0 * residual:.2g} %")
        self._factor = factor
        self.power_residual = max(self.power_residual, residual)
        return True

    def lag(self, temperature_C: Array) -> float:
        """Return the largest |σ(T)/σ − 1| anywhere, σ being that of the last solve (infinite before the first)."""
        return self._moved(self._law.factor(temperature_C), self._factor)

    def _moved(self, factor: Array, before: Array | None) -> float:
        if before is None:
            return np.inf
        moved = float(np.abs(factor[self._corners] / before[self._corners] - 1.0).max(initial=0.0))
        return float(self.tables.V.mesh.comm.allreduce(moved, op=MPI.MAX))

    def _solve(self, sigma: Array, rhs: Array) -> float:
        """Solve for φ and integrate; return the relative difference of the two powers."""
        fixed = self.problem.constrained
        guess = np.where(fixed, 0.0, self.potential)
        free = self.solver.solve(rhs, guess, rtol=self.rtol)
        self.potential = np.where(fixed, self.problem.tip.astype(float), free)
        self.solves += 1
        return self._integrate(sigma)

    def _integrate(self, sigma: Array) -> float:
        comm = self.tables.V.mesh.comm
        load = self.problem.joule_load(sigma, self.potential)
        self.load = self.tables.scatter((self.problem.tissue.nodes, load))
        self.conductance_S = self.problem.tip_current_A(self.potential)
        self.volume_power_W = comm.allreduce(float(load.sum()), op=MPI.SUM)
        if not self.conductance_S > 0.0:
            raise SolveError(f"electric potential: the tip's conductance came out as {self.conductance_S} S")
        outside = self.problem.far_field_power_W(sigma, self.potential)
        return abs(self.volume_power_W + outside - self.conductance_S) / self.conductance_S
