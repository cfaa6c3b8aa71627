"""What a scenario says of body, tissues, laws and numerics."""

from typing import Annotated, Literal

from pydantic import Field

from rfa_model import laws
from rfa_model.applicators.cell_sizes import LARGEST_DOMAIN_MM, USUAL_DOMAIN_RADIUS_MM, USUAL_RESOLUTION
from rfa_model.library.models import Fibres
from rfa_model.library.names import DamageChoice
from rfa_model.sourced import Flag, Fraction, Model, Number, bounds


class Body(Model):
    """Starting temperature (also the blood's) and what the living body adds; bench tissue: 21 degC, no perfusion."""

    temperature_C: Annotated[Number, Field(ge=0, le=45)] = 37.0
    perfusion: Flag = True
    metabolic_heat: Flag = False


class TissueOverride(Model):
    """Values that replace the library's for one tissue; None keeps the library's."""

    density_kg_per_m3: bounds.Density | None = None
    specific_heat_J_per_kgK: bounds.SpecificHeat | None = None
    thermal_conductivity_W_per_mK: bounds.ThermalConductivity | None = None
    electric_conductivity_S_per_m: bounds.ElectricConductivity | None = None
    perfusion_W_per_m3K: bounds.Perfusion | None = None
    metabolic_heat_W_per_kg: bounds.MetabolicHeat | None = None
    water_fraction: Fraction | None = None
    fibres: Fibres | None = None


class Laws(Model):
    """Coefficients of the constitutive laws."""

    electric_conductivity: Annotated[laws.ElectricConductivityBase, laws.ELECTRIC_CONDUCTIVITY_LAWS] = (
        laws.ElectricConductivity()
    )
    thermal_conductivity: Annotated[laws.ThermalConductivityBase, laws.THERMAL_CONDUCTIVITY_LAWS] = (
        laws.ThermalConductivity()
    )
    perfusion: Annotated[laws.PerfusionBase, laws.PERFUSION_LAWS] = laws.Perfusion()
    vaporisation: Annotated[laws.VaporisationBase, laws.VAPORISATION_LAWS] = laws.Vaporisation()
    damage: DamageChoice = "coagulation"

    def without_damage(self) -> tuple[laws.Law, ...]:
        """The laws that are given here in full, all but the damage law."""
        return self.electric_conductivity, self.thermal_conductivity, self.perfusion, self.vaporisation


class Numerics(Model):
    """Mesh, boundary and time-step control."""

    resolution: Literal["draft", "standard", "fine"] = USUAL_RESOLUTION
    element_order: Literal[1, 2] = 2
    domain_radius_mm: Annotated[Number, Field(ge=15, le=LARGEST_DOMAIN_MM)] = USUAL_DOMAIN_RADIUS_MM
    outer_boundary: Literal["far_field", "grounded"] = "far_field"
    time_tolerance_C: Annotated[Number, Field(gt=0, le=5)] = 0.1
    step_control: Literal["standard", "predictive"] = "standard"
    initial_step_s: Annotated[Number, Field(gt=0, le=10)] = 0.05
    max_step_s: Annotated[Number, Field(gt=0, le=60)] = 10.0
    snapshot_interval_s: Annotated[Number, Field(gt=0, le=600)] = 10.0
