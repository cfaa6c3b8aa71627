"""Distributed fields to whole arrays on the first process."""

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI, dolfinx
from rfa_model.solver.domain import Domain

# DOLFINx orders a quadratic tetrahedron's edges as in Basix; VTK wants the midpoints of 01, 12, 02, 03, 13, 23.
VTK_ORDER = {4: [0, 1, 2, 3], 10: [0, 1, 2, 3, 9, 6, 8, 7, 5, 4]}


def gather_nodal[T: np.generic](V: "dolfinx.fem.FunctionSpace", values: NDArray[T]) -> NDArray[T] | None:
    """Return a nodal field in global numbering on rank 0, None elsewhere."""
    return _stack(V.mesh.comm, values[: V.dofmap.index_map.size_local])


def gather_points_m(V: "dolfinx.fem.FunctionSpace") -> NDArray[np.float64] | None:
    """Return the nodes, (N, 3) m in the probe frame, on rank 0."""
    return gather_nodal(V, V.tabulate_dof_coordinates())


def local_cells(domain: Domain, group: str) -> NDArray[np.int64]:
    """Return a group's process-owned cells in process-local numbering and VTK order."""
    dofs = domain.tables.dofs[domain.cells[group]]
    return dofs[:, VTK_ORDER[dofs.shape[1]]].astype(np.int64)


def gather_cells(domain: Domain) -> tuple[NDArray[np.int64], NDArray[np.int8]] | None:
    """Return all cells (global numbering, VTK order) and the place of their group in ``domain.cells``, on rank 0.

    On each process groups come one after another, tissue first.
    """
    V = domain.tables.V
    index_map = V.dofmap.index_map
    to_global = index_map.local_to_global(np.arange(domain.tables.local_size, dtype=np.int32))
    cells = np.concatenate([to_global[local_cells(domain, name)] for name in domain.cells])
    region = np.concatenate([np.full(len(own), k, np.int8) for k, own in enumerate(domain.cells.values())])
    all_cells, all_regions = _stack(V.mesh.comm, cells), _stack(V.mesh.comm, region)
    return None if all_cells is None or all_regions is None else (all_cells, all_regions)


def gather_tissue(domain: Domain, tissue: NDArray[np.int64]) -> NDArray[np.int16] | None:
    """Return the dominant tissue per cell in the order of :func:`gather_cells` (−1 in the applicator), on rank 0."""
    rest = sum(map(len, domain.cells.values())) - len(tissue)
    return _stack(domain.tables.V.mesh.comm, np.concatenate([tissue, np.full(rest, -1)]).astype(np.int16))


def gather_of_tissue(domain: Domain, values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return a value per tissue cell in the order of :func:`gather_cells` (0 in the applicator), on rank 0."""
    rest = sum(map(len, domain.cells.values())) - len(values)
    return _stack(domain.tables.V.mesh.comm, np.concatenate([values, np.zeros(rest)]))


def _stack[T: np.generic](comm: MPI.Comm, part: NDArray[T]) -> NDArray[T] | None:
    parts = comm.gather(part, root=0)
    return None if parts is None else np.concatenate(parts)
