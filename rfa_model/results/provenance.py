"""Where a result comes from: versions, git revision, time, memory, processes, references."""

from __future__ import annotations

import platform
import resource
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path

from rfa_model.results.summary import Provenance

# name in the summary -> distributions that may provide it, first one found wins
_DISTRIBUTIONS = {
    "rfa-model": ("rfa-model",),
    "dolfinx": ("fenics-dolfinx", "dolfinx-solver-real", "dolfinx"),
    "petsc": ("petsc4py",),
    "gmsh": ("gmsh",),
    "numpy": ("numpy",),
}


def provenance(
    started: datetime,
    wall_s: float,
    *,
    processes: int = 1,
    references: Mapping[str, str] | Iterable[str] = (),
    peak_rss_MiB: float | None = None,
) -> Provenance:
    """The ``provenance`` entry of ``summary.json``.

    Parameters
    ----------
    started : time-zone aware start of the run.
    references : the sources of the numbers this run used: reference keys, or key -> citation.
    peak_rss_MiB : peak memory; that of the largest process so far when None.
    """
    return {
        "versions": versions(),
        "git": git_revision(),
        "started": started.isoformat(timespec="seconds"),
        "wall_s": round(wall_s, 3),
        "peak_rss_MiB": round(largest_peak_rss_MiB() if peak_rss_MiB is None else peak_rss_MiB, 1),
        "processes": processes,
        "references": dict(references) if isinstance(references, Mapping) else list(references),
    }


def versions() -> dict[str, str | None]:
    """Versions of this package and what it computes with; None for what is not installed."""
    found: dict[str, str | None] = {"python": platform.python_version()}
    for name, candidates in _DISTRIBUTIONS.items():
        found[name] = next((v for v in map(_distribution_version, candidates) if v is not None), None)
    # A module that is loaded knows best: a wheel may bundle it under another name and version.
    if "dolfinx" in sys.modules:
        found["dolfinx"] = str(sys.modules["dolfinx"].__version__)
    if "petsc4py.PETSc" in sys.modules:
        found["petsc"] = ".".join(map(str, sys.modules["petsc4py.PETSc"].Sys.getVersion()))
    return found


def program(source: Mapping[str, object] | Provenance | None = None) -> str:
    """Version and revision of this package, in words: of this moment, or of a summary's ``provenance``."""
    known: Mapping[str, object] = {"versions": versions(), "git": git_revision()} if source is None else {**source}
    found = known.get("versions")
    version = found.get("rfa-model") if isinstance(found, Mapping) else None
    revision = str(known.get("git") or "").removesuffix("-dirty")
    return f"rfa-model {version}" + (f" ({revision})" if revision else "")


def in_words(found: Mapping[str, str | None]) -> str:
    """``name version`` of what is installed, in one line."""
    return ", ".join(f"{name} {version}" for name, version in found.items() if version)


def _distribution_version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def git_revision() -> str | None:
    """Revision of the checkout this package runs from, ``-dirty`` if changed since; None outside a checkout."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return None
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None


def largest_peak_rss_MiB() -> float:
    """Largest resident set of this process, or of one of those it started that have ended, so far, MiB."""
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return peak / (1024.0**2 if sys.platform == "darwin" else 1024.0)
