"""The project's own files, read once for the tests beside this module."""

import re
import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[3]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()


def runtime() -> list[Requirement]:
    """Return what the installed package needs."""
    return [Requirement(line) for line in PYPROJECT["project"]["dependencies"]]


def development(group: str = "dev") -> list[Requirement]:
    """Return what working on the package needs besides, groups within the group included."""
    found: list[Requirement] = []
    for line in PYPROJECT["dependency-groups"][group]:
        found += development(line["include-group"]) if isinstance(line, dict) else [Requirement(line)]
    return found


def locked() -> dict[str, str]:
    """Return the version that requirements.lock pins, by normalised name."""
    return {canonicalize_name(name): version for name, version in re.findall(r"^(\S+)==([^\s;\\]+)", LOCK, re.M)}
