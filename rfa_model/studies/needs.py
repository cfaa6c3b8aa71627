"""Libraries that only studies use: the optional extra ``studies``."""

from __future__ import annotations

from types import ModuleType

from rfa_model import _extras


def needed(module: str) -> ModuleType:
    """A module of the extra; InputError where it is not installed, with the command that installs it."""
    return _extras.needed(module, "studies", "studies need")
