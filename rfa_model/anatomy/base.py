"""What the rest of the house may know of an anatomy: tissues at points, signed distances, nerves and one target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from rfa_model.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
TriangleMesh = tuple[FloatArray, IntArray]


@dataclass(frozen=True)
class Curve:
    """A nerve: its centreline, its diameter and the part of it that matters.

    Attributes
    ----------
    name : str
        Name used in scenarios and results.
    points_mm : (M, 3) array
        Centreline in the patient frame (LPS, mm), from the spinal cord towards the periphery.
    diameter_mm : float
        Diameter of the nerve.
    segment_mm : (float, float)
        Arc lengths between which the clinical target segment lies; the whole length where there is none.
    label : str
        What a clinician calls it, ``L4 medial branch``; by default the name in words.
    place : str
        Where a needle meets it, ``on the L5 transverse process``; empty where there is nothing to say.
    """

    name: str
    points_mm: FloatArray
    diameter_mm: float
    segment_mm: tuple[float, float]
    label: str = ""
    place: str = ""

    @property
    def words(self) -> str:
        """The nerve's label, or its name in words."""
        return self.label or self.name.replace("_", " ")

    def arc_length_mm(self) -> FloatArray:
        """Arc length of each centreline point, shape (M,)."""
        steps = np.linalg.norm(np.diff(self.points_mm, axis=0), axis=1)
        return np.concatenate([[0.0], np.cumsum(steps)])


@dataclass(frozen=True)
class Surface:
    """A protected surface, known by the part whose signed distance is asked for."""

    name: str
    part: str


@dataclass(frozen=True)
class Target:
    """Where the tip is meant to go.

    Attributes
    ----------
    point_mm : (3,) array
        Point on the nerve's centreline (patient frame).
    tangent : (3,) array
        Unit vector along the nerve, from the spinal nerve towards the periphery.
    away_from_bone : (3,) array
        Unit vector out of the bone, orthogonal to the tangent.
    nerve_radius_mm : float
        Radius of the nerve at the target.
    """

    point_mm: FloatArray
    tangent: FloatArray
    away_from_bone: FloatArray
    nerve_radius_mm: float


@dataclass(frozen=True)
class Window:
    """Points at most `half_mm` (k,) from `centre_mm` (3,) along each of the unit `axes` (k, 3)."""

    centre_mm: FloatArray
    axes: FloatArray
    half_mm: FloatArray

    def shows(self, points_mm: FloatArray, margin_mm: float = 0.0) -> NDArray[np.bool_]:
        """Whether each of (N, 3) points lies in the window or less than a margin beside it, shape (N,)."""
        away = np.abs((points_mm - self.centre_mm) @ np.asarray(self.axes).T)
        return np.asarray((away <= np.asarray(self.half_mm) + margin_mm).all(axis=1))


class Anatomy(Protocol):
    """The interface every anatomy offers; points are (N, 3) in the patient frame (LPS, mm)."""

    @property
    def tissue_names(self) -> tuple[str, ...]:
        """Names of the tissues that `tissue_at` refers to by index."""
        ...

    @property
    def reference_keys(self) -> tuple[str, ...]:
        """Keys of the sources behind the geometry."""
        ...

    @property
    def nerves(self) -> Mapping[str, Curve]:
        """Nerves that are to be captured."""
        ...

    @property
    def structures(self) -> Mapping[str, Curve | Surface]:
        """Structures that are to be spared."""
        ...

    @property
    def target(self) -> Target:
        """Target point with its directions."""
        ...

    def tissue_at(self, points_mm: FloatArray) -> IntArray:
        """Index into `tissue_names` for each point, shape (N,)."""
        ...

    def distance_mm(self, part: str, points_mm: FloatArray) -> FloatArray:
        """Signed distance to a part's surface, negative inside, shape (N,)."""
        ...

    def surfaces(self, spacing_mm: float = 0.8, within: Window | None = None) -> Mapping[str, TriangleMesh]:
        """Surfaces worth a picture: name → (points_mm (n, 3), triangles (m, 3)); at least what lies in the window."""
        ...


@runtime_checkable
class MarksBones(Protocol):
    """An anatomy that knows where to write its bones' names."""

    @property
    def bone_marks_mm(self) -> Mapping[str, FloatArray]:
        """Bone → points (k, 3) on it that a picture may write its name at, the best first."""
        ...


@runtime_checkable
class Noted(Protocol):
    """An anatomy that was made from somebody's files, and says what was assumed, mended or estimated on the way."""

    @property
    def notes(self) -> tuple[str, ...]: ...


@runtime_checkable
class Layered(Protocol):
    """What an anatomy offers besides, so that cells are cut where its tissues meet, and not only sampled.

    Tissues are painted in layers, each over those before it: at a point is that of the last layer that has it inside.
    """

    @property
    def layer_tissues(self) -> tuple[int, ...]:
        """Index into `tissue_names` of the ground, which is everywhere, and of each layer over it."""
        ...

    def layer_distances_mm(self, points_mm: FloatArray) -> FloatArray:
        """Signed distance of each layer over the ground, negative inside, shape (N, layers)."""
        ...


def as_points(points_mm: FloatArray) -> FloatArray:
    """Check and convert points to a float (N, 3) array.

    Raises
    ------
    InputError
        If the shape is not (N, 3) or a coordinate is not finite.
    """
    points = np.asarray(points_mm, dtype=float)
    if points.ndim != 2 or points.shape[1] != 3:
        raise InputError(f"anatomy: points must have shape (N, 3), got {points.shape}; give one row x, y, z per point")
    if not np.isfinite(points).all():
        row = int(np.flatnonzero(~np.isfinite(points).all(axis=1))[0])
        raise InputError(f"anatomy: point {row} is not finite ({points[row]}); every coordinate must be a number in mm")
    return points


def unknown_part(part: str, known: tuple[str, ...]) -> InputError:
    """The error for a part this anatomy does not have."""
    return InputError(f"anatomy: no part called {part!r}; choose one of {', '.join(known)}")
