"""Bases of every model: frozen, checked, units in the field names, each number with its source."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[Number, Field(gt=0)]
NonNegative = Annotated[Number, Field(ge=0)]
Fraction = Annotated[Number, Field(ge=0, le=1)]
Flag = Annotated[bool, Field(strict=True)]
Status = Literal["read", "computed", "unverified", "calibrated", "assumed", "given"]


class Model(BaseModel):
    """Base of every model: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sourced(Model):
    """A set of numbers, each of which knows its source."""

    _sources: dict[str, tuple[str, str]] = PrivateAttr(default_factory=dict)

    @property
    def sources(self) -> dict[str, tuple[str, str]]:
        """Field name -> (reference key, status); empty for values written by the user in full."""
        return dict(self._sources)

    @classmethod
    def with_sources(cls, values: Mapping[str, object], sources: dict[str, tuple[str, str]]) -> Self:
        """Build from plain values and remember their sources."""
        made = cls.model_validate(dict(values))
        made._sources.update(sources)
        return made

    def overridden(self, changes: Mapping[str, object]) -> Self:
        """Copy with some values replaced; their source becomes the scenario (status ``given``)."""
        values = {name: getattr(self, name) for name in type(self).model_fields} | dict(changes)
        return type(self).with_sources(values, self._sources | {name: ("scenario", "given") for name in changes})
