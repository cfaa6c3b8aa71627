"""A spine from a label map."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from rfa_model.anatomy.choice import ANATOMIES
from rfa_model.anatomy.imaged_words import ImagedAnatomy, sha256_of
from rfa_model.anatomy.readers.structures import Structure, schemes, structure
from rfa_model.anatomy.readers.volumes import Orientation, read_volume
from rfa_model.errors import InputError
from rfa_model.library import tissues
from rfa_model.sourced import Issue

if TYPE_CHECKING:
    from rfa_model.anatomy.imaged.label_source import LabelSource

LabelNumber = Annotated[int, Field(strict=True, ge=1, le=65_535)]
Scheme = Literal["totalsegmentator_v2", "totalsegmentator_v1", "verse", "none"]
IGNORED = "ignored"


@ANATOMIES.register
class LabelAnatomy(ImagedAnatomy):
    """Somebody's spine from a label map, such as TotalSegmentator's: NIfTI, NRRD, MetaImage or DICOM SEG."""

    kind: ClassVar[str] = "labels"

    file: str
    scheme: Scheme
    labels: dict[str, LabelNumber | Annotated[list[LabelNumber], Field(min_length=1)]] = Field(default_factory=dict)
    orientation: Orientation = "header"

    @property
    def parts_files(self) -> tuple[str, ...]:
        return (self.file,)

    @property
    def parts_names(self) -> tuple[str, ...]:
        return tuple(self.labels)

    def issues(self) -> Iterator[Issue]:
        """Labels mean known structures or tissues."""
        yield from super().issues()
        for name in self.labels:
            if name != IGNORED:
                try:
                    structure(name, tissues())
                except InputError as error:
                    yield ("labels", name), str(error)
        if self.scheme == "none" and not self.labels:
            yield ("labels",), "expected what the label numbers mean, since there is no scheme"

    def meanings(self) -> dict[int, Structure]:
        """Number -> structure: the scheme's, then the user's own; ``ignored`` takes numbers away."""
        own = {
            number: name
            for name, numbers in self.labels.items()
            for number in (numbers if isinstance(numbers, list) else [numbers])
        }
        return label_meanings(self.scheme, own)

    def source(self) -> LabelSource:
        """Read the label map."""
        from rfa_model.anatomy.imaged.label_source import LabelSource

        path = Path(self.file)
        return LabelSource(read_volume(path, self.orientation), self.meanings(), sha256_of(path), self.file)


def label_meanings(scheme: str, own: dict[int, str]) -> dict[int, Structure]:
    """What numbers mean by a scheme and by somebody's own words."""
    names = {**(schemes()[scheme] if scheme != "none" else {}), **own}
    return {number: structure(name, tissues()) for number, name in names.items() if name != IGNORED}
