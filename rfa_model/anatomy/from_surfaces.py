"""A spine from triangle surfaces."""

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
class SurfaceAnatomy(ImagedAnatomy):
    """Somebody's spine from closed triangle surfaces, a file per bone: STL, OBJ, PLY or VTP."""

    kind: ClassVar[str] = "surfaces"

    files: Annotated[dict[str, str], Field(min_length=1, max_length=60)]
    axes: str
    units: Units

    @property
    def parts_files(self) -> tuple[str, ...]:
        return tuple(self.files.values())

    @property
    def parts_names(self) -> tuple[str, ...]:
        return tuple(self.files)

    def issues(self) -> Iterator[Issue]:
        """Files belong to known structures or tissues."""
        yield from super().issues()
        yield from axes_issue(("axes",), self.axes)
        for name in self.files:
            try:
                structure(name, tissues())
            except InputError as error:
                yield ("files", name), str(error)

    def source(self) -> TriangleSource:
        """Read the surfaces."""
        from rfa_model.anatomy.imaged.triangle_source import TriangleSource
        from rfa_model.anatomy.readers.triangles import read_triangles

        allowed = "crossing" in self.overrule
        read = {
            name: (
                structure(name, tissues()),
                read_triangles(Path(path), self.axes, self.units, crossing_allowed=allowed),
            )
            for name, path in self.files.items()
        }
        return TriangleSource(read, f"axes {self.axes} and units {self.units}, as the scenario says")
