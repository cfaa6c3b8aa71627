"""The CAD model of one probe in its sphere: volumes and surfaces with their group names. Millimetres, probe frame."""

from __future__ import annotations

import math
from typing import Any

from rfa_model.applicators.geometry import ProbeGeometry
from rfa_model.errors import SolveError
from rfa_model.meshing.groups import MeshGroups


def build_model(gmsh: Any, geometry: ProbeGeometry, domain_radius_mm: float, groups: MeshGroups) -> None:
    """Build the conforming volumes and their physical groups in the current gmsh model."""
    occ = gmsh.model.occ
    r, length, centre = geometry.radius_mm, geometry.tip_length_mm, 0.5 * geometry.tip_length_mm
    sphere = occ.addSphere(0, 0, centre, domain_radius_mm)
    tip = [(3, _tip_solid(occ, geometry))]
    shaft = _rod(occ, sphere, length, 2.0 * domain_radius_mm, r)
    lumen = []
    if geometry.has_lumen:
        lumen = _rod(occ, sphere, geometry.lumen_end_gap_mm, 2.0 * domain_radius_mm, geometry.lumen_radius_mm)
    occ.fragment([(3, sphere)], tip + shaft + lumen)
    occ.synchronize()
    if geometry.has_lumen:
        _hollow(gmsh, geometry)
    cells = _group_volumes(gmsh, geometry, domain_radius_mm, groups)
    _group_surfaces(gmsh, geometry, domain_radius_mm, groups, cells)


def _rod(occ: Any, sphere: int, start_mm: float, length_mm: float, radius_mm: float) -> list[tuple[int, int]]:
    """A cylinder about the axis, cut off at the sphere."""
    cylinder = occ.addCylinder(0, 0, start_mm, 0, 0, length_mm, radius_mm)
    inside, _ = occ.intersect([(3, sphere)], [(3, cylinder)], removeObject=False, removeTool=True)
    return list(inside)


def _hollow(gmsh: Any, geometry: ProbeGeometry) -> None:
    """Take the lumen's pieces out, leaving a hole."""
    widest = 0.5 * (geometry.lumen_diameter_mm + geometry.outer_diameter_mm)
    pieces = []
    for dim, tag in gmsh.model.getEntities(3):
        box = gmsh.model.getBoundingBox(dim, tag)
        if box[3] - box[0] < widest:
            pieces.append((dim, tag))
    gmsh.model.occ.remove(pieces, recursive=True)
    gmsh.model.occ.synchronize()


def _tip_solid(occ: Any, geometry: ProbeGeometry) -> int:
    """Revolve the tip's meridian profile about z."""
    r, fillet, length = geometry.radius_mm, geometry.tip_rounding_mm, geometry.tip_length_mm
    flat = r - fillet
    if flat < 1e-9 * r:
        flat = 0.0
    bottom = occ.addPoint(0, 0, 0)
    top = occ.addPoint(0, 0, length)
    rim = occ.addPoint(r, 0, length)
    lines = []
    start = bottom
    if flat > 0:
        start = occ.addPoint(flat, 0, 0)
        lines.append(occ.addLine(bottom, start))
    if fillet > 0:
        shoulder = occ.addPoint(r, 0, fillet)
        lines.append(occ.addCircleArc(start, occ.addPoint(flat, 0, fillet), shoulder))
        start = shoulder
    lines += [occ.addLine(start, rim), occ.addLine(rim, top), occ.addLine(top, bottom)]
    profile = occ.addPlaneSurface([occ.addCurveLoop(lines)])
    solid = occ.revolve([(2, profile)], 0, 0, 0, 0, 0, 1, 2 * math.pi)
    occ.remove([(2, profile)], recursive=True)
    return int(next(tag for dim, tag in solid if dim == 3))


def _group_volumes(gmsh: Any, geometry: ProbeGeometry, domain_radius_mm: float, groups: MeshGroups) -> dict[int, str]:
    """Name each volume by its bounding box; returns volume tag -> group name."""
    names: dict[int, str] = {}
    for _, tag in gmsh.model.getEntities(3):
        box = gmsh.model.getBoundingBox(3, tag)
        if box[3] - box[0] > domain_radius_mm:
            names[tag] = "tissue"
        else:
            names[tag] = "tip" if box[5] < geometry.tip_length_mm + 0.01 * domain_radius_mm else "shaft"
    if sorted(names.values()) != sorted(groups.cells):
        raise SolveError(
            f"the probe's geometry came out as volumes {sorted(names.values())} "
            f"instead of one each of {list(groups.cells)}; check its dimensions {geometry}"
        )
    for tag, name in names.items():
        gmsh.model.addPhysicalGroup(3, [tag], groups.cells[name], name)
    return names


def _group_surfaces(
    gmsh: Any, geometry: ProbeGeometry, domain_radius_mm: float, groups: MeshGroups, cells: dict[int, str]
) -> None:
    """Name each surface by the volumes it bounds."""
    by_sides = {
        ("tissue",): "outer",
        ("tip",): "lumen",
        ("tip", "tissue"): "tip_surface",
        ("shaft", "tissue"): "shaft_surface",
        ("shaft", "tip"): "tip_shaft",
    }
    surfaces: dict[str, list[int]] = {}
    for _, tag in gmsh.model.getEntities(2):
        volumes, _ = gmsh.model.getAdjacencies(2, tag)
        sides = tuple(sorted(cells[v] for v in volumes))
        if sides == ("shaft",):
            # the shaft's own boundary: its disc on the outer sphere, or its bore
            starts_at = gmsh.model.getBoundingBox(2, tag)[2]
            name = "shaft_end" if starts_at > geometry.tip_length_mm + 0.1 * domain_radius_mm else "lumen"
        else:
            name = by_sides[sides]
        surfaces.setdefault(name, []).append(tag)
    for name, tags in surfaces.items():
        gmsh.model.addPhysicalGroup(2, tags, groups.facets[name], name)
