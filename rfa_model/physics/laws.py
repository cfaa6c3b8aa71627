"""Laws of tissue, as plain functions of temperature or damage, value by value (arrays of any one shape).

Each law is a frozen dataclass with one job, so that another can stand in its place. Defaults follow Trujillo & Berjano,
Int J Hyperthermia 2013;29:590 (forms) and Hall, Ooi & Payne, Int J Hyperthermia 2015;31:538 (vaporisation, ranges).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
REFERENCE_TEMPERATURE_C = 37.0


def _smooth_fall(x: Array) -> Array:
    """Cubic from 1 at ``x <= 0`` to 0 at ``x >= 1``, with zero slope at both ends."""
    s = np.clip(x, 0.0, 1.0)
    return 1.0 - s * s * (3.0 - 2.0 * s)


@dataclass(frozen=True)
class ConductivityLaw:
    """σ(T)/σ37: linear rise, then a smooth fall to the dried-out fraction.

    Parameters
    ----------
    slope_per_C : float
        Relative rise per kelvin (1-2 %/°C).
    dry_start_C, dry_width_C : float
        Where drying starts and over how many kelvin it goes on.
    dry_fraction : float
        σ/σ37 of dried-out tissue (1e-2 to 1e-4).
    """

    slope_per_C: float = 0.015
    dry_start_C: float = 99.0
    dry_width_C: float = 5.0
    dry_fraction: float = 0.01

    def factor(self, temperature_C: Array) -> Array:
        """Return σ/σ37 at the given temperatures."""
        wet = 1.0 + self.slope_per_C * (np.minimum(temperature_C, self.dry_start_C) - REFERENCE_TEMPERATURE_C)
        fall = _smooth_fall((temperature_C - self.dry_start_C) / self.dry_width_C)
        return np.maximum(self.dry_fraction + (wet - self.dry_fraction) * fall, self.dry_fraction)


@dataclass(frozen=True)
class ThermalConductivityLaw:
    """k(T) = k37 + slope·(T − 37), constant above ``max_temperature_C`` and below 0 °C."""

    slope_W_per_mK2: float = 0.0012
    max_temperature_C: float = 100.0

    def increment(self, temperature_C: Array) -> Array:
        """Return k(T) − k37 in W/mK."""
        # An iterate may be as cold as it likes where water boils: k stays positive.
        bounded = np.clip(temperature_C, 0.0, self.max_temperature_C)
        return self.slope_W_per_mK2 * (bounded - REFERENCE_TEMPERATURE_C)


@dataclass(frozen=True)
class PerfusionLaw:
    """β(Ω): 1 while tissue lives, 0 once coagulated, smooth in ln Ω across Ω = 1.

    The fall spans ``width`` in ln Ω, centred on Ω = 1. Ω never decreases, so a vessel never revives.
    """

    shutdown: bool = True
    width: float = 2.0

    def factor(self, damage: Array) -> Array:
        """Return β for the Arrhenius damage Ω."""
        if not self.shutdown:
            return np.ones_like(damage)
        return _smooth_fall(np.log(np.maximum(damage, 1e-300)) / self.width + 0.5)


@dataclass(frozen=True)
class EnthalpyLaw:
    """Volumetric enthalpy H(T) of tissue whose water boils off between ``start_C`` and ``end_C``.

    dH/dT is ρc below the band, the mean of ρc and the gas value plus ρ·C·L/(end − start) inside it (ρ the density of
    the wet tissue, C its water mass fraction), and the gas value above. Where ``latent_J_per_m3`` is 0, nothing boils.

    Parameters
    ----------
    heat_capacity_J_per_m3K, latent_J_per_m3 : (cells,) arrays
        ρc of the wet tissue and ρ·C·L.
    start_C, end_C : float
        The boiling band.
    gas_heat_capacity_J_per_m3K : float
        ρc of the dried, steam-filled tissue (370 kg/m³ · 2156 J/kgK).
    """

    heat_capacity_J_per_m3K: Array
    latent_J_per_m3: Array
    start_C: float = 99.0
    end_C: float = 101.0
    gas_heat_capacity_J_per_m3K: float = 370.0 * 2156.0

    def _slopes(self) -> tuple[Array, Array]:
        wet = self.heat_capacity_J_per_m3K
        boils = self.latent_J_per_m3 > 0
        band = np.where(
            boils,
            0.5 * (wet + self.gas_heat_capacity_J_per_m3K) + self.latent_J_per_m3 / (self.end_C - self.start_C),
            wet,
        )
        return band, np.where(boils, self.gas_heat_capacity_J_per_m3K, wet)

    def enthalpy(self, temperature_C: Array) -> Array:
        """Return H in J/m³, zero at 0 °C."""
        band, gas = self._slopes()
        return (
            self.heat_capacity_J_per_m3K * np.minimum(temperature_C, self.start_C)
            + band * np.clip(temperature_C - self.start_C, 0.0, self.end_C - self.start_C)
            + gas * np.maximum(temperature_C - self.end_C, 0.0)
        )

    def on_tangent(self, temperature_C: Array, tangent_C: Array) -> Array:
        """Return the enthalpy, J/m³, at a temperature on the tangent of H taken at another one."""
        return self.enthalpy(tangent_C) + self.capacity(tangent_C) * (temperature_C - tangent_C)

    def temperature(self, enthalpy_J_per_m3: Array) -> Array:
        """Return the temperature, °C, of a tissue with this enthalpy: the inverse of :meth:`enthalpy`."""
        band, gas = self._slopes()
        at_start = self.heat_capacity_J_per_m3K * self.start_C
        at_end = at_start + band * (self.end_C - self.start_C)
        return (
            np.minimum(enthalpy_J_per_m3, at_start) / self.heat_capacity_J_per_m3K
            + np.clip(enthalpy_J_per_m3 - at_start, 0.0, at_end - at_start) / band
            + np.maximum(enthalpy_J_per_m3 - at_end, 0.0) / gas
        )

    def capacity(self, temperature_C: Array) -> Array:
        """Return dH/dT in J/m³K."""
        band, gas = self._slopes()
        return np.where(
            temperature_C < self.start_C,
            self.heat_capacity_J_per_m3K,
            np.where(temperature_C <= self.end_C, band, gas),
        )
