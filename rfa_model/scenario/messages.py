"""Validation errors in the user's words: file, line, column, path of the key, what was expected, a near match."""

import re
from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rfa_model._near import near_match, near_name
from rfa_model.scenario.keys import known_keys
from rfa_model.scenario.scenario import Scenario
from rfa_model.scenario.yaml_nodes import Document, Path, path_text

CONSEQUENCES = {"default_factory_not_called"}
EXPECTED = {
    "missing": "required key is missing",
    "float_type": "expected a number",
    "int_type": "expected a whole number",
    "bool_type": "expected true or false",
    "string_type": "expected text",
    "list_type": "expected a list",
    "tuple_type": "expected a list",
    "dict_type": "expected a mapping",
    "model_type": "expected a mapping",
    "model_attributes_type": "expected a mapping",
    "finite_number": "expected a finite number",
    "greater_than": "expected a number above {gt}",
    "greater_than_equal": "expected a number of at least {ge}",
    "less_than": "expected a number below {lt}",
    "less_than_equal": "expected a number of at most {le}",
    "string_too_short": "expected text of at least {min_length} character",
    "string_too_long": "expected text of at most {max_length} characters",
    "too_short": "expected at least {min_length} entry",
    "too_long": "expected at most {max_length} entries",
    "literal_error": "expected {expected}",
}
SHOWS_INPUT = re.compile(r"float_|int_|bool_|string_type|list_|tuple_|dict_|model_|finite|greater|less|literal")


def describe(error: ValidationError, document: Document, root: type[BaseModel] = Scenario) -> str:
    """One message for everything wrong in a file that is read as a ``root``, in the order of the file."""
    problems = _problems(error, document, root)
    found = sorted({(document.position(path), path_text(path), text) for path, text in problems})
    lines = [
        f"{document.file}:{line}:{column}: {f'{path}: ' if path else ''}{text}" for (line, column), path, text in found
    ]
    return "\n  also ".join(lines)


def _problems(error: ValidationError, document: Document, root: type[BaseModel]) -> Iterator[tuple[Path, str]]:
    items = [item for item in error.errors(include_url=False) if item["type"] not in CONSEQUENCES]
    typos = {_meant(item, document, root) for item in items if item["type"] == "extra_forbidden"}
    for item in items:
        loc, context = tuple(item["loc"]), item.get("ctx", {})
        if item["type"] == "issues":
            for issue in context["issues"]:
                yield _written(loc + tuple(issue["loc"])), issue["message"]
        elif not (item["type"] == "missing" and loc in typos):
            yield _written(loc), _text(item, context, document, root)


def _meant(item: ErrorDetails, document: Document, root: type[BaseModel]) -> tuple[str | int | None, ...]:
    """Path of the key that an unknown key is probably a typo of; it is then not reported as missing too."""
    *parent, key = item["loc"]
    return (*parent, near_name(str(key), _keys(tuple(parent), document, root)))


def _text(item: ErrorDetails, context: Mapping[str, object], document: Document, root: type[BaseModel]) -> str:
    kind, given = item["type"], item["input"]
    if kind == "extra_forbidden":
        *parent, key = item["loc"]
        known = _keys(tuple(parent), document, root)
        return f"unknown key '{key}', expected one of {', '.join(known)}{near_match(str(key), known)}"
    numbers = {name: f"{value:g}" if isinstance(value, float) else value for name, value in context.items()}
    text = EXPECTED[kind].format(**numbers) if kind in EXPECTED else item["msg"]
    if SHOWS_INPUT.match(kind):
        text += f", got {_shown(given)}"
    choice = re.findall(r"'([^']*)'", str(context.get("expected") or ""))
    return text + (near_match(str(given), choice) if choice and kind != "unknown_name" else "")


def _shown(value: object) -> str:
    names = {dict: "a mapping", list: "a list", type(None): "nothing", bool: str(value).lower()}
    return names.get(type(value), f"'{value}'" if isinstance(value, str) else f"{value}")[:80]


def _written(loc: tuple[str | int, ...]) -> Path:
    """Path as written in the file: without pydantic's name for a key that is wrong itself."""
    return tuple(part for part in loc if part != "[key]")


def _keys(loc: tuple[str | int, ...], document: Document, root: type[BaseModel]) -> list[str]:
    return known_keys(root, _written(loc), document.data)
