"""Box meshes in metres, their fields and forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import ufl
from numpy.typing import ArrayLike, NDArray

from rfa_model._fenics import MPI, dolfinx
from rfa_model.physics.assembly import CellTables
from rfa_model.physics.marks import marked_dofs

Array = NDArray[np.float64]
Where = Callable[[Array], NDArray[np.bool_]]


def box(size_m: Sequence[float], cells: Sequence[int], shake: float = 0.0, seed: int = 1) -> dolfinx.mesh.Mesh:
    """A box from the origin; inner nodes are moved at random by up to ``shake`` of a cell."""
    size = np.asarray(size_m, float)
    mesh = dolfinx.mesh.create_box(MPI.COMM_SELF, [np.zeros(3), size], list(cells))
    x = mesh.geometry.x
    inside = ((x > 1e-9 * size) & (x < (1.0 - 1e-9) * size)).all(axis=1)
    move = np.random.default_rng(seed).uniform(-shake, shake, x.shape) * size / np.asarray(cells)
    x[inside] += move[inside]
    return mesh


def boundary_mask(
    V: dolfinx.fem.FunctionSpace, where: Where = lambda x: np.full(x.shape[1], True)
) -> NDArray[np.bool_]:
    """Unknowns on the boundary facets whose vertices all satisfy ``where`` (points (3, n))."""
    facets = boundary_facets(V.mesh, where)
    return marked_dofs(V, dolfinx.fem.locate_dofs_topological(V, 2, facets)[:, None])


def boundary_facets(mesh: dolfinx.mesh.Mesh, where: Where) -> NDArray[np.int32]:
    """Boundary facets whose vertices all satisfy ``where`` (points (3, n))."""
    mesh.topology.create_connectivity(2, 3)
    facets = dolfinx.mesh.locate_entities_boundary(mesh, 2, where)
    return np.asarray(facets, np.int32)


def at_nodes(tables: CellTables, function: Callable[[Array], ArrayLike]) -> Array:
    """Values of ``function(x (3, n))`` at the unknowns."""
    return np.asarray(function(tables.V.tabulate_dof_coordinates().T), float)


def assembled(form: ufl.Form) -> Array:
    """A UFL linear form with generous quadrature, as a nodal array."""
    vector = dolfinx.fem.assemble_vector(dolfinx.fem.form(form))
    return np.array(vector.array)


def graded_box(size_m: Sequence[float], cells: Sequence[int], growth: Sequence[float]) -> dolfinx.mesh.Mesh:
    """A box whose cells grow from the origin along each axis, the last e^growth times as long as the first."""
    mesh = box((1.0, 1.0, 1.0), cells)
    for axis, (size, rate) in enumerate(zip(size_m, growth, strict=True)):
        x = mesh.geometry.x[:, axis]
        mesh.geometry.x[:, axis] = size * (np.expm1(rate * x) / np.expm1(rate) if rate else x)
    return mesh
