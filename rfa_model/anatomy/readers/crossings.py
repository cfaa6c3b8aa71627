"""Pairs of triangles of one surface that run through each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from rfa_model.anatomy.base import FloatArray

NEIGHBOURS = 24
INSIDE = 1e-6


def crossing_pairs(points: FloatArray, triangles: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs (k, 2) of triangles without a common point, one of whose edges runs through the other.

    Looked for among the triangles whose middles lie nearest to each other, which in a surface of evenly sized triangles
    are all that can cross.
    """
    corners = points[triangles]
    middle = corners.mean(axis=1)
    near = cKDTree(middle).query(middle, k=min(NEIGHBOURS, len(middle)))[1]
    one = np.repeat(np.arange(len(middle)), near.shape[1])
    other = near.ravel()
    kept = one != other
    one, other = one[kept], other[kept]
    shares = (triangles[one][:, :, None] == triangles[other][:, None, :]).any(axis=(1, 2))
    low, high = corners.min(axis=1), corners.max(axis=1)
    apart = ((low[one] > high[other]) | (low[other] > high[one])).any(axis=1)
    one, other = one[~shares & ~apart], other[~shares & ~apart]
    hit = np.zeros(len(one), dtype=bool)
    for k in range(3):
        hit |= _pierces(corners[one, k], corners[one, (k + 1) % 3], corners[other])
    pairs = np.sort(np.stack([one[hit], other[hit]], axis=1), axis=1)
    return np.unique(pairs, axis=0)


def _pierces(start: FloatArray, end: FloatArray, corners: FloatArray) -> NDArray[np.bool_]:
    """Whether segments run through the inside of triangles (Möller and Trumbore), shape (N,)."""
    a, along = corners[:, 0], end - start
    u_axis, v_axis = corners[:, 1] - a, corners[:, 2] - a
    p = np.cross(along, v_axis)
    det = np.einsum("ij,ij->i", u_axis, p)
    scale = np.where(np.abs(det) < 1e-12, np.nan, det)
    s = start - a
    u = np.einsum("ij,ij->i", s, p) / scale
    q = np.cross(s, u_axis)
    v = np.einsum("ij,ij->i", along, q) / scale
    t = np.einsum("ij,ij->i", v_axis, q) / scale
    with np.errstate(invalid="ignore"):
        return (u > INSIDE) & (v > INSIDE) & (u + v < 1 - INSIDE) & (t > INSIDE) & (t < 1 - INSIDE)
