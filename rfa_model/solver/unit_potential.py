"""The potential for 1 V of the generator, solved anew only when σ has moved."""

from itertools import combinations_with_replacement
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI
from rfa_model.errors import InputError, SolveError
from rfa_model.physics.assembly import CellTables
from rfa_model.physics.drives import Drive, Monopolar
from rfa_model.physics.electric import ElectricProblem
from rfa_model.physics.laws import ElectricConductivityLaw
from rfa_model.physics.layered_cells import LayeredCurrent
from rfa_model.solver.linear import LinearSolver
from rfa_model.solver.memory import Memory, array_of, numbers_of, part, restore_numbers, under
from rfa_model.solver.multigrid import multigrid
from rfa_model.solver.solutions import Solutions

Array = NDArray[np.float64]
# Drying lowers σ a hundredfold. A preconditioner from before shrinks its own norm of the residual and leaves an error
# all the same: 2 % of the power when 30 W boil tissue dry.
REBUILT_LAG = 0.5
RTOL, RTOL_OF_STUDIES = 1e-7, 1e-5
"""``rtol``: so that power balances to 1e-6, and where only lesions and peaks are read. σ is let pass by far more."""
CARRIED_PER_C = 0.03
"""``carried`` of a run, per °C of its steps' tolerance: what is left is a small part of that."""
BALANCED = 1e-4
"""Largest relative difference of the power in tissue and at the contacts that passes for a converged solve."""
KEPT_LAG = 0.05
"""Largest relative change of σ for which a potential that heats nothing is kept, see :meth:`UnitPotential.watch`."""
_COUNTS = ("power_residual", "solves", "_balanced")


class HeatSource(Protocol):
    """What the transient asks of a current; a prescribed source can stand in for it (see :class:`UnitPotential`)."""

    load: Array
    conductance_S: float
    volume_power_W: float

    def update(self, temperature_C: Array) -> bool: ...

    def carry(self, temperature_C: Array) -> None: ...

    def watch(self, temperature_C: Array) -> None: ...

    def lag(self, temperature_C: Array) -> float: ...

    def memory(self) -> Memory: ...

    def restore(self, memory: Memory) -> None: ...


class UnitPotential:
    """φ for 1 V of the generator, its Joule load and conductance for the conductivity of the moment.

    A drive that needs the conductances among the contacts has one unit solution per contact solved, and φ is their sum
    Σ v_i φ_i; for any other φ is solved at once, however many contacts there are.

    Parameters
    ----------
    problem : ElectricProblem
    conductivity_S_per_m : (tissue cells,) array
        σ at 37 °C.
    layered : LayeredCurrent or None
        See :meth:`.ElectricProblem.update`.
    law : ElectricConductivityLaw
    drive : Drive
        Voltages of the contacts; every contact at the generator's unless said otherwise.
    tolerance : float
        Largest relative change of σ anywhere that is let pass without a new solve.
    carried : float
        Largest relative change of σ anywhere through which :meth:`carry` keeps the lines of the current.
    rtol : float
        Residual of the linear solve.
    solver : LinearSolver or None
        On the problem's matrix; None makes one.

    Attributes
    ----------
    potential : (local_size,) array
        φ.
    load : (local_size,) array
        ∫ σ|∇φ|² v, W per V², ghosts not yet summed; where the current is carried, ∫ |J|²/σ v.
    voltages, currents_S : (contacts,) arrays
        Volts of every contact and current out of it, per volt of the generator.
    conductance_S : float
        Power per V².
    volume_power_W : float
        What of it is turned into heat within the mesh, per V².
    power_residual : float
        Largest |∫σ|∇φ|² + beyond the mesh − V·I|/V·I of all solves so far. Both sides come from the same discrete
        problem: it shows that the solves converged, not that the mesh is fine enough.
    pad_share : float
        Largest share of the contacts' current that went to the pad, of all solves so far: what leaves through the outer
        sphere, over what the contacts send out.
    shares : (contacts,) array
        Volts of every contact as the drive has them, or as :meth:`steer` was told.
    solves : int
        Linear systems solved so far.

    Raises
    ------
    InputError
        If the drive names a contact that is not there.
    """

    def __init__(
        self,
        problem: ElectricProblem,
        conductivity_S_per_m: Array,
        law: ElectricConductivityLaw,
        drive: Drive | None = None,
        tolerance: float = 3e-3,
        rtol: float = RTOL,
        solver: LinearSolver | None = None,
        layered: LayeredCurrent | None = None,
        carried: float = 0.0,
    ) -> None:
        self.problem, self._layered = problem, layered
        self.tables: CellTables = problem.tables
        self.drive: Drive = drive or Monopolar()
        self.solver = solver or multigrid(problem.matrix, "electric potential")
        self.tolerance, self.carried, self.rtol = tolerance, carried, rtol
        self._base, self._law = conductivity_S_per_m, law
        self._factor: Array | None = None
        self._heats: Array | None = None
        self._built: Array | None = None
        self._corners = np.unique(problem.tissue.nodes[:4])
        units = np.eye(len(problem.contacts))
        self._by_contact = self.drive.uses_conductance(problem.contacts)
        fixed_pattern = self.drive.pattern(problem.contacts, units if self._by_contact else np.nan * units)
        self._solutions = Solutions(problem, units if self._by_contact else fixed_pattern[None])
        self.voltages: Array = fixed_pattern
        self.currents_S: Array = np.zeros(len(problem.contacts))
        self.potential: Array = problem.lift(fixed_pattern)
        self.load: Array = np.zeros(self.tables.local_size)
        self.conductance_S = self._heats_S = self._solved_S = 0.0
        self.volume_power_W = 0.0
        self.power_residual = 0.0
        self.pad_share = 0.0
        self.shares: Array = fixed_pattern
        self.solves = 0
        self._steered = False
        self._balanced = False
        self._pair_loads: list[Array] | None = None

    @property
    def powers_S(self) -> Array:
        """Power that every contact delivers, W per V² of the generator, (contacts,)."""
        return self.voltages * self.currents_S

    def update(self, temperature_C: Array) -> bool:
        """Follow the temperature; return whether φ was solved anew.

        Raises
        ------
        SolveError
            If the solve does not converge, or its power does not balance.
        """
        factor = self._law.factor(temperature_C)
        if self._balanced and self._moved(factor, self._factor) <= self.tolerance:
            self._heat_as(factor)
            return False
        self._balanced = False
        if self._moved(factor, self._built) > REBUILT_LAG:
            self.solver.refresh()
            self._built = factor
        self.problem.update(self._sigma(factor), self._layered)
        residual = self._solve(factor, self.rtol)
        if residual > BALANCED:
            self.solver.refresh()
            self._built = factor
            residual = self._solve(factor, min(self.rtol, RTOL))
        if not residual <= BALANCED:
            raise SolveError(
                f"electric potential: power in tissue and at the contacts differ by {100.0 * residual:.2g} %"
            )
        self._factor, self._balanced = factor, True
        self.power_residual = max(self.power_residual, residual)
        return True

    def carry(self, temperature_C: Array) -> None:
        """Follow the temperature with the current flowing where it did, as long as σ moved little since φ was solved.

        Tissue warms in shells about a contact, and what flows through one flows through the next: lines of current stay
        where they are, and heat goes as 1/σ. (By a potential that stays it would go as σ.) That is exact where σ has
        changed by a function of φ; wherever it has, the conductance is off by second order only, and never more than it
        is (Thomson's principle). The current of one contact among several is followed by :meth:`update`.

        Raises
        ------
        SolveError
            As :meth:`update`.
        """
        factor = self._law.factor(temperature_C)
        single = len(self.problem.contacts) == 1 and not self._steered
        if not (single and self._balanced and self._moved(factor, self._factor) <= self.carried):
            self.update(temperature_C)
        else:
            self._heat_as(factor)

    def watch(self, temperature_C: Array) -> None:
        """Follow the temperature while no power flows: only the conductance, of φ as it is where σ moved little.

        What φ of before spends in σ of now is never less than the conductance, and at most (1 + r)²/4r times as much
        where σ changed by factors of which the largest is r times the smallest (principles of Dirichlet and Thomson,
        and Kantorovich's inequality): 1.0025 times for ``KEPT_LAG``, 1.0007 where tissue only cools. The current of
        one contact among several has no such bound: they are followed by :meth:`update`.

        Raises
        ------
        SolveError
            As :meth:`update`.
        """
        factor = self._law.factor(temperature_C)
        if len(self.problem.contacts) > 1 or self._moved(factor, self._factor) > KEPT_LAG:
            self.update(temperature_C)
            return
        load = self.problem.joule_load(self._sigma(factor), self.potential, self._layered)
        within = self.tables.V.mesh.comm.allreduce(float(load.sum()), op=MPI.SUM)
        self.conductance_S = within + self.problem.far_field_power_W(self.potential)

    def lag(self, temperature_C: Array) -> float:
        """Return the largest |σ(T)/σ − 1| anywhere, σ being that of what heats (infinite before the first solve)."""
        return self._moved(self._law.factor(temperature_C), self._heats)

    def steer(self, shares: Array) -> None:
        """Give every contact a voltage, per volt of the highest, in place of the drive's."""
        assert self._factor is not None
        self.shares, self._steered = shares, True
        self._combine()
        self._integrate(self._factor)

    def release(self) -> None:
        """Leave the contacts' voltages to the drive again."""
        if self._steered and self._factor is not None:
            self._steered = False
            self._combine()
            self._integrate(self._factor)

    def pair_loads(self) -> list[Array]:
        """Return the loads of pairs i ≤ j of contacts: Σ a_i a_j h_ij, both orders of unlike ones counted in one."""
        if self._pair_loads is None:
            assert self._factor is not None
            sigma, found = self._sigma(self._factor), self.unit_solutions().potentials
            alone = [self._load_of(sigma, potential) for potential in found]
            self._pair_loads = [
                alone[i] if i == j else self._load_of(sigma, found[i] + found[j]) - alone[i] - alone[j]
                for i, j in combinations_with_replacement(range(len(found)), 2)
            ]
        return self._pair_loads

    def unit_solutions(self) -> Solutions:
        """Return the solutions for 1 V on each contact and 0 V on all others, of the last :meth:`update`.

        One system per contact is solved unless the drive had them solved already.
        """
        if self._by_contact:
            return self._solutions
        units = Solutions(self.problem, np.eye(len(self.problem.contacts)))
        self.solves += units.solve(self.solver, self.rtol)
        return units

    def conductance_matrix_S(self) -> Array:
        """Return the current out of contact i for 1 V on contact j, (contacts, contacts): :meth:`unit_solutions`."""
        return self.unit_solutions().currents_A.T.copy()

    def conductivity_S_per_m(self) -> Array:
        """Return the mean σ of every tissue cell that the last solve was made with, (tissue cells,)."""
        assert self._factor is not None
        return np.asarray(self._sigma(self._factor).mean(axis=0))

    def memory(self) -> Memory:
        """Return the potentials, the σ they belong to, and what the next solve depends on."""
        carried = None if self._heats is self._factor else self._heats
        factors = {"factor": self._factor, "carried": carried, "built": self._built}
        return {
            **numbers_of(self, (*_COUNTS, "conductance_S", "_solved_S", "pad_share")),
            "potentials": self._solutions.potentials.copy(),
            **({"shares": self.shares} if self._steered else {}),
            **{name: factor for name, factor in factors.items() if factor is not None},
            **under("solver", self.solver.memory()),
        }

    def restore(self, memory: Memory) -> None:
        """Put back a memory.

        Raises
        ------
        InputError
            If the potentials' conductance is another one here.
        """
        self.solver.restore(part("solver", memory), self.problem.assemble)
        restore_numbers(self, _COUNTS, memory)
        self.pad_share = float(memory.get("pad_share", 0.0))
        self._factor, self._built = array_of(memory, "factor"), array_of(memory, "built")
        self._solutions.potentials[:] = memory["potentials"]
        shares, self._pair_loads = array_of(memory, "shares"), None
        self._steered = shares is not None
        if shares is not None:
            self.shares = shares
        self._heats = self._factor
        if self._factor is None:
            return
        self.problem.update(self._sigma(self._factor), self._layered)
        self._solutions.measure()
        self._combine()
        self._integrate(self._factor)
        before = float(memory["_solved_S"])
        if not abs(self.conductance_S - before) <= 1e-9 * before:
            raise InputError(
                f"the conductance was {before:.9g} S and is {self.conductance_S:.9g} S here; "
                "continue with the tissues and the applicator the run began with"
            )
        if (carried := array_of(memory, "carried")) is not None:
            self._carry(carried)
        restore_numbers(self, ("conductance_S",), memory)

    def _sigma(self, factor: Array) -> Array:
        """σ at the corners of every tissue cell."""
        return np.asarray(self._base * factor[self.problem.tissue.nodes[:4]])

    def _moved(self, factor: Array, before: Array | None) -> float:
        if before is None:
            return np.inf
        moved = float(np.abs(factor[self._corners] / before[self._corners] - 1.0).max(initial=0.0))
        return float(self.tables.V.mesh.comm.allreduce(moved, op=MPI.MAX))

    def _heat_as(self, factor: Array) -> None:
        """Let the current as it flows heat tissue of this σ."""
        if self._moved(factor, self._heats) > self.tolerance:
            self._carry(factor)
        self.conductance_S = self._heats_S

    def _carry(self, factor: Array) -> None:
        assert self._factor is not None
        load, beyond_W = self.problem.carried_load(
            self._sigma(factor), self._sigma(self._factor), self.potential, self._layered
        )
        within_W = self.tables.V.mesh.comm.allreduce(float(load.sum()), op=MPI.SUM)
        # All of it is of the current at 1 V then, which now takes 1/more V.
        more = self._solved_S / (within_W + beyond_W)
        self.load = more**2 * self.tables.scatter((self.problem.tissue.nodes, load))
        self.currents_S = more * self._solutions.currents_A[0]
        self._heats, self._heats_S, self.volume_power_W = factor, more * self._solved_S, more**2 * within_W

    def _solve(self, factor: Array, rtol: float) -> float:
        """Solve for φ and integrate; return the relative difference of the two powers."""
        self.solves += self._solutions.solve(self.solver, rtol)
        self._pair_loads = None
        self._combine()
        return self._integrate(factor)

    def _combine(self) -> None:
        """Make up φ as the drive has it."""
        found = self._solutions
        if self._by_contact:
            if not self._steered:
                self.shares = self.drive.pattern(self.problem.contacts, found.currents_A.T)
            self.potential, self.voltages, self.currents_S = (
                self.shares @ each for each in (found.potentials, found.patterns, found.currents_A)
            )
        else:
            self.potential, self.currents_S = found.potentials[0].copy(), found.currents_A[0].copy()

    def _load_of(self, sigma: Array, potential: Array) -> Array:
        """Nodal Joule load of a potential."""
        load = self.problem.joule_load(sigma, potential, self._layered)
        return self.tables.scatter((self.problem.tissue.nodes, load))

    def _integrate(self, factor: Array) -> float:
        comm, sigma = self.tables.V.mesh.comm, self._sigma(factor)
        load = self.problem.joule_load(sigma, self.potential, self._layered)
        self.load = self.tables.scatter((self.problem.tissue.nodes, load))
        self._heats = factor
        self.conductance_S = self._heats_S = self._solved_S = float(self.voltages @ self.currents_S)
        self.volume_power_W = comm.allreduce(float(load.sum()), op=MPI.SUM)
        if not self.conductance_S > 0.0:
            raise SolveError(f"electric potential: the contacts' conductance came out as {self.conductance_S} S")
        outside = self.problem.far_field_power_W(self.potential)
        if self._by_contact:
            sent = float(np.abs(self.currents_S).sum()) / 2.0
            self.pad_share = max(self.pad_share, abs(self.problem.far_field_current_A(self.potential)) / sent)
        return abs(self.volume_power_W + outside - self.conductance_S) / self.conductance_S
