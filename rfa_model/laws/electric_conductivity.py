"""σ(T)/σ37. Forms: Trujillo & Berjano, Int J Hyperthermia 2013;29:590."""

from abc import abstractmethod
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from rfa_model.laws.law import REFERENCE_TEMPERATURE_C, Array, Law, smooth_fall
from rfa_model.registry import Registry
from rfa_model.sourced import Number, defaults

_DEFAULT = defaults("electric_conductivity")


class ElectricConductivityBase(Law):
    """How electric conductivity depends on temperature."""

    @abstractmethod
    def factor(self, temperature_C: Array) -> Array:
        """Return σ/σ37 at the given temperatures; above 0."""


def dried(wet: Array, progress: Array, fraction: float) -> Array:
    """Return what falls smoothly from ``wet`` (progress 0) to ``fraction`` (1), and is never below it."""
    return np.maximum(fraction + (wet - fraction) * smooth_fall(progress), fraction)


ELECTRIC_CONDUCTIVITY_LAWS = Registry(
    "law of electric conductivity", ElectricConductivityBase, "rfa_model.laws.electric_conductivity"
)


@ELECTRIC_CONDUCTIVITY_LAWS.register
class ElectricConductivity(ElectricConductivityBase):
    """Rises linearly from 37 degC; above ``dry_start_C`` falls smoothly to ``dry_fraction`` of its value at 37 degC."""

    kind: ClassVar[str] = "linear_drying"
    is_default: ClassVar[bool] = True
    section: ClassVar[str] = "electric_conductivity"

    slope_per_C: Annotated[Number, Field(ge=0, le=0.1)] = _DEFAULT["slope_per_C"]
    dry_start_C: Annotated[Number, Field(ge=80, le=150)] = _DEFAULT["dry_start_C"]
    dry_width_C: Annotated[Number, Field(gt=0, le=50)] = _DEFAULT["dry_width_C"]
    dry_fraction: Annotated[Number, Field(ge=1e-6, le=1)] = _DEFAULT["dry_fraction"]

    def factor(self, temperature_C: Array) -> Array:
        """Return σ/σ37 at the given temperatures."""
        wet = 1.0 + self.slope_per_C * (np.minimum(temperature_C, self.dry_start_C) - REFERENCE_TEMPERATURE_C)
        return dried(wet, (temperature_C - self.dry_start_C) / self.dry_width_C, self.dry_fraction)
