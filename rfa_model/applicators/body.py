"""What an applicator is put together from: rigid bodies, each in its own frame, mm. A new kind of body is one class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rfa_model.applicators.bend import Bend
from rfa_model.applicators.bevel import Bevel
from rfa_model.applicators.cell_sizes import MeshSizes, SizeFunction
from rfa_model.applicators.sector import Sector

if TYPE_CHECKING:
    from rfa_model.applicators.pose import Pose

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
DimTags = list[tuple[int, int]]


class CadKernel(Protocol):
    """The part of gmsh's OpenCASCADE kernel (``gmsh.model.occ``) that bodies are built with."""

    def addPoint(self, x: float, y: float, z: float) -> int: ...
    def addLine(self, start: int, end: int) -> int: ...
    def addCircleArc(self, start: int, middle: int, end: int) -> int: ...
    def addCurveLoop(self, curves: list[int]) -> int: ...
    def addPlaneSurface(self, loops: list[int]) -> int: ...
    def addCylinder(
        self, x: float, y: float, z: float, dx: float, dy: float, dz: float, r: float, tag: int = -1, angle: float = ...
    ) -> int: ...
    def revolve(
        self, dim_tags: DimTags, x: float, y: float, z: float, ax: float, ay: float, az: float, angle: float
    ) -> DimTags: ...
    def addBox(self, x: float, y: float, z: float, dx: float, dy: float, dz: float) -> int: ...
    def rotate(
        self, dim_tags: DimTags, x: float, y: float, z: float, ax: float, ay: float, az: float, angle: float
    ) -> None: ...
    def translate(self, dim_tags: DimTags, dx: float, dy: float, dz: float) -> None: ...
    def addTorus(
        self, x: float, y: float, z: float, r1: float, r2: float, tag: int = -1, angle: float = 6.28
    ) -> int: ...
    def addSphere(self, x: float, y: float, z: float, r: float) -> int: ...
    def fuse(self, objects: DimTags, tools: DimTags) -> tuple[DimTags, list[DimTags]]: ...
    def cut(
        self, objects: DimTags, tools: DimTags, tag: int = -1, removeObject: bool = True, removeTool: bool = True
    ) -> tuple[DimTags, list[DimTags]]: ...
    def remove(self, dim_tags: DimTags, recursive: bool = False) -> None: ...


@dataclass(frozen=True)
class Solid:
    """A CAD volume: the part or lumen it is, gmsh's tag, whether it runs on until the sphere cuts it off."""

    name: str
    tag: int
    endless: bool


@dataclass(frozen=True)
class PartOutline:
    """Meridian profile of a part or lumen of a body of revolution: (N, 2) of distance from the axis and height, mm.

    Of what revolves, ``bevel`` cuts off what lies beyond it, and ``bend`` bends it; with a ``sector`` it revolves only
    through that.
    """

    part: str
    profile_mm: FloatArray
    bevel: Bevel | None = None
    bend: Bend | None = None
    sector: Sector | None = None

    def shaped_mm(self, points_mm: FloatArray) -> FloatArray:
        """Points (N, 3) of what revolves, moved to where they lie."""
        if self.bevel is not None:
            points_mm = self.bevel.raised_mm(points_mm)
        return points_mm if self.bend is None else self.bend.bent_mm(points_mm)

    @property
    def span_mm(self) -> tuple[float, float]:
        """Heights at which it begins and ends."""
        return float(self.profile_mm[0, 1]), float(self.profile_mm[-1, 1])

    @property
    def radius_mm(self) -> float:
        """Its largest distance from the axis."""
        return float(self.profile_mm[:, 0].max())


class Body(Protocol):
    """A rigid body that stands along +z of its own frame: parts end to end, perhaps lumens in them.

    Implementations are frozen and hashable. Points are (N, 3) in the body's frame, mm; signed distances (N,) are
    negative inside, lumens count as inside.
    """

    @property
    def part_names(self) -> tuple[str, ...]:
        """Parts, in the order of their tags."""
        ...

    @property
    def lumen_names(self) -> tuple[str, ...]:
        """Lumens, in the order of their tags."""
        ...

    @property
    def radius_mm(self) -> float:
        """Largest distance of its surface from its axis."""
        ...

    def parts_along(self, lumen: str) -> tuple[str, ...]:
        """Parts that a lumen runs through."""
        ...

    def touching(self) -> tuple[tuple[str, str], ...]:
        """Pairs of parts that meet."""
        ...

    def endless_parts(self) -> tuple[str, ...]:
        """Parts that leave through the sphere."""
        ...

    def ends_mm(self, part: str) -> FloatArray:
        """Both ends of a part on the body's axis, (2, 3), mm; the second is infinite where the part is endless."""
        ...

    def distance_mm(self, points_mm: ArrayLike, part: str | None = None) -> FloatArray:
        """Signed distance to the body, or to one of its parts alone."""
        ...

    def samples_mm(self, length_mm: float, step_mm: float) -> FloatArray:
        """Points on axis and surface of the distal ``length_mm``, (N, 3), about ``step_mm`` apart along the axis."""
        ...

    def outline(self, length_mm: float) -> tuple[PartOutline, ...]:
        """Profiles of the parts within the distal ``length_mm``, distal part first."""
        ...

    def lumen_outline(self, length_mm: float) -> tuple[PartOutline, ...]:
        """Profiles of the lumens within the distal ``length_mm``: round bores about the axis."""
        ...

    def solids(self, occ: CadKernel, reach_mm: float) -> Iterator[Solid]:
        """Build part after part, then the lumens; what is endless gets the length ``reach_mm``."""
        ...

    def size_function(self, sizes: MeshSizes, metal: frozenset[str]) -> SizeFunction:
        """Target edge length, mm, at (x, y, z); ``metal`` are the parts that belong to contacts."""
        ...

    def outside_function(self) -> SizeFunction:
        """Distance to the body at (x, y, z), 0 inside, mm, in plain floats; its edges may count as sharp."""
        ...

    def at_true_size(
        self, points_mm: FloatArray, surfaces: Mapping[str, IntArray], exits: IntArray, metal: frozenset[str]
    ) -> FloatArray:
        """Nodes (N, 3) moved so that the faceted body has the size of the round one.

        ``surfaces`` gives the triangles (F, 3) of each part against tissue and of each lumen's wall, ``exits`` those
        where the body leaves through the sphere.
        """
        ...

    def content(self) -> dict[str, object]:
        """Everything its shape depends on, names apart, for JSON: what a mesh is found by."""
        ...


@runtime_checkable
class Limbed(Protocol):
    """A body with parts that stand off its axis, which pictures draw as rods of their own."""

    @property
    def trunk(self) -> Body:
        """What stands on the axis, without them."""
        ...

    def limbs(self) -> tuple[tuple[Body, Pose], ...]:
        """Each with its place in the body's frame; their only part bears the name of the body's."""
        ...
