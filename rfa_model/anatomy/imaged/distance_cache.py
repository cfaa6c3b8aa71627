"""Sampled distances, kept by a hash of what they were made from."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Raise when the way distances are made changes.
VERSION = 2
MOST_BYTES = 2_000_000_000


def folder() -> Path:
    """``$XDG_CACHE_HOME`` or ``~/.cache``, then ``rfa-model/anatomy``."""
    base = os.environ.get("XDG_CACHE_HOME")
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    return root / "rfa-model" / "anatomy"


def cached(content: object, made: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return what was kept for this content, or make it and keep it; a cache that cannot be used is done without."""
    text = json.dumps([VERSION, content], sort_keys=True)
    path = folder() / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.npy"
    try:
        return np.asarray(np.load(path, allow_pickle=False), dtype=np.float32)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        values = made()
    with contextlib.suppress(OSError):
        _keep(path, values)
    return values


def _keep(path: Path, values: NDArray[np.float32]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.stem}.{os.getpid()}.npy")
    try:
        np.save(partial, values)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    _trim(path.parent)


def _trim(kept: Path) -> None:
    """Remove what was used longest ago once there is more than fits."""
    files = sorted(kept.glob("*.npy"), key=lambda p: p.stat().st_mtime)
    size = sum(p.stat().st_size for p in files)
    for old in files[:-1]:
        if size <= MOST_BYTES:
            break
        size -= old.stat().st_size
        old.unlink(missing_ok=True)
