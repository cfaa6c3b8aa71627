"""Bone beside a ball electrode: its shape, and meshes that follow its surface or do not. Millimetres; axis z."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI, dolfinx
from rfa_model.meshing.arrays import MeshArrays
from rfa_model.meshing.distribute import distribute
from rfa_model.meshing.gmsh_session import Gmsh, gmsh_session
from rfa_model.meshing.groups import MeshGroups
from rfa_model.meshing.sizes import RESOLUTIONS

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
ELECTRODE_MM, DOMAIN_MM = 1.0, 20.0
STANDARD = RESOLUTIONS["standard"]
GROUPS = MeshGroups(cells={"tissue": 1, "tip": 2, "shaft": 3}, facets={"outer": 11}, contacts={"tip": ("tip",)})


@dataclass(frozen=True)
class Bone:
    """Below a plane, inside a ball below the electrode, or all about a round hole with the electrode in its middle."""

    distance_mm: float
    radius_mm: float = math.inf
    hole: bool = False

    @property
    def is_plane(self) -> bool:
        """Whether the surface is flat."""
        return math.isinf(self.radius_mm)

    @property
    def centre_mm(self) -> float:
        """Of the ball or the hole, along the axis."""
        return 0.0 if self.hole else -self.distance_mm - self.radius_mm

    def outside_mm(self, points_mm: Array) -> Array:
        """Signed distance of points (n, 2 or 3) from the bone's surface; the last coordinate is along the axis."""
        if self.is_plane:
            return points_mm[:, -1] + self.distance_mm
        centre = np.zeros(points_mm.shape[1])
        centre[-1] = self.centre_mm
        apart = np.linalg.norm(points_mm - centre, axis=1) - self.radius_mm
        return np.asarray(-apart if self.hole else apart)

    def surface_mm(self, offset_mm: float) -> Array:
        """The point (3,) of the surface that lies below the electrode and ``offset_mm`` off the axis."""
        side = offset_mm / math.sqrt(2.0)
        if self.is_plane:
            return np.array([side, side, -self.distance_mm])
        height = math.sqrt(self.radius_mm**2 - offset_mm**2)
        return np.array([side, side, self.centre_mm - height if self.hole else self.centre_mm + height])

    def holds(self, cells_mm: Array) -> Mask:
        """Cells (n, corners, 2 or 3) of a fitted mesh that are bone: no corner outside, the middle inside."""
        n, corners, dim = cells_mm.shape
        farthest = self.outside_mm(cells_mm.reshape(-1, dim)).reshape(n, corners).max(axis=1)
        return np.asarray((farthest < 1e-6) & (self.outside_mm(cells_mm.mean(axis=1)) < 0.0))


def round_hole(radius_mm: float) -> Bone:
    """Bone about a hole: all current crosses the surface at right angles."""
    return Bone(radius_mm, radius_mm, hole=True)


@dataclass(frozen=True)
class BoneMesh:
    """A quarter (x, y ≥ 0) of electrode and tissue; ``fitted``: no cell is cut by the bone's surface."""

    mesh: dolfinx.mesh.Mesh
    cell_tags: dolfinx.mesh.MeshTags
    facet_tags: dolfinx.mesh.MeshTags
    groups: MeshGroups
    fitted: bool


def size_mm(distance_mm: float, factor: float) -> float:
    """Cell size that far from the electrode: ``factor`` times what ``standard`` has about a tip."""
    s = STANDARD
    near = min(s.tip_mm + s.growth * distance_mm, s.near_mm)
    return factor * min(near + s.far_growth * max(0.0, distance_mm - s.near_reach_mm), s.far_mm)


def bone_mesh(bone: Bone, factor: float, fitted: bool) -> BoneMesh:
    """Mesh the quarter; the fitted and the unfitted mesh differ in the bone's surface alone."""
    with gmsh_session("bone") as gmsh:
        _solids(gmsh, bone if fitted else None)
        for option in ("ExtendFromBoundary", "FromPoints", "FromCurvature"):
            gmsh.option.setNumber(f"Mesh.MeshSize{option}", 0)
        gmsh.option.setNumber("Mesh.LcIntegrationPrecision", 1e-3)

        def size(_: int, __: int, x: float, y: float, z: float, lc: float) -> float:
            return size_mm(max(0.0, math.sqrt(x * x + y * y + z * z) - ELECTRODE_MM), factor)

        gmsh.model.mesh.setSizeCallback(size)
        gmsh.model.mesh.generate(3)
        for method in ("Relocate3D", "Netgen", ""):
            gmsh.model.mesh.optimize(method)
        arrays = _round(_arrays(gmsh))
        gmsh.model.mesh.removeSizeCallback()
    return BoneMesh(*distribute(arrays, MPI.COMM_SELF), GROUPS, fitted)


def _solids(gmsh: Gmsh, bone: Bone | None) -> None:
    occ = gmsh.model.occ

    def quarter(z_mm: float, radius_mm: float) -> tuple[int, int]:
        return 3, occ.addSphere(0, 0, z_mm, radius_mm, -1, -0.5 * math.pi, 0.5 * math.pi, 0.5 * math.pi)

    domain, parts = quarter(0.0, DOMAIN_MM), [quarter(0.0, ELECTRODE_MM)]
    if bone is not None and bone.is_plane:
        wide = 2.0 * DOMAIN_MM
        below = occ.addBox(-wide, -wide, -bone.distance_mm - wide, 2.0 * wide, 2.0 * wide, wide)
        parts += occ.intersect([domain], [(3, below)], removeObject=False)[0]
    elif bone is not None:
        parts.append(quarter(bone.centre_mm, bone.radius_mm))
    occ.fragment([domain], parts)
    occ.synchronize()


def _arrays(gmsh: Gmsh) -> MeshArrays:
    """Cells of the electrode and of tissue, and the outer facets, told apart by where their corners lie."""
    tags, x, _ = gmsh.model.mesh.getNodes()
    number = np.zeros(int(tags.max()) + 1, int)
    number[tags] = np.arange(len(tags))
    points = np.reshape(x, (-1, 3))
    cells, facets = (number[np.reshape(gmsh.model.mesh.getElementsByType(t)[1], (-1, n))] for t, n in ((4, 4), (2, 3)))
    far = np.linalg.norm(points, axis=1)
    in_electrode = (far[cells] < ELECTRODE_MM * (1.0 + 1e-6)).all(axis=1)
    facets = facets[(far[facets] > DOMAIN_MM * (1.0 - 1e-6)).all(axis=1)]
    kinds = np.where(in_electrode, GROUPS.cells["tip"], GROUPS.cells["tissue"])
    return MeshArrays(points, cells, kinds, facets, np.full(len(facets), GROUPS.facets["outer"]), GROUPS)


def _round(mesh: MeshArrays) -> MeshArrays:
    """Give the faceted electrode its volume back, as probe meshes have it; nothing moves 0.4 radii away."""
    ball = np.abs(mesh.volumes_mm3())[mesh.tet_tags == GROUPS.cells["tip"]].sum()
    growth = (math.pi / 3.0 * ELECTRODE_MM**3 / ball) ** (1.0 / 3.0) - 1.0
    far = np.linalg.norm(mesh.points_mm, axis=1) / ELECTRODE_MM
    factor = 1.0 + growth * np.clip((1.4 - far) / 0.4, 0.0, 1.0)
    return replace(mesh, points_mm=mesh.points_mm * factor[:, None])
