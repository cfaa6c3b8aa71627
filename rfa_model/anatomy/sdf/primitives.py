"""Round and plate-like solids with their signed distance (mm, negative inside).

The distance of the round cone follows I. Quilez's closed form; sphere and plate are exact; the blade is exact
when its height direction is perpendicular to its axis and its section does not taper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Vector = Sequence[float] | FloatArray


class Shape(Protocol):
    """A solid: callable signed distance plus a bounding sphere that lets callers skip it where it is far."""

    def __call__(self, points: FloatArray) -> FloatArray:
        """Signed distance of (N, 3) points, shape (N,)."""
        ...

    @property
    def bound(self) -> tuple[FloatArray, float]:
        """Centre (3,) and radius of a sphere that contains the solid; the radius may be infinite."""
        ...


def unit(vector: Vector) -> FloatArray:
    """The vector divided by its length."""
    array = np.asarray(vector, dtype=float)
    result: FloatArray = array / np.linalg.norm(array)
    return result


def _squared(vectors: FloatArray) -> FloatArray:
    result: FloatArray = np.einsum("ij,ij->i", vectors, vectors)
    return result


@dataclass(frozen=True)
class Sphere:
    """Sphere about `centre`."""

    centre: Vector
    radius: float

    def __call__(self, points: FloatArray) -> FloatArray:
        return np.sqrt(_squared(points - np.asarray(self.centre))) - self.radius

    @property
    def bound(self) -> tuple[FloatArray, float]:
        return np.asarray(self.centre, dtype=float), self.radius


@dataclass(frozen=True)
class RoundCone:
    """Tapered capsule: convex hull of two spheres."""

    start: Vector
    end: Vector
    start_radius: float
    end_radius: float

    def __call__(self, points: FloatArray) -> FloatArray:
        axis = np.asarray(self.end, dtype=float) - np.asarray(self.start)
        length2 = float(axis @ axis)
        taper = self.start_radius - self.end_radius
        slant2 = length2 - taper * taper
        offset = points - np.asarray(self.start)
        along = offset @ axis
        beyond = along - length2
        across2 = _squared(offset * length2 - along[:, None] * axis)
        along2, beyond2 = along * along * length2, beyond * beyond * length2
        limit = np.sign(taper) * taper * taper * across2
        at_end = np.sqrt(across2 + beyond2) / length2 - self.end_radius
        at_start = np.sqrt(across2 + along2) / length2 - self.start_radius
        flank = (np.sqrt(across2 * slant2 / length2) + along * taper) / length2 - self.start_radius
        is_end = np.sign(beyond) * slant2 * beyond2 > limit
        is_start = np.sign(along) * slant2 * along2 < limit
        result: FloatArray = np.where(is_end, at_end, np.where(is_start, at_start, flank))
        return result

    @cached_property
    def bound(self) -> tuple[FloatArray, float]:
        start, end = np.asarray(self.start, dtype=float), np.asarray(self.end, dtype=float)
        return (start + end) / 2, float(np.linalg.norm(end - start)) / 2 + max(self.start_radius, self.end_radius)


def capsule(start: Vector, end: Vector, radius: float) -> RoundCone:
    """Capsule of one radius."""
    return RoundCone(start, end, radius, radius)


@dataclass(frozen=True)
class Plate:
    """Rounded box: `half_size` along the orthonormal rows of `axes`, edges rounded by `rounding`."""

    centre: Vector
    axes: FloatArray
    half_size: Vector
    rounding: float

    def __call__(self, points: FloatArray) -> FloatArray:
        local = (points - np.asarray(self.centre)) @ np.asarray(self.axes).T
        excess = np.abs(local) - (np.asarray(self.half_size) - self.rounding)
        outside = np.sqrt(_squared(np.maximum(excess, 0.0)))
        result: FloatArray = outside + np.minimum(excess.max(axis=1), 0.0) - self.rounding
        return result

    @cached_property
    def bound(self) -> tuple[FloatArray, float]:
        return np.asarray(self.centre, dtype=float), float(np.linalg.norm(self.half_size))


@dataclass(frozen=True)
class Blade:
    """Strut with a stadium section, tall along `height_direction`, tapering from start to end.

    `start_section` and `end_section` are (half height, half thickness); half height ≥ half thickness.
    """

    start: Vector
    end: Vector
    height_direction: FloatArray
    start_section: tuple[float, float]
    end_section: tuple[float, float]

    def __call__(self, points: FloatArray) -> FloatArray:
        up = unit(self.height_direction)
        start = np.asarray(self.start, dtype=float)
        axis = np.asarray(self.end, dtype=float) - start
        rise = float(axis @ up)
        flat_axis = axis - rise * up
        offset = points - start
        height = offset @ up
        flat = offset - height[:, None] * up
        share = np.clip(flat @ flat_axis / float(flat_axis @ flat_axis), 0.0, 1.0)
        half_height, radius = (a + share * (b - a) for a, b in zip(self.start_section, self.end_section, strict=True))
        above = np.maximum(np.abs(height - share * rise) - (half_height - radius), 0.0)
        result: FloatArray = np.sqrt(_squared(flat - share[:, None] * flat_axis) + above * above) - radius
        return result

    @cached_property
    def bound(self) -> tuple[FloatArray, float]:
        start, end = np.asarray(self.start, dtype=float), np.asarray(self.end, dtype=float)
        reach = max(*self.start_section, *self.end_section)
        return (start + end) / 2, float(np.linalg.norm(end - start)) / 2 + reach
