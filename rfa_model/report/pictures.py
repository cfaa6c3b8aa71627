"""The pictures a results folder holds, ready to be embedded with caption and text alternative."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict, cast

from ruamel.yaml import YAML

from rfa_model.applicators.labels import Labels, common_labels
from rfa_model.drawing.captions import headline
from rfa_model.metrics.catalogue import readable
from rfa_model.metrics.entry import ArmEntry
from rfa_model.report.encode import image_uri


@dataclass(frozen=True)
class Embedded:
    """One picture: its file's name in the folder, its data URI and size in pixels, and its words."""

    file: str
    uri: str
    size_px: tuple[int, int]
    caption: str
    alt: str
    wide: bool


class Row(TypedDict):
    """One row of ``pictures.yaml``."""

    file: str
    caption: str
    alt: str
    wide: NotRequired[bool]


def embedded(folder: Path, entries: Mapping[str, ArmEntry], labels: Mapping[str, Labels]) -> Iterator[Embedded]:
    """Every known picture that is there; ``entries`` are the arms' entries of ``summary.json``, ``labels`` by arm too.

    Raises
    ------
    InputError
        If a picture is damaged.
    """
    said = {arm: headline(entry) for arm, entry in entries.items()}
    together = common_labels(labels.values())
    everything = " ".join(f"{readable(arm)}: {words}." for arm, words in said.items())
    for row in _rows():
        per_arm = "{arm}" in row["file"]
        for arm in entries if per_arm else [""]:
            file = row["file"].format(arm=arm)
            if (folder / file).is_file():
                called = labels[arm] if per_arm else together
                words = {"arm": readable(arm), "headline": said[arm] if per_arm else everything}
                words |= {"applicator": called.whole, "plane": called.plane}
                caption, alt = row["caption"].format(**words), row["alt"].format(**words)
                uri, size = image_uri(folder / file)
                yield Embedded(file, uri, size, caption, alt, row.get("wide", False))


@cache
def _rows() -> list[Row]:
    return cast(list[Row], YAML(typ="safe").load(Path(__file__).with_name("pictures.yaml").read_text(encoding="utf-8")))
