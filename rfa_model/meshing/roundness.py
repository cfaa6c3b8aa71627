"""Give the faceted probe back the size that its inscribed polygon lost."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from rfa_model.applicators.geometry import ProbeGeometry
from rfa_model.meshing.arrays import FloatArray, MeshArrays, triangle_areas

# The shaft's factor takes over from the tip's within this many radii behind the junction.
BLEND_RADII = 2.0
ITERATIONS = 15


def true_sizes(mesh: MeshArrays, geometry: ProbeGeometry) -> MeshArrays:
    """Move nodes so that tip, hemispherical end and shaft enclose their exact volumes, the lumen its exact wall area.

    Straight facets inscribed in a cylinder make it thinner than it is (1 % of its section at 25 edges around, 20 % at
    5.5): too thin an electrode shows in the resistance, too small a bore in the heat that the coolant takes, too thin
    a shaft in the heat it carries off. Tip and shaft get a factor each on the outer radius and on the lumen's,
    blended behind their junction; between lumen and outer surface, and over one radius outside the needle, the factor
    is interpolated linearly. A hemispherical end is short too (by a 50th of its radius at 16 edges around): it is
    stretched along the axis to its own volume. Other lengths stay exact and the outer sphere stays put.
    """
    r, r_lumen, length = geometry.radius_mm, geometry.lumen_radius_mm, geometry.tip_length_mm
    rho = np.hypot(mesh.points_mm[:, 0], mesh.points_mm[:, 1])
    behind = np.clip((mesh.points_mm[:, 2] - length) / (BLEND_RADII * r), 0.0, 1.0)
    shaft_length = float(_group_points(mesh, "shaft_end")[:, 2].mean()) - length
    outer, inner = np.ones(2), np.ones(2)  # tip, shaft
    volume = np.array([_full_tip_volume(geometry), math.pi * r**2 * shaft_length])
    wall = math.pi * geometry.lumen_diameter_mm * np.array([length - geometry.lumen_end_gap_mm, shaft_length])
    end, end_volume, stretch = _share_of_end(mesh.points_mm, geometry), 2.0 / 3.0 * math.pi * r**3, 1.0
    moved = mesh
    for _ in range(ITERATIONS):
        outer *= np.sqrt(volume / [enclosed_volume_mm3(moved, name) for name in ("tip_surface", "shaft_surface")])
        if _is_hemisphere(geometry):
            stretch *= end_volume / enclosed_volume_mm3(moved, "tip_surface", below_mm=r)
        if geometry.has_lumen:
            inner *= wall / lumen_wall_areas_mm2(moved, geometry)
        at_surface, at_lumen = (f[0] + (f[1] - f[0]) * behind for f in (outer, inner if geometry.has_lumen else outer))
        within = np.clip((rho - r_lumen) / (r - r_lumen), 0.0, 1.0)
        outside = np.clip((rho - r) / r, 0.0, 1.0)
        factor = at_lumen + (at_surface - at_lumen) * within + (1.0 - at_surface) * outside
        points = mesh.points_mm * np.column_stack([factor, factor, np.ones_like(factor)])
        points[:, 2] -= (stretch - 1.0) * end
        moved = replace(mesh, points_mm=points)
    return moved


def _is_hemisphere(geometry: ProbeGeometry) -> bool:
    return geometry.tip_rounding_mm > geometry.radius_mm * (1.0 - 1e-6)


def _share_of_end(points_mm: FloatArray, geometry: ProbeGeometry) -> FloatArray:
    """Depth below the end's equator, mm, fading out over one radius outside the metal: what a stretch acts on."""
    below = np.clip(geometry.radius_mm - points_mm[:, 2], 0.0, None)
    to_centre = np.sqrt(points_mm[:, 0] ** 2 + points_mm[:, 1] ** 2 + below**2)
    return below * np.clip(2.0 - to_centre / geometry.radius_mm, 0.0, 1.0)


def enclosed_volume_mm3(mesh: MeshArrays, group: str, below_mm: float = math.inf) -> float:
    """Volume inside the needle's outer surface, lumen included, mm³: ½∮(x nₓ + y n_y) dA (flat ends add nothing).

    ``below_mm``: only of the facets up to this height, where a ring of edges has to lie.
    """
    triangles = mesh.marked(group)
    triangles = triangles[(mesh.points_mm[triangles, 2] <= below_mm + 1e-6).all(axis=1)]
    a, b, c = (mesh.points_mm[triangles[:, i]] for i in range(3))
    normal = 0.5 * np.cross(b - a, c - a)
    outward = (a + b + c)[:, :2] / 3.0
    return float(0.5 * np.abs(np.einsum("ij,ij->i", normal[:, :2], outward)).sum())


def lumen_wall_areas_mm2(mesh: MeshArrays, geometry: ProbeGeometry) -> FloatArray:
    """Side wall of the lumen in the tip and in the shaft, mm², shape (2,); the closed end is left out."""
    triangles = mesh.marked("lumen")
    z = mesh.points_mm[triangles, 2]
    areas = triangle_areas(mesh.points_mm, triangles)
    tolerance = 1e-6 * geometry.tip_length_mm
    in_tip = z.max(axis=1) <= geometry.tip_length_mm + tolerance
    is_wall = np.ptp(z, axis=1) > tolerance
    return np.array([areas[in_tip & is_wall].sum(), areas[~in_tip].sum()])


def _full_tip_volume(geometry: ProbeGeometry) -> float:
    return replace(geometry, lumen_diameter_mm=0.0, lumen_end_gap_mm=0.0).tip_volume_mm3()


def _group_points(mesh: MeshArrays, group: str) -> FloatArray:
    return mesh.points_mm[np.unique(mesh.marked(group))]
