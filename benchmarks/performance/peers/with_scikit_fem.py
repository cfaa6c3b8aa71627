"""scikit-fem with PyAMG: forms on one basis, conjugate gradients with smoothed aggregation, backward Euler."""

import numpy as np
import pyamg
from scipy.sparse.linalg import cg
from skfem import Basis, BilinearForm, ElementTetP1, ElementTetP2, LinearForm, MeshTet
from skfem.helpers import dot, grad

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

PARTS = {"tissue": TISSUE, "tip": TIP, "shaft": SHAFT}


@BilinearForm
def diffusion(u, v, w):
    return w["k"] * dot(grad(u), grad(v))


@BilinearForm
def mass(u, v, w):
    return w["c"] * u * v


@LinearForm
def joule(v, w):
    return w["sigma"] * dot(grad(w["phi"]), grad(w["phi"])) * v


def read_mesh(mesh: Mesh) -> MeshTet:
    """The mesh as scikit-fem's."""
    made = MeshTet(np.ascontiguousarray(mesh.points.T), np.ascontiguousarray(mesh.tets.T))
    outer = mesh.triangles[np.isin(mesh.triangle_tags, [OUTER, SHAFT_END])]
    return made.with_subdomains({name: np.flatnonzero(mesh.tet_tags == tag) for name, tag in PARTS.items()}), outer


class Preconditioned:
    """Conjugate gradients with a hierarchy that is kept for some solves."""

    def __init__(self) -> None:
        self.iterations = self.solves = 0
        self._preconditioner = None

    def __call__(self, matrix, load, guess, keep: int):
        if self.solves % keep == 0:
            hierarchy = pyamg.smoothed_aggregation_solver(matrix, symmetry="symmetric", max_coarse=200)
            self._preconditioner = hierarchy.aspreconditioner(cycle="V")
        self.solves += 1
        x, failed = cg(matrix, load, guess, rtol=RTOL, M=self._preconditioner, maxiter=500, callback=self._count)
        if failed:
            raise RuntimeError("conjugate gradients did not converge")
        return x

    def _count(self, _) -> None:
        self.iterations += 1


def solve(native, mesh: Mesh, values: Values, choice: Choice) -> Answer:
    """Solve the case."""
    tets, outer = native
    basis = Basis(tets, ElementTetP1() if choice.order == 1 else ElementTetP2())
    part = {name: basis.with_elements(cells) for name, cells in tets.subdomains.items()}
    k, rho_c = values.conductivity_W_per_mK, values.heat_capacity_J_per_m3K
    M = sum(mass.assemble(part[name], c=rho_c[name] / choice.step_s) for name in PARTS)
    H = M + sum(diffusion.assemble(part[name], k=k[name]) for name in PARTS)
    rim = basis.get_dofs(np.flatnonzero(np.isin(_facet_keys(tets.facets.T), _facet_keys(outer)))).all()
    every, tip = np.arange(basis.N), np.unique(part["tip"].element_dofs)
    warm = np.setdiff1d(every, rim)
    muscle = part["tissue"]
    charged = np.setdiff1d(np.unique(muscle.element_dofs), np.union1d(tip, rim))
    H, rise, phi = H.tocsr()[warm][:, warm], np.zeros(basis.N), np.zeros(basis.N)
    phi[tip] = 1.0
    at_tip, electric, thermal = phi.copy(), Preconditioned(), Preconditioned()
    steps = round(values.duration_s / choice.step_s)
    for _ in range(steps):
        hot = muscle.interpolate(rise)
        sigma = values.electric_conductivity_S_per_m * (1.0 + values.conductivity_slope_per_C * np.asarray(hot))
        A = diffusion.assemble(muscle, k=sigma).tocsr()
        load = -(A @ at_tip)[charged]
        phi[charged] = electric(A[charged][:, charged], load, phi[charged], REUSE)
        heat = M @ rise + joule.assemble(muscle, sigma=values.voltage_V_rms**2 * sigma, phi=muscle.interpolate(phi))
        rise[warm] = thermal(H, heat[warm], rise[warm], steps)
    found = match(basis.doflocs.T, mesh.samples(choice.order))
    done = {"current": electric.iterations, "heat": thermal.iterations}
    return Answer(values.body_C + rise[found], int(basis.N), steps, done)


def _facet_keys(triangles: np.ndarray) -> np.ndarray:
    """One number for each set of three vertices."""
    a, b, c = np.sort(triangles.astype(np.int64), axis=1).T
    return (a << 42) | (b << 21) | c


if __name__ == "__main__":
    serve(read_mesh, solve)
