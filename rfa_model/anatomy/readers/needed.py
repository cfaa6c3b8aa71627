"""The optional libraries that read other programs' files: the extra ``images``."""

from __future__ import annotations

from types import ModuleType

from rfa_model import _extras


def needed(module: str, what: str) -> ModuleType:
    """A module of the extra; InputError where it is not installed, with the command that installs it."""
    return _extras.needed(module, "images", f"{what} needs")
