"""The words of a placement that choose among tables: approaches by name, offsets by their frame."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from rfa_model.placement import APPROACHES, OFFSETS
from rfa_model.placement.offsets import OffsetBase, Shift
from rfa_model.registry import Named

Triple = tuple[Shift, Shift, Shift]


@dataclass(frozen=True)
class TripleOr:
    """Annotation: three numbers, or a mapping of one key, the frame that an offset is told in."""

    def read(self, data: object) -> Triple | OffsetBase:
        """The numbers, checked, or the offset."""
        return (
            OFFSETS.read(data) if isinstance(data, Mapping | OffsetBase) else TypeAdapter(Triple).validate_python(data)
        )

    def chosen(self, data: object) -> type[BaseModel] | None:
        """The model of an offset that is written out; None for three numbers."""
        return OFFSETS.chosen(data)

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        triple = handler(TypeAdapter(Triple).core_schema)
        return {"oneOf": [triple, *OFFSETS.json_schema(handler)["oneOf"]]}


ApproachName = Annotated[str, Named("approach", lambda: APPROACHES)]
OffsetChoice = Annotated[Triple | OffsetBase, TripleOr()]
