"""A registry's kinds written under their word, ``{pair: {spacing_mm: 10, …}}``, instead of with a key ``kind``."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import GenericAlias
from typing import cast

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from rfa_model.registry.choice import one_of
from rfa_model.registry.registered import KIND, Registered
from rfa_model.registry.registry import Registry


@dataclass(frozen=True)
class UnderKind[T: Registered]:
    """Annotation: a mapping of one key, a kind, whose value holds the words; one made in Python as it is."""

    kinds: Registry[T]

    def read(self, data: object) -> T:
        """The model from what the file says."""
        if isinstance(data, self.kinds.base):
            return data
        kind = self.kinds.only_key(data)
        # In a mapping, so that messages name the key it is written under.
        form = cast("type[dict[str, T]]", GenericAlias(dict, (str, self.kinds[kind])))
        words = cast("Mapping[str, object]", data)[kind]
        told = {KIND: kind, **words} if isinstance(words, Mapping) else words
        return TypeAdapter(form).validate_python({kind: told})[kind]

    def written(self, thing: T) -> dict[str, object]:
        """The mapping that :meth:`read` takes."""
        words = thing.model_dump(mode="json")
        return {str(words.pop(KIND, thing.kind)): words}

    def chosen(self, data: object) -> type[BaseModel] | None:
        """The model that ``data`` asks for; None if that cannot be told."""
        word = next(iter(data), None) if isinstance(data, Mapping) else None
        return self.kinds.get(word) if isinstance(word, str) else None

    def json_schema(self, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """JSON Schema of all kinds, each under its word."""
        return {"oneOf": [_under(kind, one_of([cls], handler), handler) for kind, cls in self.kinds.items()]}

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.plain_serializer_function_ser_schema(self._or_none)
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return self.json_schema(handler)

    def _or_none(self, thing: T | None) -> dict[str, object] | None:
        return None if thing is None else self.written(thing)


def _under(kind: str, schema: JsonSchemaValue, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    """Of a mapping of one key; the word itself need not be said again below it."""
    words = dict(handler.resolve_ref_schema(schema))
    words["required"] = [key for key in words.get("required", []) if key != KIND]
    words["properties"] = {key: value for key, value in words["properties"].items() if key != KIND}
    return {"additionalProperties": False, "properties": {kind: words}, "required": [kind], "type": "object"}
