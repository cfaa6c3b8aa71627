"""A scenario with some of its values replaced, checked like any other."""

from collections.abc import Mapping
from typing import cast

from pydantic import ValidationError

from rfa_model.errors import InputError
from rfa_model.metrics.entry import JSON
from rfa_model.scenario import Scenario

Path = tuple[str | int, ...]


def split_path(text: str, arm: str) -> Path:
    """``arms.{arm}.placement.offset_mm.0`` as keys and list positions, with the arm's name put in."""
    parts = (arm if part == "{arm}" else part for part in text.split("."))
    return tuple(int(part) if part.isdecimal() else part for part in parts)


def content(scenario: Scenario) -> dict[str, JSON]:
    """The resolved scenario as plain data: every probe, tissue and law with its values."""
    return cast(dict[str, JSON], scenario.resolved().model_dump(mode="json"))


def value_at(data: JSON, path: Path) -> JSON:
    """The value at a path of :func:`content`, None where there is none."""
    for key in path:
        if isinstance(data, dict):
            data = data.get(str(key))
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            return None
    return data


def changed(scenario: Scenario, changes: Mapping[Path, JSON]) -> Scenario:
    """The resolved scenario with the values at some paths replaced.

    Raises
    ------
    InputError
        If there is nothing at a path, or the scenario refuses the value.
    """
    data = content(scenario)
    for path, value in changes.items():
        *parents, last = path
        where = value_at(data, tuple(parents))
        if value_at(data, path) is None:
            raise InputError(f"the scenario has nothing at {'.'.join(map(str, path))}")
        if isinstance(where, list):
            where[int(last)] = value
        elif isinstance(where, dict):
            where[str(last)] = value
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
