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


@dataclass(frozen=True)
class Section:
    """Section of a hollow needle: metal between bore and outer radius, in the bore a sensor's tube of that metal."""

    metal: SolidLike
    filling: SolidLike
    radius_mm: float
    bore_radius_mm: float
    tube_radius_mm: float

    def solid(self, sleeve: SolidLike | None = None, sleeve_mm: float = 0.0) -> ThermalSolid:
        """Homogenise it over the whole section, with a sleeve around it or bare.

        * heat capacity and axial conductivity are the area-weighted means over metal, filling and tube;
        * across, metal that conducts k around a filling that conducts k_f is as good to an even gradient as
          k·(k(1 − s) + k_f(1 + s))/(k(1 + s) + k_f(1 − s)), s = (a/r)² (the coated cylinder);
        * a sleeve lies outside the tubing and adds its resistance ln(1 + sleeve/r)/k_sleeve to that of the shell from
          the radius that halves the section, r/√2, to r, and its heat capacity; its volume is left out of the mesh.
        """
        r, a, tube = self.radius_mm, self.bore_radius_mm, self.tube_radius_mm
        bore, inner = (a / r) ** 2, (tube / r) ** 2
        shares = ((1.0 - bore + inner, self.metal), (bore - inner, self.filling))
        k, k_f = self.metal.thermal_conductivity_W_per_mK, self.filling.thermal_conductivity_W_per_mK
        across = k * (k * (1.0 - bore) + k_f * (1.0 + bore)) / (k * (1.0 + bore) + k_f * (1.0 - bore))
        capacity = sum(share * heat_capacity_J_per_m3K(solid) for share, solid in shares)
        if sleeve is not None:
            shell = 0.5 * math.log(2.0)
            resistance = shell / across + math.log1p(sleeve_mm / r) / sleeve.thermal_conductivity_W_per_mK
            across = shell / resistance
            capacity += ((1.0 + sleeve_mm / r) ** 2 - 1.0) * heat_capacity_J_per_m3K(sleeve)
        return ThermalSolid(
            volumetric_heat_capacity_J_per_m3K=capacity,
            axial_conductivity_W_per_mK=sum(share * solid.thermal_conductivity_W_per_mK for share, solid in shares),
            radial_conductivity_W_per_mK=across,
        )


def heat_capacity_J_per_m3K(solid: SolidLike) -> float:
    """Density times specific heat."""
    return float(solid.density_kg_per_m3 * solid.specific_heat_J_per_kgK)
