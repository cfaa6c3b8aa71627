"""From materials and laws on a probe's mesh to the coupled transient of one arm."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI
from rfa_model.errors import SolveError
from rfa_model.physics.bioheat import BioheatProblem, Coolant
from rfa_model.physics.damage import ArrheniusRate
from rfa_model.physics.laws import ConductivityLaw, EnthalpyLaw, PerfusionLaw, ThermalConductivityLaw
from rfa_model.physics.materials import CellMaterials
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.solver.multigrid import multigrid
from rfa_model.solver.unit_potential import UnitPotential

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ProbeBody:
    """Thermal values of the probe's volumes and its coolant (None: no lumen)."""

    tip_heat_capacity_J_per_m3K: float
    tip_conductivity_W_per_mK: float
    shaft_heat_capacity_J_per_m3K: float
    shaft_axial_conductivity_W_per_mK: float
    shaft_radial_conductivity_W_per_mK: float
    lumen_h_W_per_m2K: float | None = None
    coolant_temperature_C: float | None = None


@dataclass(frozen=True)
class TissueLaws:
    """The laws of tissue; the boiling band and the gas's ρc belong to the enthalpy."""

    conductivity: ConductivityLaw = field(default_factory=ConductivityLaw)
    thermal_conductivity: ThermalConductivityLaw = field(default_factory=ThermalConductivityLaw)
    perfusion: PerfusionLaw = field(default_factory=PerfusionLaw)
    boiling_start_C: float = 99.0
    boiling_end_C: float = 101.0
    gas_heat_capacity_J_per_m3K: float = 370.0 * 2156.0
    damage: ArrheniusRate = field(default_factory=lambda: ArrheniusRate(7.39e39, 2.577e5))


@dataclass(frozen=True)
class Blood:
    """Body (and blood) temperature, and which of perfusion and metabolism are alive."""

    temperature_C: float = 37.0
    perfusion: bool = True
    metabolic_heat: bool = False


def build_current(systems: LinearSystems, materials: CellMaterials, law: ConductivityLaw) -> UnitPotential:
    """Return the electric part; ``materials`` are those of the tissue cells."""
    sigma = materials.electric_conductivity_S_per_m
    return UnitPotential(systems.electric, sigma, law, solver=systems.electric_solver)


def build_heat(
    systems: LinearSystems, materials: CellMaterials, probe: ProbeBody, laws: TissueLaws, blood: Blood
) -> BioheatProblem:
    """Return the thermal part; ``materials`` are those of the tissue cells."""
    domain = systems.domain
    tables, cells = domain.tables, domain.cells
    tip, shaft = cells["tip"], cells["shaft"]

    def spread(tissue: Array, tip_value: float, shaft_value: float) -> Array:
        values = np.empty(tables.count)
        values[cells["tissue"]], values[tip], values[shaft] = tissue, tip_value, shaft_value
        return values

    metric = tables.metric.copy()
    radial, axial = probe.shaft_radial_conductivity_W_per_mK, probe.shaft_axial_conductivity_W_per_mK
    metric[:, shaft] = tables[shaft].metric_of(np.diag([radial, radial, axial]))
    capacity = spread(
        materials.heat_capacity_J_per_m3K, probe.tip_heat_capacity_J_per_m3K, probe.shaft_heat_capacity_J_per_m3K
    )
    enthalpy = EnthalpyLaw(
        heat_capacity_J_per_m3K=capacity,
        latent_J_per_m3=spread(materials.latent_J_per_m3, 0.0, 0.0),
        start_C=laws.boiling_start_C,
        end_C=laws.boiling_end_C,
        gas_heat_capacity_J_per_m3K=laws.gas_heat_capacity_J_per_m3K,
    )
    # A lumen without coolant is an insulated one.
    h, coolant_C = probe.lumen_h_W_per_m2K or 0.0, probe.coolant_temperature_C
    coolant = Coolant(systems.lumen, h, blood.temperature_C if coolant_C is None else coolant_C)
    return BioheatProblem(
        tables=tables,
        metric=metric,
        conductivity_W_per_mK=spread(materials.thermal_conductivity_W_per_mK, probe.tip_conductivity_W_per_mK, 1.0),
        tissue=spread(np.ones(len(cells["tissue"])), 0.0, 0.0),
        enthalpy=enthalpy,
        conductivity_law=laws.thermal_conductivity,
        perfusion_law=laws.perfusion,
        perfusion_W_per_m3K=spread(materials.perfusion_W_per_m3K * blood.perfusion, 0.0, 0.0),
        metabolic_heat_W_per_m3=spread(materials.metabolic_heat_W_per_m3 * blood.metabolic_heat, 0.0, 0.0),
        blood_temperature_C=blood.temperature_C,
        coolant=coolant,
        fixed=domain.fixed,
        matrix=systems.heat,
    )


def temperature_at_rest(domain: Domain, heat: BioheatProblem, blood: Blood) -> Array:
    """Return the temperature before the procedure, nodal, °C.

    Without metabolic heat that is the body's; with it, the steady state of tissue and resting probe, insulated outside.
    """
    tables = domain.tables
    uniform = np.full(tables.local_size, blood.temperature_C)
    if not blood.metabolic_heat:
        return uniform
    return _passive_steady_state(heat, uniform)


def _passive_steady_state(heat: BioheatProblem, start: Array) -> Array:
    resting = heat.insulated()
    solver = multigrid(resting.matrix, "temperature at rest")
    temperature, no_damage = start, np.zeros_like(start)
    for _ in range(20):
        coefficients = resting.coefficients(temperature, no_damage)
        resting.update_matrix(coefficients, np.zeros(resting.tables.count), np.inf)
        change = solver.solve(resting.passive_load(temperature, coefficients), None, rtol=1e-10)
        temperature = temperature + change
        if resting.tables.V.mesh.comm.allreduce(float(np.abs(change).max(initial=0.0)), op=MPI.MAX) < 1e-7:
            return temperature
    raise SolveError("temperature at rest: metabolic heat and conductivity did not settle; is any perfusion left?")
