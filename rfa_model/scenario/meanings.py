"""What each key of a scenario means, added to its JSON Schema from ``meanings.yaml``."""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import cast

from pydantic.json_schema import JsonSchemaValue

Meanings = dict[str, dict[str, str]]


@cache
def meanings() -> Meanings:
    """Meaning by model and key."""
    from ruamel.yaml import YAML

    text = (resources.files(__package__) / "meanings.yaml").read_text(encoding="utf-8")
    return cast(Meanings, YAML(typ="safe", pure=True).load(text))


def mappings(schema: JsonSchemaValue) -> Iterator[tuple[str, JsonSchemaValue]]:
    """(Name of the model, its properties) of every mapping a scenario may hold; of a phase, the keys under its own."""
    for name, definition in {schema["title"]: schema, **schema["$defs"]}.items():
        properties = definition["properties"]
        inner = [value for value in properties.values() if "properties" in value]
        yield name, inner[0]["properties"] if inner else properties


def described(schema: JsonSchemaValue) -> JsonSchemaValue:
    """The schema with a description of every key that its model does not describe itself."""
    for name, properties in [*mappings(schema), *_written_out(schema)]:
        for key, meaning in meanings().get(name, {}).items():
            if key in properties:
                properties[key].setdefault("description", meaning)
    return schema


def _written_out(part: object) -> Iterator[tuple[str, JsonSchemaValue]]:
    """The same of models that stand below others instead of being referred to."""
    if isinstance(part, dict):
        name, properties = part.get("title"), part.get("properties")
        if isinstance(name, str) and name in meanings() and isinstance(properties, dict):
            yield name, properties
        for inner in part.values():
            yield from _written_out(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _written_out(inner)
