"""How large cells should be about a body: lengths and growths of one resolution, which every body reads its own way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

SizeFunction = Callable[[float, float, float], float]

# Lengths hold for the reference needle (18G) and shrink with thinner bodies.
REFERENCE_RADIUS_MM = 0.635
# Far up the shaft the coolant's wall matters little: four edges around are enough.
FAR_BORE_RADII = 1.7
# What is meshed where nothing else is asked for.
USUAL_RESOLUTION: Final = "standard"
USUAL_DOMAIN_RADIUS_MM = 40.0
# Half a body's width; far beyond it the far field's condition, and gmsh's precision, say nothing.
LARGEST_DOMAIN_MM = 200.0


@dataclass(frozen=True)
class MeshSizes:
    """Target edge lengths in mm (at the reference radius) and their growth per mm of distance.

    Attributes
    ----------
    edge_mm, edge_growth
        At the ring where metal meets insulation: the current density is singular there.
    tip_mm, growth
        On contacts; a rounded end is meshed at half its fillet radius, not below ``edge_mm``.
    near_mm, near_reach_mm
        Largest size within that distance of a contact, where lesions are.
    far_growth, far_mm
        Growth beyond it, and the largest size anywhere.
    shaft_radii, bore_radii
        Sizes on insulation and lumen wall in units of their own radii (a circle of n edges has size 2π/n radii).
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
