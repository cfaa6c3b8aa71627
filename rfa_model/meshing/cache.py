"""Where meshes are kept: the ones that ship, then the user's cache; found by a hash of what they depend on."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path

from rfa_model._shipped import shipped
from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.cell_sizes import MeshSizes

# Raise when the mesher changes in a way that changes meshes.
MESHER_VERSION = 3
INDEX_NAME = "index.json"


def mesh_hash(applicator: Applicator, sizes: MeshSizes, domain_radius_mm: float) -> str:
    """Content hash of everything a mesh depends on, names, materials and gmsh's own version apart (16 hex digits)."""
    content = {
        "mesher": MESHER_VERSION,
        "bodies": applicator.mesh_content(),
        "sizes": asdict(sizes),
        "domain_radius_mm": float(domain_radius_mm),
    }
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def cache_folder() -> Path:
    """The user's mesh cache: ``$XDG_CACHE_HOME`` or ``~/.cache``, then ``rfa-model/meshes``."""
    base = os.environ.get("XDG_CACHE_HOME")
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    return root / "rfa-model" / "meshes"


def cached_path(key: str) -> Path:
    """Cache file of a mesh; another gmsh may mesh the same shape differently, so its version is part of the name."""
    from importlib.metadata import version

    return cache_folder() / f"{key}-gmsh{version('gmsh')}.msh"


def shipped_path(key: str) -> Path | None:
    """A shipped mesh with this hash, whatever gmsh made it; None when there is none."""
    folder = shipped("meshes")
    index = folder / INDEX_NAME
    if not index.is_file():
        return None
    entry = json.loads(index.read_text(encoding="utf-8")).get(key)
    return None if entry is None else folder / str(entry["file"])
