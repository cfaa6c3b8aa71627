"""Give the faceted probe back the size that its inscribed polygon lost."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from rfa_model.meshing.arrays import FloatArray, MeshArrays, triangle_areas
from rfa_model.meshing.groups import FACET_GROUPS
from rfa_model.probes.geometry import ProbeGeometry


def true_sizes(mesh: MeshArrays, geometry: ProbeGeometry) -> MeshArrays:
    """Move nodes radially so that the tip encloses its exact volume and the lumen has its exact wall area.

    Straight facets inscribed in a cylinder make it thinner than it is (1 % at 18 edges around, 5 % at 6): too thin an
    electrode shows in the resistance, too small a bore in the heat that the coolant takes. Each of the two surfaces
    gets one factor on its radius; between them and over one radius outside the needle the factor is interpolated
    linearly, so that axial lengths stay exact and the outer sphere stays put.
    """
    r, r_lumen = geometry.radius_mm, geometry.lumen_radius_mm
    rho = np.hypot(mesh.points_mm[:, 0], mesh.points_mm[:, 1])
    outer = inner = 1.0
    moved = mesh
    for _ in range(4):
        outer *= math.sqrt(_full_tip_volume(geometry) / enclosed_tip_volume_mm3(moved))
        if geometry.has_lumen:
            inner *= _lumen_area(geometry) / _meshed_lumen_area(moved, geometry)
            factor = np.interp(rho, [r_lumen, r, 2 * r], [inner, outer, 1.0])
        else:
            factor = np.interp(rho, [r, 2 * r], [outer, 1.0])
        moved = replace(mesh, points_mm=mesh.points_mm * np.column_stack([factor, factor, np.ones_like(factor)]))
    return moved


def enclosed_tip_volume_mm3(mesh: MeshArrays) -> float:
    """Volume inside the tip's outer surface, lumen included, mm³: ½∮(x nₓ + y n_y) dA (flat ends add nothing)."""
    a, b, c = _corners(mesh, "tip_surface")
    normal = 0.5 * np.cross(b - a, c - a)
    outward = (a + b + c)[:, :2] / 3.0
    return float(0.5 * np.abs(np.einsum("ij,ij->i", normal[:, :2], outward)).sum())


def _full_tip_volume(geometry: ProbeGeometry) -> float:
    return replace(geometry, lumen_diameter_mm=0.0, lumen_end_gap_mm=0.0).tip_volume_mm3()


def _lumen_area(geometry: ProbeGeometry) -> float:
    """Side wall of the lumen inside the tip, mm²."""
    return math.pi * geometry.lumen_diameter_mm * (geometry.tip_length_mm - geometry.lumen_end_gap_mm)


def _meshed_lumen_area(mesh: MeshArrays, geometry: ProbeGeometry) -> float:
    triangles = mesh.triangles[mesh.triangle_tags == FACET_GROUPS["lumen"]]
    z = mesh.points_mm[triangles, 2]
    tolerance = 1e-6 * geometry.tip_length_mm
    is_wall = (z.max(axis=1) <= geometry.tip_length_mm + tolerance) & (np.ptp(z, axis=1) > tolerance)
    return float(triangle_areas(mesh.points_mm, triangles[is_wall]).sum())


def _corners(mesh: MeshArrays, group: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    triangles = mesh.triangles[mesh.triangle_tags == FACET_GROUPS[group]]
    a, b, c = (mesh.points_mm[triangles[:, i]] for i in range(3))
    return a, b, c
