"""Multigrid for either element order: quadratic elements are smoothed, the linear ones within them do the rest."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import PETSc, dolfinx
from rfa_model.physics.assembly import SystemMatrix
from rfa_model.solver.linear import LinearSolver

ALGEBRAIC: Mapping[str, object] = {
    "pc_type": "gamg",
    "pc_gamg_threshold": 0.02,
    "pc_gamg_reuse_interpolation": True,
    "mg_levels_ksp_type": "chebyshev",
    "mg_levels_pc_type": "jacobi",
}
# One sweep: two need a tenth fewer iterations and half as much time again for each, and so does SOR.
NESTED: Mapping[str, object] = {
    "pc_type": "mg",
    "pc_mg_galerkin": "both",
    "mg_levels_ksp_type": "chebyshev",
    "mg_levels_ksp_max_it": 1,
    "mg_levels_pc_type": "jacobi",
    "mg_coarse_ksp_type": "preonly",
    **{f"mg_coarse_{key}": value for key, value in ALGEBRAIC.items()},
}
# Where water boils the mean of a cell is hundreds of times heavier than what varies within it, and the matrix is
# another at every step: setting up levels does not pay, and an incomplete factorisation can take a thousand iterations.
# In short steps, where heat hardly gets from node to node, levels have nothing to do either.
# Symmetric successive over-relaxation; on one process by Eisenstat's trick, at the price of one product with the matrix
# (SIAM J Sci Stat Comput 1981;2:1).
OVER_RELAXED: Mapping[str, object] = {"pc_type": "eisenstat", "pc_eisenstat_omega": 1.2}
OVER_RELAXED_IN_PARALLEL: Mapping[str, object] = {"pc_type": "sor"}
# Reverse Cuthill-McKee: a fifth fewer iterations than in the order DOLFINx gives the unknowns.
INCOMPLETE_CHOLESKY: Mapping[str, object] = {
    "pc_type": "bjacobi",
    "sub_pc_type": "icc",
    "sub_pc_factor_mat_ordering_type": "rcm",
}


def multigrid(
    system: SystemMatrix,
    name: str,
    for_linear: Mapping[str, object] = ALGEBRAIC,
) -> LinearSolver:
    """Return a solver whose iterations hardly grow with the number of unknowns, unless ``for_linear`` says otherwise.

    Aggregating quadratic elements, as algebraic multigrid alone does, costs ten times the set-up and twice the time of
    a solve, for the same matrix.

    Parameters
    ----------
    system : SystemMatrix
    name : str
        What is solved, for error messages.
    for_linear : mapping
        Options for linear elements, which have no others within them; quadratic ones have two levels.
    """
    V, matrix = system.V, system.matrix
    if V.element.basix_element.degree == 1:
        return LinearSolver(V, matrix, for_linear, name, made_from=lambda: system.made_from)
    nested = linear_within(V, system.constrained)
    return LinearSolver(V, matrix, NESTED, name, interpolation=nested, made_from=lambda: system.made_from)


def over_relaxation(system: SystemMatrix, name: str) -> LinearSolver:
    """Return a solver without levels, whatever the elements' order: nothing of it is kept from matrix to matrix."""
    options = OVER_RELAXED if system.V.mesh.comm.size == 1 else OVER_RELAXED_IN_PARALLEL
    return LinearSolver(system.V, system.matrix, options, name, made_from=lambda: system.made_from)


def linear_within(V: "dolfinx.fem.FunctionSpace", constrained: NDArray[np.bool_]) -> "PETSc.Mat":
    """Return the matrix that writes a linear field as a quadratic one of ``V``, keeping clear of constrained unknowns.

    A constrained vertex stays itself and reaches no edge, a constrained edge is reached from no vertex: so the coarse
    matrix, too, has identity rows.
    """
    corners = dolfinx.fem.functionspace(V.mesh, ("Lagrange", 1))
    fine, coarse = V.dofmap.list, corners.dofmap.list
    rows, columns, values = [fine[:, :4].ravel()], [coarse.ravel()], [np.ones(coarse.size)]
    points = V.element.basix_element.points[4:]
    shares = np.column_stack([1.0 - points.sum(axis=1), points])
    for edge, share in zip(fine[:, 4:].T, shares, strict=True):
        for end in np.flatnonzero(share):
            free = ~(constrained[edge] | constrained[fine[:, end]])
            rows.append(edge[free])
            columns.append(coarse[free, end])
            values.append(np.full(int(free.sum()), share[end]))
    row, column, value = np.concatenate(rows), np.concatenate(columns), np.concatenate(values)
    # A ghost's row is its owner's to set, and every cell around an entry says the same.
    row = np.where(row < V.dofmap.index_map.size_local, row, -1)
    _, first = np.unique(row.astype(np.int64) * (coarse.max(initial=0) + 1) + column, return_index=True)
    matrix = PETSc.Mat().create(V.mesh.comm)
    matrix.setSizes([(m.size_local, m.size_global) for m in (V.dofmap.index_map, corners.dofmap.index_map)])
    matrix.setType(PETSc.Mat.Type.AIJ)
    matrix.setLGMap(*(_numbers(space) for space in (V, corners)))
    matrix.setPreallocationCOOLocal(row[first].astype(PETSc.IntType), column[first].astype(PETSc.IntType))
    matrix.setValuesCOO(value[first], PETSc.InsertMode.INSERT_VALUES)
    return matrix


def _numbers(V: "dolfinx.fem.FunctionSpace") -> "PETSc.LGMap":
    index_map = V.dofmap.index_map
    local = np.arange(index_map.size_local + index_map.num_ghosts, dtype=np.int32)
    return PETSc.LGMap().create(index_map.local_to_global(local).astype(PETSc.IntType), comm=V.mesh.comm)
