"""Every key of the scenario file says what it means, wherever an editor or the documentation shows it."""

from rfa_model.scenario import Scenario, json_schema
from rfa_model.scenario.meanings import mappings, meanings


def silent(node, path="$"):
    """Paths of the properties anywhere in a JSON Schema that have no description."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from silent(item, f"{path}[{index}]")
    elif isinstance(node, dict):
        for key, value in node.get("properties", {}).items():
            if len(value.get("description", "").strip()) < 3:
                yield f"{path}.{key}"
        for key, value in node.items():
            yield from silent(value, f"{path}.{key}")


def test_every_key_of_the_schema_is_described():
    assert list(silent({"properties": {"bare": {"type": "number"}}})) == ["$.bare"]
    assert list(silent(json_schema())) == []


def test_no_meaning_is_left_over():
    """Of a key that is gone, or that its model describes by itself."""
    bare = Scenario.model_json_schema()
    needed = {name: {key for key, at in keys.items() if "description" not in at} for name, keys in mappings(bare)}
    assert {name: set(keys) for name, keys in meanings().items()} == {n: keys for n, keys in needed.items() if keys}
