"""Files from wherever they come: read where they are files, and no larger than a run makes them."""

from __future__ import annotations

import os
from pathlib import Path

LARGEST_BYTES = 512 * 2**20


def contents(path: Path, most_bytes: int = LARGEST_BYTES) -> bytes:
    """All of a file.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is no file but a device or a pipe, which might never end, or larger than ``most_bytes``.
    """
    if path.exists() and not path.is_file():
        raise ValueError("it is no file")
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > most_bytes:
            raise ValueError(f"it is larger than {most_bytes / 2**20:.0f} MiB")
        return stream.read(size)


def text(path: Path, most_bytes: int) -> str:
    """All of a text file, in UTF-8; errors as of :func:`contents`."""
    return contents(path, most_bytes).decode("utf-8")
