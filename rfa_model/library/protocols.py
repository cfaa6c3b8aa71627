"""Phases of a protocol. In YAML a phase is a mapping of one key: ``{hold: {temperature_C: 80, duration_s: 90}}``."""

import difflib
from collections.abc import Callable
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Discriminator, Field, GetJsonSchemaHandler, Tag, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from rfa_model.sourced import Model, Number, Positive

Duration = Annotated[Number, Field(gt=0, le=3600)]
Target = Annotated[Number, Field(gt=0, le=150)]


class PhaseBase(Model):
    """One stretch of a protocol; ``kind`` is the key it is written under."""

    kind: ClassVar[str]
    duration_s: Duration

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, data: Any) -> Any:
        return data[cls.kind] if isinstance(data, dict) and data.keys() == {cls.kind} else data

    @model_serializer(mode="wrap")
    def _wrap(self, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        values = handler(self)
        return {self.kind: {**values, "duration_s": values.pop("duration_s")}}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        inner = handler.resolve_ref_schema(handler(core_schema))
        body = dict(inner)
        inner.clear()
        inner.update(type="object", properties={cls.kind: body}, required=[cls.kind], additionalProperties=False)
        return inner


class Ramp(PhaseBase):
    """Set point rises linearly from the sensor's reading to ``to_C``."""

    kind: ClassVar[str] = "ramp"
    to_C: Target


class Hold(PhaseBase):
    """Sensor kept at ``temperature_C``."""

    kind: ClassVar[str] = "hold"
    temperature_C: Target


class Voltage(PhaseBase):
    """Constant RMS voltage."""

    kind: ClassVar[str] = "voltage"
    voltage_V_rms: Positive


class Power(PhaseBase):
    """Constant power into the tissue."""

    kind: ClassVar[str] = "power"
    power_W: Positive


class Off(PhaseBase):
    """Generator off; tissue cools while damage goes on."""

    kind: ClassVar[str] = "off"


PHASES: dict[str, type[PhaseBase]] = {phase.kind: phase for phase in (Ramp, Hold, Voltage, Power, Off)}


def _kind(data: Any) -> str | None:
    return data.kind if isinstance(data, PhaseBase) else next(iter(data))


def _one_known_key(data: Any) -> Any:
    if isinstance(data, PhaseBase):
        return data
    choice = ", ".join(PHASES)
    if not isinstance(data, dict) or len(data) != 1:
        raise PydanticCustomError("phase", "expected a mapping of one key, one of {choice}", {"choice": choice})
    key = str(next(iter(data)))
    if key not in PHASES:
        near = difflib.get_close_matches(key, PHASES, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        context = {"key": key, "choice": choice, "hint": hint}
        raise PydanticCustomError("phase", "unknown phase '{key}', expected one of {choice}{hint}", context)
    return data


Phase = Annotated[
    Annotated[Ramp, Tag("ramp")]
    | Annotated[Hold, Tag("hold")]
    | Annotated[Voltage, Tag("voltage")]
    | Annotated[Power, Tag("power")]
    | Annotated[Off, Tag("off")],
    Discriminator(_kind),
    BeforeValidator(_one_known_key),
]


def target_temperature_C(phase: PhaseBase) -> float | None:
    """Temperature the phase drives the sensor to; None where it does not control temperature."""
    return {"ramp": getattr(phase, "to_C", None), "hold": getattr(phase, "temperature_C", None)}.get(phase.kind)
