"""Where the scenarios and meshes that come with the package lie."""

import difflib
from pathlib import Path
from typing import Literal

from rfa_model.errors import InputError

PACKAGE = Path(__file__).resolve().parent


def shipped(kind: Literal["scenarios", "meshes"]) -> Path:
    """Folder of shipped files: inside the installed package, or at the root of a checkout."""
    installed = PACKAGE / "_shipped" / kind
    return installed if installed.is_dir() else PACKAGE.parent / kind


def shipped_scenarios() -> dict[str, Path]:
    """Shipped scenarios by stem."""
    return {path.stem: path for path in sorted(shipped("scenarios").glob("*.yaml"))}


def shipped_studies() -> dict[str, Path]:
    """Shipped studies by stem."""
    return {path.stem: path for path in sorted((shipped("scenarios") / "studies").glob("*.yaml"))}


def scenario_path(argument: str) -> Path:
    """A scenario given as a path or as the stem of a shipped one; InputError with a near match when neither."""
    path, known = Path(argument), shipped_scenarios()
    if path.exists() or path.parent != Path(".") or path.suffix:
        return path
    if argument in known:
        return known[argument]
    near = difflib.get_close_matches(argument, known, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    raise InputError(f"{argument}: no such file, and not a shipped scenario ({', '.join(known)}){hint}")
