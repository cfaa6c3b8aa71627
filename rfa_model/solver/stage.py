"""One step's two implicit stages: a chord-Newton iteration on heat, with current and controller inside the loop."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI
from rfa_model.generator.controllers import Controller, IdealControl, Response, is_off
from rfa_model.physics.bioheat import BioheatProblem
from rfa_model.physics.cell_means import frozen
from rfa_model.physics.damage import CellDeathLaw, DamageLaw, StepCurve, advanced
from rfa_model.solver.linear import LinearSolver
from rfa_model.solver.memory import Memory, array_of, numbers_of, part, restore_numbers, under
from rfa_model.solver.multigrid import over_relaxation
from rfa_model.solver.sensor import Thermometer
from rfa_model.solver.separate import SeparateGenerators
from rfa_model.solver.state import Stage, State
from rfa_model.solver.stepping import GAMMA, NODES
from rfa_model.solver.unit_heat import Foresight, UnitHeat
from rfa_model.solver.unit_potential import HeatSource

Array = NDArray[np.float64]
FOLLOWED_ITERATIONS = 10
KEPT_TAU = (0.25, 4.0)
"""Length of a stage over that for which a preconditioner was last asked for, within which that one is kept."""
SETTLED_SHARE = 0.05
"""Of a step's own tolerance: what may be left of a stage's iteration."""
PLAIN_ITERATIONS = 16
"""Of the solver without levels: beyond, levels are quicker, whose five or six cost three times as much each."""
CAUTION = 0.8
"""Power of the rate at which an earlier iteration shrank: with so much a later one is trusted at its first update (E.
Hairer & G. Wanner, Solving Ordinary Differential Equations II, 2nd ed. 1996, IV.8), and never with a smaller rate than
``LEAST_RATE``: a law may have a kink ahead."""
LEAST_RATE = 0.01
_NUMBERS = ("V2", "_V2_per_s", "_tau_s", "_made_for_s", "_shrank_by", "_shrank_at_s", "plain_below_s", "iterations")
_OF_HEAT = ("coolant_flows",)


def continued(before: Array, now: Array, by: float) -> Array:
    """Return slopes further on, ``by`` times the time from before to now: what falls goes on by the same ratio.

    What rises goes on straight, and what has turned round has come to rest: after a kink of the power a straight line
    leads several times as far off.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.where(now * before < 0.0, 0.0, np.nan_to_num(now / before, nan=1.0, posinf=1.0, neginf=1.0))
    return np.where(ratio < 1.0, now * np.clip(ratio, 0.0, 1.0) ** by, now + (now - before) * by)


class NotConverged(Exception):
    """The stage's iteration did not settle: a smaller step is wanted."""


@dataclass
class StageSolver:
    """Solves the stages of a step.

    The matrix C/τ + K + W of one step serves both stages and all iterations (its coefficients drift by well under a
    per cent), while residuals use the coefficients of the iterate, so that heat settles as in a full Newton iteration.
    Under power φ follows σ(T) through the first iterations only: solved for in the very first, and in later ones where
    the current cannot be carried. That settles it too, but where tissue dries: there ``Totals.conductivity_lag`` tells
    how far σ was behind. A first stage foresees what φ heats (:mod:`.unit_heat`) but after a kink, while water boils,
    and where contacts have generators of their own.

    Attributes
    ----------
    heat, current, sensor, linear, damage_law
        The parts.
    tolerance_C : float
        Largest estimated error of any nodal temperature at convergence.
    max_iterations : int
    V2 : float
        V² of the last stage, from which the next is guessed.
    separate : SeparateGenerators or None
        Where every contact has a generator of its own: V² is then that of the highest.
    plain : LinearSolver or None
        What stands in for ``linear`` while water boils and in short stages; made when it first does.
    plain_below_s : float
        Length of the shortest stage that was too long for it so far.
    """

    heat: BioheatProblem
    current: HeatSource
    sensor: Thermometer
    linear: LinearSolver
    damage_law: DamageLaw | CellDeathLaw
    tolerance_C: float
    max_iterations: int = 15
    V2: float = 0.0
    separate: SeparateGenerators | None = None
    plain: LinearSolver | None = field(default=None, init=False)
    plain_below_s: float = np.inf
    iterations: int = field(default=0, init=False)
    _V2_per_s: float = field(default=0.0, init=False)
    _before: tuple[float, float] = field(default=(0.0, 0.0), init=False)
    _tau_s: float = field(default=0.0, init=False)
    _capacity: Array | None = field(default=None, init=False)
    _rtol: float = field(default=1e-4, init=False)
    _settled_C: float = field(default=np.inf, init=False)
    _boils: bool = field(default=False, init=False)
    _made_for_s: float = field(default=0.0, init=False)
    _shrank_by: float = field(default=1.0, init=False)
    _shrank_at_s: float = field(default=np.inf, init=False)
    _foresight: Foresight = field(default_factory=Foresight, init=False)
    _foreseen: UnitHeat | None = field(default=None, init=False)
    _solver: LinearSolver = field(init=False)
    _gain: Array | None = field(default=None, init=False)
    _gain_is_fresh: bool = field(default=False, init=False)

    @property
    def fallbacks(self) -> int:
        """How often a preconditioner failed and the diagonal stood in for it."""
        return self.linear.fallbacks + (self.plain.fallbacks if self.plain else 0)

    def solve_step(
        self, state: State, step_s: float, controller: Controller, phase_start_s: float
    ) -> tuple[Stage, Stage]:
        """Return both stages of a step; the second is the step's end.

        Raises
        ------
        NotConverged
            If an iteration does not settle.
        SolveError
            If a linear solver fails.
        """
        if self.separate is not None and not isinstance(controller, IdealControl):
            self.separate.current.release()
        tau, start = GAMMA * step_s, state.temperature_C
        self._before = self.V2, self._V2_per_s
        self._assemble(start, state.damage, tau, self.heat.capacity(self.heat.near_boiling(start)))
        self._foresight.start(state, self.current, self.V2 > 0.0)
        smooth = state.slope_C_per_s is not None and not self._boils and self.V2 > 0.0
        foreseen = self._foresight.ahead(tau) if smooth and self.separate is None else None
        stages = self._stages(state, step_s, controller, phase_start_s, foreseen)
        comm = self.heat.tables.V.mesh.comm
        if foreseen is None or not self._foresight.missed(foreseen, GAMMA, self.current, comm):
            return stages
        self.undo()
        return self._stages(state, step_s, controller, phase_start_s, None)

    def memory(self) -> Memory:
        """Return what the next step's guesses and its preconditioner depend on."""
        return {
            **numbers_of(self, _NUMBERS),
            **numbers_of(self.heat, _OF_HEAT),
            **({} if self._gain is None else {"gain": self._gain}),
            **under("foresight", self._foresight.memory()),
            **({} if self.separate is None else under("separate", self.separate.memory())),
            **under("linear", self.linear.memory()),
            **({} if self.plain is None else under("plain", self.plain.memory())),
        }

    def restore(self, memory: Memory) -> None:
        """Put back a memory; both preconditioners are set up again."""
        restore_numbers(self, _NUMBERS, memory)
        restore_numbers(self.heat, _OF_HEAT, memory)
        self._gain, self._gain_is_fresh = array_of(memory, "gain"), False
        self._foresight.restore(part("foresight", memory))
        if self.separate is not None:
            self.separate.restore(part("separate", memory))
        self.linear.restore(part("linear", memory), self.heat.assemble)
        plain = part("plain", memory)
        if plain:
            self._without_levels().restore(plain, self.heat.assemble)
        else:
            self.plain = None

    def let_coolant_flow(self, flows: bool) -> None:
        """Turn the coolant on or off; the preconditioner is set up again where that is a change."""
        if flows != self.heat.coolant_flows:
            self.heat.coolant_flows = flows
            self._made_for_s = 0.0

    def undo(self) -> None:
        """Forget the last step's V²: the step has been refused."""
        self.V2, self._V2_per_s = self._before

    def _assemble(self, temperature_C: Array, damage: Array, tau_s: float, capacity: Array) -> None:
        self.heat.update_matrix(self.heat.coefficients(temperature_C, damage), capacity, tau_s)
        # In the boiling band a kelvin is hundreds of times more heat, and only on cell means: solve closer.
        wet = self.heat.enthalpy.heat_capacity_J_per_m3K
        boils = self.heat.tables.V.mesh.comm.allreduce(bool((capacity != wet).any()), op=MPI.LOR)
        self._rtol, self._settled_C = (1e-4, 0.1 * self.tolerance_C) if boils else (1e-3, self.tolerance_C)
        self._boils = boils
        if self._gain is not None:
            self._gain = self._gain * (tau_s / self._tau_s)
        if self.separate is not None and self._tau_s > 0.0:
            self.separate.scale(tau_s / self._tau_s)
        self._tau_s, self._capacity, self._gain_is_fresh = tau_s, capacity, False
        # Made for a matrix of the same kind, a preconditioner serves hardly worse than a new one.
        shortest, longest = (share * self._made_for_s for share in KEPT_TAU)
        if boils or tau_s < self.plain_below_s:
            self._solver = self._without_levels()
            self._solver.refresh()
        else:
            self._solver = self.linear
            if not shortest < tau_s < longest:
                self.linear.refresh()
                self._made_for_s = tau_s

    def _without_levels(self) -> LinearSolver:
        if self.plain is None:
            self.plain = over_relaxation(self.heat.matrix, f"{self.linear.name}, without levels")
        return self.plain

    def _stages(
        self, state: State, step_s: float, controller: Controller, phase_start_s: float, foreseen: UnitHeat | None
    ) -> tuple[Stage, Stage]:
        start, slope0 = state.temperature_C, state.slope_C_per_s
        guess = start if slope0 is None else start + self._tau_s * slope0
        self._foreseen = foreseen
        first = self._stage(0, state, step_s, guess, None, controller, phase_start_s)
        self._foreseen = None
        ahead = first.slope_C_per_s
        if slope0 is not None:
            ahead = continued(slope0, ahead, (1.0 - GAMMA) / GAMMA)
        guess = start + step_s * ((1.0 - GAMMA) * first.slope_C_per_s + GAMMA * ahead)
        return first, self._stage(1, state, step_s, guess, first, controller, phase_start_s)

    @property
    def _unit(self) -> UnitHeat:
        """What 1 V² heats in this stage."""
        return self._foreseen or UnitHeat.of(self.current)

    def _stage(
        self,
        index: int,
        state: State,
        step_s: float,
        guess: Array,
        first: Stage | None,
        controller: Controller,
        phase_start_s: float,
    ) -> Stage:
        tau, comm = self._tau_s, self.heat.tables.V.mesh.comm
        time = state.time_s + NODES[index] * step_s - phase_start_s
        carried = np.zeros_like(guess)
        if first is not None:  # what its storage leaves to this one
            carried = (1.0 - GAMMA) / GAMMA * self.heat.storage(first.temperature_C, state.temperature_C, tau)
        T = frozen(np.where(self.heat.fixed, state.temperature_C, guess))
        ahead_s = (NODES[0] if first is None else NODES[1] - NODES[0]) * step_s
        smooth = state.slope_C_per_s is not None
        V2 = max(self.V2 + self._V2_per_s * ahead_s, 0.0) if smooth else self.V2
        if is_off(controller):
            V2 = 0.0
        previous = np.inf
        tangent, _ = self.heat.tangent(T, state.temperature_C if first is None else first.temperature_C)
        for iteration in range(self.max_iterations):
            self.iterations += 1
            self._follow_boiling(tangent, T, state.damage, tau)
            # Without power φ heats nothing: once a step will do. Where tissue dries, σ falls a hundredfold within 5 °C
            # and φ could chase T for ever: in the last rounds T has to settle without it, or a shorter step is taken.
            if V2 > 0.0 and iteration < FOLLOWED_ITERATIONS and self._foreseen is None:
                if iteration == 0 or self._boils:
                    self.current.update(T)
                else:
                    self.current.carry(T)
            damage = self._damage(state, T, NODES[index] * step_s)
            storage = self.heat.storage(T, state.temperature_C, tau, tangent)
            passive = self.heat.passive_load(T, self.heat.coefficients(T, damage))
            residual = passive + carried + V2 * self._unit.load - storage
            residual[self.heat.fixed] = 0.0
            change = self._update(residual)
            V2_new, answer = self._control(controller, index, time, step_s, T + change, V2)
            if answer is not None:
                change = change + answer
            same_power = abs(V2_new - V2) <= 1e-6 * max(V2_new, V2, 1e-12)
            before, T, V2 = T, frozen(T + change), V2_new
            tangent, off_C = self.heat.tangent(T, before, tangent)
            on_tangent = comm.allreduce(off_C, op=MPI.MAX) < self._settled_C
            size = comm.allreduce(float(np.abs(change).max(initial=0.0)), op=MPI.MAX)
            if not np.isfinite(size) or size > 1e4 or size > 20.0 * previous:
                raise NotConverged("the iteration between heat and current diverged")
            # What is left after this update is smaller by the rate at which updates shrink.
            if np.isfinite(previous):
                rate = self._shrank_by = min(size / previous, 1.0)
                self._shrank_at_s = tau
            else:
                # After a kink the current has not followed yet.
                trusted = smooth or is_off(controller)
                rate = self._foreseen_rate(tau) if trusted and not self._boils else 1.0
            if on_tangent and rate * size < self._settled_C and (answer is not None or same_power):
                self.V2, self._V2_per_s = V2, (V2 - self.V2) / ahead_s
                return self._finish(state, T, damage, V2, first, carried)
            # An update without the power it led to says nothing about how updates shrink.
            followed = on_tangent and (answer is not None or same_power)
            previous = max(size, self._settled_C) if followed else np.inf
        raise NotConverged(f"the iteration between heat and current did not settle in {self.max_iterations} rounds")

    def _update(self, residual: Array) -> Array:
        """By how much a residual changes the temperature."""
        before = self._solver.iterations
        change = self._solver.solve(residual, None, rtol=self._rtol, atol=0.1 * self._settled_C)
        if self._solver is self.plain and not self._boils and self._solver.iterations > before + PLAIN_ITERATIONS:
            self.plain_below_s = self._tau_s
        return change

    def _foreseen_rate(self, tau_s: float) -> float:
        """The rate at which updates should shrink, by the last stage that took two; longer ones are slower."""
        longer = max(tau_s / self._shrank_at_s, 1.0)
        return float(np.clip(self._shrank_by**CAUTION * np.sqrt(longer), LEAST_RATE, 1.0))

    def _finish(self, state: State, T: Array, damage: Array, V2: float, first: Stage | None, carried: Array) -> Stage:
        slope, heat = (T - state.temperature_C) / self._tau_s, self.heat
        if first is not None:
            slope = slope - (1.0 - GAMMA) / GAMMA * first.slope_C_per_s
        coefficients = heat.coefficients(T, damage)
        # The reaction of the fixed boundary is the heat that leaves through it.
        others_W = float((V2 * self._unit.load + carried)[heat.fixed].sum())
        others_W += heat.fixed_load_W(T, coefficients) - heat.fixed_storage_W(T, state.temperature_C, self._tau_s)
        return Stage(
            temperature_C=T,
            slope_C_per_s=slope,
            V2=V2,
            power_W=V2 * self._unit.conductance_S,
            heat_in_W=V2 * self._unit.volume_power_W,
            outflow_W=self._sum(others_W),
            flows=heat.flows(T, coefficients),
        )

    def _control(
        self, controller: Controller, index: int, time_s: float, step_s: float, T: Array, V2: float
    ) -> tuple[float, Array | None]:
        """V² that is applied, and by how much that changes the temperature where it was found from its answer."""

        def asked(reading_C: float, per_V2: float) -> float:
            most_seen_S = None if self.separate is None else self.separate.most_seen_S
            response = Response(reading_C, V2, per_V2, self._unit.conductance_S, most_seen_S)
            return controller.voltage_squared(time_s, self._tau_s, index, step_s, response)

        if not controller.needs_gain:
            return asked(self.sensor.read(T), 0.0), None
        if self.separate is not None and isinstance(controller, IdealControl):
            return self.separate.steer(self._answer, T, V2, controller.set_point.at(time_s), controller.limits)
        gain = self._response()
        responses = [(one.read(T), one.read(gain)) for one in self.sensor.linear]
        # The largest reading meets the set point where the sensor that asks for least does; it is asked last.
        least = min(responses, key=lambda response: asked(*response)) if len(responses) > 1 else responses[0]
        V2_new = asked(*least)
        return V2_new, (V2_new - V2) * gain

    def _response(self) -> Array:
        """Temperature answer to V² = 1 over one stage; a little staleness is corrected by the iteration."""
        if not self._gain_is_fresh or self._gain is None:
            self._gain = self._answer(self._unit.load, self._gain)
            self._gain_is_fresh = True
        return self._gain

    def _answer(self, load: Array, guess: Array | None) -> Array:
        return self._solver.solve(np.where(self.heat.fixed, 0.0, load), guess, rtol=1e-3)

    def _damage(self, state: State, T: Array, duration_s: float) -> Array:
        if not self.heat.perfusion_depends_on_damage:
            return state.damage
        # A straight line is a guess itself, and three points are enough for where blood stops.
        straight = StepCurve(state.temperature_C, T, (T - state.temperature_C) / duration_s, duration_s, points=3)
        return advanced(self.damage_law, state.damage, state.damage_states, straight)[0]

    def _follow_boiling(self, tangent: Array | None, T: Array, damage: Array, tau_s: float) -> None:
        """Assemble anew where the heat capacity has jumped since (water boils or has boiled off)."""
        assert self._capacity is not None
        capacity = self.heat.capacity(tangent)
        same = capacity is self._capacity
        jumped = not same and float(np.abs(capacity / self._capacity - 1.0).max(initial=0.0)) > 0.05
        if self.heat.tables.V.mesh.comm.allreduce(jumped, op=MPI.LOR):
            self._assemble(T, damage, tau_s, capacity)

    def _sum(self, value: float) -> float:
        return float(self.heat.tables.V.mesh.comm.allreduce(value, op=MPI.SUM))
