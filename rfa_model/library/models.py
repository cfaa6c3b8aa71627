"""What the library holds, as frozen models: tissues.

Units are in the field names. ``sources`` says for each number where it comes from and how far it is trusted.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from rfa_model.sourced import Fraction, Model, Number, Sourced, bounds, issues_error

# Of dog muscle at audio frequencies; it falls to 1 near 1 MHz (Epstein & Foster, Med Biol Eng Comput 1983;21:51).
MOST_ANISOTROPIC = 10.0


class Fibres(Model):
    """Where a tissue's fibres run, and how much better current flows along them than across.

    Off by default, a ratio of 1: what it is at 500 kHz has not been read. Heat prefers no direction.
    """

    direction: tuple[Number, Number, Number] = (0.0, 0.0, 1.0)
    along_over_across: Annotated[Number, Field(ge=1, le=MOST_ANISOTROPIC)] = 1.0

    @model_validator(mode="after")
    def _direction_has_a_length(self) -> Self:
        if not any(self.direction):
            raise issues_error([(("direction",), "expected a direction, got one of no length")])
        return self


class Tissue(Sourced):
    """A tissue at body temperature (electric conductivity at 500 kHz, across the fibres where it has any)."""

    name: str
    density_kg_per_m3: bounds.Density
    specific_heat_J_per_kgK: bounds.SpecificHeat
    thermal_conductivity_W_per_mK: bounds.ThermalConductivity
    electric_conductivity_S_per_m: bounds.ElectricConductivity
    perfusion_W_per_m3K: bounds.Perfusion
    metabolic_heat_W_per_kg: bounds.MetabolicHeat
    water_fraction: Fraction
    fibres: Fibres = Fibres()
