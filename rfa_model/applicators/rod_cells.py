"""How large the cells about a rod are: finest where metal meets insulation, graded with the distance from contacts."""

from __future__ import annotations

import math
from itertools import pairwise

from rfa_model.applicators.cell_sizes import FAR_BORE_RADII, REFERENCE_RADIUS_MM, MeshSizes, SizeFunction
from rfa_model.applicators.rod_shape import RodShape

# Facets of outer surface and bore are to lie apart: the outer ones at most so far within the circle, as a share of the
# wall.
SAGITTA_OF_WALL = 0.35


def size_function(rod: RodShape, sizes: MeshSizes, metal: frozenset[str]) -> SizeFunction:
    """Target edge length in mm at a point (x, y, z) of the rod's frame, mm. Plain floats: gmsh calls it very often."""
    r, length = rod.radius_mm, rod.heights_mm[-1]
    thinness = min(1.0, r / REFERENCE_RADIUS_MM)
    edge, tip = sizes.edge_mm * thinness, sizes.tip_mm * thinness
    f, g = rod.distal_rounding_mm, rod.proximal_rounding_mm
    distal, proximal = (max(edge, min(tip, 0.5 * fillet)) for fillet in (f, g))
    shaft = max(sizes.shaft_radii * r, tip)
    contacts = [rod.span_mm(part) for part in rod.part_names if part in metal]
    insulated = [rod.span_mm(part) for part in rod.part_names if part not in metal]
    junctions = [rod.span_mm(b)[0] for a, b in pairwise(rod.part_names) if (a in metal) != (b in metal)]
    proximal_contact = max((high for _, high in contacts), default=0.0)
    bored, gap, lumen = rod.bore is not None, math.inf, 0.0
    if rod.bore is not None:
        gap, lumen = rod.bore.start_mm, rod.bore.radius_mm
    to_edge = None if rod.bevel is None else rod.bevel.to_edge()
    bore, far_bore = sizes.bore_radii * lumen, FAR_BORE_RADII * lumen
    if bored:
        thinnest = 2.0 * math.sqrt(2.0 * r * SAGITTA_OF_WALL * (r - lumen))
        shaft, far_bore = min(shaft, thinnest), min(far_bore, thinnest)

    def size(x: float, y: float, z: float) -> float:
        rho = math.hypot(x, y)
        outside = max(0.0, rho - r)
        to_distal = max(0.0, math.hypot(rho - r + f, z - f) - f) if to_edge is None else to_edge(x, y, z)
        h = distal + sizes.growth * to_distal
        if length < math.inf:
            h = min(h, proximal + sizes.growth * max(0.0, math.hypot(rho - r + g, length - z - g) - g))
        for height in junctions:
            h = min(h, edge + sizes.edge_growth * math.hypot(rho - r, z - height))
        to_metal = math.inf
        for low, high in contacts:
            if low == 0.0 and z < f:
                away = max(0.0, math.hypot(max(0.0, rho - r + f), f - z) - f)
            elif high == length and z > length - g:
                away = max(0.0, math.hypot(max(0.0, rho - r + g), z - length + g) - g)
            else:
                away = math.hypot(outside, max(0.0, z - high, low - z))
            to_metal = min(to_metal, away)
        h = min(
            h,
            tip + sizes.growth * to_metal,
            sizes.near_mm + sizes.far_growth * max(0.0, to_metal - sizes.near_reach_mm),
            sizes.far_mm,
        )
        for low, high in insulated:
            if low < z < high:
                h = min(h, shaft + sizes.far_growth * outside)
        if bored and z > gap:
            past = max(0.0, z - proximal_contact)
            h = min(h, min(far_bore, bore + sizes.growth * past) + sizes.far_growth * abs(rho - lumen))
        return h

    return size


def outside_function(rod: RodShape) -> SizeFunction:
    """Distance in mm from a point (x, y, z) of the rod's frame to the rod, 0 inside.

    Its edges count as sharp, a bevelled end as the whole cylinder.
    """
    r, length = rod.radius_mm, rod.heights_mm[-1]

    def outside(x: float, y: float, z: float) -> float:
        return math.hypot(max(0.0, math.hypot(x, y) - r), max(0.0, -z, z - length))

    return outside
