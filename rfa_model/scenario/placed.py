"""Where a needle lies, in words: an approach by its name, an offset in its frame, turns."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from rfa_model.placement import APPROACHES, OFFSETS
from rfa_model.placement.offsets import OffsetBase, Shift
from rfa_model.registry import Named
from rfa_model.sourced import Flag, Issue, Model, Number

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

Angle = Annotated[Number, Field(ge=-180, le=180)]
Vector = tuple[Number, Number, Number]


class Placement(Model):
    """Where the probe lies.

    ``offset_mm``: along the nerve, across it, off the bone; or one of the frames ``nerve``, ``patient``, ``operator``
    with its own words, ``{operator: {deep_mm: 2, lateral_mm: 1}}``. ``angles_deg``: tilt, swing, roll. ``target_mm``
    (patient frame) replaces the anatomy's target; ``direction`` (custom approach only) points from the tip up the
    shaft, patient frame, any length.
    """

    approach: ApproachName = "parallel"
    offset_mm: OffsetChoice = (0.0, 0.0, 0.0)
    angles_deg: tuple[Angle, Angle, Angle] = (0.0, 0.0, 0.0)
    target_mm: Vector | None = None
    direction: Vector | None = None
    allow_inside_bone: Flag = False

    def issues(self) -> Iterator[Issue]:
        """A direction belongs to approach custom, and that needs one."""
        custom = self.approach == "custom"
        if self.direction is None and custom:
            yield ("approach",), "expected a key 'direction' beside it, because the approach is custom"
        if self.direction is not None and not custom:
            expected = f"expected none with approach '{self.approach}'; did you mean approach 'custom'?"
            yield ("direction",), expected
        if self.direction is not None and math.hypot(*self.direction) < 1e-9:
            yield ("direction",), "expected a vector of non-zero length"
