"""Distances deep inside a lesion, where that to its edge has ridges that no spline on a lattice follows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.applicator import Applicator

FloatArray = NDArray[np.float64]
DEEP_MM = 2.0
"""Deeper than this, distances are taken to points of the edge."""
NEAR = 1.0
"""Lattice points this many spacings from the edge, or nearer, are led to it along the gradient."""


def edge_points_mm(
    distance_mm: FloatArray, low_mm: FloatArray, spacing_mm: float, applicator: Applicator
) -> FloatArray:
    """(S, 3) points where a signed distance (X, Y, Z) is zero, less than a spacing apart, outside the needle."""
    near = np.argwhere(np.abs(distance_mm) <= NEAR * spacing_mm)
    if not len(near):
        return np.zeros((0, 3))
    slopes = np.stack(list(np.gradient(distance_mm, spacing_mm)), axis=-1)
    at = tuple(near.T)
    slope = slopes[at]
    steep = (slope**2).sum(axis=1)
    kept = steep > 0.25
    points = low_mm + spacing_mm * near[kept] - (distance_mm[at][kept] / steep[kept])[:, None] * slope[kept]
    return np.asarray(points[applicator.distance_mm(points) > 0.0])


def deepened(
    read_mm: FloatArray, points_mm: FloatArray, distance_mm: FloatArray, low_mm: FloatArray, spacing_mm: float,
    applicator: Applicator,
) -> FloatArray:  # fmt: skip
    """Distances read (P,) at points (P, 3), those deep inside replaced by the distance to the nearest edge point."""
    from scipy.spatial import cKDTree

    deep = read_mm > DEEP_MM
    if not deep.any():
        return read_mm
    edge = edge_points_mm(distance_mm, low_mm, spacing_mm, applicator)
    if not len(edge):
        return read_mm
    found = read_mm.copy()
    found[deep] = cKDTree(edge).query(points_mm[deep])[0]
    return found
