"""The scenario file's reference, from its JSON schema: one table per mapping, with units, defaults and ranges."""

from collections.abc import Iterator
from typing import Any

from _ext.markdown import number, split_unit

from rfa_model._markdown import table
from rfa_model.scenario import json_schema

Schema = dict[str, Any]
MANY = 7
HEAD = ("key", "value", "unit", "default", "range", "meaning")


def scenario_keys() -> str:
    """Sections for every mapping a scenario may hold, in the order a reader meets them."""
    return "\n\n".join(_section(path, name, definition) for path, name, definition in mappings())


def mappings() -> Iterator[tuple[str, str, Schema]]:
    """(Path in the file, name of the model, its schema), each model once."""
    schema = json_schema()
    seen: set[str] = set()

    def walk(path: str, name: str, definition: Schema) -> Iterator[tuple[str, str, Schema]]:
        if name in seen:
            return
        seen.add(name)
        if "description" not in definition and len(definition["properties"]) == 1:
            (key, inner), *_ = definition["properties"].items()  # a phase: a mapping of one key
            yield f"{path}.{key}", name, inner
            return
        yield path, name, definition
        for key, value in definition["properties"].items():
            for below, reference in _references(value):
                yield from walk(f"{path}.{key}{below}".removeprefix("."), reference, schema["$defs"][reference])

    yield from walk("", "Scenario", schema)


def _references(value: Schema) -> Iterator[tuple[str, str]]:
    """(What comes between the key and the model, name of the model)."""
    if "$ref" in value:
        yield "", value["$ref"].rsplit("/", 1)[1]
    for choice in [*value.get("oneOf", []), *value.get("anyOf", [])]:
        yield from _references(choice)
    if isinstance(value.get("items"), dict):
        yield from (("[]" + below, name) for below, name in _references(value["items"]))
    if isinstance(value.get("additionalProperties"), dict):
        yield from ((".‹name›" + below, name) for below, name in _references(value["additionalProperties"]))


def _section(path: str, name: str, definition: Schema) -> str:
    required = definition.get("required", [])
    rows = []
    for key, value in definition["properties"].items():
        unit = "" if value.get("type") in ("string", "boolean", "object") else split_unit(key)[1]
        default = "required" if key in required else _default(value)
        rows.append((f"`{key}`", _kind(value), unit, default, _range(value), _meaning(value)))
    title = f"### `{path}`" if path else "### At the top of the file"
    lead = " ".join(definition.get("description", "").replace("``", "`").split("\n\n")[0].split()).replace("degC", "°C")
    return f"(keys-{name})=\n{title}\n\n{lead}\n\n{table(HEAD, rows)}"


def _meaning(value: Schema) -> str:
    return " ".join(value["description"].replace("``", "`").split()).replace("degC", "°C")


def _kind(value: Schema) -> str:
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        names = value["enum"]
        return "one of " + ", ".join(f"`{n}`" for n in names) if len(names) <= MANY else f"one of {len(names)} names"
    if "$ref" in value:
        return _link(value["$ref"].rsplit("/", 1)[1])
    for choices in (value.get("oneOf"), value.get("anyOf")):
        if choices:
            return " or ".join(dict.fromkeys(_kind(c) for c in choices if c.get("type") != "null"))
    if value.get("type") == "array":
        items = value.get("prefixItems")
        return f"{len(items)} numbers" if items else f"list: {_kind(value['items'])}"
    if isinstance(value.get("additionalProperties"), dict):
        return f"mapping: name → {_kind(value['additionalProperties'])}"
    return {"boolean": "true or false", "string": "text", "integer": "whole number"}.get(value["type"], value["type"])


def _link(name: str) -> str:
    return f"[{name}](#keys-{name})"


def _default(value: Schema) -> str:
    if "default" not in value:
        return "see meaning"
    default = value["default"]
    if isinstance(default, dict):
        return "its own"
    if isinstance(default, list):
        return ", ".join(number(x) if isinstance(x, float) else f"`{x}`" for x in default)
    if isinstance(default, bool):
        return str(default).lower()
    return "none" if default is None else number(default) if isinstance(default, int | float) else f"`{default}`"


def _range(value: Schema) -> str:
    for part in [value, *value.get("anyOf", []), *value.get("prefixItems", [])[:1]]:
        low, high = part.get("minimum"), part.get("maximum")
        above = part.get("exclusiveMinimum")
        if low is not None and high is not None:
            return f"{number(low)} … {number(high)}"
        if above is not None:
            return f"above {number(above)}" + (f", to {number(high)}" if high is not None else "")
        if low is not None:
            return f"at least {number(low)}"
    count = [(value.get("minItems"), value.get("maxItems")), (value.get("minProperties"), value.get("maxProperties"))]
    for least, most in count:
        if least is not None and "prefixItems" not in value:
            return f"{least} or more" if most is None else f"{least} to {most} entries"
    if "minLength" in value:
        return f"{value['minLength']} to {value['maxLength']} characters"
    return ""
