"""Element matrices once, values ever after: a matrix is linear in the coefficients of its cells.

The element matrices of a mesh never change during a transient, only their coefficients do. They are tabulated once in
numpy and summed into a PETSc matrix through its coordinate (COO) interface; about five times faster than re-running
assembly kernels with 100-entry insertions for quadratic tetrahedra, and the same on any number of processes. σ(T),
which varies most, is linear within each cell: with a constant per cell the tip rise of the potential-temperature
theorem was three times further from exact.
Affine tetrahedra and Lagrange elements of degree 1 or 2 only.
"""

from dataclasses import dataclass

import basix
import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import PETSc, dolfinx

Array = NDArray[np.float64]
Index = NDArray[np.int32]


_PAIRS = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))


@dataclass(frozen=True)
class Block:
    """Element matrices with the degrees of freedom they act on.

    Attributes
    ----------
    dofs : (m, n) int array
        Process-local degrees of freedom.
    matrices : (m, n, n) array
        One matrix per element, for a coefficient of 1.
    """

    dofs: Index
    matrices: Array

    def apply(self, coefficient: Array, vector: Array) -> Array:
        """Return ``coefficient · matrix · vector`` per element, shape (m, n)."""
        return coefficient[:, None] * np.matmul(self.matrices, vector[self.dofs][:, :, None])[:, :, 0]


class CellTables:
    """Stiffness and mass of every cell that this process owns.

    Parameters
    ----------
    V : dolfinx.fem.FunctionSpace
        Scalar Lagrange space of degree 1 or 2 on affine tetrahedra, coordinates in metres.
    """

    def __init__(self, V: "dolfinx.fem.FunctionSpace") -> None:
        mesh = V.mesh
        self.V = V
        self.count = mesh.topology.index_map(3).size_local
        self.dofs: Index = np.ascontiguousarray(V.dofmap.list[: self.count], dtype=np.int32)
        self.local_size = V.dofmap.index_map.size_local + V.dofmap.index_map.num_ghosts
        corners = mesh.geometry.x[mesh.geometry.dofmaps[0][: self.count]]
        self.corners = corners
        jacobian = np.swapaxes(corners[:, 1:] - corners[:, :1], 1, 2)
        self.det: Array = np.abs(np.linalg.det(jacobian))
        self.inverse = np.linalg.inv(jacobian)
        self.volume_m3: Array = self.det / 6.0
        degree = V.element.basix_element.degree
        points, weights = basix.make_quadrature(basix.CellType.tetrahedron, 2 * degree)
        table = V.element.basix_element.tabulate(1, points)[:, :, :, 0]
        self.reference_mass: Array = np.einsum("q,qi,qj->ij", weights, table[0], table[0])
        self._gradients = np.einsum("q,aqi,bqj->abij", weights, table[1:], table[1:])
        self.mean_weights: Array = 6.0 * weights @ table[0]
        # Gradients are linear in the cell, so their values at the corners hold all of |∇φ|².
        corner_gradients = V.element.basix_element.tabulate(1, basix.geometry(basix.CellType.tetrahedron))[1:, :, :, 0]
        self._corner_gradients = np.ascontiguousarray(corner_gradients.transpose(2, 1, 0))
        source_points, source_weights = basix.make_quadrature(basix.CellType.tetrahedron, degree + 3)
        shape = V.element.basix_element.tabulate(0, source_points)[0, :, :, 0]
        barycentric = np.column_stack([1.0 - source_points.sum(axis=1), source_points])
        self._source = np.einsum("q,qa,qb,qc,qi->abci", source_weights, barycentric, barycentric, barycentric, shape)
        self._weighted_gradients = self._symmetric_reference(V.element.basix_element)

    def stiffness(self, tensor: Array | None = None, cells: Index | None = None) -> Array:
        """Return ∫ ∇v·D∇u for each of ``cells`` (default all), shape (cells, n, n); D (3, 3): None is 1."""
        which: slice | Index = slice(None) if cells is None else cells
        inverse = self.inverse[which]
        metric = np.einsum("cak,kl,cbl->cab", inverse, np.eye(3) if tensor is None else tensor, inverse)
        return np.einsum("cab,abij->cij", metric * self.det[which, None, None], self._gradients, optimize=True)

    @staticmethod
    def _symmetric_reference(element: "basix.finite_element.FiniteElement") -> Array:
        """∫ λ_l ∂_aφ_i ∂_bφ_j on the reference cell for the six pairs a ≤ b, shape (6·4, n·n)."""
        points, weights = basix.make_quadrature(basix.CellType.tetrahedron, 2 * element.degree)
        gradient = element.tabulate(1, points)[1:, :, :, 0]
        barycentric = np.column_stack([1.0 - points.sum(axis=1), points])
        rows = []
        for a, b in _PAIRS:
            both = np.einsum("q,ql,qi,qj->lij", weights, barycentric, gradient[a], gradient[b])
            rows.append(both if a == b else both + np.swapaxes(both, 1, 2))
        return np.reshape(rows, (6 * 4, -1))

    def weighted_stiffness(self, corner_values: Array, cells: Index) -> Array:
        """Return ∫ s ∇v·∇u with s linear in each of ``cells``, given at its corners (cells, 4); shape (cells, n, n)."""
        inverse = self.inverse[cells]
        metric = np.matmul(inverse, np.swapaxes(inverse, 1, 2)) * self.det[cells, None, None]
        pairs = metric[:, [a for a, _ in _PAIRS], [b for _, b in _PAIRS]]
        both = (pairs[:, :, None] * corner_values[:, None, :]).reshape(len(cells), -1)
        n = self.dofs.shape[1]
        return (both @ self._weighted_gradients).reshape(-1, n, n)

    def mass(self, coefficient: Array) -> Array:
        """Return ``coefficient``·∫ v u per cell, shape (cells, n, n)."""
        return (coefficient * self.det)[:, None, None] * self.reference_mass

    def mean_mass(self, coefficient: Array) -> Array:
        """Return ``coefficient``·∫ v̄ ū per cell, v̄ and ū the cell means; shape (cells, n, n)."""
        return (coefficient * self.volume_m3)[:, None, None] * np.outer(self.mean_weights, self.mean_weights)

    def apply_mean(self, cell_values: Array) -> Array:
        """Return ∫ v of a value per cell, shape (cells, n)."""
        return (cell_values * self.volume_m3)[:, None] * self.mean_weights

    def apply_mass(self, coefficient: Array, vector: Array) -> Array:
        """Return ``coefficient``·∫ v·vector per cell, shape (cells, n)."""
        return (coefficient * self.det)[:, None] * (vector[self.dofs] @ self.reference_mass)

    def mean(self, vector: Array) -> Array:
        """Return the exact cell means of a nodal field, shape (cells,)."""
        return vector[self.dofs] @ self.mean_weights

    def gradient_square_load(self, vector: Array, corner_values: Array, cells: Index) -> Array:
        """Return ∫ s|∇vector|² v with s linear in each of ``cells`` (corner values (cells, 4)); exact, (cells, n)."""
        reference = np.tensordot(vector[self.dofs[cells]], self._corner_gradients, axes=1)
        gradient = np.matmul(reference, self.inverse[cells])
        gram = np.matmul(gradient, np.swapaxes(gradient, 1, 2))
        both = (gram[:, :, :, None] * corner_values[:, None, None, :]).reshape(len(cells), -1)
        return self.det[cells, None] * (both @ self._source.reshape(64, -1))

    def scatter(self, *contributions: tuple[Index, Array]) -> Array:
        """Sum element vectors into a process-local array (ghosts yet to be added to their owners)."""
        total = np.zeros(self.local_size)
        for dofs, values in contributions:
            total += np.bincount(dofs.ravel(), values.ravel(), minlength=self.local_size)
        return total


def facet_mass(V: "dolfinx.fem.FunctionSpace", facets: Index) -> tuple[Index, Block]:
    """Return the cells behind ``facets`` and the block of ∫_facet v u on these cells' degrees of freedom.

    Parameters
    ----------
    V : dolfinx.fem.FunctionSpace
    facets : (f,) int array
        Process-local facets on the boundary; those whose cell another process owns are left to it.
    """
    mesh = V.mesh
    mesh.topology.create_connectivity(2, 3)
    mesh.topology.create_connectivity(3, 2)
    facet_cells, cell_facets = mesh.topology.connectivity(2, 3), mesh.topology.connectivity(3, 2)
    owned = mesh.topology.index_map(3).size_local
    pairs = [(c, f) for f in facets for c in facet_cells.links(f) if c < owned]
    n = V.dofmap.list.shape[1]
    if not pairs:
        return np.empty(0, np.int32), Block(np.empty((0, n), np.int32), np.empty((0, n, n)))
    cells = np.array([c for c, _ in pairs], np.int32)
    local = np.array([int(np.flatnonzero(cell_facets.links(c) == f)[0]) for c, f in pairs])
    element = V.element.basix_element
    points, weights = basix.make_quadrature(basix.CellType.triangle, 2 * element.degree)
    reference = basix.geometry(basix.CellType.tetrahedron)
    topology = np.array(basix.topology(basix.CellType.tetrahedron)[2])
    shape = np.column_stack([1.0 - points.sum(axis=1), points])
    tables = np.empty((4, n, n))
    for k, vertices in enumerate(topology):
        phi = element.tabulate(0, shape @ reference[vertices])[0, :, :, 0]
        tables[k] = np.einsum("q,qi,qj->ij", 2.0 * weights, phi, phi)
    corners = mesh.geometry.x[mesh.geometry.dofmaps[0][cells]][np.arange(len(cells))[:, None], topology[local]]
    area = 0.5 * np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    dofs = np.ascontiguousarray(V.dofmap.list[cells], dtype=np.int32)
    return cells, Block(dofs, area[:, None, None] * tables[local])


class SystemMatrix:
    """A symmetric PETSc matrix made of blocks of element matrices, with identity rows for constrained unknowns.

    Parameters
    ----------
    V : dolfinx.fem.FunctionSpace
    dof_lists : list of (m, n) int arrays
        The degrees of freedom of each block, in the order in which values will be given.
    constrained : (local_size,) bool array
        Unknowns whose row and column become the identity's.
    """

    def __init__(self, V: "dolfinx.fem.FunctionSpace", dof_lists: list[Index], constrained: NDArray[np.bool_]) -> None:
        index_map = V.dofmap.index_map
        owned = index_map.size_local
        fixed = np.flatnonzero(constrained[:owned]).astype(np.int32)
        rows = [np.repeat(d, d.shape[1], axis=1).ravel() for d in dof_lists]
        columns = [np.tile(d, (1, d.shape[1])).ravel() for d in dof_lists]
        row, column = np.concatenate([*rows, fixed]), np.concatenate([*columns, fixed])
        kept = ~(constrained[row] | constrained[column])
        kept[len(kept) - len(fixed) :] = True
        self._keep = np.flatnonzero(kept[: len(kept) - len(fixed)])
        self._tail = np.ones(len(fixed))
        self.matrix = PETSc.Mat().create(V.mesh.comm)
        self.matrix.setSizes(((owned, index_map.size_global), (owned, index_map.size_global)))
        self.matrix.setType(PETSc.Mat.Type.AIJ)
        lgmap = PETSc.LGMap().create(
            index_map.local_to_global(np.arange(owned + index_map.num_ghosts, dtype=np.int32)).astype(PETSc.IntType),
            comm=V.mesh.comm,
        )
        self.matrix.setLGMap(lgmap, lgmap)
        self.matrix.setPreallocationCOOLocal(row[kept].astype(PETSc.IntType), column[kept].astype(PETSc.IntType))
        self.matrix.setOption(PETSc.Mat.Option.SPD, True)

    def update(self, *values: Array) -> None:
        """Set the matrix from the element matrices of each block, shapes (m, n, n) with coefficients applied."""
        flat = np.concatenate([v.ravel() for v in values]) if len(values) > 1 else values[0].ravel()
        self.matrix.setValuesCOO(np.concatenate([flat[self._keep], self._tail]), PETSc.InsertMode.INSERT_VALUES)
