"""Libraries of the optional extras, imported where they are used."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from rfa_model.errors import InputError


def needed(module: str, extra: str, who_needs: str) -> ModuleType:
    """Import a library of an extra for whoever needs it, ``studies need`` say.

    Raises
    ------
    InputError
        If it is not installed: with the command that brings it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise InputError(
            f"{who_needs} {error.name or module}, of the optional extra '{extra}': `uv sync --extra {extra}`, or "
            f"`pip install '.[{extra}]'` in the checkout"
        ) from None
