"""An arm's entry of ``summary.json``: plain JSON types, and how to look into them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import NotRequired, Protocol, TypedDict, runtime_checkable

import numpy as np

type JSON = bool | int | float | str | list[JSON] | dict[str, JSON] | None
type Numbers = dict[str, JSON]


class ArmEntry(TypedDict):
    """Everything that is reported of one arm; ``uncertainty`` is nested as the numbers it belongs to.

    ``flags`` are as :class:`rfa_model.metrics.flag.Flag`; runs from before there were any have none.
    """

    probe: Numbers
    placement: Numbers
    way: NotRequired[Numbers]
    mesh: Numbers
    solver: Numbers
    electrical: Numbers
    temperature: Numbers
    lesions: dict[str, Numbers]
    nerves: dict[str, Numbers]
    structures: dict[str, Numbers]
    balance: Numbers
    field: NotRequired[Numbers | None]
    union: NotRequired[Numbers | None]
    sequence: NotRequired[list[Numbers] | None]
    uncertainty: Numbers | None
    flags: NotRequired[list[Numbers]]


@runtime_checkable
class _Dumps(Protocol):
    """A pydantic model, as far as it matters here."""

    def model_dump(self, *, mode: str) -> dict[str, object]: ...


def look_up(entry: Mapping[str, object] | ArmEntry | None, path: Sequence[str]) -> JSON:
    """The value at a path of nested mappings, None where there is none."""
    value: object = entry
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value  # type: ignore[return-value]  # what JSON holds


def number_at(entry: Mapping[str, object] | ArmEntry | None, path: Sequence[str]) -> float | None:
    """The number at a path, None where there is none."""
    return number(look_up(entry, path))


def number(value: JSON) -> float | None:
    """A value as a number, None where it is none."""
    return float(value) if isinstance(value, int | float) else None


def holds(entry: Mapping[str, object] | ArmEntry, path: Sequence[str]) -> bool:
    """Whether there is something at a path, be it null."""
    inner = look_up(entry, path[:-1])
    return isinstance(inner, Mapping) and path[-1] in inner


def names_in(entry: Mapping[str, object] | ArmEntry, part: str) -> list[str]:
    """Names of criteria, nerves or structures of an entry."""
    found = look_up(entry, (part,))
    return list(found) if isinstance(found, Mapping) else []


def put(nested: Numbers, path: Sequence[str], value: JSON) -> None:
    """Put a value at a path, with the mappings on the way there."""
    *parents, last = path
    for key in parents:
        inner = nested.setdefault(key, {})
        assert isinstance(inner, dict)
        nested = inner
    nested[last] = value


def plain(value: object) -> JSON:
    """Turn dataclasses, pydantic models and numpy values into JSON types; numbers that are not finite become None."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, _Dumps):
        return plain(value.model_dump(mode="json"))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, str):
        return value
    return str(value)


def plain_mapping(value: object) -> Numbers:
    """A dataclass, pydantic model or mapping in JSON types."""
    found = plain(value)
    assert isinstance(found, dict)
    return found
