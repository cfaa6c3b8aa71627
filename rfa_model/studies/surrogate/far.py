"""Distances far from a lesion's edge: inside they have ridges that no spline follows, outside the lattice ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.applicator import Applicator

FloatArray = NDArray[np.float64]
FAR_MM = 2.0
"""Farther than this from the edge, distances are taken to points of it."""
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


def refined(
    read_mm: FloatArray, points_mm: FloatArray, distance_mm: FloatArray, low_mm: FloatArray, spacing_mm: float,
    applicator: Applicator,
) -> FloatArray:  # fmt: skip
    """Signed distances read (P,) at points (P, 3), those far from the edge taken to its nearest point instead."""
    from scipy.spatial import cKDTree

    far = np.abs(read_mm) > FAR_MM
    if not far.any():
        return read_mm
    edge = edge_points_mm(distance_mm, low_mm, spacing_mm, applicator)
    if not len(edge):
        return read_mm
    found = read_mm.copy()
    found[far] = np.sign(read_mm[far]) * cKDTree(edge).query(points_mm[far])[0]
    return found
