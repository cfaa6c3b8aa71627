"""Arrays on rank 0 -> a DOLFINx mesh over the communicator, in metres, with its tags."""

from __future__ import annotations

import basix.ufl
import numpy as np
import ufl
from numpy.typing import NDArray

from rfa_model._fenics import MPI, dolfinx
from rfa_model.meshing.arrays import MeshArrays

METRES_PER_MILLIMETRE = 1e-3


def distribute(
    arrays: MeshArrays | None, comm: MPI.Comm
) -> tuple[dolfinx.mesh.Mesh, dolfinx.mesh.MeshTags, dolfinx.mesh.MeshTags]:
    """Partition the mesh of rank 0 (``arrays`` is None elsewhere) over ``comm``, with shared-facet ghosts.

    Returns
    -------
    mesh, cell tags, facet tags
    """
    from dolfinx.mesh import GhostMode, create_cell_partitioner, create_mesh

    tets, points = _block(arrays, "tets", 4), np.zeros((0, 3))
    if arrays is not None:
        points = arrays.points_mm * METRES_PER_MILLIMETRE
    element = basix.ufl.element("Lagrange", "tetrahedron", 1, shape=(3,))
    partitioner = create_cell_partitioner(GhostMode.shared_facet, 2)
    mesh = create_mesh(comm, tets, ufl.Mesh(element), points, partitioner)
    cell_tags = _tags(mesh, 3, tets, _values(arrays, "tet_tags"))
    facet_tags = _tags(mesh, 2, _block(arrays, "triangles", 3), _values(arrays, "triangle_tags"))
    cell_tags.name, facet_tags.name = "cell_tags", "facet_tags"
    return mesh, cell_tags, facet_tags


def _tags(
    mesh: dolfinx.mesh.Mesh, dim: int, entities: NDArray[np.int64], values: NDArray[np.int32]
) -> dolfinx.mesh.MeshTags:
    from dolfinx.graph import adjacencylist
    from dolfinx.io.utils import distribute_entity_data
    from dolfinx.mesh import meshtags_from_entities

    mesh.topology.create_entities(dim)
    local, local_values = distribute_entity_data(mesh, dim, entities, values)
    mesh.topology.create_connectivity(dim, mesh.topology.dim)
    mesh.topology.create_connectivity(dim, 0)
    return meshtags_from_entities(mesh, dim, adjacencylist(local), local_values.astype(np.int32))


def _block(arrays: MeshArrays | None, name: str, width: int) -> NDArray[np.int64]:
    return np.zeros((0, width), dtype=np.int64) if arrays is None else np.asarray(getattr(arrays, name), dtype=np.int64)


def _values(arrays: MeshArrays | None, name: str) -> NDArray[np.int32]:
    return np.zeros(0, dtype=np.int32) if arrays is None else np.asarray(getattr(arrays, name), dtype=np.int32)
