"""NGSolve: forms built once, preconditioned conjugate gradients, backward Euler, σ of the last step."""

import netgen.meshing as nm
import numpy as np
from ngsolve import (
    H1,
    BilinearForm,
    GridFunction,
    LinearForm,
    Preconditioner,
    SetNumThreads,
    TaskManager,
    dx,
    grad,
    krylovspace,
    x,
)
from ngsolve import Mesh as NGMesh

from benchmarks.performance.peers.problem import (
    OUTER,
    RTOL,
    SHAFT,
    SHAFT_END,
    TIP,
    TIP_SURFACE,
    TISSUE,
    Answer,
    Choice,
    Mesh,
    Values,
    serve,
)

MATERIALS = {"tissue": TISSUE, "tip": TIP, "shaft": SHAFT}
# The quickest here of local, multigrid, bddc and h1amg, at either order: the others save iterations, not time.
PRECONDITIONER = "local"
BOUNDARIES = {"outer": OUTER, "shaft_end": SHAFT_END, "tip_surface": TIP_SURFACE}


def read_mesh(mesh: Mesh) -> NGMesh:
    """The mesh as NGSolve's, vertices in the same order."""
    made = nm.Mesh(dim=3)
    made.AddPoints(np.ascontiguousarray(mesh.points))
    # Netgen's tetrahedra are wound the other way round.
    for name, tag in MATERIALS.items():
        index = made.AddRegion(name, dim=3)
        corners = mesh.tets[mesh.tet_tags == tag][:, [1, 0, 2, 3]]
        made.AddElements(dim=3, index=index, data=np.ascontiguousarray(corners, np.int32), base=0)
    for name, tag in BOUNDARIES.items():
        index = made.AddRegion(name, dim=2)
        corners = mesh.triangles[mesh.triangle_tags == tag]
        made.AddElements(dim=2, index=index, data=np.ascontiguousarray(corners, np.int32), base=0)
    return NGMesh(made)


def solve(native: NGMesh, mesh: Mesh, values: Values, choice: Choice) -> Answer:
    """Solve the case."""
    heated = H1(native, order=choice.order, dirichlet="outer|shaft_end")
    charged = H1(native, order=choice.order, dirichlet="outer|tip_surface", definedon="tissue")
    rise, phi = GridFunction(heated), GridFunction(charged)
    sigma = (values.electric_conductivity_S_per_m * (1.0 + values.conductivity_slope_per_C * rise)).Compile()
    k, rho_c = (native.MaterialCF(table) for table in (values.conductivity_W_per_mK, values.heat_capacity_J_per_m3K))
    u, v = charged.TnT()
    A = BilinearForm(sigma * grad(u) * grad(v) * dx("tissue"))
    electric = Preconditioner(A, PRECONDITIONER)
    w, z = heated.TnT()
    M = BilinearForm(rho_c / choice.step_s * w * z * dx)
    H = BilinearForm(rho_c / choice.step_s * w * z * dx + k * grad(w) * grad(z) * dx)
    thermal = Preconditioner(H, PRECONDITIONER)
    load = LinearForm(values.voltage_V_rms**2 * sigma * grad(phi) * grad(phi) * z * dx("tissue"))
    phi.Set(1.0, definedon=native.Boundaries("tip_surface"))
    steps, done = round(values.duration_s / choice.step_s), {"current": 0, "heat": 0}
    with TaskManager():
        M.Assemble()
        H.Assemble()
        hot = krylovspace.CGSolver(H.mat, thermal.mat, tol=RTOL, maxiter=2000)
        for _ in range(steps):
            A.Assemble()
            cg = krylovspace.CGSolver(A.mat, electric.mat, tol=RTOL, maxiter=2000)
            phi.vec.data += cg * (-(A.mat * phi.vec)).Evaluate()
            load.Assemble()
            # H (θ' − θ) = M θ + q − H θ
            rise.vec.data += hot * (M.mat * rise.vec + load.vec - H.mat * rise.vec).Evaluate()
            done["current"] += cg.iterations
            done["heat"] += hot.iterations
    return Answer(values.body_C + _at_samples(rise, native, mesh), heated.ndof, steps, done)


def _at_samples(rise: GridFunction, native: NGMesh, mesh: Mesh) -> np.ndarray:
    """Values at the vertices and in the middles of the edges, where the order has them."""
    at_vertices = rise.vec.FV().NumPy()[: len(mesh.points)].copy()
    if rise.space.globalorder == 1:
        return at_vertices
    ends = np.sort([[vertex.nr for vertex in edge.vertices] for edge in native.edges], axis=1)
    bubbles = slice(len(mesh.points), len(mesh.points) + len(ends))
    # What an edge's function adds in its middle: read off x², which the space holds exactly.
    known = GridFunction(rise.space)
    known.Set(1e6 * x * x)
    xs = 1e3 * mesh.points[ends, 0]
    coefficients = known.vec.FV().NumPy()[bubbles]
    missing = xs.mean(axis=1) ** 2 - (xs**2).mean(axis=1)
    height = float(coefficients @ missing) / float(coefficients @ coefficients)
    middles = at_vertices[ends].mean(axis=1) + height * rise.vec.FV().NumPy()[bubbles]
    order = {tuple(pair): n for n, pair in enumerate(ends.tolist())}
    return np.concatenate([at_vertices, middles[[order[tuple(pair)] for pair in mesh.edges.tolist()]]])


if __name__ == "__main__":
    SetNumThreads(1)
    serve(read_mesh, solve)
