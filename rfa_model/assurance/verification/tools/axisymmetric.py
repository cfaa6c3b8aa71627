"""An independent electrode resistance: the meridian plane, exact outlines, 0.2 µm cells at the singularity.

∫ σ r ∇φ·∇v dr dz with φ = 1 on the tip and 0 on the outer sphere; the conductance is 2π times the energy. In the plane
the outline's facets can be made so small that they do not count, and quadratic cells graded towards the ring where
metal meets insulation (φ − 1 ~ ρ^½ there) leave an error far below that of any mesh in space.
"""

from __future__ import annotations

import math

import numpy as np
import ufl

from rfa_model._fenics import MPI, dolfinx
from rfa_model.library import Probe
from rfa_model.meshing.gmsh_session import Gmsh, gmsh_session

OUTER, TIP = 1, 2


def grounded_resistance_ohm(
    probe: Probe, sigma_S_per_m: float, radius_mm: float = 40.0, fineness: float = 1.0
) -> float:
    """Resistance between the tip and a grounded sphere of ``radius_mm`` about its centre, the shaft insulated."""
    with gmsh_session("meridian") as gmsh:
        _outline(gmsh, probe, radius_mm, fineness)
        gmsh.model.mesh.generate(2)
        data = dolfinx.io.gmsh.model_to_mesh(gmsh.model, MPI.COMM_SELF, 0, gdim=2)
    mesh = data.mesh
    V = dolfinx.fem.functionspace(mesh, ("Lagrange", 2))
    r = ufl.SpatialCoordinate(mesh)[0]
    u, v = ufl.TrialFunction(V), ufl.TestFunction(V)
    a = r * ufl.inner(ufl.grad(u), ufl.grad(v)) * ufl.dx
    at = {tag: dolfinx.fem.locate_dofs_topological(V, 1, data.facet_tags.find(tag)) for tag in (OUTER, TIP)}
    matrix = dolfinx.fem.assemble_matrix(dolfinx.fem.form(a)).to_scipy()
    phi = np.zeros(matrix.shape[0])
    phi[at[TIP]] = 1.0
    free = np.setdiff1d(np.arange(len(phi)), np.concatenate(list(at.values())))
    from scipy.sparse.linalg import spsolve

    phi[free] = spsolve(matrix[free][:, free].tocsc(), -(matrix @ phi)[free])
    return float(1.0 / (2.0 * math.pi * sigma_S_per_m * 1e-3 * (phi @ (matrix @ phi))))


def _outline(gmsh: Gmsh, probe: Probe, radius_mm: float, fineness: float) -> None:
    """The tissue's half plane, mm: axis below the tip, tip, shaft, outer arc."""
    geo = gmsh.model.geo
    a, length, fillet = 0.5 * probe.outer_diameter_mm, probe.tip_length_mm, probe.tip_rounding_mm
    centre = 0.5 * length
    top = centre + math.sqrt(radius_mm**2 - a**2)
    south, north = geo.addPoint(0, centre - radius_mm, 0), geo.addPoint(a, top, 0)
    middle = geo.addPoint(0, centre, 0)
    edge, bottom, shoulder = geo.addPoint(a, length, 0), geo.addPoint(0, 0, 0), geo.addPoint(a, fillet, 0)
    tip, inner = [], bottom
    if a - fillet > 1e-9:
        inner = geo.addPoint(a - fillet, 0, 0)
        tip.append(geo.addLine(bottom, inner))
    tip += [geo.addCircleArc(inner, geo.addPoint(a - fillet, fillet, 0), shoulder), geo.addLine(shoulder, edge)]
    east = geo.addPoint(radius_mm, centre, 0)
    outer = [geo.addCircleArc(north, middle, east), geo.addCircleArc(east, middle, south)]
    loop = [geo.addLine(south, bottom), *tip, geo.addLine(edge, north), *outer]
    geo.addPlaneSurface([geo.addCurveLoop(loop)])
    geo.synchronize()
    gmsh.model.addPhysicalGroup(1, outer, OUTER)
    gmsh.model.addPhysicalGroup(1, tip, TIP)
    gmsh.model.addPhysicalGroup(2, [1], 1)

    def size(_: int, __: int, x: float, y: float, z: float, lc: float) -> float:
        to_edge = math.hypot(x - a, y - length)
        to_tip = math.hypot(max(x - a, 0.0), y - min(max(y, 0.0), length))
        return fineness * min(2e-4 + 0.15 * to_edge, 0.02 + 0.12 * to_tip, 3.0)

    for option in ("ExtendFromBoundary", "FromPoints", "FromCurvature"):
        gmsh.option.setNumber(f"Mesh.MeshSize{option}", 0)
    gmsh.model.mesh.setSizeCallback(size)
