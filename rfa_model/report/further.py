"""A further part of the page, made by whoever knows what the report does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from rfa_model.report.encode import data_uri


@dataclass(frozen=True)
class FurtherPart:
    """A section between the nerve's and that over time: lines, a table, pictures.

    Attributes
    ----------
    key : str
        Its anchor, a word.
    title, entry : str
        Heading; the same, short, in the contents.
    lines : sequence of str
    caption : str
        Of the table.
    head, rows : sequences
        Its cells; no table without rows.
    pictures : sequence of (bytes, str)
        SVG, and what it shows in words.
    """

    key: str
    title: str
    entry: str
    lines: Sequence[str]
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    pictures: Sequence[tuple[bytes, str]]


class PartWords(TypedDict):
    """The same for the template."""

    key: str
    title: str
    entry: str
    lines: list[str]
    caption: str
    head: list[str]
    rows: list[list[str]]
    pictures: list[tuple[str, str]]


def part_words(part: FurtherPart) -> PartWords:
    """Pictures become data URIs, so that the page needs nothing else."""
    return {
        "key": part.key,
        "title": part.title,
        "entry": part.entry,
        "lines": list(part.lines),
        "caption": part.caption,
        "head": list(part.head),
        "rows": [list(row) for row in part.rows],
        "pictures": [(data_uri(svg, "image/svg+xml"), words) for svg, words in part.pictures],
    }
