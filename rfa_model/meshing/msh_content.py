"""What a binary MSH 4.1 file says, taken by NumPy: gmsh's own reader follows a forged count wherever it leads.

The format is gmsh's (https://gmsh.info/doc/texinfo/gmsh.html#MSH-file-format), of which
:func:`rfa_model.meshing.msh_file.write_msh` needs names, entities, nodes and elements in this order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HEAD = b"$MeshFormat\n4.1 1 8\n\x01\x00\x00\x00\n$EndMeshFormat\n"
NODES_OF = {1: 2, 2: 3, 4: 4, 15: 1}
"""Kind of element, by gmsh's number -> its nodes: line, triangle, tetrahedron, point."""
MOST_BLOCKS = 1000
"""Names, entities or blocks: an assumption, far more than the groups of a few needles, and soon counted."""
_NAME = re.compile(rb'([0-3]) ([0-9]{1,9}) "([^"\n]*)"')

Unsigned = NDArray[np.uint64]


@dataclass(frozen=True)
class MshContent:
    """Names, nodes and elements as they stand in the file.

    Attributes
    ----------
    names
        Dimension and tag of a physical group -> its name.
    node_tags, points
        Shapes (N,) and (N, 3).
    elements
        Kind of element, tag of the physical group and nodes' tags, shape (M, nodes), of each block.
    """

    names: dict[tuple[int, int], str]
    node_tags: Unsigned
    points: NDArray[np.float64]
    elements: list[tuple[int, int, Unsigned]]


class _Bytes:
    """A file from front to back; whatever is said to be there and is not raises ValueError."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def expect(self, words: bytes) -> None:
        if not self.content.startswith(words, self.at):
            raise ValueError(f"{words[:20]!r} is not where it belongs, at byte {self.at}")
        self.at += len(words)

    def line(self) -> bytes:
        end = self.content.find(b"\n", self.at, self.at + 200)
        if end < 0:
            raise ValueError(f"no line at byte {self.at}")
        taken, self.at = self.content[self.at : end], end + 1
        return taken

    def numbers[T: np.generic](self, kind: type[T], count: int) -> NDArray[T]:
        size = np.dtype(kind).itemsize * count
        if size > len(self.content) - self.at:
            raise ValueError(f"{count} numbers at byte {self.at} are more than there are")
        taken = np.frombuffer(self.content, kind, count, self.at)
        self.at += size
        return taken

    def counts(self, kind: type[np.integer], count: int) -> list[int]:
        return [int(number) for number in self.numbers(kind, count)]

    def blocks(self) -> int:
        """How many blocks follow; the number of things in all, their least and their largest tag are of no use here."""
        blocks, *_ = self.counts(np.uint64, 4)
        return _few(blocks)


def _few(count: int) -> int:
    if count > MOST_BLOCKS:
        raise ValueError(f"{count} groups, expected at most {MOST_BLOCKS}")
    return count


def msh_content(content: bytes) -> MshContent:
    """Take a file apart; nothing is made that is larger than the file.

    Raises
    ------
    ValueError
        Where it is no file as :func:`rfa_model.meshing.msh_file.write_msh` makes them.
    """
    source = _Bytes(content)
    source.expect(HEAD)
    names = _names(source)
    groups = _entities(source)
    node_tags, points = _nodes(source)
    return MshContent(names, node_tags, points, _elements(source, groups))


def _names(source: _Bytes) -> dict[tuple[int, int], str]:
    source.expect(b"$PhysicalNames\n")
    names = {}
    for _ in range(_few(int(source.line()))):
        found = _NAME.fullmatch(source.line())
        if found is None:
            raise ValueError(f"no name of a group before byte {source.at}")
        names[int(found[1]), int(found[2])] = found[3].decode()
    source.expect(b"$EndPhysicalNames\n")
    return names


def _entities(source: _Bytes) -> dict[tuple[int, int], int]:
    """Dimension and tag of an entity -> its one physical group."""
    source.expect(b"$Entities\n")
    groups = {}
    for dim, count in enumerate(source.counts(np.uint64, 4)):
        for _ in range(_few(count)):
            (tag,) = source.counts(np.int32, 1)
            source.numbers(np.float64, 3 if dim == 0 else 6)  # its box
            group = source.counts(np.int32, *source.counts(np.uint64, 1))
            if dim > 0:
                source.numbers(np.int32, *source.counts(np.uint64, 1))  # what bounds it
            if len(group) == 1:
                groups[dim, tag] = group[0]
    source.expect(b"\n$EndEntities\n")
    return groups


def _nodes(source: _Bytes) -> tuple[Unsigned, NDArray[np.float64]]:
    source.expect(b"$Nodes\n")
    tags, points = [np.empty(0, np.uint64)], [np.empty((0, 3))]
    for _ in range(source.blocks()):
        _, _, parametric = source.counts(np.int32, 3)
        if parametric:
            raise ValueError("nodes with parameters")
        (count,) = source.counts(np.uint64, 1)
        tags.append(source.numbers(np.uint64, count))
        points.append(source.numbers(np.float64, 3 * count).reshape(-1, 3))
    source.expect(b"\n$EndNodes\n")
    return np.concatenate(tags), np.concatenate(points)


def _elements(source: _Bytes, groups: dict[tuple[int, int], int]) -> list[tuple[int, int, Unsigned]]:
    source.expect(b"$Elements\n")
    found = []
    for _ in range(source.blocks()):
        dim, entity, kind = source.counts(np.int32, 3)
        (count,) = source.counts(np.uint64, 1)
        if kind not in NODES_OF or (dim, entity) not in groups:
            raise ValueError(f"elements of kind {kind} in entity {entity} of dimension {dim}")
        width = 1 + NODES_OF[kind]
        found.append((kind, groups[dim, entity], source.numbers(np.uint64, width * count).reshape(-1, width)[:, 1:]))
    source.expect(b"\n$EndElements\n")
    return found
