"""gmsh as a context: quiet, one thread (so that meshes are reproducible), no signal handler, always finalised."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.body import CadKernel, DimTags

Floats = NDArray[np.float64]
Tags = NDArray[np.uint64]


class OpenCascade(CadKernel, Protocol):
    """``gmsh.model.occ`` as far as it is used."""

    def addSphere(
        self,
        xc: float,
        yc: float,
        zc: float,
        radius: float,
        tag: int = -1,
        angle1: float = ...,
        angle2: float = ...,
        angle3: float = ...,
    ) -> int: ...
    def addRectangle(self, x: float, y: float, z: float, dx: float, dy: float) -> int: ...
    def addDisk(self, xc: float, yc: float, zc: float, rx: float, ry: float) -> int: ...
    def intersect(
        self, objects: DimTags, tools: DimTags, *, removeObject: bool = True, removeTool: bool = True
    ) -> tuple[DimTags, list[DimTags]]: ...
    def fragment(self, objects: DimTags, tools: DimTags) -> tuple[DimTags, list[DimTags]]: ...
    def synchronize(self) -> None: ...


class Geo(Protocol):
    """``gmsh.model.geo`` as far as it is used."""

    def addPoint(self, x: float, y: float, z: float) -> int: ...
    def addLine(self, start: int, end: int) -> int: ...
    def addCircleArc(self, start: int, centre: int, end: int) -> int: ...
    def addCurveLoop(self, curves: list[int]) -> int: ...
    def addPlaneSurface(self, loops: list[int]) -> int: ...
    def synchronize(self) -> None: ...


class MeshModule(Protocol):
    """``gmsh.model.mesh`` as far as it is used."""

    def setSizeCallback(self, callback: Callable[[int, int, float, float, float, float], float]) -> None: ...
    def removeSizeCallback(self) -> None: ...
    def generate(self, dim: int) -> None: ...
    def optimize(self, method: str) -> None: ...
    def getNodes(self) -> tuple[Tags, Floats, Floats]: ...
    def getElementsByType(self, kind: int, tag: int = -1) -> tuple[Tags, Tags]: ...
    def addNodes(self, dim: int, tag: int, node_tags: NDArray[np.int64], coordinates: Floats) -> None: ...
    def addElementsByType(
        self, tag: int, kind: int, element_tags: Sequence[int], node_tags: NDArray[np.int64]
    ) -> None: ...


class Model(Protocol):
    """``gmsh.model`` as far as it is used."""

    occ: OpenCascade
    geo: Geo
    mesh: MeshModule

    def add(self, name: str) -> None: ...
    def remove(self) -> None: ...
    def getEntities(self, dim: int) -> DimTags: ...
    def getBoundingBox(self, dim: int, tag: int) -> tuple[float, float, float, float, float, float]: ...
    def getAdjacencies(self, dim: int, tag: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]: ...
    def addPhysicalGroup(self, dim: int, tags: list[int], tag: int = -1, name: str = "") -> int: ...
    def getPhysicalGroups(self, dim: int) -> DimTags: ...
    def getPhysicalName(self, dim: int, tag: int) -> str: ...
    def getEntitiesForPhysicalGroup(self, dim: int, tag: int) -> NDArray[np.int32]: ...
    def addDiscreteEntity(self, dim: int, tag: int) -> int: ...


class Options(Protocol):
    """``gmsh.option`` as far as it is used."""

    def setNumber(self, name: str, value: float) -> None: ...
    def getNumber(self, name: str) -> float: ...


class Gmsh(Protocol):
    """The gmsh module, which comes without types, as far as it is used."""

    model: Model
    option: Options

    def write(self, path: str) -> None: ...


@contextmanager
def gmsh_session(name: str = "probe") -> Iterator[Gmsh]:
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
