"""Validation errors in the user's words: file, line, column, path of the key, what was expected, a near match."""

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from rfa_model.scenario.names import near_match, near_name
from rfa_model.scenario.scenario import Scenario
from rfa_model.scenario.yaml_nodes import Document, Path, path_text

UNION_TAGS = {"name", "inline", "homogeneous", "lumbar_medial_branch"}
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
    "union_tag_not_found": "required key {discriminator} is missing",
    "union_tag_invalid": "expected one of {expected_tags}, got '{tag}'",
    "literal_error": "expected {expected}",
}
SHOWS_INPUT = re.compile(r"float_|int_|bool_|string_type|list_|tuple_|dict_|model_|finite|greater|less|literal")


def describe(error: ValidationError, document: Document) -> str:
    """One message for everything wrong in a file, in the order of the file."""
    found = sorted({(document.position(path), path_text(path), text) for path, text in _problems(error, document)})
    lines = [
        f"{document.file}:{line}:{column}: {f'{path}: ' if path else ''}{text}" for (line, column), path, text in found
    ]
    return "\n  also ".join(lines)


def _problems(error: ValidationError, document: Document) -> Iterator[tuple[Path, str]]:
    items = [item for item in error.errors(include_url=False) if item["type"] not in CONSEQUENCES]
    typos = {_meant(item) for item in items if item["type"] == "extra_forbidden"}
    for item in items:
        loc, context = tuple(item["loc"]), item.get("ctx", {})
        if item["type"] == "issues":
            for issue in context["issues"]:
                yield _written(loc + tuple(issue["loc"]), document), issue["message"]
        elif item["type"] == "union_tag_invalid":
            path = (*_written(loc, document), context["discriminator"].strip("'"))
            yield path, _text(item, context, path)
        elif not (item["type"] == "missing" and loc in typos):
            path = _written(loc, document)
            yield path, _text(item, context, path)


def _meant(item: Any) -> tuple[Any, ...]:
    """Path of the key that an unknown key is probably a typo of; it is then not reported as missing too."""
    *parent, key = item["loc"]
    return (*parent, near_name(str(key), _known_keys(tuple(parent))))


def _text(item: Any, context: dict[str, Any], path: Path) -> str:
    kind, given = item["type"], item["input"]
    if kind == "extra_forbidden":
        known = _known_keys(tuple(item["loc"])[:-1])
        return f"unknown key '{path[-1]}', expected one of {', '.join(known)}{near_match(str(path[-1]), known)}"
    numbers = {name: f"{value:g}" if isinstance(value, float) else value for name, value in context.items()}
    text = EXPECTED[kind].format(**numbers) if kind in EXPECTED else item["msg"]
    if SHOWS_INPUT.match(kind):
        text += f", got {_shown(given)}"
    choice = re.findall(r"'([^']*)'", str(context.get("expected") or context.get("expected_tags") or ""))
    return text + (near_match(str(context.get("tag", given)), choice) if choice and kind != "unknown_name" else "")


def _shown(value: Any) -> str:
    names = {dict: "a mapping", list: "a list", type(None): "nothing", bool: str(value).lower()}
    return names.get(type(value), f"'{value}'" if isinstance(value, str) else f"{value}")[:80]


def _written(loc: tuple[Any, ...], document: Document) -> Path:
    """Path as written in the file: without the names pydantic gives to alternatives."""
    path: Path = ()
    for part in loc:
        if part == "[key]" or (part in UNION_TAGS and (*path, part) not in document.positions):
            continue
        path = (*path, part)
    return path


def _known_keys(loc: tuple[Any, ...]) -> list[str]:
    """Keys allowed in the mapping at ``loc``, read off the models."""
    models: list[type[BaseModel]] = [Scenario]
    for part in loc:
        fields = [model.model_fields[part].annotation for model in models if part in model.model_fields]
        if fields:
            models = [found for annotation in fields for found in _models_in(annotation)]
        elif len(models) > 1:
            models = [model for model in models if _tag(model, part)] or models
    return [name for model in models for name in model.model_fields]


def _tag(model: type[BaseModel], part: Any) -> bool:
    kind = model.model_fields.get("kind")
    return getattr(model, "kind", None) == part or (kind is not None and part in get_args(kind.annotation))


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models_in(part)]
