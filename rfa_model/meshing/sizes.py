"""How large the cells are: fine on the probe's edges, graded with the analytic distance from tip and shaft."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from rfa_model.applicators.geometry import ProbeGeometry
from rfa_model.errors import InputError


@dataclass(frozen=True)
class MeshSizes:
    """Target edge lengths in mm (at the reference radius) and their growth per mm of distance.

    Attributes
    ----------
    edge_mm, edge_growth
        At the ring where metal meets insulation: the current density is singular there.
    tip_mm, growth
        On the active tip; a rounded distal edge is meshed at half its fillet radius, not below ``edge_mm``.
    near_mm, near_reach_mm
        Largest size within that distance of the active tip, where lesions are.
    far_growth, far_mm
        Growth beyond it, and the largest size anywhere.
    shaft_radii, bore_radii
        Sizes on shaft and lumen wall in units of their own radii (a circle of n edges has size 2π/n radii).
    """

    edge_mm: float
    edge_growth: float
    tip_mm: float
    growth: float
    near_mm: float
    near_reach_mm: float
    far_growth: float
    far_mm: float
    shaft_radii: float
    bore_radii: float


# Lengths hold for the reference needle (18G, radius 0.635 mm) and shrink with thinner ones.
REFERENCE_RADIUS_MM = 0.635
RESOLUTIONS: dict[str, MeshSizes] = {
    "draft": MeshSizes(0.14, 0.55, 0.40, 0.50, 1.6, 4.0, 0.75, 12.0, 1.4, 1.3),
    "standard": MeshSizes(0.07, 0.45, 0.26, 0.32, 1.1, 5.0, 0.6, 8.0, 1.2, 1.2),
    "fine": MeshSizes(0.03, 0.35, 0.16, 0.22, 0.65, 6.0, 0.4, 5.0, 0.9, 0.8),
}


def mesh_sizes(resolution: str) -> MeshSizes:
    """Look a resolution up by name; InputError names the known ones."""
    if resolution not in RESOLUTIONS:
        raise InputError(f"resolution {resolution!r} is unknown; choose one of {', '.join(RESOLUTIONS)}")
    return RESOLUTIONS[resolution]


# Far up the shaft the coolant's wall matters little: four edges around are enough.
FAR_BORE_RADII = 1.7


def size_function(geometry: ProbeGeometry, sizes: MeshSizes) -> Callable[[float, float, float], float]:
    """Target edge length in mm at a point (x, y, z) of the probe frame, mm. Plain floats: gmsh calls it very often."""
    r, fillet, length = geometry.radius_mm, geometry.tip_rounding_mm, geometry.tip_length_mm
    lumen, gap, has_lumen = geometry.lumen_radius_mm, geometry.lumen_end_gap_mm, geometry.has_lumen
    thinness = min(1.0, r / REFERENCE_RADIUS_MM)
    edge, tip = sizes.edge_mm * thinness, sizes.tip_mm * thinness
    distal = max(edge, min(tip, 0.5 * fillet))
    shaft = max(sizes.shaft_radii * r, tip)
    bore, far_bore = sizes.bore_radii * lumen, FAR_BORE_RADII * lumen

    def size(x: float, y: float, z: float) -> float:
        rho = math.hypot(x, y)
        outside = max(0.0, rho - r)
        past = max(0.0, z - length)
        to_junction = math.hypot(rho - r, z - length)
        to_distal = max(0.0, math.hypot(rho - r + fillet, z - fillet) - fillet)
        # needle's signed distance below the fillet's height, plain radial distance beside the cylinder
        to_tip = (
            math.hypot(outside, past)
            if z >= fillet
            else max(0.0, math.hypot(max(0.0, rho - r + fillet), fillet - z) - fillet)
        )
        h = min(
            edge + sizes.edge_growth * to_junction,
            distal + sizes.growth * to_distal,
            tip + sizes.growth * to_tip,
            sizes.near_mm + sizes.far_growth * max(0.0, to_tip - sizes.near_reach_mm),
            sizes.far_mm,
        )
        if past > 0:
            h = min(h, shaft + sizes.far_growth * outside)
        if has_lumen and z > gap:
            h = min(h, min(far_bore, bore + sizes.growth * past) + sizes.far_growth * abs(rho - lumen))
        return h

    return size
