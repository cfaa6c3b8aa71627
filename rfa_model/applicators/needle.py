"""The straight needle and the internally cooled probe: their words, their checks, and the applicator they describe."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, SerializerFunctionWrapHandler, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from rfa_model.applicators.choice import APPLICATORS, ApplicatorBase
from rfa_model.applicators.materials import Coolant, Section, ThermalSolid, sleeved
from rfa_model.applicators.needle_checks import DEFAULT_PROTOCOLS, GAUGES_MM, faults
from rfa_model.applicators.wall import BLUNTEST_DEG, SHARPEST_DEG, bevel_length_mm
from rfa_model.sourced import Issue, NonNegative, Number, Positive, Sourced, bounds, issues_error

if TYPE_CHECKING:
    from rfa_model.applicators.applicator import Applicator
    from rfa_model.applicators.rod import Rod
    from rfa_model.applicators.sensor_tube import SensorTube

TIP, SHAFT, LUMEN, SENSOR = "tip", "shaft", "lumen", "sensor"


class Solid(Sourced):
    """A probe's metal or sleeve: heat only."""

    density_kg_per_m3: bounds.Density
    specific_heat_J_per_kgK: bounds.SpecificHeat
    thermal_conductivity_W_per_mK: bounds.ThermalConductivity


class Cannula(Sourced):
    """A hollow needle: its wall, what fills its bore, and the closed tube in the bore that holds the sensor.

    The sensor reads the tube's end, which may be colder than the cannula around it.
    """

    wall_thickness_mm: Annotated[Number, Field(gt=0, le=2)]
    filling: Literal["air", "fluid"] = "fluid"
    sensor_tube_diameter_mm: Annotated[Number, Field(gt=0, le=5)]


class Cooling(Sourced):
    """Water in a blind axial lumen; ``lumen_end_gap_mm`` is the metal between its closed end and the distal face."""

    lumen_diameter_mm: Positive
    lumen_end_gap_mm: Positive
    heat_transfer_coefficient_W_per_m2K: bounds.HeatTransfer
    coolant_temperature_C: Annotated[Number, Field(ge=0, le=45)]

    def coolant(self) -> Coolant:
        """Return what flows in the lumen."""
        return Coolant(self.heat_transfer_coefficient_W_per_m2K, self.coolant_temperature_C)


STEEL = Solid(density_kg_per_m3=8000, specific_heat_J_per_kgK=500, thermal_conductivity_W_per_mK=15)
POLYMER = Solid(density_kg_per_m3=1400, specific_heat_J_per_kgK=1100, thermal_conductivity_W_per_mK=0.25)
# Air and water at 60 °C, handbook values; an injected solution is water to heat.
FILLINGS = {
    "air": Solid(density_kg_per_m3=1.06, specific_heat_J_per_kgK=1007, thermal_conductivity_W_per_mK=0.028),
    "fluid": Solid(density_kg_per_m3=983, specific_heat_J_per_kgK=4185, thermal_conductivity_W_per_mK=0.65),
}


PROBE_WORDS = {
    "outer_diameter_mm": "diameter",
    "tip_length_mm": "active tip",
    "tip_rounding_mm": "rounding",
    "bevel_angle_deg": "bevel (deg)",
    "sensor_offset_mm": "sensor",
}
CANNULA_WORDS = {"wall_thickness_mm": "wall", "sensor_tube_diameter_mm": "sensor's tube"}
LUMEN_WORDS = {
    "lumen_diameter_mm": "lumen (mm)",
    "heat_transfer_coefficient_W_per_m2K": "h (W/m2K)",
    "coolant_temperature_C": "coolant (degC)",
}
LONGEST_TIP = 0.75
"""Of the domain's radius."""


@APPLICATORS.register
class Probe(ApplicatorBase):
    """A monopolar probe: bare active tip at the distal end of an insulated shaft.

    ``tip_rounding_mm`` is the fillet radius of the distal edge (shaft radius: hemisphere; 0: flat face).
    ``bevel_angle_deg``: a plane at this angle to the axis cuts the end instead; point at −y, face towards +y.
    ``sensor_offset_mm`` runs along the axis from the distal end: positive ahead of it in tissue, negative in the metal.
    Without ``cannula`` (or ``cooling``) the needle is solid, its sensor in perfect contact.
    """

    kind: Literal["conventional", "cooled"]  # type: ignore[misc]
    gauge: Annotated[int, Field(strict=True, ge=14, le=22)] | None = None
    outer_diameter_mm: Annotated[Number, Field(ge=0.2, le=5)]
    tip_length_mm: Annotated[Number, Field(gt=0, le=40)]
    tip_rounding_mm: NonNegative = 0.0
    bevel_angle_deg: Annotated[Number, Field(ge=SHARPEST_DEG, le=BLUNTEST_DEG)] | None = None
    sleeve_thickness_mm: Positive = 0.1
    metal: Solid = STEEL
    sleeve: Solid = POLYMER
    sensor_offset_mm: Annotated[Number, Field(ge=-40, le=5)]
    cannula: Cannula | None = None
    cooling: Cooling | None = None

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """One class: a cooled probe is a conventional one with a lumen."""
        return tuple(DEFAULT_PROTOCOLS)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core_schema)
        found = handler.resolve_ref_schema(schema)
        found["required"] = [key for key in found["required"] if key != "outer_diameter_mm"]
        found["anyOf"] = [{"required": [key]} for key in ("gauge", "outer_diameter_mm")]
        return schema

    @model_serializer(mode="wrap")
    def _written(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        values: dict[str, object] = handler(self)
        for name in ("gauge", "bevel_angle_deg"):
            if getattr(self, name) is None:
                values.pop(name, None)
        # In this order files have always had it, and evidence is found by the text.
        protocol = values.pop("protocol", None)
        return {"name": values["name"], **values, "protocol": protocol} if "name" in values else values

    @model_validator(mode="before")
    @classmethod
    def _usual_protocol(cls, data: object) -> object:
        usual = DEFAULT_PROTOCOLS.get(str(data.get("kind"))) if isinstance(data, Mapping) else None
        return {"protocol": usual, **data} if usual and isinstance(data, Mapping) else data

    @model_validator(mode="before")
    @classmethod
    def _diameter_of_the_gauge(cls, data: object) -> object:
        """Where no diameter is written it is the gauge's."""
        gauge = data.get("gauge") if isinstance(data, Mapping) else None
        if not isinstance(data, Mapping) or not isinstance(gauge, int):
            return data
        if gauge not in GAUGES_MM:
            known = ", ".join(map(str, sorted(GAUGES_MM)))
            raise issues_error(
                [(("gauge",), f"expected one of {known}, got {gauge}; else give outer_diameter_mm alone")]
            )
        return {"outer_diameter_mm": GAUGES_MM[gauge], **data}

    @property
    def is_cooled(self) -> bool:
        """Whether it has a lumen with a coolant."""
        return self.cooling is not None

    def cooled_otherwise(self, changes: Mapping[str, float]) -> Self:
        """Return it with other values of its coolant; their source becomes the scenario."""
        if self.cooling is None or not changes:
            return self
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return self.with_sources(values | {"cooling": self.cooling.overridden(changes)}, self.sources)

    def issues(self, domain_radius_mm: float) -> Iterator[Issue]:
        """Refuse a tip that is long for its sphere."""
        longest = LONGEST_TIP * domain_radius_mm
        if self.tip_length_mm > longest:
            text = "expected an active tip of at most 3/4 of numerics.domain_radius_mm"
            yield (), f"{text}, {longest:g} mm, got {self.tip_length_mm:g}"

    def shown(self) -> Iterator[tuple[str, Sourced, Mapping[str, str]]]:
        """Its dimensions, and its cooling."""
        words = {field: said for field, said in PROBE_WORDS.items() if getattr(self, field) is not None}
        yield "probe", self, words
        if self.cannula is not None:
            yield f"cannula, {self.cannula.filling} in its bore", self.cannula, CANNULA_WORDS
        if self.cooling is not None:
            yield "cooling", self.cooling, LUMEN_WORDS

    @model_validator(mode="after")
    def _geometry_is_possible(self) -> Self:
        for wrong, where, message in faults(self):
            if wrong:
                issue = [{"loc": where, "message": message}]
                raise PydanticCustomError("issues", "{summary}", {"summary": message, "issues": issue})
        return self

    def rod(self) -> Rod:
        """Return its shape: the active tip, then the shaft without end."""
        from rfa_model.applicators.rod import Rod
        from rfa_model.applicators.rod_shape import Bore

        bore = None
        if self.cooling is not None:
            bore = Bore(self.cooling.lumen_diameter_mm, self.cooling.lumen_end_gap_mm, LUMEN)
        return Rod(
            diameter_mm=self.outer_diameter_mm,
            segments=((TIP, self.tip_length_mm), (SHAFT, math.inf)),
            distal_rounding_mm=self.tip_rounding_mm,
            bore=bore,
            bevel_angle_deg=self.bevel_angle_deg,
        )

    def applicator(self) -> Applicator:
        """Return the needle as an applicator: contact ``tip``, insulated ``shaft``, its lumen and its sensor."""
        from rfa_model.applicators.applicator import Applicator
        from rfa_model.applicators.placed import Contact, PlacedBody, Sensor

        rod = self.rod()
        coolants = () if self.cooling is None else (self.cooling.coolant(),)
        return Applicator(
            bodies=(PlacedBody(rod, self._solids(rod), coolants),),
            contacts=(Contact(TIP, (TIP,)),),
            sensors=(Sensor(SENSOR, (0.0, 0.0, -self.sensor_offset_mm), tube=self._tube()),),
            name=self.name,
        )

    def _solids(self, rod: Rod) -> tuple[ThermalSolid, ThermalSolid]:
        """Active tip and shaft, each homogenised."""
        if self.cannula is not None:
            hollow = self.cannula
            bore = rod.radius_mm - hollow.wall_thickness_mm
            filling, tube = FILLINGS[hollow.filling], hollow.sensor_tube_diameter_mm / 2
            section = Section(self.metal, filling, rod.radius_mm, bore, tube)
            return section.solid(), section.solid(self.sleeve, self.sleeve_thickness_mm)
        bore = 0.0 if rod.bore is None else rod.bore.radius_mm
        shaft = sleeved(self.metal, self.sleeve, rod.radius_mm, self.sleeve_thickness_mm, bore)
        return ThermalSolid.of(self.metal), shaft

    def _tube(self) -> SensorTube | None:
        from rfa_model.applicators.sensor_tube import SensorTube

        if self.cannula is None:
            return None
        radius = self.outer_diameter_mm / 2
        face = 0.0 if self.bevel_angle_deg is None else bevel_length_mm(radius, self.bevel_angle_deg) / 2
        return SensorTube.concentric(
            self.metal,
            FILLINGS[self.cannula.filling],
            self.cannula.sensor_tube_diameter_mm,
            2.0 * (radius - self.cannula.wall_thickness_mm),
            end_gap_mm=-self.sensor_offset_mm - face,
            # Within a rod heated or cooled evenly along its side, the mean over the section lies at this radius.
            wall_radius_mm=radius / math.sqrt(2.0),
        )
