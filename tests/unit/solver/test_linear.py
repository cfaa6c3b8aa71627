"""Conjugate gradients that converge or raise: preconditioners that age, break down, and are given up."""

import numpy as np
import pytest
from scipy.sparse import block_diag, csr_array, diags_array

from rfa_model._fenics import PETSc, dolfinx
from rfa_model.assurance.verification.tools.boxes import box
from rfa_model.errors import SolveError
from rfa_model.solver.linear import LinearSolver
from rfa_model.solver.multigrid import ALGEBRAIC, INCOMPLETE_CHOLESKY

NONE = {"pc_type": "none"}


@pytest.fixture(scope="module")
def V():
    return dolfinx.fem.functionspace(box((1.0, 1.0, 1.0), (4, 4, 4)), ("Lagrange", 1))


def chain(n: int) -> csr_array:
    """A chain of springs, each end and joint tied to the ground a little."""
    return csr_array(diags_array([-1.0, 2.1, -1.0], offsets=[-1, 0, 1], shape=(n, n)))


def petsc(A: csr_array) -> "PETSc.Mat":
    made = PETSc.Mat().createAIJ(A.shape, csr=(A.indptr, A.indices, A.data), comm=PETSc.COMM_SELF)
    made.setOption(PETSc.Mat.Option.SPD, True)
    return made


def size(V) -> int:
    return V.dofmap.index_map.size_local


@pytest.mark.parametrize("options", [INCOMPLETE_CHOLESKY, ALGEBRAIC], ids=["icc", "multigrid"])
def test_it_solves(V, options):
    A = chain(size(V))
    wanted = np.sin(np.arange(size(V)))
    solver = LinearSolver(V, petsc(A), options, "chain")
    np.testing.assert_allclose(solver.solve(A @ wanted, None, rtol=1e-12), wanted, atol=1e-9)
    assert solver.fallbacks == 0


def test_levels_are_smoothed_as_said_and_options_do_not_outlive_the_solver(V):
    options = PETSc.Options()
    before = set(options.getAll())
    solver = LinearSolver(V, petsc(chain(size(V))), {**ALGEBRAIC, "mg_levels_ksp_type": "richardson"}, "chain")
    for _ in range(2):  # set up twice: levels are made anew
        solver.refresh()
        solver.solve(np.ones(size(V)), None, rtol=1e-8)
        smoother = solver._ksp.getPC().getMGSmoother(1)
        assert (smoother.getType(), smoother.getPC().getType()) == ("richardson", "jacobi")
    assert len(set(options.getAll()) - before) == len(ALGEBRAIC)
    del solver
    assert set(options.getAll()) == before


def test_what_cannot_be_solved_in_time_is_an_error_that_names_it(V):
    A = chain(size(V))
    solver = LinearSolver(V, petsc(A), NONE, "a chain", max_iterations=3)
    with pytest.raises(SolveError, match=r"^a chain: conjugate gradients stopped after 3 iterations"):
        solver.solve(np.sin(np.arange(size(V))), None, rtol=1e-12)


def test_a_right_hand_side_that_is_not_a_number_is_an_error(V):
    solver = LinearSolver(V, petsc(chain(size(V))), NONE, "a chain")
    with pytest.raises(SolveError, match="a chain: the right-hand side is not finite"):
        solver.solve(np.full(size(V), np.nan), None, rtol=1e-6)


def test_the_plain_preconditioner_may_take_longer_than_it_first_did(V):
    n = size(V)
    # Kershaw's matrix is positive definite, and its incomplete factor is not.
    kershaw = csr_array(np.array([[3.0, -2, 0, 2], [-2, 3, -2, 0], [0, -2, 3, -2], [2, 0, -2, 3]]))
    A = csr_array(block_diag([kershaw, chain(n - 4)]))
    solver = LinearSolver(V, petsc(A), {"pc_type": "icc", "pc_factor_shift_type": "none"}, "Kershaw's chain")
    # An eigenvector needs one iteration, anything else dozens: by then the diagonal counts as aged and is given up.
    wave = np.concatenate([np.zeros(4), np.sin(np.pi * np.arange(1, n - 3) / (n - 3))])
    for wanted in (wave, np.random.default_rng(2).normal(size=n)):
        np.testing.assert_allclose(solver.solve(A @ wanted, None, rtol=1e-12), wanted, atol=1e-8)
    assert solver.fallbacks == 1
