"""The linear elements within quadratic ones, and the multigrid that rests on them."""

import numpy as np
import pytest

from rfa_model._fenics import dolfinx
from rfa_model.assurance.verification.tools.boxes import boundary_mask, box
from rfa_model.physics.assembly import CellTables, SystemMatrix
from rfa_model.solver.multigrid import linear_within, multigrid

LEFT = dict(where=lambda x: np.isclose(x[0], 0.0))


def space(cells: int, degree: int = 2):
    return dolfinx.fem.functionspace(box((1.0, 1.0, 1.0), (cells,) * 3, shake=0.2), ("Lagrange", degree))


def diffusion(V, constrained, conductivity=1.0) -> SystemMatrix:
    """−∇·k∇u + u."""
    tables = CellTables(V)
    system = SystemMatrix(V, [tables.dofs], constrained)
    tables.matrices(conductivity * tables.metric, np.ones(tables.count), out=system.blocks[0])
    system.update()
    return system


def dense(matrix) -> np.ndarray:
    return matrix.convert("dense").getDenseArray()


def test_a_linear_field_is_carried_over_exactly():
    V = space(2)
    corners = dolfinx.fem.functionspace(V.mesh, ("Lagrange", 1))
    matrix = dense(linear_within(V, np.zeros(V.dofmap.index_map.size_local, bool)))
    at = [f.tabulate_dof_coordinates() @ [1.0, -2.0, 3.0] for f in (corners, V)]
    np.testing.assert_allclose(matrix @ at[0], at[1], atol=1e-12)


def test_the_coarse_matrix_is_that_of_linear_elements_with_the_same_constraints():
    V = space(2)
    corners = dolfinx.fem.functionspace(V.mesh, ("Lagrange", 1))
    fixed, fixed_corners = boundary_mask(V, **LEFT), boundary_mask(corners, **LEFT)
    interpolation = linear_within(V, fixed)
    coarse = dense(diffusion(V, fixed).matrix.ptap(interpolation))
    expected = dense(diffusion(corners, fixed_corners).matrix)
    free = ~fixed_corners
    np.testing.assert_allclose(coarse[np.ix_(free, free)], expected[np.ix_(free, free)], atol=1e-12)
    # What is constrained stays out: an identity row, and no way in or out.
    np.testing.assert_array_equal(coarse[fixed_corners], np.eye(len(free))[fixed_corners])
    np.testing.assert_array_equal(dense(interpolation)[fixed].sum(axis=1) > 0.0, _at_corners(V)[fixed])


def _at_corners(V) -> np.ndarray:
    """Unknowns that sit on a corner of a cell."""
    mask = np.zeros(V.dofmap.index_map.size_local, bool)
    mask[V.dofmap.list[:, :4]] = True
    return mask


@pytest.mark.parametrize("contrast", [1.0, 1e3])
def test_iterations_hardly_grow_with_the_mesh(contrast):
    iterations = []
    for cells in (4, 8, 12):
        V = space(cells)
        fixed = boundary_mask(V, **LEFT)
        middle = CellTables(V).corners.mean(axis=1)
        system = diffusion(V, fixed, np.where(middle[:, 1] < 0.5, 1.0, contrast))
        wanted = np.where(fixed, 0.0, np.random.default_rng(3).normal(size=len(fixed)))
        rhs = system.matrix.createVecRight()
        rhs.setArray(wanted)
        solver = multigrid(system, "diffusion")
        found = solver.solve((system.matrix * rhs).getArray(), None, rtol=1e-10)
        np.testing.assert_allclose(found, wanted, atol=1e-7)
        assert solver.fallbacks == 0
        iterations.append(solver.iterations)
    assert max(iterations) <= 20
    assert iterations[2] <= iterations[1] + 3


def test_linear_elements_have_algebraic_multigrid():
    V = space(4, degree=1)
    solver = multigrid(diffusion(V, boundary_mask(V, **LEFT)), "diffusion")
    assert solver._ksp.getPC().getType() == "gamg"
