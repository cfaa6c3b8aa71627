"""From materials and laws on an applicator's mesh to the coupled transient of one arm."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI
from rfa_model.errors import SolveError
from rfa_model.physics.assembly import Block
from rfa_model.physics.bioheat import BioheatProblem, Coolant
from rfa_model.physics.drives import Drive
from rfa_model.physics.laws import ElectricConductivityLaw, TissueLaws
from rfa_model.physics.layered_cells import LayeredCells, LayeredCurrent, LayeredHeat
from rfa_model.physics.materials import CellMaterials, Laminate
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.solver.multigrid import multigrid
from rfa_model.solver.thermal_parts import Stream, ThermalParts, conductivity_tensor
from rfa_model.solver.unit_potential import CARRIED_PER_C, KEPT_LAG, RTOL, RTOL_OF_STUDIES, UnitPotential

Array = NDArray[np.float64]


class Blood(Protocol):
    """Body (and blood) temperature, and which of perfusion and metabolism are alive: a scenario's ``Body``."""

    @property
    def temperature_C(self) -> float: ...

    @property
    def perfusion(self) -> bool: ...

    @property
    def metabolic_heat(self) -> bool: ...


def build_current(
    systems: LinearSystems,
    materials: CellMaterials,
    law: ElectricConductivityLaw,
    drive: Drive | None = None,
    tolerance_C: float = 0.0,
    of_study: bool = False,
) -> UnitPotential:
    """Return the electric part.

    Parameters
    ----------
    materials : CellMaterials
        Those of the tissue cells.
    drive : Drive or None
        None means a monopolar one.
    tolerance_C : float
        Of a step; beyond the default a single contact's current is carried where σ moved little, see
        :meth:`.UnitPotential.carry`.
    of_study : bool
        Whether only lesions and peaks are read.
    """
    sigma, layered = materials.electric_conductivity_S_per_m, None
    if (laminate := materials.laminate) is not None:
        layered = LayeredCurrent(_layered(systems.domain, laminate), laminate.cells, *laminate.current())
    systems.electric.follow(materials.electric_directions)
    # The share of a pair's current that goes to the pad is off by as much as the solves are.
    single = len(systems.electric.contacts) == 1
    return UnitPotential(
        systems.electric,
        sigma,
        law,
        drive,
        rtol=RTOL_OF_STUDIES if of_study and single else RTOL,
        solver=systems.electric_solver,
        layered=layered,
        carried=min(CARRIED_PER_C * tolerance_C, KEPT_LAG) if single else 0.0,
    )


def build_heat(
    systems: LinearSystems, materials: CellMaterials, applicator: ThermalParts, laws: TissueLaws, blood: Blood
) -> BioheatProblem:
    """Return the thermal part; ``materials`` are those of the tissue cells.

    Raises
    ------
    ValueError
        If the applicator's parts are not those of the mesh.
    """
    domain = systems.domain
    tables, tissue_cells, metal = domain.tables, domain.cells["tissue"], {part.name: part for part in applicator.parts}
    if metal.keys() != domain.cells.keys() - {"tissue"}:
        raise ValueError(f"the mesh has the parts {[*domain.cells][1:]}, the applicator {[*metal]}")

    def in_tissue(values: Array) -> Array:
        everywhere = np.zeros(tables.count)
        everywhere[tissue_cells] = values
        return everywhere

    metric, laminate = tables.metric.copy(), materials.laminate
    capacity = in_tissue(materials.heat_capacity_J_per_m3K)
    conductivity = in_tissue(materials.thermal_conductivity_W_per_mK)
    for name, part in metal.items():
        cells, solid = domain.cells[name], part.solid
        capacity[cells] = solid.volumetric_heat_capacity_J_per_m3K
        conductivity[cells] = solid.axial_conductivity_W_per_mK
        if solid.axial_conductivity_W_per_mK != solid.radial_conductivity_W_per_mK:
            metric[:, cells] = tables[cells].metric_of(conductivity_tensor(solid, part.axis))
            conductivity[cells] = 1.0
    enthalpy = laws.vaporisation.enthalpy(capacity, in_tissue(materials.latent_J_per_m3))
    return BioheatProblem(
        tables=tables,
        metric=metric,
        conductivity_W_per_mK=conductivity,
        tissue=in_tissue(np.ones(len(tissue_cells))),
        enthalpy=enthalpy,
        conductivity_law=laws.thermal_conductivity,
        perfusion_law=laws.perfusion,
        perfusion_W_per_m3K=in_tissue(materials.perfusion_W_per_m3K * blood.perfusion),
        metabolic_heat_W_per_m3=in_tissue(materials.metabolic_heat_W_per_m3 * blood.metabolic_heat),
        blood_temperature_C=blood.temperature_C,
        coolants=[_coolant(wall, applicator.coolants.get(lumen)) for lumen, wall in systems.lumens.items()],
        fixed=domain.fixed,
        matrix=systems.heat,
        layered=None
        if laminate is None
        else LayeredHeat(_layered(domain, laminate), laminate.parts, laminate.thermal_conductivity_W_per_mK),
        constant=systems.constant(conductivity * metric, enthalpy.heat_capacity_J_per_m3K),
    )


def _layered(domain: Domain, laminate: Laminate) -> LayeredCells:
    return LayeredCells(domain.tables, domain.cells["tissue"][laminate.cells], laminate.normals)


def _coolant(wall: Block, stream: Stream | None) -> Coolant:
    if stream is None:  # an insulated lumen
        return Coolant(wall, 0.0, 0.0)
    return Coolant(wall, stream.heat_transfer_coefficient_W_per_m2K, stream.temperature_C)


def temperature_at_rest(domain: Domain, heat: BioheatProblem, blood: Blood) -> Array:
    """Return the temperature before the procedure, nodal, °C.

    Without metabolic heat that is the body's; with it, the steady state of tissue and the applicator at rest, insulated
    outside.
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
