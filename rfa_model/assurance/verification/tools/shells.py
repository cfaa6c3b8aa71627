"""Meshes of spherical and spheroidal electrodes in shells: icosphere triangles stacked radially, prisms cut in three.

Directions are scaled so that every shell encloses the volume of its round one, as the probe meshes do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import basix.ufl
import numpy as np
import ufl
from numpy.typing import NDArray

from rfa_model._fenics import MPI, dolfinx
from rfa_model.assurance.verification.tools.bioheat import BODY_C, SIGMA
from rfa_model.laws import ElectricConductivity
from rfa_model.physics.assembly import CellTables
from rfa_model.physics.electric import ElectricProblem
from rfa_model.solver.unit_potential import UnitPotential

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True)
class Shells:
    """A mesh in metres with the cells of the metal and of the tissue, the facets of the bore and of the outside."""

    mesh: dolfinx.mesh.Mesh
    metal: NDArray[np.int32]
    tissue: NDArray[np.int32]
    bore: NDArray[np.int32]
    outer: NDArray[np.int32]


@cache
def icosphere(subdivisions: int) -> tuple[Array, Index]:
    """Directions (n, 3), scaled to the ball's volume, and triangles of a subdivided icosahedron."""
    g = (1.0 + np.sqrt(5.0)) / 2.0
    corners = [(-1, g, 0), (1, g, 0), (-1, -g, 0), (1, -g, 0), (0, -1, g), (0, 1, g)]
    corners += [(0, -1, -g), (0, 1, -g), (g, 0, -1), (g, 0, 1), (-g, 0, -1), (-g, 0, 1)]
    points = np.array(corners, float)
    near = np.linalg.norm(points[:, None] - points[None], axis=2) < 2.1
    faces = np.array(
        [(i, j, k) for i in range(12) for j in range(i) for k in range(j) if near[i, j] and near[j, k] and near[i, k]]
    )
    for _ in range(subdivisions):
        edges = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
        unique, inverse = np.unique(edges, axis=0, return_inverse=True)
        m = len(points) + inverse.reshape(-1, 3)
        points = np.vstack([points, points[unique].mean(axis=1)])
        a, b, c = faces.T
        faces = np.concatenate(
            [np.stack(t, axis=1) for t in ((a, m[:, 0], m[:, 2]), (b, m[:, 1], m[:, 0]), (c, m[:, 2], m[:, 1]))] + [m]
        )
        points /= np.linalg.norm(points, axis=1)[:, None]
    points /= np.linalg.norm(points, axis=1)[:, None]
    volume = np.abs(np.linalg.det(points[faces])).sum() / 6.0
    return points * (4.0 * np.pi / 3.0 / volume) ** (1.0 / 3.0), faces


def shells(subdivisions: int, layers: Array, metal_layers: int, place: Callable[[Array, float], Array]) -> Shells:
    """Stack shells; ``place(directions, layers[i])`` gives the points of shell i; the first layers are metal."""
    directions, faces = icosphere(subdivisions)
    n, count = len(directions), len(layers)
    points = np.concatenate([place(directions, value) for value in layers])
    low = np.sort(faces, axis=1)
    # Ascending corners give neighbouring prisms the same diagonals.
    a, b, c = low.T
    one = np.concatenate(
        [np.stack(t, axis=1) for t in ((a, b, c, c + n), (a, b, b + n, c + n), (a, a + n, b + n, c + n))]
    )
    cells = np.concatenate([one + n * i for i in range(count - 1)])
    element = basix.ufl.element("Lagrange", "tetrahedron", 1, shape=(3,))
    mesh = dolfinx.mesh.create_mesh(MPI.COMM_SELF, cells, ufl.Mesh(element), points)
    layer = mesh.topology.original_cell_index // len(one)
    mesh.topology.create_connectivity(2, 3)
    mesh.topology.create_connectivity(2, 0)
    boundary = dolfinx.mesh.exterior_facet_indices(mesh.topology)
    nodes = dolfinx.mesh.entities_to_geometry(mesh, 2, boundary)
    shell = mesh.geometry.input_global_indices[nodes] // n
    assert ((shell == shell[:, :1]).all(axis=1) & np.isin(shell[:, 0], (0, count - 1))).all()
    return Shells(
        mesh=mesh,
        metal=np.flatnonzero(layer < metal_layers).astype(np.int32),
        tissue=np.flatnonzero(layer >= metal_layers).astype(np.int32),
        bore=boundary[shell[:, 0] == 0].astype(np.int32),
        outer=boundary[shell[:, 0] == count - 1].astype(np.int32),
    )


def sphere_electrode(subdivisions: int, layers: int, bore_mm: float, electrode_mm: float, outer_mm: float) -> Shells:
    """A hollow metal sphere in tissue; tissue layers grow geometrically outwards."""
    radii = np.concatenate(
        [[bore_mm, 0.5 * (bore_mm + electrode_mm)], np.geomspace(electrode_mm, outer_mm, layers + 1)]
    )
    return shells(subdivisions, radii * 1e-3, 2, lambda directions, radius: directions * radius)


def spheroid_electrode(
    subdivisions: int, layers: int, half_length_mm: float, radius_mm: float, outer_mm: float
) -> Shells:
    """A prolate spheroid about z in confocal shells; the outermost has ``outer_mm`` as its longer half axis."""
    focus = np.sqrt(half_length_mm**2 - radius_mm**2)
    mu = np.linspace(np.arccosh(half_length_mm / focus), np.arccosh(outer_mm / focus), layers + 1)
    levels = np.concatenate([[0.8 * mu[0]], mu])

    def place(directions: Array, level: float) -> Array:
        half, wide = focus * np.cosh(level), focus * np.sinh(level)
        return directions * np.array([wide, wide, half]) * 1e-3

    return shells(subdivisions, levels, 1, place)


def electrode_current(shells: Shells, tables: CellTables, far_field_radius_m: float | None) -> UnitPotential:
    """1 V on the metal in muscle of constant σ, solved; the outside meets the far-field condition or is grounded."""
    problem = ElectricProblem(tables, shells.tissue, {"sphere": shells.metal}, shells.outer, far_field_radius_m)
    constant = ElectricConductivity(slope_per_C=0.0)
    current = UnitPotential(problem, np.full(len(shells.tissue), SIGMA), constant, rtol=1e-11)
    current.update(np.full(tables.local_size, BODY_C))
    return current


def edge_mm(subdivisions: int, radius_mm: float) -> float:
    """Side of an equilateral triangle that is the sphere's surface over the number of its triangles."""
    return radius_mm * float(np.sqrt(4.0 * np.pi / (20.0 * 4.0**subdivisions) * 4.0 / np.sqrt(3.0)))
