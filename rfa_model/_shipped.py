"""Where the scenarios and meshes that come with the package lie."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from rfa_model._near import near_match
from rfa_model.errors import InputError

PACKAGE = Path(__file__).resolve().parent
NOTHING: Mapping[str, Path] = MappingProxyType({})


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


def shipped_path(argument: str, kind: str, known: Mapping[str, Path], others: Mapping[str, Path] = NOTHING) -> Path:
    """A file given as a path, or as the stem of a shipped one, whether of what is listed (``known``) or of ``others``.

    Raises
    ------
    InputError
        If it is neither; with a near match.
    """
    path, both = Path(argument), {**known, **others}
    if path.exists() or path.parent != Path(".") or path.suffix:
        return path
    if argument in both:
        return both[argument]
    near = near_match(argument, both)
    raise InputError(f"{argument}: no such file, and not a shipped {kind} ({', '.join(known)}){near}")


def scenario_path(argument: str) -> Path:
    """A scenario given as a path or as the stem of a shipped one; InputError with a near match when neither."""
    return shipped_path(argument, "scenario", shipped_scenarios())
