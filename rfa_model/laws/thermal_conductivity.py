"""k(T) − k37. Forms: Trujillo & Berjano, Int J Hyperthermia 2013;29:590."""

from abc import abstractmethod
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from rfa_model.laws.law import REFERENCE_TEMPERATURE_C, Array, Law
from rfa_model.registry import Registry
from rfa_model.sourced import Number, defaults

_DEFAULT = defaults("thermal_conductivity")


class ThermalConductivityBase(Law):
    """How thermal conductivity depends on temperature."""

    @abstractmethod
    def increment(self, temperature_C: Array) -> Array:
        """Return k(T) − k37 in W/mK; k stays above 0."""


THERMAL_CONDUCTIVITY_LAWS = Registry(
    "law of thermal conductivity", ThermalConductivityBase, "rfa_model.laws.thermal_conductivity"
)


@THERMAL_CONDUCTIVITY_LAWS.register
class ThermalConductivity(ThermalConductivityBase):
    """Rises linearly from 37 degC, constant above ``max_temperature_C``."""

    kind: ClassVar[str] = "linear"
    is_default: ClassVar[bool] = True
    section: ClassVar[str] = "thermal_conductivity"

    slope_W_per_mK2: Annotated[Number, Field(ge=0, le=0.05)] = _DEFAULT["slope_W_per_mK2"]
    max_temperature_C: Annotated[Number, Field(ge=37, le=150)] = _DEFAULT["max_temperature_C"]

    def increment(self, temperature_C: Array) -> Array:
        """Return k(T) − k37 in W/mK, constant below 0 °C too."""
        # An iterate may be as cold as it likes where water boils: k stays positive.
        bounded = np.clip(temperature_C, 0.0, self.max_temperature_C)
        return self.slope_W_per_mK2 * (bounded - REFERENCE_TEMPERATURE_C)
