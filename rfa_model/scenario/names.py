"""Names of library entries as a field type: unknown ones are refused with a near match."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from rfa_model import library
from rfa_model.errors import InputError


def near_name(word: str, choice: Iterable[str]) -> str | None:
    """The name of ``choice`` that ``word`` is probably a typo or the beginning of."""
    lower = {name.lower(): name for name in choice}
    near = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    near = near or [name for name in lower if len(word) > 2 and name.startswith(word.lower())][:1]
    return lower[near[0]] if near else None


def near_match(word: str, choice: Iterable[str]) -> str:
    """``"; did you mean 'x'?"`` for the closest name of ``choice``, or an empty string."""
    near = near_name(word, choice)
    return f"; did you mean '{near}'?" if near else ""


@dataclass(frozen=True)
class Named:
    """Annotation: the text must be a key of the table that ``choice`` returns."""

    what: str
    choice: Callable[[], Mapping[str, Any]]

    def check(self, name: str) -> str:
        """Return ``name`` or raise with the near match."""
        known = self.choice()
        if name not in known:
            expected = f"unknown {self.what} '{name}', expected one of {', '.join(known)}{near_match(name, known)}"
            raise PydanticCustomError("unknown_name", "{expected}", {"expected": expected})
        return name

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "enum": list(self.choice())}


def find_probe(name: str) -> library.Probe:
    """The library's probe; InputError with the near match if there is none."""
    known = library.probes()
    if name not in known:
        raise InputError(f"unknown probe '{name}', expected one of {', '.join(known)}{near_match(name, known)}")
    return known[name]


TissueName = Annotated[str, Named("tissue", library.tissues)]
ProbeName = Annotated[str, Named("probe", library.probes)]
CriterionName = Annotated[str, Named("criterion", library.criteria)]
DamageLawName = Annotated[str, Named("damage law", library.damage_laws)]
