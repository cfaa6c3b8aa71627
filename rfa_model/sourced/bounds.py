"""What a number of a scenario can be in this world: bounds far beyond use, each with its reason."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from rfa_model.sourced.models import Number


@dataclass(frozen=True)
class Within:
    """Annotation of a number: refused outside [``low``, ``high``], with the reason."""

    low: float
    high: float
    why: str

    def check(self, value: float) -> float:
        """Return ``value`` if it lies within."""
        if not self.low <= value <= self.high:
            raise PydanticCustomError(
                "out_of_bounds",
                "expected a number from {low} to {high}, got {given}: {why}",
                {"low": f"{self.low:g}", "high": f"{self.high:g}", "given": f"{value:g}", "why": self.why},
            )
        return value

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"minimum": self.low, "maximum": self.high}


Density = Annotated[Number, Within(0.1, 25_000, "air has 1, platinum 21 450")]
SpecificHeat = Annotated[Number, Within(50, 20_000, "gold has 129, water 4180, hydrogen 14 300")]
ThermalConductivity = Annotated[Number, Within(1e-3, 5_000, "still gases have 0.01 to 0.2, silver 429, diamond 2200")]
ElectricConductivity = Annotated[Number, Within(1e-6, 100, "dry bone has 0.001, the saltiest brine 25")]
Perfusion = Annotated[Number, Within(0, 1e8, "kidney, the best perfused organ, has 300 000")]
MetabolicHeat = Annotated[Number, Within(0, 100, "the beating heart makes 40")]
Flow = Annotated[Number, Within(1e-6, 100, "a kidney takes 70 kg of blood a second and m3")]
FlowRise = Annotated[Number, Within(0, 100, "a kidney takes 70 kg of blood a second and m3")]
HeatTransfer = Annotated[Number, Within(0, 1e6, "boiling water reaches 100 000")]
Power = Annotated[Number, Within(1e-6, 1e6, "generators give up to 200 W")]
Voltage = Annotated[Number, Within(1e-6, 1e6, "generators give up to 200 V")]
Current = Annotated[Number, Within(1e-6, 1e5, "generators give up to 3 A")]
Impedance = Annotated[Number, Within(1e-3, 1e12, "tissue between electrodes has 10 to 10 000")]
Gain = Annotated[Number, Within(0, 1e6, "a controller's gain is of the order of 1")]
Temperature = Annotated[Number, Within(0, 200, "tissue is charred by then")]
LatentHeat = Annotated[Number, Within(1e3, 1e7, "water has 2 257 000")]
VolumetricHeat = Annotated[Number, Within(10, 1e8, "air has 1200, water 4.2 million")]
ActivationEnergy = Annotated[Number, Within(1, 2e6, "published sets have 78 000 to 700 000")]
FrequencyFactor = Annotated[Number, Within(1e-6, 1e200, "published sets have 1e9 to 1e106")]
Level = Annotated[Number, Within(1e-9, 1e12, "doses and damages are far from this")]
Limit = Annotated[Number, Within(0, 1e6, "no temperature, clearance or damage is that large")]
Rate = Annotated[Number, Within(0, 1e3, "cells take minutes")]
Scale = Annotated[Number, Within(0.1, 1e3, "some tens of degrees are published")]
