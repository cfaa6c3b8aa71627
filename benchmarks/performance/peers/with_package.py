"""rfa_model: two-stage SDIRK steps with current and heat settled in each, of fixed length or chosen by their error."""

from typing import Any, NamedTuple

import numpy as np

from benchmarks.performance.peers.problem import SHAFT, TIP, TISSUE, Answer, Choice, Mesh, Values, match, serve
from rfa_model import library
from rfa_model._fenics import MPI
from rfa_model.applicators.materials import ThermalSolid
from rfa_model.generator import Generator, PhaseRun
from rfa_model.generator.controllers import ConstantVoltage
from rfa_model.laws import ElectricConductivity, ThermalConductivity
from rfa_model.meshing.arrays import MeshArrays
from rfa_model.meshing.distribute import distribute
from rfa_model.meshing.groups import MeshGroups, groups_of
from rfa_model.physics.laws import TissueLaws
from rfa_model.physics.materials import CellMaterials
from rfa_model.scenario import Body
from rfa_model.solver.build import build_current, build_heat
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.solver.sensor import PointSensor
from rfa_model.solver.state import State
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.thermal_parts import PlainPart, PlainParts
from rfa_model.solver.transient import Transient

GROUPS = groups_of(library.probes()["conventional_18g_10mm"].applicator())
LIMITS = Generator(max_power_W=1e3)


class Tagged(NamedTuple):
    """A DOLFINx mesh with its groups."""

    mesh: Any
    cell_tags: Any
    facet_tags: Any
    groups: MeshGroups


def read_mesh(mesh: Mesh) -> Tagged:
    """The mesh as DOLFINx's."""
    arrays = MeshArrays(1e3 * mesh.points, mesh.tets, mesh.tet_tags, mesh.triangles, mesh.triangle_tags, GROUPS)
    return Tagged(*distribute(arrays, MPI.COMM_WORLD), GROUPS)


def materials(count: int, values: Values) -> CellMaterials:
    """Muscle everywhere, dry of anything that boils, bleeds or lives."""

    def everywhere(value: float) -> np.ndarray:
        return np.full(count, value)

    return CellMaterials(
        heat_capacity_J_per_m3K=everywhere(values.heat_capacity_J_per_m3K["tissue"]),
        latent_J_per_m3=everywhere(0.0),
        thermal_conductivity_W_per_mK=everywhere(values.conductivity_W_per_mK["tissue"]),
        electric_conductivity_S_per_m=everywhere(values.electric_conductivity_S_per_m),
        perfusion_W_per_m3K=everywhere(0.0),
        metabolic_heat_W_per_m3=everywhere(0.0),
        tissue=np.zeros(count, dtype=np.int64),
    )


def solve(tagged: Tagged, mesh: Mesh, values: Values, choice: Choice) -> Answer:
    """Solve the case."""
    domain = Domain.of(tagged, choice.order)
    muscle = materials(len(domain.cells["tissue"]), values)
    k, rho_c = values.conductivity_W_per_mK, values.heat_capacity_J_per_m3K
    solids = {part: ThermalSolid(rho_c[part], k[part], k[part]) for part in ("tip", "shaft")}
    probe = PlainParts(tuple(PlainPart(part, solid) for part, solid in solids.items()))
    laws = TissueLaws(
        ElectricConductivity(slope_per_C=values.conductivity_slope_per_C), ThermalConductivity(slope_W_per_mK2=0.0)
    )
    systems = LinearSystems.of(domain, far_field_radius_m=None)
    heat = build_heat(systems, muscle, probe, laws, Body(temperature_C=values.body_C, perfusion=False))
    current = build_current(systems, muscle, laws.electric_conductivity)
    # Fixed steps: none is refused for its error, and each settles as closely as those of a run do.
    fixed = choice.tolerance_C is None
    step = StepSize(1e12, choice.step_s, choice.step_s) if fixed else StepSize(choice.tolerance_C, 0.05, choice.step_s)
    sensor = PointSensor(domain.tables.V, np.array([0.0, 0.0, 1e-3]))
    transient = Transient("case", heat, current, sensor, laws.damage, np.inf, step, linear=systems.heat_solver)
    if fixed:
        transient.stages.tolerance_C = 1e-3
    rest = State.at_rest(np.full(domain.tables.local_size, values.body_C))
    phase = PhaseRun("voltage", values.duration_s, lambda *_: ConstantVoltage(values.voltage_V_rms, LIMITS))
    end = transient.run(rest, [phase], lambda: ConstantVoltage(0.0, LIMITS))
    found = match(domain.tables.V.tabulate_dof_coordinates(), mesh.samples(choice.order))
    done = {"current": current.solver.iterations, "heat": transient.stages.linear.iterations}
    return Answer(end.peak_temperature_C[found], domain.dofs, transient.totals.steps, done)


if __name__ == "__main__":
    assert (TISSUE, TIP, SHAFT) == (1, 2, 3)
    serve(read_mesh, solve)
