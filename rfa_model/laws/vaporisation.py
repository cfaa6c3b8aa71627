"""What boiling does to the heat that tissue holds. Values: Hall, Ooi & Payne, Int J Hyperthermia 2015;31:538."""

from abc import abstractmethod
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from rfa_model.laws.enthalpy import Enthalpy
from rfa_model.laws.law import Array, Law
from rfa_model.registry import Registry
from rfa_model.sourced import Flag, Number, bounds, defaults, issues_error

_DEFAULT = defaults("vaporisation")


class VaporisationBase(Law):
    """How tissue takes up heat while its water boils off."""

    @property
    @abstractmethod
    def latent_J_per_kg(self) -> float:
        """Latent heat of water; 0 where nothing boils."""

    @abstractmethod
    def enthalpy(self, heat_capacity_J_per_m3K: Array, latent_J_per_m3: Array) -> Enthalpy:
        """Return the enthalpy of cells with these ρc and ρ·C·L, each (cells,)."""


VAPORISATION_LAWS = Registry("law of vaporisation", VaporisationBase, "rfa_model.laws.vaporisation")


@VAPORISATION_LAWS.register
class Vaporisation(VaporisationBase):
    """Latent heat of tissue water, spread over a band of temperature."""

    kind: ClassVar[str] = "band"
    is_default: ClassVar[bool] = True
    section: ClassVar[str] = "vaporisation"

    enabled: Flag = True
    latent_heat_J_per_kg: bounds.LatentHeat = _DEFAULT["latent_heat_J_per_kg"]
    start_C: Annotated[Number, Field(ge=80, le=150)] = _DEFAULT["start_C"]
    end_C: Annotated[Number, Field(ge=80, le=160)] = _DEFAULT["end_C"]
    gas_heat_capacity_J_per_m3K: bounds.VolumetricHeat = _DEFAULT["gas_heat_capacity_J_per_m3K"]

    @model_validator(mode="after")
    def _band_has_a_width(self) -> Self:
        if self.end_C <= self.start_C:
            text = f"expected more than start_C, {self.start_C:g}, got {self.end_C:g}"
            raise issues_error([(("end_C",), text)])
        return self

    @property
    def latent_J_per_kg(self) -> float:
        return self.latent_heat_J_per_kg if self.enabled else 0.0

    def enthalpy(self, heat_capacity_J_per_m3K: Array, latent_J_per_m3: Array) -> Enthalpy:
        """Return the enthalpy of cells with these ρc and ρ·C·L, each (cells,)."""
        return Enthalpy(
            heat_capacity_J_per_m3K, latent_J_per_m3, self.start_C, self.end_C, self.gas_heat_capacity_J_per_m3K
        )
