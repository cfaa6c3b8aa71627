"""What a mapping of the scenario file may become."""

from collections.abc import ItemsView, Iterable
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import core_schema

from rfa_model.registry.registered import Registered


class Choice(Protocol):
    """One of several models, or always the same one."""

    def read(self, data: object) -> BaseModel:
        """The model from what the file says; one made in Python as it is."""
        ...

    def chosen(self, data: object) -> type[BaseModel] | None:
        """The model that ``data``, as written in the file, asks for; None if that cannot be told."""
        ...

    def json_schema(self, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """JSON Schema of all there is to choose from."""
        ...


class Kinds(Choice, Protocol):
    """What may be told of any registry."""

    what: str

    @property
    def default(self) -> str | None:
        """The kind that a mapping without ``kind`` is of."""
        ...

    def items(self) -> ItemsView[str, type[Registered]]:
        """Kinds with their classes."""
        ...

    def package(self, kind: str) -> str:
        """Who offers a kind."""
        ...


@dataclass(frozen=True)
class Only:
    """A choice of one model."""

    model: type[BaseModel]

    def read(self, data: object) -> BaseModel:
        """The model from what the file says."""
        return self.model.model_validate(data)

    def chosen(self, data: object) -> type[BaseModel]:
        """The one model."""
        return self.model

    def json_schema(self, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Its schema."""
        return one_of([self.model], handler)


def one_of(models: Iterable[type[BaseModel]], handler: GetJsonSchemaHandler) -> JsonSchemaValue:
    """JSON Schema of one of these, each a definition."""
    found = handler(core_schema.union_schema([model.__pydantic_core_schema__ for model in models]))
    return {"oneOf": found["anyOf"]} if "anyOf" in found else found
