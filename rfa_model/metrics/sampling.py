"""Values of nodal fields at any points: the tetrahedron that contains one is found for certain, or it is outside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from rfa_model.metrics.mesh import TetMesh

FloatArray = NDArray[np.floating]

_TOLERANCE = 1e-9  # on barycentric coordinates: a point on a shared face belongs to either side
_CHUNK = 2_000_000  # candidate pairs looked at together


@dataclass(frozen=True)
class Sampler:
    """Where points lie in a mesh: ``nodes`` (P, 4) with ``weights`` (P, 4), valid where ``found`` (P,)."""

    found: NDArray[np.bool_]
    nodes: NDArray[np.int64]
    weights: NDArray[np.float64]

    def __call__(self, values: FloatArray) -> FloatArray:
        """Interpolate ``values`` (..., N) linearly; (..., P), NaN where the point is outside the mesh."""
        at_nodes = np.asarray(values)[..., self.nodes]
        result = np.einsum("...pi,pi->...p", at_nodes.astype(float), self.weights)
        return np.where(self.found, result, np.nan)


def locate(mesh: TetMesh, points_mm: FloatArray) -> Sampler:
    """Find the tetrahedron that contains each of ``points_mm`` (P, 3).

    A tetrahedron that holds a point has its centroid no further away than its own farthest corner. Tetrahedra are
    sorted into classes of that radius (a factor 2 wide) and within each every candidate is tested, so none is missed.
    """
    points = np.asarray(points_mm, dtype=float)
    n = len(points)
    nodes, weights = np.zeros((n, 4), dtype=np.int64), np.zeros((n, 4))
    best = np.full(n, -np.inf)
    if n and len(mesh.tets):
        tets = mesh.tets[_near(mesh, points)]
        corner = np.asarray(mesh.points_mm, dtype=float)[tets]
        centroid = corner.mean(axis=1)
        radius = np.linalg.norm(corner - centroid[:, None], axis=2).max(axis=1)
        octave = np.ceil(np.log2(radius)).astype(int)
        for size in np.unique(octave):
            members = np.flatnonzero(octave == size)
            reach = radius[members].max() * (1 + 1e-9)
            tree = cKDTree(centroid[members])
            todo = np.flatnonzero(best < 0)
            step = max(1, _CHUNK // 200)
            for start in range(0, len(todo), step):
                asked = todo[start : start + step]
                near = tree.query_ball_point(points[asked], reach)
                counts = np.array([len(found) for found in near])
                if counts.sum() == 0:
                    continue
                which = np.repeat(asked, counts)
                tet = members[np.concatenate([np.asarray(found, dtype=np.int64) for found in near])]
                _keep_best(points, which, corner[tet], tets[tet], best, nodes, weights)
    return Sampler(best >= -_TOLERANCE, nodes, weights)


def _near(mesh: TetMesh, points: FloatArray) -> NDArray[np.bool_]:
    """Tetrahedra whose bounding box meets the bounding box of the points."""
    keep = np.ones(len(mesh.tets), dtype=bool)
    margin = 1e-6 * (1.0 + np.abs(points).max())
    for axis in range(3):
        x = np.asarray(mesh.points_mm)[:, axis][mesh.tets]
        keep &= (x.max(axis=1) >= points[:, axis].min() - margin) & (x.min(axis=1) <= points[:, axis].max() + margin)
    return keep


def _keep_best(
    points: FloatArray,
    which: NDArray[np.int64],
    corner: FloatArray,
    tets: NDArray[np.integer],
    best: NDArray[np.float64],
    nodes: NDArray[np.int64],
    weights: NDArray[np.float64],
) -> None:
    """Barycentric coordinates of points[which] in the tetrahedra; remember the one whose smallest is largest."""
    edges = corner[:, 1:] - corner[:, :1]
    offset = points[which] - corner[:, 0]
    e1, e2, e3 = edges[:, 0], edges[:, 1], edges[:, 2]
    normal = np.cross(e2, e3)
    six_volume = np.einsum("ij,ij->i", e1, normal)
    flat = six_volume == 0
    six_volume = np.where(flat, 1.0, six_volume)
    b1 = np.einsum("ij,ij->i", offset, normal) / six_volume
    b2 = np.einsum("ij,ij->i", offset, np.cross(e3, e1)) / six_volume
    b3 = np.einsum("ij,ij->i", offset, np.cross(e1, e2)) / six_volume
    bary = np.stack([1 - b1 - b2 - b3, b1, b2, b3], axis=1)
    lowest = np.where(flat, -np.inf, bary.min(axis=1))
    order = np.lexsort((lowest, which))
    last = np.flatnonzero(np.append(np.diff(which[order]) != 0, True))
    chosen = order[last]
    better = chosen[lowest[chosen] > best[which[chosen]]]
    target = which[better]
    best[target], nodes[target], weights[target] = lowest[better], tets[better], bary[better]
