"""Base of every class that is chosen by a word of the scenario file."""

from collections.abc import Mapping
from typing import ClassVar, Unpack

from pydantic import ConfigDict, GetJsonSchemaHandler, SerializerFunctionWrapHandler, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from rfa_model.sourced import Sourced

KIND = "kind"


class Registered(Sourced):
    """A model that is chosen by its ``kind``, written as a key beside its own: ``{kind: homogeneous, tissue: muscle}``.

    Attributes
    ----------
    kind : str
        The word.
    is_default : bool
        Whether this is what a mapping without ``kind`` means; its kind is then not written out either.
    """

    kind: ClassVar[str]
    is_default: ClassVar[bool] = False

    def __init_subclass__(cls, **options: Unpack[ConfigDict]) -> None:
        super().__init_subclass__(**options)
        if "is_default" not in vars(cls):
            cls.is_default = False  # never inherited

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Words it is chosen by; a class with a field ``kind`` of its own may have several."""
        return (cls.kind,)

    @classmethod
    def summary(cls) -> str:
        """First paragraph of the docstring: what it is, for lists and the documentation."""
        return " ".join((cls.__doc__ or "").split("\n\n")[0].split())

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: object) -> object:
        if KIND not in cls.model_fields and isinstance(data, Mapping) and data.get(KIND) == cls.kind:
            return {key: value for key, value in data.items() if key != KIND}
        return data

    @model_serializer(mode="wrap")
    def _written(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        values: dict[str, object] = handler(self)
        return values if self.is_default else {KIND: self.kind, **values}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core_schema)
        found = handler.resolve_ref_schema(schema)
        word = {"const": cls.kind, "description": cls.summary(), "title": "Kind", "type": "string"}
        if cls.is_default:
            word["default"] = cls.kind
        found["properties"] = {KIND: word, **found.get("properties", {})}
        if not cls.is_default:
            found["required"] = [KIND, *found.get("required", [])]
        return schema
