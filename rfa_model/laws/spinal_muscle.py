"""σ(T)/σ37 of porcine spinal muscle. Range: Kumru et al., J Eng Sci Med Diagn Ther 2023."""

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from rfa_model.laws.electric_conductivity import ELECTRIC_CONDUCTIVITY_LAWS, ElectricConductivityBase, dried
from rfa_model.laws.law import REFERENCE_TEMPERATURE_C, Array
from rfa_model.sourced import Number, bounds, defaults, issues_error

_DEFAULT = defaults("spinal_muscle")


@ELECTRIC_CONDUCTIVITY_LAWS.register
class SpinalMuscleConductivity(ElectricConductivityBase):
    """Rises from one measured value to another, as in porcine spinal muscle; dries like ``linear_drying``.

    Only the range over 20 to 90 degC has been read, not the curve: that its ends belong to the ends of the temperature
    range, and the way between them (``linear``, or ``exponential``: the same share per degree), are assumptions. It
    gives the ratio to 37 degC, for every tissue; σ at 37 degC stays the tissue's own.
    """

    kind: ClassVar[str] = "spinal_muscle"
    section: ClassVar[str] = "spinal_muscle"

    cold_C: Annotated[Number, Field(ge=0, le=37)] = _DEFAULT["cold_C"]
    cold_S_per_m: bounds.ElectricConductivity = _DEFAULT["cold_S_per_m"]
    hot_C: Annotated[Number, Field(gt=37, le=100)] = _DEFAULT["hot_C"]
    hot_S_per_m: bounds.ElectricConductivity = _DEFAULT["hot_S_per_m"]
    between: Literal["linear", "exponential"] = "linear"
    dry_start_C: Annotated[Number, Field(ge=80, le=150)] = _DEFAULT["dry_start_C"]
    dry_width_C: Annotated[Number, Field(gt=0, le=50)] = _DEFAULT["dry_width_C"]
    dry_fraction: Annotated[Number, Field(ge=1e-6, le=1)] = _DEFAULT["dry_fraction"]

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.hot_S_per_m < self.cold_S_per_m:
            text = f"expected at least cold_S_per_m, {self.cold_S_per_m:g}, got {self.hot_S_per_m:g}"
            raise issues_error([(("hot_S_per_m",), text)])
        return self

    def factor(self, temperature_C: Array) -> Array:
        """Return σ/σ37 at the given temperatures."""
        wet = self._wet(np.minimum(temperature_C, self.dry_start_C)) / self._wet(np.array(REFERENCE_TEMPERATURE_C))
        return dried(wet, (temperature_C - self.dry_start_C) / self.dry_width_C, self.dry_fraction)

    def _wet(self, temperature_C: Array) -> Array:
        share = (temperature_C - self.cold_C) / (self.hot_C - self.cold_C)
        if self.between == "exponential":
            return self.cold_S_per_m * (self.hot_S_per_m / self.cold_S_per_m) ** share
        return self.cold_S_per_m + (self.hot_S_per_m - self.cold_S_per_m) * share
