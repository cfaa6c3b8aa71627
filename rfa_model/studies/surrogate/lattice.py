"""Fields on a regular lattice, read between its points by a product of splines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
COARSER, NEAR = 4, 1.8


@dataclass(frozen=True)
class Lattice:
    """Values (X, Y, Z) at ``low_mm`` + ``spacing_mm`` (i, j, k); beyond its ends the value at the nearest is taken."""

    low_mm: FloatArray
    spacing_mm: float
    values: FloatArray

    @classmethod
    def sampled(
        cls, low_mm: FloatArray, high_mm: FloatArray, spacing_mm: float, field: Callable[[FloatArray], FloatArray]
    ) -> Self:
        """A field at the points of a box."""
        points, shape = lattice_points(low_mm, high_mm, spacing_mm)
        return cls(np.asarray(low_mm, dtype=float), spacing_mm, np.asarray(field(points), dtype=float).reshape(shape))

    @classmethod
    def of_distance(
        cls, low_mm: FloatArray, high_mm: FloatArray, spacing_mm: float, field: Callable[[FloatArray], FloatArray]
    ) -> Self:
        """A signed distance: at the points of the lattice near its zero, elsewhere between points farther apart.

        A distance changes by no more than the way gone, so that what is far by the wide lattice is far.
        """
        wide = cls.sampled(low_mm, high_mm, COARSER * spacing_mm, field)
        points, shape = lattice_points(low_mm, high_mm, spacing_mm)
        values = wide(points)
        near = np.abs(values) < NEAR * COARSER * spacing_mm
        values[near] = field(points[near])
        return cls(np.asarray(low_mm, dtype=float), spacing_mm, values.reshape(shape))

    def __call__(self, points_mm: FloatArray) -> FloatArray:
        """(P,) values at points (P, 3), linear between those of the lattice."""
        from scipy.ndimage import map_coordinates

        at = (points_mm - self.low_mm).T / self.spacing_mm
        return np.asarray(map_coordinates(self.values, at, order=1, mode="nearest"))


def lattice_points(
    low_mm: FloatArray, high_mm: FloatArray, spacing_mm: float
) -> tuple[FloatArray, tuple[int, int, int]]:
    """(P, 3) points of a lattice from one corner of a box to at least the other, and how many along each axis."""
    counts = np.ceil((np.asarray(high_mm) - low_mm) / spacing_mm).astype(int) + 1
    axes = [low + spacing_mm * np.arange(count) for low, count in zip(low_mm, counts, strict=True)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    return points, (int(counts[0]), int(counts[1]), int(counts[2]))
