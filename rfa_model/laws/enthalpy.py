"""Volumetric enthalpy of tissue whose water boils off over a band of temperature, and its inverse."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rfa_model.laws.law import Array


@dataclass(frozen=True)
class Enthalpy:
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
        ρc of the dried, steam-filled tissue.
    """

    heat_capacity_J_per_m3K: Array
    latent_J_per_m3: Array
    start_C: float
    end_C: float
    gas_heat_capacity_J_per_m3K: float

    @cached_property
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
        band, gas = self._slopes
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
        band, gas = self._slopes
        at_start = self.heat_capacity_J_per_m3K * self.start_C
        at_end = at_start + band * (self.end_C - self.start_C)
        return (
            np.minimum(enthalpy_J_per_m3, at_start) / self.heat_capacity_J_per_m3K
            + np.clip(enthalpy_J_per_m3 - at_start, 0.0, at_end - at_start) / band
            + np.maximum(enthalpy_J_per_m3 - at_end, 0.0) / gas
        )

    def capacity(self, temperature_C: Array) -> Array:
        """Return dH/dT in J/m³K."""
        band, gas = self._slopes
        return np.where(
            temperature_C < self.start_C,
            self.heat_capacity_J_per_m3K,
            np.where(temperature_C <= self.end_C, band, gas),
        )
