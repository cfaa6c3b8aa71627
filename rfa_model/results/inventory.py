"""What this program writes into a results folder, by name: all else in it is the user's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from rfa_model._paths import is_plain_name

ARM_FILES = ("history.csv", "fields.pvd", "scene.png", "slice.png", "field.png", "history.png")
SNAPSHOT = re.compile(r"\d{4,}\.vtu")
SHARED_FILES = ("comparison.png",)


def arm_files(folder: Path, entry: object) -> Iterator[Path]:
    """Files of an arm, by its entry of the summary; they need not be there.

    Parameters
    ----------
    folder : Path
        Of the arm.
    entry : object
        From a file, so perhaps damaged: what it does not say is left out.
    """
    said = entry if isinstance(entry, Mapping) else {}
    yield from (folder / name for name in ARM_FILES)
    for criterion in _names(said.get("lesions")):
        yield from (folder / f"lesion_{criterion}{end}" for end in (".vtp", ".stl"))
    yield from (folder / f"nerve_{nerve}.csv" for nerve in _names(said.get("nerves")))
    fields = folder / "fields"
    if fields.is_dir() and not fields.is_symlink():
        yield from (path for path in fields.iterdir() if SNAPSHOT.fullmatch(path.name))


def remove_arms(folder: Path, arms: object) -> None:
    """Remove the files of the arms of a summary and the pictures they share, and folders that are empty then."""
    for name in _names(arms):
        for path in arm_files(folder / name, arms[name] if isinstance(arms, Mapping) else None):
            path.unlink(missing_ok=True)
        (folder / f"fluoroscopy_{name}.png").unlink(missing_ok=True)
        for emptied in (folder / name / "fields", folder / name):
            with suppress(OSError):
                emptied.rmdir()
    for shared in SHARED_FILES:
        (folder / shared).unlink(missing_ok=True)


def _names(found: object) -> list[str]:
    return [name for name in found if is_plain_name(name)] if isinstance(found, Mapping) else []
