"""A spine from a volume mesh."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from rfa_model.anatomy.choice import ANATOMIES
from rfa_model.anatomy.imaged_words import ImagedAnatomy, axes_issue
from rfa_model.anatomy.readers.frames import Units
from rfa_model.anatomy.readers.structures import structure
from rfa_model.errors import InputError
from rfa_model.library import tissues
from rfa_model.sourced import Issue

if TYPE_CHECKING:
    from rfa_model.anatomy.imaged.triangle_source import TriangleSource


@ANATOMIES.register
class VolumeMeshAnatomy(ImagedAnatomy):
    """Somebody's spine from a mesh of tetrahedra or hexahedra, as VTK, Gmsh or Abaqus write it, by groups of cells."""

    kind: ClassVar[str] = "volume_mesh"

    file: str
    groups: Annotated[dict[str, str], Field(min_length=1, max_length=200)]
    axes: str
    units: Units

    @property
    def parts_files(self) -> tuple[str, ...]:
        return (self.file,)

    @property
    def parts_names(self) -> tuple[str, ...]:
        return tuple(self.groups.values())

    def issues(self) -> Iterator[Issue]:
        """Groups are known structures or tissues, each once."""
        yield from super().issues()
        yield from axes_issue(("axes",), self.axes)
        if len(set(self.groups.values())) < len(self.groups):
            yield ("groups",), "expected every structure once; two groups of one bone have to be one group of the mesh"
        for group, name in self.groups.items():
            try:
                structure(name, tissues())
            except InputError as error:
                yield ("groups", group), str(error)

    def source(self) -> TriangleSource:
        """Read the mesh, and take the boundary of each group."""
        from rfa_model.anatomy.imaged.triangle_source import TriangleSource
        from rfa_model.anatomy.readers.volume_mesh import read_volume_mesh

        allowed = "crossing" in self.overrule
        surfaces = read_volume_mesh(Path(self.file), self.groups, self.axes, self.units, crossing_allowed=allowed)
        read = {name: (structure(name, tissues()), surface) for name, surface in surfaces.items()}
        return TriangleSource(read, f"axes {self.axes} and units {self.units}, as the scenario says")
