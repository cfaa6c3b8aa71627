"""The optional libraries that read other programs' files."""

from __future__ import annotations

import importlib
from types import ModuleType

from rfa_model.errors import InputError

INSTALL = "pip install 'rfa-model[images]'"


def needed(module: str, what: str) -> ModuleType:
    """Import a library of the extra ``images``.

    Raises
    ------
    InputError
        If it is not installed: with the command that brings it.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise InputError(f"{what} needs {module}, which is not installed: {INSTALL}") from None
