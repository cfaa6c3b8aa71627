"""What each key means, kept in ``summary_meanings.yaml``; everything else about a key is read from the package."""

from functools import cache
from pathlib import Path
from typing import Any

from sphinx.errors import ExtensionError

FILE = Path(__file__).with_name("summary_meanings.yaml")


@cache
def meanings() -> dict[str, dict[str, str]]:
    """Meaning by group and key."""
    from ruamel.yaml import YAML

    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    return loaded


def meaning(group: str, key: str) -> str:
    """The meaning of a key; a key without one stops the build."""
    try:
        return meanings()[group][key]
    except KeyError:
        raise ExtensionError(f"{FILE.name}: say what '{key}' of '{group}' means") from None
