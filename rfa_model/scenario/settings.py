"""Everything of a scenario but its arms: anatomy, body, tissues, limits, laws, numerics."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from rfa_model import library
from rfa_model.library.models import ArrheniusLaw
from rfa_model.scenario.names import DamageLawName, TissueName
from rfa_model.sourced import Flag, Fraction, Model, NonNegative, Number, Positive

_NERVE = library.defaults("medial_branch")
_ELECTRIC = library.defaults("electric_conductivity")
_THERMAL = library.defaults("thermal_conductivity")
_VAPOUR = library.defaults("vaporisation")


class HomogeneousAnatomy(Model):
    """One tissue everywhere, no bone, no nerve: the bench."""

    structures: ClassVar[tuple[str, ...]] = ()
    kind: Literal["homogeneous"]
    tissue: TissueName = "muscle"


class LumbarAnatomy(Model):
    """Parametric lumbar level with the medial branch (L5: dorsal ramus) at its target."""

    structures: ClassVar[tuple[str, ...]] = ("spinal_nerve", "skin")
    kind: Literal["lumbar_medial_branch"]
    level: Literal["L1", "L2", "L3", "L4", "L5"]
    side: Literal["left", "right"]
    nerve_diameter_mm: Annotated[Number, Field(ge=0.2, le=2)] = _NERVE["nerve_diameter_mm"]
    nerve_bone_gap_mm: Annotated[Number, Field(ge=0.2, le=2)] = _NERVE["nerve_bone_gap_mm"]


Anatomy = Annotated[HomogeneousAnatomy | LumbarAnatomy, Field(discriminator="kind")]


class Body(Model):
    """Starting temperature (also the blood's) and what the living body adds; bench tissue: 21 degC, no perfusion."""

    temperature_C: Annotated[Number, Field(ge=0, le=45)] = 37.0
    perfusion: Flag = True
    metabolic_heat: Flag = False


class TissueOverride(Model):
    """Values that replace the library's for one tissue; None keeps the library's."""

    density_kg_per_m3: Positive | None = None
    specific_heat_J_per_kgK: Positive | None = None
    thermal_conductivity_W_per_mK: Positive | None = None
    electric_conductivity_S_per_m: Positive | None = None
    perfusion_W_per_m3K: NonNegative | None = None
    metabolic_heat_W_per_kg: NonNegative | None = None
    water_fraction: Fraction | None = None


class Threshold(Model):
    """Verdict of a structure: ok, then ``warning``, then ``error`` (either may be left out)."""

    warning: NonNegative | None = None
    error: NonNegative | None = None


class StructureLimits(Model):
    """Limits of a protected structure; temperature and damage from above, clearance from below."""

    max_temperature_C: Threshold | None = None
    min_clearance_mm: Threshold | None = None
    max_damage: Threshold | None = None


SPINAL_NERVE_LIMITS = StructureLimits(max_temperature_C=Threshold(**library.defaults("spinal_nerve_temperature_C")))


def usual_limits(structures: Iterable[str]) -> dict[str, StructureLimits]:
    """Return the limits that hold where none are given: the spinal nerve's temperature, in an anatomy that has one."""
    return {"spinal_nerve": SPINAL_NERVE_LIMITS} if "spinal_nerve" in structures else {}


class ElectricConductivity(Model):
    """Rises linearly from 37 degC; above ``dry_start_C`` falls smoothly to ``dry_fraction`` of its value at 37 degC."""

    slope_per_C: Annotated[Number, Field(ge=0, le=0.1)] = _ELECTRIC["slope_per_C"]
    dry_start_C: Annotated[Number, Field(ge=80, le=150)] = _ELECTRIC["dry_start_C"]
    dry_width_C: Annotated[Number, Field(gt=0, le=50)] = _ELECTRIC["dry_width_C"]
    dry_fraction: Annotated[Number, Field(ge=1e-6, le=1)] = _ELECTRIC["dry_fraction"]


class ThermalConductivity(Model):
    """Rises linearly from 37 degC, constant above ``max_temperature_C``."""

    slope_W_per_mK2: Annotated[Number, Field(ge=0, le=0.05)] = _THERMAL["slope_W_per_mK2"]
    max_temperature_C: Annotated[Number, Field(ge=37, le=150)] = _THERMAL["max_temperature_C"]


class Perfusion(Model):
    """Whether perfusion stops where tissue is coagulated."""

    shutdown: Flag = True


class Vaporisation(Model):
    """Latent heat of tissue water, spread over a band of temperature."""

    enabled: Flag = True
    latent_heat_J_per_kg: Positive = _VAPOUR["latent_heat_J_per_kg"]
    start_C: Annotated[Number, Field(ge=80, le=150)] = _VAPOUR["start_C"]
    end_C: Annotated[Number, Field(ge=80, le=160)] = _VAPOUR["end_C"]
    gas_heat_capacity_J_per_m3K: Positive = _VAPOUR["gas_heat_capacity_J_per_m3K"]


def _name_or_inline(value: Any) -> str:
    return "name" if isinstance(value, str) else "inline"


DamageLaw = Annotated[
    Annotated[DamageLawName, Tag("name")] | Annotated[ArrheniusLaw, Tag("inline")], Discriminator(_name_or_inline)
]


class Laws(Model):
    """Coefficients of the constitutive laws."""

    electric_conductivity: ElectricConductivity = ElectricConductivity()
    thermal_conductivity: ThermalConductivity = ThermalConductivity()
    perfusion: Perfusion = Perfusion()
    vaporisation: Vaporisation = Vaporisation()
    damage: DamageLaw = "coagulation"


class Numerics(Model):
    """Mesh, boundary and time-step control."""

    resolution: Literal["draft", "standard", "fine"] = "standard"
    element_order: Literal[1, 2] = 2
    domain_radius_mm: Annotated[Number, Field(ge=15, le=200)] = 40.0
    outer_boundary: Literal["far_field", "grounded"] = "far_field"
    time_tolerance_C: Annotated[Number, Field(gt=0, le=5)] = 0.1
    initial_step_s: Annotated[Number, Field(gt=0, le=10)] = 0.05
    max_step_s: Annotated[Number, Field(gt=0, le=60)] = 10.0
    snapshot_interval_s: Annotated[Number, Field(gt=0, le=600)] = 10.0
