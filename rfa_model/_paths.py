"""Output folders, checked before anything is solved, and names that may become files."""

import os
import re
from pathlib import Path

from rfa_model.errors import InputError


def default_output(scenario: Path) -> Path:
    """``results/<scenario stem>`` in the working folder."""
    return Path("results") / scenario.stem


def check_writable(out: Path, option: str = "--out") -> Path:
    """Return ``out``, given with ``option``, if a folder can be made there; creates nothing.

    Raises
    ------
    InputError
        ``out`` is a file, lies under a file, or the nearest existing folder cannot be written to.
    """
    nearest = Path(os.path.realpath(out))  # of a link, what it points to
    try:
        while not nearest.exists() and nearest != nearest.parent:
            nearest = nearest.parent
        folder = nearest.is_dir()
    except OSError as error:
        raise InputError(f"{option} {out}: cannot be used: {error.strerror}") from None
    if not folder:
        raise InputError(f"{option} {out}: {nearest} is a file, expected a folder")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InputError(f"{option} {out}: {nearest} is not writable, choose another folder")
    return out


def is_plain_name(name: object) -> bool:
    """Whether this can name a file or a folder without leading anywhere else."""
    return isinstance(name, str) and re.fullmatch(r"\w[\w .+-]{0,99}", name) is not None
