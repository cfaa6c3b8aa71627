"""A scenario written back as YAML, with every default spelled out."""

from collections.abc import Iterable
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, SequenceNode
from ruamel.yaml.representer import SafeRepresenter

from rfa_model.scenario.scenario import Scenario

SHORT = 4


class _Representer(SafeRepresenter):
    """Short leaves on one line, everything else one key a line, in the order of the models."""


def _flat(values: Iterable[object]) -> bool:
    return not any(isinstance(value, dict | list) for value in values)


def _mapping(representer: SafeRepresenter, data: dict[str, object]) -> MappingNode:
    short = len(data) <= SHORT and _flat(data.values())
    node: MappingNode = representer.represent_mapping("tag:yaml.org,2002:map", list(data.items()), flow_style=short)
    return node


def _sequence(representer: SafeRepresenter, data: list[object]) -> SequenceNode:
    node: SequenceNode = representer.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=_flat(data))
    return node


_Representer.add_representer(dict, _mapping)
_Representer.add_representer(list, _sequence)


def dump_yaml(scenario: Scenario) -> str:
    """YAML text with every default written out; loads back to an equal scenario.

    Probes and the damage law stay named where they were named; ``dump_yaml(scenario.resolved())`` writes out their
    values and every tissue's too, so that the text no longer depends on the library.
    """
    return yaml_text(scenario.model_dump(mode="json"))


def yaml_text(data: dict[str, object]) -> str:
    """Plain data as YAML text."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.allow_unicode = True
    yaml.width = 1000
    stream = StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()
