"""From coefficients of cells to vectors and to the values of a matrix whose pattern never changes.

An affine cell enters an element matrix through six numbers and its volume, so all element matrices of a mesh are one
product of two dense matrices; they are summed entry by entry, and handed to PETSc through its coordinate (COO)
interface. More than five times faster than re-running assembly kernels with 100-entry insertions for quadratic
tetrahedra, the same on any number of processes. σ(T), which varies most, is linear within each cell: with a constant
per cell the tip rise of the potential-temperature theorem was three times further from exact.
Affine tetrahedra and Lagrange elements of degree 1 or 2 only.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import basix
import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import PETSc, dolfinx
from rfa_model.physics.reference_element import PAIRS, ReferenceElement

Array = NDArray[np.float64]
Index = NDArray[np.int32]
PART = 8192
"""Cells."""
_ROWS = [[PAIRS.index((min(a, b), max(a, b))) for b in range(3)] for a in range(3)]


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

    @cached_property
    def packed(self) -> Array:
        """Its matrices, :func:`packed`."""
        return packed(self.matrices)

    def apply(self, coefficient: Array, vector: Array) -> Array:
        """Return ``coefficient · matrix · vector`` per element, shape (m, n)."""
        return coefficient[:, None] * np.matmul(self.matrices, vector[self.dofs][:, :, None])[:, :, 0]


class Cells:
    """Cells with their unknowns and geometry. Element vectors stand unknown by unknown: (n, cells).

    Parameters
    ----------
    reference : ReferenceElement
    dofs : (cells, n) int array
        Process-local degrees of freedom.
    corners : (cells, 4, 3) array
        Metres.

    Attributes
    ----------
    nodes : (n, cells) int array
        ``dofs``, unknown by unknown.
    det, volume_m3 : (cells,) arrays
        Six times the volume, and the volume, m³.
    metric : (6, cells) array
        det·J⁻¹J⁻ᵀ, m.
    """

    def __init__(self, reference: ReferenceElement, dofs: Index, corners: Array) -> None:
        self.reference, self.dofs, self.corners = reference, dofs, corners
        self.nodes: NDArray[np.intp] = np.ascontiguousarray(dofs.T, dtype=np.intp)
        self.det: Array = np.abs(np.linalg.det(self._jacobian()))
        self.volume_m3: Array = self.det / 6.0
        self.metric = self.metric_of(np.eye(3))

    def __getitem__(self, which: Index) -> "Cells":
        """Return some of the cells."""
        return Cells(self.reference, self.dofs[which], self.corners[which])

    @property
    def count(self) -> int:
        """Number of cells."""
        return len(self.dofs)

    def metric_of(self, tensor: Array) -> Array:
        """Return det·J⁻¹DJ⁻ᵀ for a symmetric conductivity D, (3, 3) or (cells, 3, 3); shape (6, cells)."""
        inverse = np.linalg.inv(self._jacobian())
        full = np.matmul(inverse @ tensor, np.swapaxes(inverse, 1, 2)) * self.det[:, None, None]
        return np.ascontiguousarray(np.stack([full[:, a, b] for a, b in PAIRS]))

    def matrices(self, metric: Array, mass: Array, mean_mass: Array | None = None, out: Array | None = None) -> Array:
        """Return ∫ ∇v·D∇u + m·v u + m̄·v̄ ū of every cell, v̄ and ū the cell means; (cells, n, n), or ``out``.

        Parameters
        ----------
        metric : (6, cells) array
            Of D, see :meth:`metric_of`.
        mass, mean_mass : (cells,) arrays
            m and m̄.
        out : (cells, n(n + 1)/2) array or None
            Where to put them :func:`packed`; it is returned then.
        """
        r = self.reference
        rows, table = [*metric, mass * self.det], [*r.stiffness, r.mass.ravel()]
        if mean_mass is not None:
            rows.append(mean_mass * self.volume_m3)
            table.append(np.outer(r.mean, r.mean).ravel())
        return self._products(lambda part: np.stack([row[part] for row in rows]), np.stack(table), out)

    def weighted_stiffness(self, weight: Array, out: Array | None = None) -> Array:
        """Return ∫ s ∇v·∇u with s linear in each cell, given at its corners (4, cells); ``out`` as :meth:`matrices`."""
        r = self.reference

        def rows(part: slice) -> Array:
            both = self.metric[:, None, part] * (r.weighting @ weight[:, part])
            return both.reshape(-1, both.shape[2])

        return self._products(rows, r.weighted_stiffness, out)

    def apply_stiffness(self, metric: Array, vector: Array) -> Array:
        """Return ∫ ∇v·D∇vector of every cell, shape (n, cells); the metric is that of D."""

        def work(part: slice) -> Array:
            driven = flux(metric[:, part], self._gradient(vector, part))
            return self.reference.divergence @ driven.reshape(-1, driven.shape[2])

        return self._vectors(work)

    def apply_mass(self, coefficient: Array, vector: Array) -> Array:
        """Return ∫ ``coefficient``·v·vector of every cell, shape (n, cells)."""
        scale = coefficient * self.det
        return self._vectors(lambda part: (self.reference.mass @ vector[self.nodes[:, part]]) * scale[part])

    def apply_mean(self, cell_values: Array) -> Array:
        """Return ∫ v of a value per cell, shape (n, cells)."""
        return self.reference.mean[:, None] * (cell_values * self.volume_m3)

    def mean(self, vector: Array) -> Array:
        """Return the exact cell means of a nodal field, shape (cells,)."""
        return self.reference.mean @ vector[self.nodes]

    def gradient_square_load(self, vector: Array, weight: Array) -> Array:
        """Return ∫ s|∇vector|² v with s linear in each cell (corner values (4, cells)); exact, (n, cells)."""

        def work(part: slice) -> Array:
            gradient = self._gradient(vector, part)
            driven = flux(self.metric[:, part], gradient)
            squares = [
                gradient[0, m] * driven[0, k] + gradient[1, m] * driven[1, k] + gradient[2, m] * driven[2, k]
                for m, k in self.reference.gradient_pairs
            ]
            both = np.stack(squares)[:, None, :] * weight[:, part]
            return self.reference.source @ both.reshape(-1, both.shape[2])

        return self._vectors(work)

    def gradient_values(self, nodal: Array) -> Array:
        """Return reference gradients, (3, L, cells), of nodal values (n, cells)."""
        return (self.reference.gradient @ nodal).reshape(3, -1, nodal.shape[1])

    def _gradient(self, vector: Array, part: slice) -> Array:
        return self.gradient_values(vector[self.nodes[:, part]])

    def _vectors(self, work: Callable[[slice], Array]) -> Array:
        out = np.empty(self.nodes.shape)
        for part in self._parts():
            out[:, part] = work(part)
        return out

    def _products(self, rows: Callable[[slice], Array], table: Array, out: Array | None) -> Array:
        n = self.dofs.shape[1]
        values = np.empty((self.count, n * n)) if out is None else out
        table = table if out is None else packed(table.reshape(-1, n, n))
        for part in self._parts():
            np.matmul(rows(part).T, table, out=values[part])
        return values.reshape(-1, n, n) if out is None else values

    def _parts(self) -> Iterator[slice]:
        """So many cells at a time that what is worked out on the way stays in the cache."""
        return (slice(start, start + PART) for start in range(0, self.count, PART))

    def _jacobian(self) -> Array:
        return np.swapaxes(self.corners[:, 1:] - self.corners[:, :1], 1, 2)


def flux(metric: Array, gradient: Array) -> Array:
    """Return the metric (6, cells) times gradients (3, L, cells)."""
    x, y, z = gradient
    found = np.empty(gradient.shape)
    for out, (a, b, c) in zip(found, _ROWS, strict=True):  # in place: three quarters of the time
        np.multiply(metric[a], x, out=out)
        out += metric[b] * y
        out += metric[c] * z
    return found


class CellTables(Cells):
    """Every cell that this process owns.

    Parameters
    ----------
    V : dolfinx.fem.FunctionSpace
        Scalar Lagrange space of degree 1 or 2 on affine tetrahedra, coordinates in metres.

    Attributes
    ----------
    V : dolfinx.fem.FunctionSpace
    local_size : int
        Length of process-local vectors, ghosts included.
    """

    def __init__(self, V: "dolfinx.fem.FunctionSpace") -> None:
        mesh, index_map = V.mesh, V.dofmap.index_map
        count = mesh.topology.index_map(3).size_local
        super().__init__(
            ReferenceElement.of(V.element.basix_element),
            np.ascontiguousarray(V.dofmap.list[:count], dtype=np.int32),
            mesh.geometry.x[mesh.geometry.dofmaps[0][:count]],
        )
        self.V = V
        self.local_size: int = index_map.size_local + index_map.num_ghosts

    def scatter(self, *contributions: tuple[NDArray[np.integer], Array]) -> Array:
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

    Element matrices are packed (:func:`packed`): what is symmetric is written, and summed, once.

    Parameters
    ----------
    V : dolfinx.fem.FunctionSpace
    dof_lists : list of (m, n) int arrays
        The degrees of freedom of each block.
    constrained : (local_size,) bool array
        Unknowns whose row and column become the identity's.

    Attributes
    ----------
    V, constrained
        As given.
    matrix : PETSc.Mat
    blocks : list of (m, n(n + 1)/2) arrays
        Packed element matrices of each block, to be written in place before :meth:`update`.
    made_from : mapping of str to array
        The coefficients that its blocks were last written from: enough to write them once more.
    """

    def __init__(self, V: "dolfinx.fem.FunctionSpace", dof_lists: list[Index], constrained: NDArray[np.bool_]) -> None:
        self.V, self.constrained = V, constrained
        index_map = V.dofmap.index_map
        owned, size = index_map.size_local, index_map.size_local + index_map.num_ghosts
        pairs = [[dofs[:, side] for side in _upper(dofs.shape[1])] for dofs in dof_lists]
        one, other = (np.concatenate([sides[k].ravel() for sides in pairs]).astype(np.int64) for k in range(2))
        free = ~(constrained[one] | constrained[other])
        entries, place = np.unique(
            np.where(free, np.minimum(one, other) * size + np.maximum(one, other), size**2), return_inverse=True
        )
        # What touches a constrained unknown is summed behind all entries, and left there.
        self._count = int(np.searchsorted(entries, size**2))
        self._place: NDArray[np.intp] = place
        low, high = np.divmod(entries[: self._count], size)
        self._mirrored = np.flatnonzero(low != high)
        fixed = np.flatnonzero(constrained[:owned])
        rows = np.concatenate([low, high[self._mirrored], fixed]).astype(PETSc.IntType)
        columns = np.concatenate([high, low[self._mirrored], fixed]).astype(PETSc.IntType)
        self.matrix = PETSc.Mat().create(V.mesh.comm)
        self.matrix.setSizes(((owned, index_map.size_global), (owned, index_map.size_global)))
        self.matrix.setType(PETSc.Mat.Type.AIJ)
        lgmap = PETSc.LGMap().create(
            index_map.local_to_global(np.arange(size, dtype=np.int32)).astype(PETSc.IntType), comm=V.mesh.comm
        )
        self.matrix.setLGMap(lgmap, lgmap)
        self.matrix.setPreallocationCOOLocal(rows, columns)
        self._values: Array = np.ones(len(rows))
        self._packed: Array = np.full(len(place), np.nan)
        ends = np.cumsum([sides[0].size for sides in pairs])[:-1]
        self.blocks: list[Array] = [
            part.reshape(sides[0].shape) for part, sides in zip(np.split(self._packed, ends), pairs, strict=True)
        ]
        self.made_from: Mapping[str, NDArray[np.floating]] = {}

    def update(self, made_from: Mapping[str, NDArray[np.floating]] | None = None) -> None:
        """Set the matrix from its blocks, which were written from these coefficients."""
        self.made_from = made_from or {}
        sums = np.bincount(self._place, self._packed, self._count + 1)
        count, mirrored = self._count, self._mirrored
        self._values[:count] = sums[:count]
        self._values[count : count + len(mirrored)] = sums[mirrored]
        self.matrix.setValuesCOO(self._values, PETSc.InsertMode.INSERT_VALUES)
        # PETSc forgets it, and multigrid then takes a spectrum as of a matrix that might not be symmetric.
        self.matrix.setOption(PETSc.Mat.Option.SPD, True)


def packed(matrices: Array) -> Array:
    """Return symmetric matrices (m, n, n) as their upper triangles row by row, (m, n(n + 1)/2)."""
    rows, columns = _upper(matrices.shape[-1])
    return np.asarray(matrices[..., rows, columns])


def unpacked(values: Array) -> Array:
    """Return the matrices that :func:`packed` took apart."""
    return np.asarray(values[..., _within_packed(int(np.sqrt(2.0 * values.shape[-1])))])


@cache
def _upper(n: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the upper triangle of an (n, n) matrix."""
    return np.triu_indices(n)


@cache
def _within_packed(n: int) -> NDArray[np.intp]:
    """Where the entries of an (n, n) matrix stand in its upper triangle, (n, n)."""
    at, upper = np.empty((n, n), np.intp), _upper(n)
    at[upper] = at[upper[::-1]] = np.arange(len(upper[0]))
    return at
