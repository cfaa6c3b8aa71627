"""Damage rates dΩ/dt of tissue at a temperature."""

import math
from abc import abstractmethod
from typing import ClassVar, Self

import numpy as np
from pydantic import model_validator

from rfa_model.laws.law import Array, Law
from rfa_model.registry import Registry
from rfa_model.sourced import bounds, issues_error

GAS_CONSTANT_J_PER_MOLK = 8.314462618
KELVIN_OFFSET = 273.15
FASTEST_AT_37C_PER_S = 1e-2
SAID_ABOVE, REFUSED_ABOVE = 1e-3, 0.1
"""Ω of tissue that nothing heats over a protocol: from where it is said beside what hangs on the law, and from where
that means nothing."""


class DamageBase(Law):
    """How fast tissue is damaged."""

    name: str = "inline"

    @abstractmethod
    def rate(self, temperature_C: Array) -> Array:
        """Return dΩ/dt in 1/s."""


DAMAGE_LAWS = Registry("damage law", DamageBase, "rfa_model.laws.damage")


@DAMAGE_LAWS.register
class ArrheniusLaw(DamageBase):
    """Damage rate A exp(-Ea / R T), T in kelvin."""

    kind: ClassVar[str] = "arrhenius"
    is_default: ClassVar[bool] = True

    frequency_factor_per_s: bounds.FrequencyFactor
    activation_energy_J_per_mol: bounds.ActivationEnergy

    @model_validator(mode="after")
    def _tissue_lives_at_rest(self) -> Self:
        """A law that destroys resting tissue within minutes is a slip of units (J/mol, 1/s)."""
        exponent = float(self._exponent(np.array(37.0)))
        if exponent > math.log(FASTEST_AT_37C_PER_S):
            text = (
                "expected J/mol (with 1/s) such that tissue lives at 37 degC, got "
                f"{self.activation_energy_J_per_mol:g}, which coagulates it in {math.exp(-min(exponent, 700.0)):.1g} s"
            )
            raise issues_error([(("activation_energy_J_per_mol",), text)])
        return self

    def _exponent(self, temperature_C: Array) -> Array:
        inverse = self.activation_energy_J_per_mol / (GAS_CONSTANT_J_PER_MOLK * (temperature_C + KELVIN_OFFSET))
        return np.log(self.frequency_factor_per_s) - inverse

    def rate(self, temperature_C: Array) -> Array:
        """Return dΩ/dt in 1/s (Henriques & Moritz 1947)."""
        # In logarithms: A of a skin set (3e98) times exp(−Ea/RT) would leave the floating-point range.
        return np.exp(np.minimum(self._exponent(temperature_C), 300.0))
