"""What the equations ask of the laws of tissue: any object with these methods will do.

Arrays of any one shape go in, not to be written into, and come out, value by value. ``rfa_model.laws`` holds ours.
"""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model import laws, library
from rfa_model.physics.damage import CellDeathLaw, DamageLaw

Array = NDArray[np.float64]


class ElectricConductivityLaw(Protocol):
    """σ(T)."""

    def factor(self, temperature_C: Array) -> Array:
        """Return σ/σ37; above 0."""
        ...


class ThermalConductivityLaw(Protocol):
    """k(T)."""

    def increment(self, temperature_C: Array) -> Array:
        """Return k(T) − k37 in W/mK; k stays above 0."""
        ...


class PerfusionLaw(Protocol):
    """β(Ω, T)."""

    @property
    def depends_on_damage(self) -> bool:
        """Whether β depends on Ω."""
        ...

    @property
    def greatest(self) -> float:
        """The largest β there can be."""
        ...

    def factor(self, damage: Array, temperature_C: Array) -> Array:
        """Return β, from 0 to ``greatest``, for the damage Ω and the temperature."""
        ...


class EnthalpyLaw(Protocol):
    """H(T) of every cell; each attribute and each argument is (cells,)."""

    @property
    def heat_capacity_J_per_m3K(self) -> Array:
        """ρc below ``start_C``."""
        ...

    @property
    def latent_J_per_m3(self) -> Array:
        """Latent heat of a cell's water; 0 where nothing boils."""
        ...

    @property
    def start_C(self) -> float:
        """Above which H bends."""
        ...

    def enthalpy(self, temperature_C: Array) -> Array:
        """Return H in J/m³, zero at 0 °C."""
        ...

    def temperature(self, enthalpy_J_per_m3: Array) -> Array:
        """Return the inverse of :meth:`enthalpy`, °C."""
        ...

    def capacity(self, temperature_C: Array) -> Array:
        """Return dH/dT in J/m³K."""
        ...

    def on_tangent(self, temperature_C: Array, tangent_C: Array) -> Array:
        """Return the enthalpy, J/m³, at a temperature on the tangent of H taken at another one."""
        ...


class VaporisationLaw(Protocol):
    """Makes the enthalpy of a mesh's cells."""

    @property
    def latent_J_per_kg(self) -> float:
        """Latent heat of water; 0 where nothing boils."""
        ...

    def enthalpy(self, heat_capacity_J_per_m3K: Array, latent_J_per_m3: Array) -> EnthalpyLaw:
        """Return the enthalpy of cells with these ρc and ρ·C·L, each (cells,)."""
        ...


def _coagulation() -> DamageLaw:
    return library.damage_laws()["coagulation"]


@dataclass(frozen=True)
class TissueLaws:
    """The laws of tissue, ours unless others are handed in."""

    electric_conductivity: ElectricConductivityLaw = field(default_factory=laws.ElectricConductivity)
    thermal_conductivity: ThermalConductivityLaw = field(default_factory=laws.ThermalConductivity)
    perfusion: PerfusionLaw = field(default_factory=laws.Perfusion)
    vaporisation: VaporisationLaw = field(default_factory=laws.Vaporisation)
    damage: DamageLaw | CellDeathLaw = field(default_factory=_coagulation)
