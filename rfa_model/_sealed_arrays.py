"""Arrays in a file that is, to the last bit, as it was written, or is refused: a zip of NumPy with a checksum."""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from rfa_model._files import whole_file
from rfa_model.errors import InputError

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, AttributeError, MemoryError)
"""What reading raises of a file that is something else, was cut short or changed."""
_SEAL = b"\nsha256 %s\n"
_SEAL_LENGTH = len(_SEAL % (b"0" * 64))
_BLOCK = 1 << 20
_found_whole: set[tuple[int, int, int, int]] = set()
"""Files read to the last bit by this process, by inode, size and time: a resumed arm reads its own three times."""


def write_sealed(path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Replace a file in one step; InputError if it cannot be written."""
    with whole_file(path) as partial:
        with partial.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        with partial.open("r+b") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest().encode()
            file.seek(0, os.SEEK_END)
            file.write(_SEAL % digest)


@contextmanager
def opened_sealed(path: Path) -> Iterator["np.lib.npyio.NpzFile"]:
    """The arrays of a file; whatever is wrong with it, or with what the `with` reads of it, is InputError."""
    try:
        # Opened here: NumPy leaves a file that is cut short open.
        with path.open("rb") as opened:
            if not _is_sealed(opened):
                raise InputError("is damaged, or no file of this kind")
            opened.seek(0)
            with np.load(opened, allow_pickle=False) as file:
                _check_plain(file.zip)
                yield file
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}") from error
    except DAMAGED as error:
        raise InputError("is damaged, or no file of this kind") from error


def _check_plain(file: zipfile.ZipFile) -> None:
    """Raise ValueError where an array is packed, and so may be larger than the file."""
    if any(one.compress_type != zipfile.ZIP_STORED or one.file_size > one.compress_size for one in file.infolist()):
        raise ValueError("packed")


def _is_sealed(file: BinaryIO) -> bool:
    now = os.fstat(file.fileno())
    known = now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns
    if known not in _found_whole and _holds(file):
        _found_whole.add(known)
    return known in _found_whole


def _holds(file: BinaryIO) -> bool:
    left = file.seek(0, os.SEEK_END) - _SEAL_LENGTH
    if left < 0:
        return False
    file.seek(0)
    digest = hashlib.sha256()
    while left > 0:
        block = file.read(min(left, _BLOCK))
        digest.update(block)
        left -= len(block)
    return file.read() == _SEAL % digest.hexdigest().encode()
