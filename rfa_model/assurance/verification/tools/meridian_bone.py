"""Bone beside a ball electrode in the meridian plane: a second code's answer on a fitted mesh too fine to matter.

∫ σ r ∇φ·∇v + ∮ σ/R r φ v = 0 and ∫ r (k ∇θ·∇v + w θ v) = V² ∫ σ r |∇φ|² v, quadratic triangles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import basix.ufl
import numpy as np
import ufl
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import spsolve

from rfa_model._fenics import MPI, dolfinx
from rfa_model.assurance.verification.tools.bone import DOMAIN_MM, ELECTRODE_MM, Bone
from rfa_model.meshing.gmsh_session import gmsh_session

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Medium:
    """σ (S/m), k (W/mK) and w (W/m³K); metal has no σ here, being an equipotential."""

    sigma: float
    k: float
    w: float


@dataclass
class Meridian:
    """Potential for 1 V and rise θ for ``voltage_V``; φ and θ are functions on the half disc, metres."""

    conductance_S: float
    theta: dolfinx.fem.Function
    cell_radius: Array

    def rise(self, points_mm: Array) -> Array:
        """θ at points (n, 3), K."""
        flat = np.column_stack([np.hypot(points_mm[:, 0], points_mm[:, 1]), points_mm[:, 2], 0.0 * points_mm[:, 0]])
        flat = flat * 1e-3
        mesh = self.theta.function_space.mesh
        tree = dolfinx.geometry.bb_tree(mesh, 2, padding=1e-9)
        near = dolfinx.geometry.compute_collisions_points(tree, flat)
        found = dolfinx.geometry.compute_colliding_cells(mesh, near, flat)
        cells = np.array([found.links(i)[0] for i in range(len(flat))], np.int32)
        return np.reshape(self.theta.eval(flat, cells), -1)

    def volume_mm3(self, level_K: float, samples: int = 24) -> float:
        """Volume of tissue with θ ≥ level: Pappus over the points of a lattice in each triangle."""
        lattice = np.array([p for p in product(range(samples), repeat=3) if sum(p) == samples - 1], float)
        barycentric = (lattice + 1.0 / 3.0) / samples
        V = self.theta.function_space
        shape = V.element.basix_element.tabulate(0, barycentric[:, 1:])[0, :, :, 0]
        hot = self.theta.x.array[V.dofmap.list] @ shape.T >= level_K
        corners = V.mesh.geometry.x[V.mesh.geometry.dofmaps[0]][:, :, :2]
        (a, b), (c, d) = (corners[:, 1] - corners[:, 0]).T, (corners[:, 2] - corners[:, 0]).T
        area = 0.5 * np.abs(a * d - b * c)
        radius = corners[:, :, 0] @ barycentric.T
        share = (hot * radius).mean(axis=1)
        return float(2.0 * math.pi * (area * share)[self.cell_radius > ELECTRODE_MM].sum()) * 1e9


def solve_meridian(bone: Bone, media: dict[str, Medium], voltage_V: float, fineness: float = 1.0) -> Meridian:
    """Solve for ``media`` ``muscle``, ``bone`` and ``metal``; ``fineness`` scales the cells."""
    mesh, kinds, radius = _half_disc(bone, fineness)
    V = dolfinx.fem.functionspace(mesh, ("Lagrange", 2))
    r = ufl.SpatialCoordinate(mesh)[0]
    u, v = ufl.TrialFunction(V), ufl.TestFunction(V)
    sigma, k, w = (_per_cell(mesh, kinds, media, name) for name in ("sigma", "k", "w"))
    mesh.topology.create_connectivity(1, 2)
    rim = dolfinx.mesh.locate_entities_boundary(
        mesh, 1, lambda x: np.hypot(x[0], x[1]) > (1.0 - 1e-6) * DOMAIN_MM * 1e-3
    )
    ds = ufl.Measure("ds", mesh, subdomain_data=dolfinx.mesh.meshtags(mesh, 1, rim, np.full(len(rim), 1, np.int32)))
    current = sigma * r * ufl.inner(ufl.grad(u), ufl.grad(v)) * ufl.dx
    current += sigma / (DOMAIN_MM * 1e-3) * r * u * v * ds(1)
    matrix = dolfinx.fem.assemble_matrix(dolfinx.fem.form(current)).to_scipy().tocsr()
    phi, theta = dolfinx.fem.Function(V), dolfinx.fem.Function(V)
    metal = np.unique(V.dofmap.list[kinds == "metal"])
    phi.x.array[metal] = 1.0
    _solve(matrix, phi, metal, np.zeros(len(phi.x.array)))
    conductance = 2.0 * math.pi * float(phi.x.array @ (matrix @ phi.x.array))
    heat = r * (k * ufl.inner(ufl.grad(u), ufl.grad(v)) + w * u * v) * ufl.dx
    source = voltage_V**2 * sigma * r * ufl.inner(ufl.grad(phi), ufl.grad(phi)) * v * ufl.dx
    load = dolfinx.fem.assemble_vector(dolfinx.fem.form(source)).array
    outside = dolfinx.fem.locate_dofs_topological(V, 1, rim)
    _solve(dolfinx.fem.assemble_matrix(dolfinx.fem.form(heat)).to_scipy().tocsr(), theta, outside, load)
    return Meridian(conductance, theta, radius)


def _solve(matrix: csr_array, u: dolfinx.fem.Function, fixed: NDArray[np.int32], load: Array) -> None:
    x = u.x.array
    free = np.setdiff1d(np.arange(len(x)), fixed)
    x[free] += spsolve(matrix[free][:, free].tocsc(), (load - matrix @ x)[free])


def _per_cell(
    mesh: dolfinx.mesh.Mesh, kinds: NDArray[np.str_], media: dict[str, Medium], name: str
) -> dolfinx.fem.Function:
    function = dolfinx.fem.Function(dolfinx.fem.functionspace(mesh, ("Discontinuous Lagrange", 0)))
    for kind, medium in media.items():
        function.x.array[kinds == kind] = getattr(medium, name)
    return function


def _half_disc(bone: Bone, fineness: float) -> tuple[dolfinx.mesh.Mesh, NDArray[np.str_], Array]:
    """The mesh in metres, the medium of each cell, and how far the farthest corner of each lies from the centre, mm."""
    with gmsh_session("meridian") as gmsh:
        occ, far = gmsh.model.occ, 2.0 * DOMAIN_MM
        half = (2, occ.addRectangle(0.0, -far, 0.0, far, 2.0 * far))
        discs = [(2, occ.addDisk(0, 0, 0, radius, radius)) for radius in (DOMAIN_MM, ELECTRODE_MM)]
        if bone.is_plane:
            below = (2, occ.addRectangle(0.0, -bone.distance_mm - far, 0.0, far, far))
            discs += occ.intersect([discs[0]], [below], removeObject=False)[0]
        else:
            discs.append((2, occ.addDisk(0, bone.centre_mm, 0, bone.radius_mm, bone.radius_mm)))
        pieces = [part for disc in discs for part in occ.intersect([disc], [half], removeTool=False)[0]]
        occ.remove([half], recursive=True)
        occ.fragment(pieces[:1], pieces[1:])
        occ.synchronize()
        for option in ("ExtendFromBoundary", "FromPoints", "FromCurvature"):
            gmsh.option.setNumber(f"Mesh.MeshSize{option}", 0)
        gmsh.model.mesh.setSizeCallback(
            lambda _, __, x, y, z, lc: fineness * min(0.02 + 0.05 * max(0.0, math.hypot(x, y) - ELECTRODE_MM), 0.5)
        )
        gmsh.model.mesh.generate(2)
        tags, x, _ = gmsh.model.mesh.getNodes()
        number = np.zeros(int(tags.max()) + 1, int)
        number[tags] = np.arange(len(tags))
        cells = number[np.reshape(gmsh.model.mesh.getElementsByType(2)[1], (-1, 3))]
        gmsh.model.mesh.removeSizeCallback()
    points = np.reshape(x, (-1, 3))[:, :2]
    used, cells = np.unique(cells, return_inverse=True)
    points, cells = points[used], cells.reshape(-1, 3)
    element = basix.ufl.element("Lagrange", "triangle", 1, shape=(2,))
    mesh = dolfinx.mesh.create_mesh(MPI.COMM_SELF, cells, ufl.Mesh(element), points * 1e-3)
    corners = points[cells[mesh.topology.original_cell_index]]
    radius = np.linalg.norm(corners, axis=2).max(axis=1) / (1.0 + 1e-6)
    kinds = np.where(radius < ELECTRODE_MM, "metal", np.where(bone.holds(corners), "bone", "muscle"))
    return mesh, kinds, radius
