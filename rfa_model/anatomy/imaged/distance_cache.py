"""Sampled distances, kept by a hash of what they were made from."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rfa_model._sealed_arrays import opened_sealed, write_sealed
from rfa_model.errors import InputError

# Raise when the way distances are made changes.
VERSION = 3
MOST_BYTES = 2_000_000_000


def folder() -> Path:
    """``$XDG_CACHE_HOME`` or ``~/.cache``, then ``rfa-model/anatomy``."""
    base = os.environ.get("XDG_CACHE_HOME")
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    return root / "rfa-model" / "anatomy"


def cached(content: object, made: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return what was kept for this content, or make it and keep it; a cache that cannot be used is done without."""
    text = json.dumps([VERSION, content], sort_keys=True)
    path = folder() / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.npz"
    try:
        with opened_sealed(path) as file:
            if str(file["content"]) == text:
                return np.asarray(file["values"], dtype=np.float32)
    except InputError:
        pass
    values = made()
    with contextlib.suppress(InputError):
        write_sealed(path, {"content": np.array(text), "values": values})
        _trim(path.parent)
    return values


def _trim(kept: Path) -> None:
    """Remove what was used longest ago once there is more than fits."""
    files = sorted(kept.glob("*.np[yz]"), key=lambda p: p.stat().st_mtime)
    size = sum(p.stat().st_size for p in files)
    for old in files[:-1]:
        if size <= MOST_BYTES:
            break
        size -= old.stat().st_size
        old.unlink(missing_ok=True)
