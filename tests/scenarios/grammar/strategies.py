"""Content that a JSON Schema allows, and ways to spoil it; whatever joins a registry joins in."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.scenarios.fuzz.mutate import VALUES, paths_in

type Schema = Mapping[str, Any]
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,7}", fullmatch=True)
UNSAID = 20.0
"""How far from 0 a number goes that has no bounds: offsets in mm."""
SHARE_OF_OPTIONAL = 3
"""One optional key in so many is written: what is left out has a default, and a whole can go wrong at every key."""


class Grammar:
    """What a JSON Schema allows.

    Parameters
    ----------
    whole
        The schema with its definitions.
    without
        Definitions that are not chosen.
    """

    def __init__(self, whole: Schema, without: frozenset[str] = frozenset()) -> None:
        self._definitions, self._without = whole["$defs"], without
        self._known: dict[str, st.SearchStrategy[Any]] = {}

    def of(self, part: Schema) -> st.SearchStrategy[Any]:
        """Return the content that a part of the schema allows."""
        if "$ref" in part:
            return self._defined(part["$ref"].rpartition("/")[2])
        if "const" in part:
            return st.just(part["const"])
        if part.get("enum"):
            return st.sampled_from(part["enum"])
        if alternatives := [one for one in part.get("oneOf", part.get("anyOf", ())) if "required" not in one]:
            allowed = [one for one in alternatives if one.get("$ref", "").rpartition("/")[2] not in self._without]
            return st.one_of([self.of(one) for one in allowed])
        return _KINDS[part.get("type", "null")](part, self.of)

    def _defined(self, name: str) -> st.SearchStrategy[Any]:
        if name not in self._known:
            self._known[name] = st.deferred(lambda: self.of(self._definitions[name]))
        return self._known[name]


def _object(schema: Schema, of: Any) -> st.SearchStrategy[Any]:
    named = schema.get("properties", {})
    if not named and isinstance(schema.get("additionalProperties"), Mapping):
        keys = of(schema["propertyNames"]) if "propertyNames" in schema else NAMES
        least = schema.get("minProperties", 0)
        return st.dictionaries(keys, of(schema["additionalProperties"]), min_size=least, max_size=least + 1)
    needed = set(schema.get("required", ()))
    for choice in schema.get("anyOf", ())[:1]:
        needed |= set(choice["required"])
    always = {key: of(part) for key, part in named.items() if key in needed}
    seldom = {key: of(part) for key, part in named.items() if key not in needed}

    @st.composite
    def made(draw: st.DrawFn) -> dict[str, Any]:
        keys = [key for key in seldom if draw(st.integers(1, SHARE_OF_OPTIONAL)) == 1]
        return {key: draw(part) for key, part in {**always, **{key: seldom[key] for key in keys}}.items()}

    return made()


def _array(schema: Schema, of: Any) -> st.SearchStrategy[Any]:
    if "prefixItems" in schema:
        return st.tuples(*(of(part) for part in schema["prefixItems"])).map(list)
    least = schema.get("minItems", 0)
    return st.lists(of(schema["items"]), min_size=least, max_size=least + 3)


def _number(schema: Schema, of: Any) -> st.SearchStrategy[Any]:
    low = schema.get("minimum", schema.get("exclusiveMinimum", -UNSAID))
    high = schema.get("maximum", schema.get("exclusiveMaximum", max(UNSAID, low)))
    usual = schema.get("default")
    some = st.floats(low, high, exclude_min="exclusiveMinimum" in schema, exclude_max="exclusiveMaximum" in schema)
    return st.one_of(some, st.just(usual)) if isinstance(usual, float) else some


def _integer(schema: Schema, of: Any) -> st.SearchStrategy[Any]:
    low = schema.get("minimum", math.floor(schema.get("exclusiveMinimum", -10)) + 1)
    return st.integers(low, min(schema.get("maximum", low + 100), low + 100))


def _string(schema: Schema, of: Any) -> st.SearchStrategy[Any]:
    if "pattern" in schema:
        return st.from_regex(schema["pattern"].removesuffix("$").removeprefix("^"), fullmatch=True)
    letters = st.characters(exclude_categories=("C", "Zl", "Zp"))
    return st.text(letters, min_size=schema.get("minLength", 0), max_size=min(schema.get("maxLength", 20), 20))


_KINDS = {
    "object": _object,
    "array": _array,
    "number": _number,
    "integer": _integer,
    "string": _string,
    "boolean": lambda schema, of: st.booleans(),
    "null": lambda schema, of: st.none(),
}
ODD = st.one_of(
    st.sampled_from(VALUES),
    st.floats(),
    st.integers(),
    st.text(max_size=20),
    st.sampled_from([math.nan, math.inf, -math.inf, 10**400, "9" * 5000, [[[[]]]] * 9]),
)
KEYS = st.one_of(st.text(max_size=10), st.sampled_from(("kind", "name", "probe", "file")))


def odd(draw: st.DrawFn) -> Any:
    """A value that is out of place, a copy: spoiled further, a list among them could come to hold itself."""
    return copy.deepcopy(draw(ODD))


@st.composite
def spoiled(draw: st.DrawFn, trees: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    """A tree with one to three values replaced, keys gone, renamed or new."""
    tree = copy.deepcopy(draw(trees))
    for _ in range(draw(st.integers(1, 3))):
        places = [path for path in paths_in(tree) if path]
        if not places:
            break
        place = draw(st.sampled_from(places))
        parent: Any = tree
        for key in place[:-1]:
            parent = parent[key]
        how = draw(st.sampled_from(("value", "value", "value", "gone", "renamed", "new")))
        if how == "value":
            parent[place[-1]] = odd(draw)
        elif how == "gone" or not isinstance(parent, dict):
            del parent[place[-1]]
        elif how == "renamed":
            parent[draw(st.text(max_size=10))] = parent.pop(place[-1])
        else:
            parent[draw(KEYS)] = odd(draw)
    return tree
