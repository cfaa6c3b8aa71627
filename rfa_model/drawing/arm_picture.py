"""What a picture of one arm needs, as plain data: no file, no scenario, no solver behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Distance = Callable[[Array], Array]
Surfaces = Mapping[str, tuple[Array, NDArray[np.int64]]]


@dataclass(frozen=True)
class Needle:
    """Probe outline in its own frame (mm, +z up the shaft) and its pose: patient = rotation · probe + translation."""

    radius_mm: float
    rounding_mm: float
    tip_length_mm: float
    rotation: Array
    translation_mm: Array
    lumen_radius_mm: float | None = None
    lumen_end_gap_mm: float = 0.0

    @property
    def axis(self) -> Array:
        """Unit vector up the shaft, patient frame."""
        return np.asarray(self.rotation)[:, 2]

    def on_axis(self, height_mm: float) -> Array:
        """Point (3,) on the axis, `height_mm` above the distal end, patient frame."""
        return np.asarray(self.translation_mm) + height_mm * self.axis


@dataclass(frozen=True)
class NerveLine:
    """A nerve's centreline (N, 3) in mm and, at each of its points, whether the lesion holds it."""

    name: str
    points_mm: Array
    diameter_mm: float
    inside: NDArray[np.bool_]
    protected: bool


@dataclass(frozen=True)
class Field:
    """The solved field near the needle: nodes (N, 3) in mm, tetrahedra (M, 4) or (M, 10), values at nodes.

    `temperature_C` is taken at `time_s`; `damage` is Ω at the end of the run; `tissue` (M,) is true outside the probe.
    """

    points_mm: Array
    cells: NDArray[np.integer]
    tissue: NDArray[np.bool_]
    temperature_C: Array
    damage: Array
    time_s: float

    @cached_property
    def largest_damage(self) -> float:
        """Largest Ω in tissue."""
        return float(self.damage[self.cells[self.tissue].ravel()].max())


@dataclass(frozen=True)
class Span:
    """One phase of the protocol: its label and when it began and ended, s."""

    label: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class ArmPicture:
    """Everything drawn of one arm; `headline` and `captions` are the words that go with it."""

    name: str
    probe_label: str
    headline: str
    captions: tuple[tuple[str, str], ...]
    needle: Needle
    field: Field
    nerves: tuple[NerveLine, ...]
    bone_distance: Distance | None
    target_mm: Array
    along_nerve: Array
    away_from_bone: Array
    history: Mapping[str, Array]
    phases: tuple[Span, ...]
    body_temperature_C: float = 37.0
    cutoff_s: float | None = None
    surfaces: Surfaces = made_by(default_factory=dict)
