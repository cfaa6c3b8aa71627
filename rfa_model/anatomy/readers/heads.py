"""Heads of NRRD and MetaImage files, looked at before a library reads them that believes what they say.

SimpleITK ends the process where a MetaImage counts its dimensions in billions, never comes back from an axis of
length 1e308, and opens whatever file a head names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rfa_model.errors import InputError

LONGEST_HEAD = 100_000
MOST_DIMENSIONS = 5
_META = re.compile(r"\s*([A-Za-z0-9_]+)\s*=\s*(.*)")
_NRRD = re.compile(r"([^:#]+): *(?!=)(.*)")
# What a head calls its dimensions, their sizes, a file beside it, and the place of its voxels.
_WORDS = {
    "meta": (
        "ndims", "dimsize", ("elementdatafile",),
        ("transformmatrix", "rotation", "orientation", "offset", "position", "origin", "centerofrotation",
         "elementspacing", "elementsize"),
    ),
    "nrrd": (
        "dimension", "sizes", ("data file", "datafile"),
        ("space directions", "space origin", "spacings", "axis mins", "axis maxs", "axismins", "axismaxs"),
    ),
}  # fmt: skip
FARTHEST_MM = 1e6


def check_head(path: Path, kind: str) -> None:
    """Hold a head of ``kind`` "meta" or "nrrd" against what such a one may say.

    Raises
    ------
    InputError
        If its dimensions are no small numbers, or its values lie in no plain file beside it.
    """
    with path.open("rb") as stream:
        text = stream.read(LONGEST_HEAD).decode("latin-1")
    fields: dict[str, str] = {}
    for key, value in _meta(text) if kind == "meta" else _nrrd(text):
        if fields.setdefault(key, value) != value:
            raise InputError(f"{path}: its head says '{key}' twice; export it again")
    dimensions, sizes, files, places = _WORDS[kind]
    count = _whole(path, dimensions, fields.get(dimensions, ""))
    if len(count) != 1 or not 1 <= count[0] <= MOST_DIMENSIONS:
        raise InputError(f"{path}: cannot be read as an image: its head names no three dimensions")
    if len(_whole(path, sizes, fields.get(sizes, ""))) != count[0]:
        raise InputError(f"{path}: cannot be read as an image: its head names other sizes than dimensions")
    for key in places:
        if not all(_is_place(word) for word in re.split(r"[\s(),]+", fields.get(key, "")) if word):
            raise InputError(f"{path}: its head gives voxels no place in space ({key}: {fields[key][:60]})")
    named = next((fields[word] for word in files if word in fields), "LOCAL")
    if named.upper() != "LOCAL" and (Path(named).name != named or not (path.parent / named).is_file()):
        raise InputError(
            f"{path}: its values are said to lie in '{named}', expected the name of one file beside it; save the image "
            "as one file, .nrrd or .mha"
        )


def _meta(text: str) -> Iterator[tuple[str, str]]:
    """Key and value of every line, to the one that says where the values are."""
    for line in text.splitlines():
        found = _META.fullmatch(line)
        if found:
            yield found[1].lower(), found[2].strip()
        if line.strip().lower().startswith("elementdatafile"):
            return


def _nrrd(text: str) -> Iterator[tuple[str, str]]:
    """Key and value of every field, to the empty line."""
    for line in text.splitlines():
        if not line.strip():
            return
        found = _NRRD.fullmatch(line)
        if found:
            yield found[1].strip().lower(), found[2].strip()


def _is_place(word: str) -> bool:
    try:
        return word == "none" or abs(float(word)) <= FARTHEST_MM
    except ValueError:
        return False


def _whole(path: Path, key: str, value: str) -> list[int]:
    words = value.split()
    if not all(re.fullmatch(r"[0-9]{1,9}", word) for word in words):
        raise InputError(f"{path}: cannot be read as an image: '{key}' of its head is '{value[:40]}'")
    return [int(word) for word in words]
