"""Names of a table's entries as a field type: unknown ones are refused with a near match."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from rfa_model._near import near_match
from rfa_model.registry.choice import Choice


@dataclass(frozen=True)
class Named:
    """Annotation: the text must be a key of the table that ``choice`` returns."""

    what: str
    choice: Callable[[], Mapping[str, object]]

    def check(self, name: str) -> str:
        """Return ``name`` or raise with the near match."""
        known = self.choice()
        if name not in known:
            expected = f"unknown {self.what} '{name}', expected one of {', '.join(known)}{near_match(name, known)}"
            raise PydanticCustomError("unknown_name", "{expected}", {"expected": expected})
        return name

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "enum": list(self.choice())}


@dataclass(frozen=True)
class NameOr:
    """Annotation: a name of the library, or the thing itself, written out or made in Python."""

    named: Named
    thing: Choice

    def read(self, value: object) -> str | BaseModel:
        """The name, checked, or the thing."""
        return self.named.check(value) if isinstance(value, str) else self.thing.read(value)

    def chosen(self, data: object) -> type[BaseModel] | None:
        """The model of a thing written out; None for a name."""
        return None if isinstance(data, str) else self.thing.chosen(data)

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"oneOf": [{"enum": list(self.named.choice()), "type": "string"}, self.thing.json_schema(handler)]}
