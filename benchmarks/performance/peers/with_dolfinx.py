"""A plain DOLFINx script: forms built once, conjugate gradients with multigrid, backward Euler, σ of the last step."""

import numpy as np
import ufl

from benchmarks.performance.peers.problem import (
    OUTER,
    REUSE,
    RTOL,
    SHAFT,
    SHAFT_END,
    TIP,
    TISSUE,
    Answer,
    Choice,
    Mesh,
    Values,
    match,
    serve,
)
from benchmarks.performance.peers.with_package import Tagged, read_mesh
from rfa_model._fenics import PETSc, dolfinx

from dolfinx import fem
from dolfinx.fem.petsc import apply_lifting, assemble_matrix, assemble_vector, set_bc

# As it comes, GAMG's Chebyshev smoother stops on needle meshes ("indefinite preconditioner").
MULTIGRID = {
    "ksp_type": "cg",
    "ksp_rtol": RTOL,
    "ksp_divtol": 1e10,  # a guess may be further off than zero
    "pc_type": "gamg",
    "pc_gamg_threshold": 0.02,
    "mg_levels_ksp_type": "richardson",
    "mg_levels_pc_type": "sor",
    "ksp_error_if_not_converged": True,
}


def solver(matrix: "PETSc.Mat", prefix: str) -> "PETSc.KSP":
    """Conjugate gradients with multigrid, started from the last solution."""
    ksp, options = PETSc.KSP().create(matrix.comm), PETSc.Options()
    ksp.setOptionsPrefix(prefix)
    ksp.setOperators(matrix)
    for key, value in MULTIGRID.items():
        options[prefix + key] = value
    ksp.setFromOptions()
    ksp.setInitialGuessNonzero(True)
    return ksp


def solve(tagged: Tagged, mesh: Mesh, values: Values, choice: Choice) -> Answer:
    """Solve the case."""
    domain, cells, facets, _ = tagged
    V = fem.functionspace(domain, ("Lagrange", choice.order))
    dx = ufl.Measure("dx", domain, subdomain_data=cells)
    tissue, (u, v) = dx(TISSUE), (ufl.TrialFunction(V), ufl.TestFunction(V))
    rise, phi = fem.Function(V), fem.Function(V)
    sigma = values.electric_conductivity_S_per_m * (1.0 + values.conductivity_slope_per_C * rise)

    outside = fem.locate_dofs_topological(V, 2, np.union1d(facets.find(OUTER), facets.find(SHAFT_END)))
    metal = fem.locate_dofs_topological(V, 3, cells.find(TIP))
    zero, one = (fem.Constant(domain, PETSc.ScalarType(value)) for value in (0.0, 1.0))
    cold = fem.dirichletbc(zero, outside, V)
    held = [cold, fem.dirichletbc(one, metal, V)]

    parts = {"tissue": dx(TISSUE), "tip": dx(TIP), "shaft": dx(SHAFT)}
    k, rho_c = values.conductivity_W_per_mK, values.heat_capacity_J_per_m3K
    stored = sum(rho_c[name] / choice.step_s * u * v * part for name, part in parts.items())
    conducted = sum(k[name] * ufl.inner(ufl.grad(u), ufl.grad(v)) * part for name, part in parts.items())
    kept = sum(rho_c[name] / choice.step_s * rise * v * part for name, part in parts.items())
    joule = values.voltage_V_rms**2 * sigma * ufl.inner(ufl.grad(phi), ufl.grad(phi)) * v * tissue
    insulator = 1e-6 * values.electric_conductivity_S_per_m
    idle = insulator * ufl.inner(ufl.grad(u), ufl.grad(v)) * dx((TIP, SHAFT))
    conducting = sigma * ufl.inner(ufl.grad(u), ufl.grad(v)) * tissue
    current = fem.form(conducting + idle)
    nothing = fem.form(fem.Constant(domain, PETSc.ScalarType(0.0)) * v * dx)
    load = fem.form(kept + joule)

    A = assemble_matrix(current, bcs=held)
    A.assemble()
    H = assemble_matrix(fem.form(stored + conducted), bcs=[cold])
    H.assemble()
    electric, thermal = solver(A, "electric_"), solver(H, "thermal_")
    steps, done = round(values.duration_s / choice.step_s), {"current": 0, "heat": 0}
    for step in range(steps):
        A.zeroEntries()
        assemble_matrix(A, current, bcs=held)
        A.assemble()
        electric.getPC().setReusePreconditioner(step % REUSE != 0)
        electric.setOperators(A)
        b = assemble_vector(nothing)
        apply_lifting(b, [current], bcs=[held])
        set_bc(b, held)
        electric.solve(b, phi.x.petsc_vec)
        h = assemble_vector(load)
        set_bc(h, [cold])
        thermal.solve(h, rise.x.petsc_vec)
        done["current"] += electric.getIterationNumber()
        done["heat"] += thermal.getIterationNumber()
        b.destroy()
        h.destroy()
    for thing in (electric, thermal, A, H):
        thing.destroy()
    found = match(V.tabulate_dof_coordinates(), mesh.samples(choice.order))
    return Answer(values.body_C + rise.x.array[found], len(rise.x.array), steps, done)


if __name__ == "__main__":
    dolfinx.log.set_log_level(dolfinx.log.LogLevel.WARNING)
    serve(read_mesh, solve)
