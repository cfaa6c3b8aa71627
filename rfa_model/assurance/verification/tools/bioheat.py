"""Bioheat problems without a probe, steady solves and fixed steps, for comparison with exact solutions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import dolfinx
from rfa_model.errors import SolveError
from rfa_model.generator import Generator, PhaseRun
from rfa_model.generator.controllers import ConstantVoltage, Controller
from rfa_model.laws import Enthalpy, Perfusion, ThermalConductivity, Vaporisation
from rfa_model.physics.assembly import CellTables
from rfa_model.physics.bioheat import BioheatProblem, Coolant
from rfa_model.physics.damage import StepCurve
from rfa_model.physics.laws import PerfusionLaw
from rfa_model.physics.layered_cells import LayeredHeat
from rfa_model.solver.memory import Memory
from rfa_model.solver.multigrid import INCOMPLETE_CHOLESKY, multigrid
from rfa_model.solver.sensor import PointSensor
from rfa_model.solver.stage import StageSolver
from rfa_model.solver.state import State
from rfa_model.solver.step_report import StepReport
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.transient import Transient

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Muscle, physics.md §6.
SIGMA, K = 0.446, 0.49
BODY_C = 37.0
UNLIMITED = Generator(max_power_W=1e6, max_voltage_V_rms=1e6, max_current_A_rms=1e5, impedance_cutoff_ohm=1e9)
BOILING = Vaporisation()


class NoDamage:
    """Tissue that nothing harms."""

    def rate(self, temperature_C: Array) -> Array:
        """0 everywhere."""
        return np.zeros_like(temperature_C)


NO_DAMAGE = NoDamage()


class Current(Protocol):
    """What a steady solve needs of a current: heat per V² that follows the temperature."""

    load: Array

    def update(self, temperature_C: Array) -> bool: ...


def muscle_tables(mesh: dolfinx.mesh.Mesh, order: int) -> CellTables:
    """Element tables of Lagrange elements on a mesh."""
    return CellTables(dolfinx.fem.functionspace(mesh, ("Lagrange", order)))


def bioheat(
    tables: CellTables,
    *,
    conductivity: float | Array = K,
    tissue: Array | None = None,
    capacity: float = 3.7e6,
    latent_J_per_m3: float = 0.0,
    boiling_band_C: tuple[float, float] = (BOILING.start_C, BOILING.end_C),
    gas_capacity: float = BOILING.gas_heat_capacity_J_per_m3K,
    conductivity_slope: float = 0.0,
    perfusion: float | Array = 0.0,
    perfusion_law: PerfusionLaw | None = None,
    metabolic: float = 0.0,
    coolant: Coolant | None = None,
    fixed: Mask | None = None,
    layered: LayeredHeat | None = None,
) -> BioheatProblem:
    """A bioheat problem with constant properties unless told otherwise; nothing fixed unless told."""

    def cells(value: float | Array) -> Array:
        return np.broadcast_to(np.asarray(value, float), (tables.count,)).copy()

    return BioheatProblem(
        tables=tables,
        metric=tables.metric,
        conductivity_W_per_mK=cells(conductivity),
        tissue=np.ones(tables.count) if tissue is None else tissue,
        enthalpy=Enthalpy(cells(capacity), cells(latent_J_per_m3), *boiling_band_C, gas_capacity),
        conductivity_law=ThermalConductivity(slope_W_per_mK2=conductivity_slope),
        perfusion_law=perfusion_law or Perfusion(shutdown=False),
        perfusion_W_per_m3K=cells(perfusion),
        metabolic_heat_W_per_m3=cells(metabolic),
        blood_temperature_C=BODY_C,
        coolants=() if coolant is None else (coolant,),
        fixed=np.zeros(tables.local_size, bool) if fixed is None else fixed,
        layered=layered,
    )


def solve_steady(
    heat: BioheatProblem, load: Array, start_C: Array, current: Current | None = None, V2: float = 0.0
) -> Array:
    """The steady temperature under ``load`` (W per unknown) plus V² times the current's load, iterated to 1e-8 K."""
    solver = multigrid(heat.matrix, "steady heat")
    T, no_damage = start_C.copy(), np.zeros_like(start_C)
    for _ in range(60):
        if current is not None:
            current.update(T)
        coefficients = heat.coefficients(T, no_damage)
        heat.update_matrix(coefficients, np.zeros(heat.tables.count), np.inf)
        residual = heat.passive_load(T, coefficients) + load
        if current is not None:
            residual += V2 * current.load
        residual[heat.fixed] = 0.0
        change = solver.solve(residual, None, rtol=1e-11, atol=1e-13)
        T += change
        if np.abs(change).max() < 1e-8:
            return T
    raise SolveError(f"steady heat: the temperature still moves by {np.abs(change).max():g} K after 60 turns")


@dataclass
class GivenHeat:
    """Stands in for the current where the heat source is prescribed: ``load`` W per unknown at V² = 1."""

    load: Array
    conductance_S: float = 1.0
    volume_power_W: float = field(init=False)

    def __post_init__(self) -> None:
        self.volume_power_W = float(self.load.sum())

    def update(self, temperature_C: Array) -> bool:
        return False

    def carry(self, temperature_C: Array) -> None:
        self.update(temperature_C)

    def watch(self, temperature_C: Array) -> None:
        self.update(temperature_C)

    def lag(self, temperature_C: Array) -> float:
        return 0.0

    def memory(self) -> Memory:
        return {}

    def restore(self, memory: Memory) -> None:
        pass


def uniform_heat(tables: CellTables, heat_W_per_m3: float) -> GivenHeat:
    """The same heat everywhere."""
    return GivenHeat(tables.scatter((tables.nodes, tables.apply_mean(np.full(tables.count, heat_W_per_m3)))))


def stage_solver(heat: BioheatProblem, source: GivenHeat, tolerance_C: float) -> StageSolver:
    """The package's own stages for a prescribed source, patient enough for any tolerance."""
    linear = multigrid(heat.matrix, "temperature", INCOMPLETE_CHOLESKY)
    sensor = PointSensor(heat.tables.V, heat.tables.corners[0].mean(axis=0))
    return StageSolver(heat, source, sensor, linear, NO_DAMAGE, tolerance_C, max_iterations=40)


def fixed_steps(heat: BioheatProblem, source: GivenHeat, start_C: Array, duration_s: float, steps: int) -> Array:
    """The temperature after equal steps under constant V² = 1, with stages solved to 1e-9 K."""
    stages, state = stage_solver(heat, source, 1e-9), State.at_rest(start_C)
    for n in range(1, steps + 1):
        _, end = stages.solve_step(state, duration_s / steps, ConstantVoltage(1.0, UNLIMITED), 0.0)
        state = State(n * duration_s / steps, end.temperature_C, state.damage, state.cem43_min, end.temperature_C)
        state.slope_C_per_s = end.slope_C_per_s
    return state.temperature_C


def run_transient(
    heat: BioheatProblem,
    source: GivenHeat,
    start_C: Array,
    durations_s: list[float],
    tolerance_C: float,
    max_step_s: float = 10.0,
) -> tuple[list[Array], Transient]:
    """Temperatures at the end of each phase of constant V² = 1, and the transient with its balance."""
    times_s = np.cumsum(durations_s)
    ends: list[Array] = []

    def keep_ends(report: StepReport, before: State | None, curve: StepCurve | None) -> None:
        if np.isclose(report.state.time_s, times_s, rtol=1e-12).any():
            ends.append(report.state.temperature_C.copy())

    def constant(sensor_C: float, before: Controller | None) -> Controller:
        return ConstantVoltage(1.0, UNLIMITED)

    transient = Transient(
        name="constant heat",
        heat=heat,
        current=source,
        sensor=PointSensor(heat.tables.V, heat.tables.corners[0].mean(axis=0)),
        damage_law=NO_DAMAGE,
        impedance_cutoff_ohm=1e9,
        step=StepSize(tolerance_C, initial_s=1e-3, max_s=max_step_s),
        observers=(keep_ends,),
    )
    phases = [PhaseRun("constant", duration, constant) for duration in durations_s]
    transient.run(State.at_rest(start_C), phases, lambda: constant(BODY_C, None))
    return ends, transient


def read_at(tables: CellTables, field_values: Array, points_m: Array) -> Array:
    """A nodal field at points, by finite-element interpolation."""
    return np.array([PointSensor(tables.V, p).read(field_values) for p in points_m])


def lift(values: Array, mask: Mask, at_mask: float | Array) -> Array:
    """``values`` with ``at_mask`` where ``mask``."""
    return np.where(mask, at_mask, values)
