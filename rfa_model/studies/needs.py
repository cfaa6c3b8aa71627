"""Libraries that only studies use: the optional extra ``studies``."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from rfa_model.errors import InputError


def needed(name: str) -> ModuleType:
    """A module of the extra.

    Raises
    ------
    InputError
        Where it is not installed, with the command that installs it.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise InputError(
            f"studies need {error.name or name}, of the optional extra 'studies': `uv sync --extra studies`, or "
            "`pip install '.[studies]'` in the checkout"
        ) from None
