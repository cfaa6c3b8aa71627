"""gmsh as a context: quiet, one thread (so that meshes are reproducible), no signal handler, always finalised."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def gmsh_session(name: str = "probe") -> Iterator[Any]:
    """Yield the gmsh module with an empty model in it.

    A gmsh session that is already open in this process is left as it was: the model is added and removed again.
    """
    import gmsh

    owns_session = not gmsh.isInitialized()
    if owns_session:
        gmsh.initialize(argv=[], readConfigFiles=False, interruptible=False)
    previous = {
        key: gmsh.option.getNumber(key) for key in ("General.Terminal", "General.NumThreads", "Mesh.RandomSeed")
    }
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        gmsh.option.setNumber("General.NumThreads", 1)
        gmsh.option.setNumber("Mesh.RandomSeed", 1)
        gmsh.model.add(name)
        yield gmsh
    finally:
        if owns_session:
            gmsh.finalize()
        else:
            gmsh.model.remove()
            for key, value in previous.items():
                gmsh.option.setNumber(key, value)
