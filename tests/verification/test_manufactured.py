"""Manufactured solutions in space: the observed order of the steady heat and potential problems.

k is constant per cell, taken at its mean temperature. For k linear in T the error k − k(T) has no mean in a cell but is
O(h) inside it. With linear elements, whose gradients are constant, it does no harm; with quadratic ones it meets the
O(h) variation of ∇T·∇v and leaves an O(h²) consistency error: order 2 in L2, where the elements alone give 3.
σ(T) is linear in each cell: a σ linear in space keeps order 3, a curved one is interpolated to O(h²): order 2.
On these meshes muscle's own slopes do not show it yet; eight times that of k(T), four times that of σ(T), do.
"""

import numpy as np
import pytest
import ufl

from rfa_model.physics.electric import ElectricProblem
from rfa_model.physics.laws import ConductivityLaw
from rfa_model.solver.linear import MULTIGRID, LinearSolver
from rfa_model.verification.tools.boxes import assembled, at_nodes, boundary_facets, boundary_mask, box, l2_error
from rfa_model.verification.tools.bioheat import (
    BODY_C,
    SIGMA,
    K,
    bioheat,
    lift,
    muscle_tables,
    observed_order,
    solve_steady,
)

L = 10e-3
CELLS = (4, 6, 9, 12)
SLOPE = 0.0012


def rise(x, m):
    """40 K of smooth hills, m = numpy or ufl."""
    return 40.0 * m.sin(2.5 * x[0] / L + 0.3) * m.cos(2.0 * x[1] / L) * m.exp(-0.8 * x[2] / L)


def heat_errors(order: int, slope_W_per_mK2: float, perfusion: float) -> list[float]:
    errors = []
    for n in CELLS:
        tables = muscle_tables(box((L, L, L), (n, n, n), shake=0.1), order)
        x, v = ufl.SpatialCoordinate(tables.V.mesh), ufl.TestFunction(tables.V)
        theta = rise(x, ufl)
        k = K + slope_W_per_mK2 * theta
        # −∇·(k∇T) + wθ = q; the source enters as ∫ q v with its own quadrature.
        q = -ufl.div(k * ufl.grad(theta)) + perfusion * theta
        load = assembled(q * v * ufl.dx(metadata={"quadrature_degree": 8}))
        fixed = boundary_mask(tables.V)
        heat = bioheat(tables, conductivity_slope=slope_W_per_mK2, perfusion=perfusion, fixed=fixed)
        exact = BODY_C + at_nodes(tables, lambda x: rise(x, np))
        T = solve_steady(heat, load, lift(np.full_like(exact, BODY_C), fixed, exact))
        errors.append(l2_error(tables, T - BODY_C, lambda x: rise(x, ufl)))
    return errors


@pytest.mark.parametrize(
    ("order", "slope", "least"),
    [(1, 0.0, 1.8), (1, SLOPE, 1.8), (2, 0.0, 2.7), (2, SLOPE, 2.7), (2, 8 * SLOPE, 1.9)],
)
def test_steady_heat_converges_as_theory_says(order: int, slope: float, least: float) -> None:
    errors = heat_errors(order, slope, perfusion=20000.0)
    rate = observed_order([1.0 / n for n in CELLS], errors)
    print(f"heat P{order} k slope {slope}: {errors}, order {rate:.2f}")
    assert rate > least


def test_muscle_conductivity_slope_costs_quadratic_elements_little() -> None:
    # The order is capped, the error is not to matter: it stays far below that of linear elements.
    plain, curved, linear = heat_errors(2, 0.0, 20000.0), heat_errors(2, SLOPE, 20000.0), heat_errors(1, SLOPE, 20000.0)
    assert curved[-1] < 2.0 * plain[-1]
    assert curved[-1] < linear[-1] / 10.0


def potential(x, m):
    return 0.5 + 0.4 * m.sin(2.0 * x[0] / L + 0.4) * m.cos(1.5 * x[1] / L + 0.2) * m.exp(-0.6 * x[2] / L)


def temperature(x, curved: bool):
    straight = 37.0 + 20.0 * x[0] / L + 10.0 * x[2] / L
    return straight + 25.0 * (x[1] / L) ** 2 if curved else straight


def potential_errors(order: int, curved: bool, slope_per_C: float) -> list[float]:
    errors = []
    for n in CELLS:
        tables = muscle_tables(box((L, L, L), (n, n, n), shake=0.1), order)
        x, v = ufl.SpatialCoordinate(tables.V.mesh), ufl.TestFunction(tables.V)
        sigma = SIGMA * (1.0 + slope_per_C * (temperature(x, curved) - 37.0))
        flux = sigma * ufl.grad(potential(x, ufl))
        load = assembled(-ufl.div(flux) * v * ufl.dx(metadata={"quadrature_degree": 8}))
        # Grounded everywhere, no metal: the boundary values are lifted by hand.
        outer = boundary_facets(tables.V.mesh, lambda x: np.full(x.shape[1], True))
        cells = np.arange(tables.count, dtype=np.int32)
        problem = ElectricProblem(tables, cells, cells[:0], outer, far_field_radius_m=None)
        T = at_nodes(tables, lambda x: temperature(x, curved))
        corners = SIGMA * ConductivityLaw(slope_per_C).factor(T[tables.dofs[:, :4]])
        problem.update(corners)
        known = lift(np.zeros_like(T), problem.constrained, at_nodes(tables, lambda x: potential(x, np)))
        matrices = tables.weighted_stiffness(corners, cells)
        rhs = load - tables.scatter((tables.dofs, np.einsum("cij,cj->ci", matrices, known[tables.dofs])))
        rhs[problem.constrained] = 0.0
        solver = LinearSolver(tables.V, problem.matrix.matrix, MULTIGRID, "potential")
        phi = known + solver.solve(rhs, None, rtol=1e-12)
        errors.append(l2_error(tables, phi, lambda x: potential(x, ufl)))
    return errors


@pytest.mark.parametrize(
    ("order", "curved", "slope", "least"),
    [(1, False, 0.015, 1.8), (2, False, 0.015, 2.7), (2, True, 0.015, 2.7), (2, True, 0.06, 1.9)],
)
def test_potential_converges_as_theory_says(order: int, curved: bool, slope: float, least: float) -> None:
    errors = potential_errors(order, curved, slope)
    rate = observed_order([1.0 / n for n in CELLS], errors)
    print(f"potential P{order} curved T {curved} slope {slope}: {errors}, order {rate:.2f}")
    assert rate > least
