"""How hot does an electrode get, whatever its shape?

Let current and heat leave a body through the same surface, φ = θ = 0 there, while all else is insulated but for an
electrode at V that takes no heat. Since ∇·(σφ∇φ) = σ|∇φ|² when ∇·(σ∇φ) = 0, the steady rise θ of k∇²θ + σ|∇φ|² = 0 is

    θ = σ/k (Vφ − φ²/2),    on the electrode  σV²/2k  everywhere,

whatever the body's and the electrode's shape: no geometry is left in the answer. Here a cube with an L-shaped electrode
on its floor, solved by two of the package's weak forms; its temperature against σV²/2k.
"""

import numpy as np
import ufl

from rfa_model._fenics import MPI, dolfinx
from rfa_model.physics import forms

from dolfinx.fem.petsc import LinearProblem

SIGMA_S_PER_M, K_W_PER_MK, VOLTAGE_V = 0.446, 0.49, 9.72
SOLVER = {"ksp_type": "cg", "pc_type": "icc", "ksp_rtol": 1e-10, "ksp_error_if_not_converged": True}


def in_electrode(x: np.ndarray) -> np.ndarray:
    """Points of the L on the floor z = 0, in units of the cube's side."""
    a, b = x[0] - 0.25, x[1] - 0.25
    inside = (a >= -1e-9) & (b >= -1e-9) & (a <= 0.5 + 1e-9) & (b <= 0.5 + 1e-9)
    return inside & ((a <= 0.25 + 1e-9) | (b <= 0.25 + 1e-9)) & np.isclose(x[2], 0.0)


def rise_over_theorem(cells: int = 12) -> np.ndarray:
    """Return θ/(σV²/2k) at the electrode's nodes."""
    mesh = dolfinx.mesh.create_unit_cube(MPI.COMM_SELF, cells, cells, cells)
    V = dolfinx.fem.functionspace(mesh, ("Lagrange", 2))
    u, v = ufl.TrialFunction(V), ufl.TestFunction(V)
    metal = dolfinx.fem.locate_dofs_geometrical(V, in_electrode)
    outside = dolfinx.fem.locate_dofs_geometrical(V, lambda x: np.isclose(x[2], 1.0) | np.isclose(x[0], 1.0))
    cold, live = dolfinx.fem.dirichletbc(0.0, outside, V), dolfinx.fem.dirichletbc(VOLTAGE_V, metal, V)

    def solve(form: ufl.Form, right: ufl.Form, bcs: list[dolfinx.fem.DirichletBC], name: str) -> dolfinx.fem.Function:
        return LinearProblem(form, right, bcs=bcs, petsc_options_prefix=name, petsc_options=SOLVER).solve()

    phi = solve(forms.current(SIGMA_S_PER_M, u, v, ufl.dx), ufl.ZeroBaseForm((v,)), [live, cold], "current_")
    heat = forms.joule(SIGMA_S_PER_M, phi, v, ufl.dx)
    theta = solve(forms.conduction(K_W_PER_MK, u, v, ufl.dx), heat, [cold], "heat_")
    return theta.x.array[metal] / (SIGMA_S_PER_M * VOLTAGE_V**2 / (2.0 * K_W_PER_MK))


def result() -> float:
    """Return the electrode's mean rise as a share of σV²/2k, which is 1."""
    return float(rise_over_theorem().mean())


if __name__ == "__main__":
    share = rise_over_theorem()
    print(f"theorem: {SIGMA_S_PER_M * VOLTAGE_V**2 / (2.0 * K_W_PER_MK):.2f} K everywhere on the electrode")
    print(f"solved:  {share.mean():.4f} of that on average, {share.min():.4f} to {share.max():.4f}")
