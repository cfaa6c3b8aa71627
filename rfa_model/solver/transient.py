"""The coupled transient of one phase after another: heat, current, controller and damage on one adaptive clock."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI
from rfa_model.errors import SolveError
from rfa_model.generator import PhaseRun
from rfa_model.generator.controllers import Controller, Pulse, is_off
from rfa_model.physics.bioheat import BioheatProblem
from rfa_model.physics.damage import CellDeathLaw, DamageLaw, StepCurve, advanced, cem43_rate
from rfa_model.solver.balance import HeatBalance
from rfa_model.solver.linear import LinearSolver
from rfa_model.solver.memory import Remembers
from rfa_model.solver.multigrid import INCOMPLETE_CHOLESKY, multigrid
from rfa_model.solver.run_state import RunState
from rfa_model.solver.sensor import Thermometer
from rfa_model.solver.separate import SeparateGenerators
from rfa_model.solver.stage import SETTLED_SHARE, NotConverged, StageSolver
from rfa_model.solver.state import Stage, State, Totals
from rfa_model.solver.step_report import Observer, StepReport
from rfa_model.solver.stepping import WEIGHTS, StepSize, local_error
from rfa_model.solver.unit_potential import HeatSource

Array = NDArray[np.float64]
BOILING_STEP_S = 0.05
BOILING_SHARE = 0.05
CONDENSING_SHARE = 0.2
"""While water boils, steps are cut below this share of the time since the phase began, and below ``BOILING_STEP_S``,
only where the iteration does not settle, not for the error's sake. Without power steam condenses, cell by cell, and
nothing grows by it any more: there steps may be longer."""
CUT_OFF_STEP_S = 0.0125
CUT_OFF_SHARE = 0.01
"""Of the time since the phase began: how closely the moment is met at which the impedance passes a limit, or within
this."""


@dataclass(frozen=True)
class _UnderWay:
    """A phase that has begun."""

    index: int
    start_s: float
    sensor_C: float
    controller: Controller


@dataclass
class Transient:
    """One arm's time integration.

    Attributes
    ----------
    name : str
        The arm, for messages.
    heat : BioheatProblem
    current : HeatSource
    sensor : Thermometer
    damage_law : DamageLaw or CellDeathLaw
    impedance_cutoff_ohm : float
    step : StepSize
    observers : sequence of Observer
    linear : LinearSolver or None
        On the heat's matrix; None makes one.
    separate : SeparateGenerators or None
        Where every contact has a generator of its own.
    watches : bool
        Whether the conductance is followed to the end where a last phase is off; else it is told as NaN there but at
        its end, and the current stays as it was. After a cut-off it is followed.
    """

    name: str
    heat: BioheatProblem
    current: HeatSource
    sensor: Thermometer
    damage_law: DamageLaw | CellDeathLaw
    impedance_cutoff_ohm: float
    step: StepSize
    observers: Sequence[Observer] = ()
    linear: LinearSolver | None = None
    separate: SeparateGenerators | None = None
    watches: bool = True
    totals: Totals = field(default_factory=Totals)
    cutoff_s: float | None = None

    def __post_init__(self) -> None:
        self._comm = self.heat.tables.V.mesh.comm
        linear = self.linear or multigrid(self.heat.matrix, f"{self.name}: temperature", INCOMPLETE_CHOLESKY)
        self.stages = StageSolver(
            self.heat, self.current, self.sensor, linear, self.damage_law, SETTLED_SHARE * self.step.tolerance,
            separate=self.separate,
        )  # fmt: skip
        self.balance = HeatBalance(self.heat)
        self._at: RunState | None = None

    def run(self, start: State | RunState, phases: Sequence[PhaseRun], off: Callable[[], Controller]) -> State:
        """Go through the phases, or through what is left of them, and return the end.

        Parameters
        ----------
        start : State or RunState
            What to begin from, or to go on from.
        phases : sequence of PhaseRun
            All of them.
        off : callable
            Makes the controller that is used once the impedance has cut off.

        Raises
        ------
        SolveError
            If a step cannot be solved at the smallest step size; the message names the arm and the time.
        """
        end = start.fields if isinstance(start, RunState) else start
        for run in self.steps(start, phases, off):
            end = run.fields
        return end

    def steps(
        self, start: State | RunState, phases: Sequence[PhaseRun], off: Callable[[], Controller]
    ) -> Iterator[RunState]:
        """Yield the run's state after every accepted step; parameters and errors are those of :meth:`run`.

        A state can be gone on from at any time, and as often as wanted.
        """
        state, phase = self._resume(start, phases, off) if isinstance(start, RunState) else (self._begin(start), None)
        for index in range(phase.index if phase else 0, len(phases)):
            if phase is None or phase.index != index:
                phase = self._enter(index, state, phase, phases, off)
                state = self._kink(state, phase.controller)
            end_s = phase.start_s + phases[index].duration_s
            while state.time_s < end_s * (1.0 - 1e-12):
                event = phase.controller.next_event(state.time_s - phase.start_s)
                stop_s = end_s if event is None else min(phase.start_s + event.time_s, end_s)
                try:
                    rests = index + 1 == len(phases) and self.cutoff_s is None and is_off(phase.controller)
                    watches = self.watches or not rests
                    state = self._step(state, phase.controller, phase.start_s, stop_s, watches)
                except SolveError as error:
                    where = f"arm '{self.name}', {phases[index].name} phase, t = {state.time_s:.3f} s"
                    raise SolveError(f"{where}: {error}") from error
                # Of the accepted temperature, not of the iterate the step's current was solved at.
                if self.cutoff_s is None and self.stages.V2 > 0.0 and self._over_cutoff() > 1.0:
                    self.cutoff_s = state.time_s
                    phase = replace(phase, controller=off())
                    state = replace(state, slope_C_per_s=None)
                    self.step.restart()
                elif self.stages.V2 > 0.0 and self._over_limit(phase.controller) > 1.0:
                    phase.controller.trip(state.time_s - phase.start_s)
                    state = self._kink(state, phase.controller)
                elif event is not None and event.jumps and stop_s <= state.time_s < end_s:
                    state = self._kink(state, phase.controller)
                run = self._at = self._state(state, phase)
                yield run
                if self._at is not run:
                    self.restore(run)

    def restore(self, run: RunState) -> None:
        """Put every part of this transient into a run's state; preconditioners are set up again."""
        self.cutoff_s, self.totals = run.cutoff_s, replace(run.totals)
        parts: list[Remembers] = [self.step, self.stages, self.current, self.balance, *self._remembering()]
        memories = (run.step, run.stages, run.current, run.balance, *run.observers)
        for thing, memory in zip(parts, memories, strict=True):
            thing.restore(memory)
        self._at = run

    def _begin(self, state: State) -> State:
        self.current.update(state.temperature_C)
        self.balance.start(state)
        self._tell(state, 0.0, 0.0, self.current.conductance_S)
        return state

    def _resume(
        self, run: RunState, phases: Sequence[PhaseRun], off: Callable[[], Controller]
    ) -> tuple[State, _UnderWay]:
        if self._at is not run:
            self.restore(run)
        cut = self.cutoff_s is not None
        controller = off() if cut else phases[run.phase].controller(run.phase_start_sensor_C, None)
        controller.restore(run.controller)
        return run.fields, _UnderWay(run.phase, run.phase_start_s, run.phase_start_sensor_C, controller)

    def _enter(
        self,
        index: int,
        state: State,
        before: _UnderWay | None,
        phases: Sequence[PhaseRun],
        off: Callable[[], Controller],
    ) -> _UnderWay:
        self.stages.let_coolant_flow(phases[index].coolant)
        reading = self.sensor.read(state.temperature_C)
        controller = phases[index].controller(reading, before.controller if before else None)
        return _UnderWay(index, state.time_s, reading, controller if self.cutoff_s is None else off())

    def _kink(self, state: State, controller: Controller) -> State:
        """Begin anew where what is applied jumps."""
        self.step.restart(controller.interval_s)
        return replace(state, slope_C_per_s=None)

    def _state(self, state: State, phase: _UnderWay) -> RunState:
        return RunState(
            fields=state,
            phase=phase.index,
            phase_start_s=phase.start_s,
            phase_start_sensor_C=phase.sensor_C,
            cutoff_s=self.cutoff_s,
            controller=phase.controller.memory(),
            totals=replace(self.totals),
            step=self.step.memory(),
            stages=self.stages.memory(),
            current=self.current.memory(),
            balance=self.balance.memory(),
            observers=tuple(observer.memory() for observer in self._remembering()),
        )

    def _remembering(self) -> list[Remembers]:
        return [observer for observer in self.observers if isinstance(observer, Remembers)]

    def _step(self, state: State, controller: Controller, phase_start_s: float, end_s: float, watches: bool) -> State:
        """Try until a step is accepted."""
        while True:
            dt = self.step.propose(state.time_s, end_s)
            try:
                first, second = self.stages.solve_step(state, dt, controller, phase_start_s)
            except (NotConverged, SolveError) as reason:
                self.stages.undo()
                try:
                    self.step.reject(dt)
                except SolveError as stuck:
                    raise SolveError(f"{stuck}, since {reason}; try a finer resolution or less power") from reason
                continue
            error = local_error(dt, state.slope_C_per_s, (first.slope_C_per_s, second.slope_C_per_s))
            worst = self._comm.allreduce(float(np.abs(error).max(initial=0.0)), op=MPI.MAX)
            # After a kink the only estimate is that of a first-order method: the first step is taken as planned.
            kink = state.slope_C_per_s is None
            floor = max(controller.interval_s, self.step.initial_s) if kink else controller.interval_s
            # Every cell that starts or stops boiling is a kink too, which no estimate from smooth slopes survives.
            boils = self.heat.boils(state.temperature_C, second.temperature_C)
            if boils:
                share = BOILING_SHARE if second.V2 > 0.0 else CONDENSING_SHARE
                floor = max(floor, BOILING_STEP_S, share * (state.time_s - phase_start_s))
            lag = self.current.lag(second.temperature_C) if second.V2 > 0.0 else 0.0
            if self._jumps_limit(second, controller, state.time_s - phase_start_s, dt):
                self.step.reject(dt)
            elif self.step.accept(dt, worst, 2 if kink else 3, floor, smooth=not boils):
                break
            self.stages.undo()
        # Sums of floating-point steps must not miss the phase's end by a rounding error.
        time = end_s if end_s - (state.time_s + dt) < 1e-9 * max(end_s, 1.0) else state.time_s + dt
        curve = StepCurve(state.temperature_C, second.temperature_C, second.slope_C_per_s, dt)
        damage, damage_states = advanced(self.damage_law, state.damage, state.damage_states, curve)
        after = State(
            time_s=time,
            temperature_C=second.temperature_C,
            damage=damage,
            cem43_min=state.cem43_min + curve.integrate(cem43_rate),
            peak_temperature_C=np.maximum(state.peak_temperature_C, second.temperature_C),
            slope_C_per_s=second.slope_C_per_s,
            damage_states=damage_states,
        )
        controller.advance(dt)
        self.balance.add(dt, (first, second))
        self.totals.steps += 1
        self.totals.energy_J += dt * sum(w * s.power_W for w, s in zip(WEIGHTS, (first, second), strict=True))
        if lag > self.totals.conductivity_lag:
            self.totals.conductivity_lag, self.totals.conductivity_lag_at_s = lag, time
        # The next phase, and who looks at the end, finds φ itself.
        conductance_S = math.nan
        if watches or time >= end_s:
            powered = second.V2 > 0.0
            if time >= end_s or (powered and boils):
                self.current.update(second.temperature_C)
            elif powered:
                self.current.carry(second.temperature_C)
            else:
                self.current.watch(second.temperature_C)
            conductance_S = self.current.conductance_S
        set_point_C = controller.set_point_C(time - phase_start_s)
        pulse = controller.pulse(second.V2)
        self._tell(after, second.V2, second.power_W, conductance_S, set_point_C, state, curve, pulse)
        return after

    def _jumps_limit(self, end: Stage, controller: Controller, since_s: float, step_s: float) -> bool:
        """Whether the impedance would have passed a limit earlier in a step than is worth letting pass."""
        if end.V2 <= 0.0 or step_s <= max(CUT_OFF_STEP_S, CUT_OFF_SHARE * since_s):
            return False

        def over() -> float:
            cut = 0.0 if self.cutoff_s is not None else self._over_cutoff()
            return max(cut, self._over_limit(controller))

        if over() < 0.5:  # at the last iterate: nowhere near
            return False
        self.current.update(end.temperature_C)
        return over() > 1.0

    def _over_cutoff(self) -> float:
        """The impedance over that of the cut-off; of several generators, that of the one that sees most."""
        if self.separate is not None:
            return self.separate.highest_impedance_ohm / self.impedance_cutoff_ohm
        return 1.0 / (self.current.conductance_S * self.impedance_cutoff_ohm)

    def _over_limit(self, controller: Controller) -> float:
        """The impedance over that at which a controller pauses."""
        return 1.0 / (self.current.conductance_S * controller.impedance_limit_ohm)

    def _tell(
        self,
        state: State,
        V2: float,
        power_W: float,
        conductance_S: float,
        set_point_C: float | None = None,
        before: State | None = None,
        curve: StepCurve | None = None,
        pulse: Pulse | None = None,
    ) -> None:
        report = StepReport(
            state=state,
            voltage_V_rms=float(np.sqrt(V2)),
            power_W=power_W,
            conductance_S=conductance_S,
            sensor_C=self.sensor.read(state.temperature_C),
            set_point_C=set_point_C,
            energy_J=self.totals.energy_J,
            cannula_C=self.sensor.around(state.temperature_C),
            pulse=pulse,
        )
        for observer in self.observers:
            observer(report, before, curve)
