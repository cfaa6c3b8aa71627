"""Base of classes that are written under their kind: ``{hold: {temperature_C: 80, …}}``."""

from collections.abc import Mapping

from pydantic import GetJsonSchemaHandler, SerializerFunctionWrapHandler, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from rfa_model.registry.registered import Registered


class Keyed(Registered):
    """A model that is written under its ``kind``, the one key of a mapping."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: object) -> object:
        return data[cls.kind] if isinstance(data, Mapping) and data.keys() == {cls.kind} else data

    @model_serializer(mode="wrap")
    def _written(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        return {self.kind: handler(self)}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core_schema)
        inner = handler.resolve_ref_schema(schema)
        body = dict(inner)
        inner.clear()
        inner.update(type="object", properties={cls.kind: body}, required=[cls.kind], additionalProperties=False)
        return schema
