"""What an applicator's parts are to heat: one homogenised solid each, and the coolant in a lumen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, Self


class SolidLike(Protocol):
    """A metal or a polymer, isotropic."""

    @property
    def density_kg_per_m3(self) -> float: ...
    @property
    def specific_heat_J_per_kgK(self) -> float: ...
    @property
    def thermal_conductivity_W_per_mK(self) -> float: ...


@dataclass(frozen=True)
class ThermalSolid:
    """Thermal properties of a part, transversely isotropic about its body's axis."""

    volumetric_heat_capacity_J_per_m3K: float
    axial_conductivity_W_per_mK: float
    radial_conductivity_W_per_mK: float

    @classmethod
    def of(cls, solid: SolidLike) -> Self:
        """Return the same solid in all directions."""
        k = float(solid.thermal_conductivity_W_per_mK)
        return cls(heat_capacity_J_per_m3K(solid), k, k)


@dataclass(frozen=True)
class Coolant:
    """What flows in a lumen: how well it takes heat from the wall, and how cold it is."""

    heat_transfer_coefficient_W_per_m2K: float
    temperature_C: float


def sleeved(
    core: SolidLike, sleeve: SolidLike, radius_mm: float, sleeve_mm: float, lumen_radius_mm: float = 0.0
) -> ThermalSolid:
    """Homogenise an insulated shaft: core between radii a (0, or the lumen's) and b = r − sleeve, sleeve from b to r.

    * heat capacity and axial conductivity are the area-weighted means (exact for a shaft uniform along its axis);
    * the radial conductivity k gives the shell from radius m to r the same thermal resistance as the two layers,
      ln(r/m)/k = ln(b/m)/k_core + ln(r/b)/k_sleeve, with m = a for a tube (heat goes to the coolant's wall) and
      m = b/√2 for a solid core (the radius that halves the core's area).

    Raises
    ------
    ValueError
        When the sleeve leaves no core.
    """
    r, a, b = radius_mm, lumen_radius_mm, radius_mm - sleeve_mm
    if not a < b <= r:
        raise ValueError(f"a sleeve of {sleeve_mm:g} mm must be ≥ 0 and leave metal between radii {a:g} and {r:g} mm")
    core_share = (b**2 - a**2) / (r**2 - a**2)
    k_core, k_sleeve = core.thermal_conductivity_W_per_mK, sleeve.thermal_conductivity_W_per_mK
    inner = a if a > 0 else b / math.sqrt(2)
    resistance = math.log(b / inner) / k_core + math.log(r / b) / k_sleeve
    return ThermalSolid(
        volumetric_heat_capacity_J_per_m3K=core_share * heat_capacity_J_per_m3K(core)
        + (1 - core_share) * heat_capacity_J_per_m3K(sleeve),
        axial_conductivity_W_per_mK=core_share * k_core + (1 - core_share) * k_sleeve,
        radial_conductivity_W_per_mK=math.log(r / inner) / resistance,
    )


def heat_capacity_J_per_m3K(solid: SolidLike) -> float:
    """Density times specific heat."""
    return float(solid.density_kg_per_m3 * solid.specific_heat_J_per_kgK)
