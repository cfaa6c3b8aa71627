"""Kratos Multiphysics: linear strategies built once, conjugate gradients with AMGCL, backward Euler.

Its elements take conductivity and heat capacity from the nodes. Nodes on the needle's surface have those of tissue, so
that tissue has its own values everywhere and only the needle's outermost cells are blurred. Elements are linear.
"""

from typing import Any, NamedTuple

import KratosMultiphysics as K
import KratosMultiphysics.ConvectionDiffusionApplication
import KratosMultiphysics.python_linear_solver_factory as solvers
import numpy as np

from benchmarks.performance.peers.problem import (
    OUTER,
    SHAFT,
    SHAFT_END,
    TIP,
    TISSUE,
    Answer,
    Choice,
    Mesh,
    Values,
    serve,
)

# A step's system is solved for the change: a ten-thousandth of it is about a millionth of the rise.
AMGCL = """{"solver_type": "amgcl", "krylov_type": "cg", "coarsening_type": "smoothed_aggregation",
    "smoother_type": "spai0", "tolerance": 1e-4, "max_iteration": 500, "scaling": false, "verbosity": 0}"""
VARIABLES = (K.TEMPERATURE, K.CONDUCTIVITY, K.DENSITY, K.SPECIFIC_HEAT, K.HEAT_FLUX, K.VELOCITY)


class Parts(NamedTuple):
    """A model part per equation; ``tissue`` are the vertices of the electric one."""

    model: Any
    heat: Any
    current: Any
    tissue: np.ndarray


def read_mesh(mesh: Mesh) -> Parts:
    """Both model parts."""
    K.Logger.GetDefaultOutput().SetSeverity(K.Logger.Severity.WARNING)
    model, tissue = K.Model(), np.unique(mesh.tets[mesh.tet_tags == TISSUE])
    every = np.arange(len(mesh.points))
    heat = part(model, "heat", "EulerianConvDiff3D4N", mesh, every, mesh.tets)
    current = part(model, "current", "LaplacianElement3D4N", mesh, tissue, mesh.tets[mesh.tet_tags == TISSUE])
    return Parts(model, heat, current, tissue)


def part(model: Any, name: str, element: str, mesh: Mesh, vertices: np.ndarray, tets: np.ndarray) -> Any:
    """One equation's model part, nodes numbered from 1 as the mesh's vertices."""
    made = model.CreateModelPart(name, 2)
    settings = K.ConvectionDiffusionSettings()
    settings.SetUnknownVariable(K.TEMPERATURE)
    settings.SetDiffusionVariable(K.CONDUCTIVITY)
    settings.SetVolumeSourceVariable(K.HEAT_FLUX)
    settings.SetDensityVariable(K.DENSITY)
    settings.SetSpecificHeatVariable(K.SPECIFIC_HEAT)
    settings.SetVelocityVariable(K.VELOCITY)
    made.ProcessInfo.SetValue(K.CONVECTION_DIFFUSION_SETTINGS, settings)
    made.ProcessInfo[K.DOMAIN_SIZE] = 3
    for variable in VARIABLES:
        made.AddNodalSolutionStepVariable(variable)
    for vertex in vertices.tolist():
        made.CreateNewNode(vertex + 1, *mesh.points[vertex].tolist())
    properties = made.CreateNewProperties(1)
    for n, corners in enumerate((tets + 1).tolist()):
        made.CreateNewElement(element, n + 1, corners, properties)
    K.VariableUtils().AddDof(K.TEMPERATURE, made)
    return made


def strategy(made: Any) -> Any:
    """A linear strategy that keeps its sparsity."""
    solver = solvers.ConstructSolver(K.Parameters(AMGCL))
    builder = K.ResidualBasedBlockBuilderAndSolver(solver)
    scheme = K.ResidualBasedIncrementalUpdateStaticScheme()
    ready = K.ResidualBasedLinearStrategy(made, scheme, builder, False, False, False, False)
    ready.SetEchoLevel(0)
    ready.Initialize()
    return ready


def put(made: Any, variable: Any, values: np.ndarray, when: int = 0) -> None:
    K.VariableUtils().SetSolutionStepValuesVector(made.Nodes, variable, K.Vector(values), when)


def get(made: Any) -> np.ndarray:
    return np.array(K.VariableUtils().GetSolutionStepValuesVector(made.Nodes, K.TEMPERATURE, 0))


def fix(made: Any, vertices: np.ndarray, value: float) -> None:
    for vertex in vertices.tolist():
        node = made.GetNode(vertex + 1)
        node.Fix(K.TEMPERATURE)
        node.SetSolutionStepValue(K.TEMPERATURE, 0, value)


def solve(parts: Parts, mesh: Mesh, values: Values, choice: Choice) -> Answer:
    """Solve the case."""
    if choice.order != 1:
        raise ValueError("Kratos' convection-diffusion elements are linear")
    _, heat, current, tissue = parts
    count = len(mesh.points)
    joule = Joule(mesh, tissue)
    rim = np.unique(mesh.triangles[np.isin(mesh.triangle_tags, [OUTER, SHAFT_END])])
    tip = np.unique(mesh.tets[mesh.tet_tags == TIP])
    k, rho_c = (
        np.full(count, table["tissue"]) for table in (values.conductivity_W_per_mK, values.heat_capacity_J_per_m3K)
    )
    for tag, name in ((TIP, "tip"), (SHAFT, "shaft")):
        inner = np.setdiff1d(mesh.tets[mesh.tet_tags == tag], tissue)
        k[inner], rho_c[inner] = values.conductivity_W_per_mK[name], values.heat_capacity_J_per_m3K[name]
    for variable, nodal in ((K.CONDUCTIVITY, k), (K.DENSITY, rho_c), (K.SPECIFIC_HEAT, np.ones(count))):
        put(heat, variable, nodal)
        put(heat, variable, nodal, 1)
    for when in (0, 1):
        put(heat, K.TEMPERATURE, np.zeros(count), when)
    put(current, K.TEMPERATURE, np.zeros(len(tissue)))
    put(current, K.HEAT_FLUX, np.zeros(len(tissue)))
    fix(heat, rim, 0.0)
    fix(current, np.intersect1d(rim, tissue), 0.0)
    fix(current, np.intersect1d(tip, tissue), 1.0)
    heat.ProcessInfo[K.TIME_INTEGRATION_THETA] = 1.0
    heat.ProcessInfo[K.TIME] = 0.0
    thermal, electric = strategy(heat), strategy(current)
    rise, steps = np.zeros(count), round(values.duration_s / choice.step_s)
    for step in range(steps):
        sigma = values.electric_conductivity_S_per_m * (1.0 + values.conductivity_slope_per_C * rise)
        put(current, K.CONDUCTIVITY, sigma[tissue])
        electric.Solve()
        source = joule(sigma, get(current)) * values.voltage_V_rms**2
        heat.CloneTimeStep((step + 1) * choice.step_s)
        put(heat, K.HEAT_FLUX, source)
        put(heat, K.HEAT_FLUX, source, 1)
        thermal.SetRebuildLevel(0 if step else 1)
        thermal.Solve()
        rise = get(heat)
    return Answer(values.body_C + rise, count, steps, {})


class Joule:
    """σ|∇φ|² of linear cells, brought to the nodes so that its integral stays."""

    def __init__(self, mesh: Mesh, tissue: np.ndarray) -> None:
        everywhere, _ = _shapes(mesh.points[mesh.tets])
        self.tets = mesh.tets[mesh.tet_tags == TISSUE]
        self.tissue, self.count = tissue, len(mesh.points)
        self.volume, self.gradients = _shapes(mesh.points[self.tets])
        self.weight = np.bincount(mesh.tets.ravel(), np.repeat(everywhere / 4.0, 4), self.count)

    def __call__(self, sigma: np.ndarray, phi: np.ndarray) -> np.ndarray:
        """W/m³ at 1 V, at every vertex."""
        potential = np.zeros(self.count)
        potential[self.tissue] = phi
        gradient = np.einsum("cia,ci->ca", self.gradients, potential[self.tets])
        heat = self.volume * sigma[self.tets].mean(axis=1) * (gradient**2).sum(axis=1)
        return np.bincount(self.tets.ravel(), np.repeat(heat / 4.0, 4), self.count) / self.weight


def _shapes(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Volumes, and gradients of the shape functions (cells, 4, 3)."""
    edges = corners[:, 1:] - corners[:, :1]
    inverse = np.swapaxes(np.linalg.inv(edges), 1, 2)
    return np.abs(np.linalg.det(edges)) / 6.0, np.concatenate([-inverse.sum(axis=1, keepdims=True), inverse], axis=1)


if __name__ == "__main__":
    serve(read_mesh, solve)
