"""YAML 1.2 text to plain data, remembering where every key stands. Refuses what a scenario never needs.

Anchors and aliases, tags, merge keys, duplicate keys and keys that are not text are refused, so that a file means what
it shows and cannot expand in memory.
"""

from dataclasses import dataclass, field
from typing import NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from rfa_model._printable import unprintable
from rfa_model.errors import InputError

Path = tuple[str | int, ...]
Position = tuple[int, int]
MAX_DEPTH = 50
MAX_NODES = 20_000
PREFIX = "tag:yaml.org,2002:"
PLAIN_TAGS = {PREFIX + name for name in ("null", "bool", "int", "float", "str", "timestamp", "map", "seq")}


@dataclass
class Document:
    """Plain data with the position (line, column, from 1) of the key or item at each path."""

    file: str
    data: object = None
    positions: dict[Path, Position] = field(default_factory=dict)

    def position(self, path: Path) -> Position:
        """Position of ``path``, or of its nearest parent that is written in the file."""
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, (1, 1))


class _Overgrown(Exception):
    """The text holds more values than any scenario needs."""


class _Composer(Composer):
    """Stops early: a megabyte of list would otherwise take half a minute to refuse."""

    nodes = 0

    def compose_node(self, parent: Node | None, index: object) -> Node | None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _Overgrown
        return super().compose_node(parent, index)


def parse(text: str, file: str) -> Document:
    """Read one YAML document; InputError names file, line and column of what is refused."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _Composer
    document = Document(file)
    try:
        node = yaml.compose(text)
        if node is None:
            raise InputError(f"{file}:1:1: the file is empty, expected a scenario")
        document.data = _Reader(document, yaml).read(node, ())
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise InputError(f"{file}:{line}:{column}: not valid YAML: {error.problem or error.context}") from None
    except _Overgrown:
        raise InputError(f"{file}:1:1: is not a scenario, it holds more than {MAX_NODES} values") from None
    except RecursionError:
        raise InputError(f"{file}:1:1: nested too deeply, expected at most {MAX_DEPTH} levels") from None
    except (YAMLError, AssertionError, IndexError, ValueError) as error:  # the last three from headers it cannot read
        raise InputError(f"{file}:1:1: not valid YAML: {' '.join(str(error).split())}") from None
    return document


class _Reader:
    def __init__(self, document: Document, yaml: YAML) -> None:
        self.document, self.construct = document, yaml.constructor.construct_object

    def read(self, node: Node, path: Path) -> object:
        self.document.positions.setdefault(path, _position(node))
        if getattr(node, "anchor", None):
            text = f"anchors and aliases (&{node.anchor}, *{node.anchor}) are not allowed, write the values out"
            self.refuse(node, path, text)
        if str(node.tag) not in PLAIN_TAGS:
            self.refuse(node, path, f"tag '{node.tag}' is not allowed, expected numbers, text, lists and mappings")
        if len(path) > MAX_DEPTH:
            self.refuse(node, (), f"nested too deeply, expected at most {MAX_DEPTH} levels")
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.read(item, (*path, index)) for index, item in enumerate(node.value)]
        return self.scalar(node, path)

    def mapping(self, node: MappingNode, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not (isinstance(key_node, ScalarNode) and str(key_node.tag) == PREFIX + "str") or key_node.anchor:
                self.refuse(key_node, path, "expected a plain text key (quote it if it looks like a number)")
            key: str = key_node.value
            if odd := unprintable(key):
                self.refuse(key_node, path, f"a key holds {odd}")
            if key in found:
                first = self.document.positions[*path, key][0]
                self.refuse(key_node, (*path, key), f"key '{key}' is written twice, the first is on line {first}")
            self.document.positions[*path, key] = _position(key_node)
            found[key] = self.read(value_node, (*path, key))
        return found

    def scalar(self, node: Node, path: Path) -> object:
        if str(node.tag) in (PREFIX + "str", PREFIX + "timestamp"):
            if odd := unprintable(node.value):
                self.refuse(node, path, f"holds {odd}, which no title or name needs")
            return node.value
        try:
            return self.construct(node)
        except (ValueError, KeyError, IndexError):
            self.refuse(node, path, f"cannot read '{node.value[:40]}'")

    def refuse(self, node: Node, path: Path, message: str) -> NoReturn:
        line, column = _position(node)
        where = f"{path_text(path)}: " if path else ""
        raise InputError(f"{self.document.file}:{line}:{column}: {where}{message}")


def _position(node: Node) -> Position:
    return node.start_mark.line + 1, node.start_mark.column + 1


def path_text(path: Path) -> str:
    """``arms.cooled.protocol[1].hold`` from its parts."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
