"""The insulated shaft as one material: a steel core (or tube) inside a polymer sleeve."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from rfa_model.applicators.geometry import ProbeGeometry
from rfa_model.errors import InputError


@dataclass(frozen=True)
class ShaftProperties:
    """Homogenised thermal properties of the shaft, transversely isotropic about the needle axis."""

    volumetric_heat_capacity_J_per_m3K: float
    axial_conductivity_W_per_mK: float
    radial_conductivity_W_per_mK: float


def shaft_properties(probe: Any) -> ShaftProperties:
    """Homogenise core and sleeve.

    With core between radii a (0, or the lumen's) and b = outer radius − sleeve thickness, sleeve between b and r:

    * heat capacity and axial conductivity are the area-weighted means (exact for a shaft uniform along its axis);
    * the radial conductivity k gives the shell from radius m to r the same thermal resistance as the two layers,
      ln(r/m)/k = ln(b/m)/k_core + ln(r/b)/k_sleeve, with m = a for a tube (heat goes to the coolant's wall) and
      m = b/√2 for a solid core (the radius that halves the core's area).

    Raises
    ------
    InputError
        When the sleeve leaves no core.
    """
    geometry = ProbeGeometry.of(probe)
    r, a = geometry.radius_mm, geometry.lumen_radius_mm
    b = r - float(probe.sleeve_thickness_mm)
    if not a < b <= r:
        name = getattr(probe, "name", "inline")
        raise InputError(
            f"probe {name}: sleeve_thickness_mm = {probe.sleeve_thickness_mm:g} must be ≥ 0 and leave metal "
            f"between radii {a:g} and {r:g} mm"
        )
    core_share = (b**2 - a**2) / (r**2 - a**2)
    k_core, k_sleeve = probe.metal.thermal_conductivity_W_per_mK, probe.sleeve.thermal_conductivity_W_per_mK
    inner = a if geometry.has_lumen else b / math.sqrt(2)
    resistance = math.log(b / inner) / k_core + math.log(r / b) / k_sleeve
    return ShaftProperties(
        volumetric_heat_capacity_J_per_m3K=core_share * _heat_capacity(probe.metal)
        + (1 - core_share) * _heat_capacity(probe.sleeve),
        axial_conductivity_W_per_mK=core_share * k_core + (1 - core_share) * k_sleeve,
        radial_conductivity_W_per_mK=math.log(r / inner) / resistance,
    )


def _heat_capacity(solid: Any) -> float:
    return float(solid.density_kg_per_m3 * solid.specific_heat_J_per_kgK)
