"""Places of a scenario by their keys, ``arms.*.placement.offset_mm.1``, and the scenario with other values there."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from rfa_model._near import near_match
from rfa_model.assurance.uncertainty.changes import Path, split_path, value_at
from rfa_model.errors import InputError
from rfa_model.metrics.entry import JSON
from rfa_model.scenario import Scenario

EVERY_ARM = "*"
type Content = dict[str, JSON]
type Changes = Mapping[Path, JSON]


def places(text: str, content: Content) -> list[Path]:
    """The places that a path stands for in a resolved scenario's content; ``*`` is every arm, and shares one value.

    Raises
    ------
    InputError
        If there is nothing, with the keys there are and the near match.
    """
    arms = content["arms"]
    assert isinstance(arms, dict)
    names = list(arms) if EVERY_ARM in text.split(".") else [""]
    found = [tuple(name if part == EVERY_ARM else part for part in split_path(text, "")) for name in names]
    for path in found:
        _check(path, content)
    return found


def _check(path: Path, content: Content) -> None:
    value: JSON = content
    for depth, key in enumerate(path):
        where = ".".join(map(str, path[:depth])) or "a scenario"
        if isinstance(value, dict):
            if str(key) not in value:
                raise InputError(
                    f"unknown key '{key}' in {where}, expected one of {', '.join(value)}{near_match(str(key), value)}"
                )
            value = value[str(key)]
        elif isinstance(value, list):
            if not isinstance(key, int) or key >= len(value):
                count = f"0 to {len(value) - 1}" if value else "none, the list is empty"
                raise InputError(f"'{key}' is no entry of {where}, expected a position, {count}")
            value = value[key]
        else:
            shown = "nothing" if value is None else f"the value {value}"
            raise InputError(f"'{key}' cannot stand in {where}, which holds {shown}")


def put(content: Content, changes: Changes) -> Content:
    """Return a copy with the values at some places replaced."""
    made = copy.deepcopy(content)
    for path, value in changes.items():
        where, last = value_at(made, path[:-1]), path[-1]
        if isinstance(where, list):
            where[int(last)] = copy.deepcopy(value)
        elif isinstance(where, dict):
            where[str(last)] = copy.deepcopy(value)
        else:
            raise InputError(f"the scenario has nothing at {'.'.join(map(str, path))}")
    return made


def only_arm(content: Content, arm: str) -> Content:
    """Return a scenario's content with one arm."""
    arms = content["arms"]
    assert isinstance(arms, dict)
    return {**content, "arms": {arm: arms[arm]}}


def checked(content: Content) -> Scenario:
    """Return the scenario; InputError with the first thing that is wrong."""
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        found = [(first["loc"], first["msg"])]
        if first["type"] == "issues":
            found = [(first["loc"] + tuple(issue["loc"]), issue["message"]) for issue in first["ctx"]["issues"]]
        raise InputError(f"{'.'.join(map(str, found[0][0]))}: {found[0][1]}") from None


def shown(paths: Iterable[Path]) -> str:
    """Places as a reader writes them."""
    return ", ".join(".".join(map(str, path)) for path in paths)
