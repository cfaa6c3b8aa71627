"""Files that are written whole or not at all, and a clear word where they cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rfa_model._machine import scarcity_words
from rfa_model._paths import check_writable
from rfa_model.errors import InputError


def check_file(path: Path, option: str) -> None:
    """Raise InputError, before anything is drawn, where no file `path`, given with `option`, can be written."""
    check_writable(path.parent, option)
    with writing(path):
        if path.is_dir():
            raise InputError(f"{option} {path}: is a folder, expected the name of a file")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the disk refuses inside the `with` into InputError naming `path`."""
    try:
        yield
    except OSError as error:
        if words := scarcity_words(error):
            raise InputError(f"{path}: cannot be written: {words}") from error
        reason = error.strerror or str(error)
        raise InputError(f"{error.filename or path}: cannot be written: {reason}; choose another place") from error


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to; the file takes the place of `path` at the end, and is removed on any error."""
    partial = path.with_name(f".{path.stem}.partial{path.suffix}")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield partial
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
