"""What a picture of one arm needs, as plain data: no file, no scenario, no solver behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rfa_model.drawing.lesion import DrawnLesion
from rfa_model.drawing.placed_applicator import PlacedApplicator
from rfa_model.metrics.isosurface import TriSurface

Array = NDArray[np.float64]
Distance = Callable[[Array], Array]
Surfaces = Mapping[str, tuple[Array, NDArray[np.int64]]]


@dataclass(frozen=True)
class NerveLine:
    """A nerve's centreline (N, 3) in mm and, at each of its points, whether the lesion holds it.

    `label` and `place` are the clinic's words: what it is called and where a needle meets it.
    """

    name: str
    points_mm: Array
    diameter_mm: float
    inside: NDArray[np.bool_]
    protected: bool
    label: str = ""
    place: str = ""

    @property
    def words(self) -> str:
        """The label, or the name in words."""
        return self.label or self.name.replace("_", " ")


@dataclass(frozen=True)
class Field:
    """The solved field near the applicator: nodes (N, 3) in mm, tetrahedra (M, 4) or (M, 10), values at nodes.

    `temperature_C` is taken at `time_s`; `excess` is by how much a node is beyond the level of the criterion that is
    drawn, by the end of the run, and below 0 where none is; `tissue` (M,) is false in the applicator.
    `field_V_per_m` is the amplitude of the field within the highest pulse, where there are any.
    """

    points_mm: Array
    cells: NDArray[np.integer]
    tissue: NDArray[np.bool_]
    temperature_C: Array
    excess: Array
    time_s: float
    field_V_per_m: Array | None = None

    @cached_property
    def has_lesion(self) -> bool:
        """Whether any tissue is beyond the level."""
        return bool(self.excess[self.cells[self.tissue].ravel()].max() >= 0.0)


@dataclass(frozen=True)
class CtImage:
    """A CT: values (nx, ny, nz) in Hounsfield units, and the matrix (4, 4) from points (mm) to indices."""

    values_HU: NDArray[np.generic]
    to_index: Array


@dataclass(frozen=True)
class Span:
    """One phase of the protocol: its label and when it began and ended, s."""

    label: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class ArmPicture:
    """Everything drawn of one arm; `headline` and `captions` are the words that go with it.

    `lesions` are by every criterion; the first is drawn where one alone is. `ct` reads the CT, where there is one.
    `union` is the surface of all lesions together by that criterion, where there are several in turn.
    """

    name: str
    probe_label: str
    headline: str
    captions: tuple[tuple[str, str], ...]
    applicator: PlacedApplicator
    field: Field
    nerves: tuple[NerveLine, ...]
    bone_distance: Distance | None
    target_mm: Array
    along_nerve: Array
    away_from_bone: Array
    history: Mapping[str, Array]
    phases: tuple[Span, ...]
    lesions: tuple[DrawnLesion, ...] = ()
    body_temperature_C: float = 37.0
    cutoff_s: float | None = None
    surfaces: Surfaces = made_by(default_factory=dict)
    bone_marks: Mapping[str, Array] = made_by(default_factory=dict)
    ct: Callable[[], CtImage] | None = None
    union: TriSurface | None = None

    @property
    def lesion(self) -> DrawnLesion | None:
        """By the criterion shown first; None where none was asked for."""
        return self.lesions[0] if self.lesions else None
