"""The meridian half plane (r, z) of a needle in its sphere, as scikit-fem's triangles; metres."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from skfem import MeshTri

from rfa_model.meshing.gmsh_session import gmsh_session

REGIONS = ("tissue", "tip", "shaft")


@dataclass(frozen=True)
class Needle:
    """A solid needle about the z axis: distal point at the origin, shaft towards +z."""

    radius_mm: float
    tip_length_mm: float
    tip_rounding_mm: float


def meridian_mesh(needle: Needle, domain_radius_mm: float, fineness: float = 1.0) -> MeshTri:
    """Mesh tissue, tip and shaft inside a sphere about the tip's centre.

    Parameters
    ----------
    fineness : float
        Factor on every cell size. At 1: 2 µm at the ring where metal meets insulation (φ − 1 ~ ρ^½ there), 0.03 mm
        on the rounded end, 0.06 mm along the tip, 3 mm far away.

    Returns
    -------
    MeshTri
        With the subdomains ``tissue``, ``tip``, ``shaft`` and the boundaries ``outer`` and ``outer_tissue``.
    """
    with gmsh_session("meridian") as gmsh:
        _outline(gmsh, needle, domain_radius_mm)
        for option in ("ExtendFromBoundary", "FromPoints", "FromCurvature"):
            gmsh.option.setNumber(f"Mesh.MeshSize{option}", 0)
        gmsh.model.mesh.setSizeCallback(_sizes(needle, fineness))
        gmsh.model.mesh.generate(2)
        tags, coordinates, _ = gmsh.model.mesh.getNodes()
        triangles = [gmsh.model.mesh.getElementsByType(2, tag + 1)[1] for tag in range(len(REGIONS))]
        gmsh.model.mesh.removeSizeCallback()
    points = coordinates.reshape(-1, 3)
    corners = np.concatenate(triangles).astype(np.int64).reshape(-1, 3)
    order = np.argsort(tags)
    used, corners = np.unique(order[np.searchsorted(tags, corners, sorter=order)], return_inverse=True)
    mesh = MeshTri(np.ascontiguousarray(1e-3 * points[used, :2].T), np.ascontiguousarray(corners.reshape(-1, 3).T))
    ends = np.cumsum([0] + [len(found) // 3 for found in triangles])
    regions = {name: np.arange(ends[i], ends[i + 1]) for i, name in enumerate(REGIONS)}
    return _with_boundaries(mesh.with_subdomains(regions), needle, domain_radius_mm)


def _outline(gmsh: Any, needle: Needle, domain_radius_mm: float) -> None:
    """Surfaces 1, 2, 3: tissue, tip, shaft."""
    geo = gmsh.model.geo
    a, length, fillet = needle.radius_mm, needle.tip_length_mm, needle.tip_rounding_mm
    centre, flat = 0.5 * length, needle.radius_mm - needle.tip_rounding_mm
    point = {
        name: geo.addPoint(x, y, 0.0)
        for name, (x, y) in {
            "south": (0.0, centre - domain_radius_mm),
            "east": (domain_radius_mm, centre),
            "ring": (a, centre + math.sqrt(domain_radius_mm**2 - a**2)),
            "north": (0.0, centre + domain_radius_mm),
            "middle": (0.0, centre),
            "distal": (0.0, 0.0),
            "fillet": (flat, fillet),
            "shoulder": (a, fillet),
            "edge": (a, length),
            "axis": (0.0, length),
        }.items()
    }

    def line(start: str, end: str) -> int:
        return int(geo.addLine(point[start], point[end]))

    def arc(start: str, about: str, end: str) -> int:
        return int(geo.addCircleArc(point[start], point[about], point[end]))

    tip = []
    if flat > 1e-9:
        point["face"] = geo.addPoint(flat, 0.0, 0.0)
        tip.append(line("distal", "face"))
    tip += [arc("face" if tip else "distal", "fillet", "shoulder"), line("shoulder", "edge")]
    side, across = line("edge", "ring"), line("edge", "axis")
    outer = [arc("ring", "middle", "east"), arc("east", "middle", "south")]
    loops = [
        [line("south", "distal"), *tip, side, *outer],
        [*tip, across, line("axis", "distal")],
        [-across, side, arc("ring", "middle", "north"), line("north", "axis")],
    ]
    for loop in loops:
        geo.addPlaneSurface([geo.addCurveLoop(loop)])
    geo.synchronize()


def _sizes(needle: Needle, fineness: float) -> Any:
    a, length, fillet = needle.radius_mm, needle.tip_length_mm, needle.tip_rounding_mm

    def size(_: int, __: int, x: float, y: float, z: float, lc: float) -> float:
        to_ring = math.hypot(x - a, y - length)
        # Inside the metal, which is nearly isothermal, cells grow faster.
        across = x - a if x > a else 3.0 * max(0.0, min(a - x, y)) if y < length else 0.0
        to_tip = math.hypot(across, y - min(max(y, 0.0), length))
        to_end = abs(math.hypot(max(x - a + fillet, 0.0), y - fillet) - fillet)
        return fineness * min(2e-3 + 0.2 * to_ring, 0.03 + 0.2 * to_end, 0.06 + 0.09 * to_tip, 3.0)

    return size


def _with_boundaries(mesh: MeshTri, needle: Needle, domain_radius_mm: float) -> MeshTri:
    facets = mesh.boundary_facets()
    x, y = 1e3 * mesh.p[:, mesh.facets[:, facets]]
    outside = np.hypot(x, y - 0.5 * needle.tip_length_mm).min(axis=0) > domain_radius_mm * (1.0 - 1e-6)
    beside = x.max(axis=0) > needle.radius_mm * (1.0 + 1e-6)
    return mesh.with_boundaries({"outer": facets[outside], "outer_tissue": facets[outside & (beside | (y[0] < 0))]})
