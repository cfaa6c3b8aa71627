"""What a scenario says of any anatomy that is read from files."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

import numpy as np
from pydantic import Field

from rfa_model.anatomy.base import Anatomy
from rfa_model.anatomy.choice import AnatomyBase
from rfa_model.anatomy.imaged.checks import Check
from rfa_model.anatomy.readers.frames import Units, to_lps
from rfa_model.errors import InputError
from rfa_model.library.names import TissueName
from rfa_model.sourced import Flag, Issue, Model, Number, defaults

if TYPE_CHECKING:
    from rfa_model.anatomy.imaged.build import DrawnCurve, Wanted
    from rfa_model.anatomy.imaged.fields import GridField
    from rfa_model.anatomy.imaged.source import Source

_NERVE = defaults("medial_branch")
Coordinate = Annotated[Number, Field(ge=-10_000, le=10_000)]
Triple = tuple[Coordinate, Coordinate, Coordinate]
Length = Annotated[Number, Field(ge=0, le=1000)]
Segment = tuple[Length, Length]
BODY_NAMES = {"body", "skin"}


def _usual_cortex_mm() -> float:
    """The parametric level's: assumed."""
    from rfa_model.anatomy.lumbar.dimensions import common_dimensions

    return common_dimensions().cortical_thickness_mm


class DrawnNerve(Model):
    """A nerve that somebody drew."""

    file: str | None = None
    points_mm: Annotated[list[Triple], Field(min_length=2, max_length=10_000)] | None = None
    axes: str = "LPS"
    units: Units = "mm"
    segment_mm: Segment | None = None

    def read(self) -> DrawnCurve:
        """The curve, LPS, mm."""
        from rfa_model.anatomy.imaged.build import DrawnCurve
        from rfa_model.anatomy.readers.curves import read_points

        if self.file is not None:
            points = read_points(Path(self.file), self.axes, self.units)
        else:
            points = np.array(self.points_mm, dtype=float) @ to_lps(self.axes, self.units).T
        return DrawnCurve(points, self.segment_mm)


class Skin(Model):
    """Where the body ends."""

    depth_mm: Annotated[Number, Field(gt=5, le=300)] | None = None
    ct: str | None = None
    threshold_HU: Annotated[Number, Field(ge=-950, le=-50)] = -300.0


class ImagedAnatomy(AnatomyBase):
    """What all anatomies from files share."""

    nerve: Literal["T12", "L1", "L2", "L3", "L4", "L5"]
    side: Literal["left", "right"]
    nerve_diameter_mm: Annotated[Number, Field(ge=0.2, le=2)] = _NERVE["nerve_diameter_mm"]
    nerve_bone_gap_mm: Annotated[Number, Field(ge=0.2, le=2)] = _NERVE["nerve_bone_gap_mm"]
    course: DrawnNerve | Literal["estimated"] = "estimated"
    landmarks_mm: dict[Literal["superior_tip", "transverse_tip", "junction", "notch", "lamina"], Triple] = Field(
        default_factory=dict
    )
    spinal_nerve: DrawnNerve | Literal["estimated", "none"] = "estimated"
    estimated_canal: Flag = True
    cortical_thickness_mm: Annotated[Number, Field(ge=0.1, le=5)] = Field(default_factory=_usual_cortex_mm)
    background: TissueName = "muscle"
    skin: Skin | None = None
    ct: str | None = None
    origin_mm: Triple | None = None
    overrule: list[Check] = Field(default_factory=list)
    sha256: dict[str, str] = Field(default_factory=dict)

    @classmethod
    def located(cls, data: Mapping[str, object], folder: Path) -> Mapping[str, object]:
        """Paths from the scenario's folder, as paths from the root."""
        return {key: _located(key, value, folder) for key, value in data.items()}

    @property
    def structures(self) -> tuple[str, ...]:
        nerve = () if self.spinal_nerve == "none" else ("spinal_nerve",)
        skin = self.skin is not None or BODY_NAMES & set(self.parts_names)
        return (*nerve, "skin") if skin else nerve

    @property
    @abstractmethod
    def parts_names(self) -> tuple[str, ...]:
        """What the scenario calls bones and organs."""

    @property
    @abstractmethod
    def parts_files(self) -> tuple[str, ...]:
        """The files of bones and organs."""

    @property
    def input_files(self) -> tuple[Path, ...]:
        """Every file it is made from."""
        drawn = [one.file for one in (self.course, self.spinal_nerve) if isinstance(one, DrawnNerve) and one.file]
        cts = [ct for ct in (self.ct, self.skin.ct if self.skin is not None else None) if ct]
        return tuple(map(Path, dict.fromkeys((*self.parts_files, *drawn, *cts))))

    def pinned(self) -> Self:
        """The same with the SHA-256 of every file; those known already are kept, so that a change is noticed."""
        known = self.sha256
        return self.model_copy(
            update={"sha256": {str(path): known.get(str(path)) or sha256_of(path) for path in self.input_files}}
        )

    def issues(self) -> Iterator[Issue]:
        """Curves need points from one place, and the background carries current."""
        if self.background == "air":
            yield ("background",), "expected a tissue, air carries no current"
        for key in ("course", "spinal_nerve"):
            drawn = getattr(self, key)
            if isinstance(drawn, DrawnNerve):
                if (drawn.file is None) == (drawn.points_mm is None):
                    yield (key,), "expected either file or points_mm"
                if drawn.segment_mm is not None and not 0.0 <= drawn.segment_mm[0] < drawn.segment_mm[1]:
                    yield (key, "segment_mm"), "expected two lengths along the nerve, the smaller first"
                yield from axes_issue((key, "axes"), drawn.axes)
        if self.skin is not None and (self.skin.depth_mm is None) == (self.skin.ct is None):
            yield ("skin",), "expected either depth_mm, of the target below a flat skin, or a ct with a threshold_HU"

    @abstractmethod
    def source(self) -> Source:
        """Read the files.

        Raises
        ------
        InputError
            If one cannot be read, or is not what it should be.
        """

    def build(self) -> Anatomy:
        """Return the bones with their nerves.

        Raises
        ------
        InputError
            If a file is not what it was, cannot be read, or contradicts anatomy.
        """
        for path in self.input_files:
            known = self.sha256.get(str(path))
            if known is not None and sha256_of(path) != known:
                raise InputError(
                    f"{path}: is no longer the file this was made from (SHA-256 {known[:12]}… expected); put that "
                    "back, or run the scenario anew"
                )
        now = self.pinned()
        return _built(now.model_dump_json(), _Same(now))

    def wanted(self) -> Wanted:
        """What is asked of the anatomy, apart from its parts."""
        from rfa_model.anatomy.imaged.build import Wanted
        from rfa_model.anatomy.imaged.level import Tissue

        course, spinal = self.course, self.spinal_nerve
        return Wanted(
            nerve=self.nerve,
            side=self.side,
            nerve_diameter_mm=self.nerve_diameter_mm,
            nerve_bone_gap_mm=self.nerve_bone_gap_mm,
            curve=course.read() if isinstance(course, DrawnNerve) else None,
            landmarks={name: np.array(point) for name, point in self.landmarks_mm.items()},
            spinal_nerve=spinal.read() if isinstance(spinal, DrawnNerve) else spinal == "estimated",
            canal=self.estimated_canal,
            skin_depth_mm=self.skin.depth_mm if self.skin else None,
            body=self._body(),
            origin_mm=None if self.origin_mm is None else np.array(self.origin_mm),
            tissue=Tissue(self.background, self.cortical_thickness_mm),
            overrule=self.overrule,
            ct=Path(self.ct) if self.ct else None,
            file=self.parts_files[0],
        )

    def _body(self) -> GridField | None:
        if self.skin is None or self.skin.ct is None:
            return None
        from rfa_model.anatomy.imaged.body import body_of_ct

        return body_of_ct(Path(self.skin.ct), self.skin.threshold_HU)


class _Same:
    """Carries an anatomy's words past a cache that tells them apart by their text."""

    def __init__(self, words: ImagedAnatomy) -> None:
        self.words = words

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=4)
def _built(text: str, same: _Same) -> Anatomy:
    from rfa_model.anatomy.imaged.build import build

    words = same.words
    level = build(words.source(), words.wanted())
    if "skin" in words.structures and "skin" not in level.structures:
        raise InputError(
            f"{words.parts_files[0]}: holds nothing of the body whose number the scenario names; mend that number, or "
            "leave it out and give skin"
        )
    return level


def sha256_of(path: Path) -> str:
    """SHA-256 of a file; InputError where it cannot be read."""
    from rfa_model.anatomy.readers.volumes import check_readable

    check_readable(path)
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None


def axes_issue(path: tuple[str, ...], axes: str) -> Iterator[Issue]:
    """What is wrong with a word for axes."""
    try:
        to_lps(axes)
    except InputError as error:
        yield path, str(error).removeprefix("axes: ")


def _located(key: str, value: object, folder: Path) -> object:
    if key in ("file", "ct") and isinstance(value, str):
        return str(folder / value)
    if key == "files" and isinstance(value, Mapping):
        return {name: str(folder / path) if isinstance(path, str) else path for name, path in value.items()}
    if isinstance(value, Mapping) and key in ("course", "spinal_nerve", "skin"):
        return {inner: _located(inner, one, folder) for inner, one in value.items()}
    return value
