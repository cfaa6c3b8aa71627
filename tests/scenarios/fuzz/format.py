"""A kind of file: sound ones of it, how one is spoiled, and how the program reads it."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.scenarios.fuzz.mutate import changed, spoiled

BASES = "bases"


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes
    ----------
    made
        Writes sound files into a folder, each with those that belong to it below a folder of its own.
    read
        Reads one as the program does.
    binary
        Whether numbers in binary stand in it.
    spoil
        Spoils one in a way of its own, every other time.
    """

    made: Callable[[Path], list[Path]]
    read: Callable[[Path], object]
    binary: bool = True
    spoil: Callable[[Path, Random], None] | None = None


def case(seed: int, room: Path, of: Format, bases: list[Path]):
    """A file of a format, spoiled and read."""
    random = Random(seed)
    base = random.choice(bases)
    top = next(folder for folder in base.parents if folder.parent.name == BASES)
    path = room / "case" / base.relative_to(top)
    shutil.rmtree(room / "case", ignore_errors=True)
    shutil.copytree(top, room / "case")
    content = base.read_bytes()
    if of.spoil is not None and random.random() < 0.5:
        of.spoil(path, random)
    elif base.suffix == ".json" and random.random() < 0.7:
        path.write_text(json.dumps(changed(json.loads(content), random), ensure_ascii=True))
    elif base.suffix == ".gz":  # a spoiled byte of what is packed says no more than that it is damaged
        inner = spoiled(gzip.decompress(content), random, [content], binary=True)
        path.write_bytes(gzip.compress(inner) if random.random() < 0.8 else spoiled(content, random, [content]))
    else:
        path.write_bytes(spoiled(content, random, [one.read_bytes() for one in bases], binary=of.binary))

    def tried() -> int:
        of.read(path)
        return 0

    return "format", tried, lambda to: shutil.copytree(room / "case", to, dirs_exist_ok=True) and None


def apart(folder: Path, name: str) -> Path:
    """A place of its own for a file, whose neighbours go along with it."""
    place = folder / name.replace(".", "_")
    place.mkdir(parents=True)
    return place / name
