"""Values of nodal fields at any points: the tetrahedron that contains one is found for certain, or it is outside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from rfa_model._tetrahedra import EDGES, EIGHT, coordinates
from rfa_model.metrics.mesh import TetMesh

FloatArray = NDArray[np.floating]
Index = NDArray[np.int64]

LEAST = 1e-30  # of what grows by decades; below twice that it is nothing
_TOLERANCE = 1e-9  # on barycentric coordinates: a point on a shared face belongs to either side
_WELL_INSIDE = 1e-6  # of coordinates: such a point is in no other tetrahedron
_CHUNK = 2_000_000  # candidate pairs looked at together
_FIRST, _NEAREST = 3, 12


def _into_eighths() -> NDArray[np.float64]:
    """(8, 4, 4) from coordinates in a tetrahedron to those in the eighths that its edges' midpoints make of it."""
    edges = np.array(EDGES)
    of_nodes = np.concatenate([np.eye(4), 0.5 * (np.eye(4)[edges[:, 0]] + np.eye(4)[edges[:, 1]])])
    return np.linalg.inv(np.swapaxes(of_nodes[EIGHT], 1, 2))


_INTO_EIGHTHS = _into_eighths()


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

    def grown(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """What grows by decades, Ω or CEM43: interpolated by its logarithm, 0 outside and where it is nothing."""
        logarithm = np.where(self.found, self(np.log(np.maximum(values, LEAST))), np.log(LEAST))
        found = np.exp(logarithm)
        return np.asarray(np.where(found > 2.0 * LEAST, found, 0.0), dtype=np.float64)


def locate(mesh: TetMesh, points_mm: FloatArray) -> Sampler:
    """Find the tetrahedron that contains each of ``points_mm`` (P, 3).

    Where the tetrahedra are eighths of quadratic cells, the cell is found first, and its eighth from where in the cell
    the point lies. Most points lie in one of the cells whose centroids are nearest; for the others all are looked
    through that can hold them.
    """
    points = np.asarray(points_mm, dtype=float)
    cells = mesh.tets if mesh.whole is None else mesh.whole
    n = len(points)
    cell, bary, best = np.zeros(n, dtype=np.int64), np.zeros((n, 4)), np.full(n, -np.inf)
    if n and len(cells):
        kept = np.flatnonzero(_near(mesh.points_mm, cells[:, :4], points))
        candidates = _Candidates(kept, np.asarray(mesh.points_mm, dtype=float)[cells[kept, :4]])
        candidates.nearest(points, cell, bary, best)
        candidates.all_within_reach(points, cell, bary, best)
    found = best >= -_TOLERANCE
    if mesh.whole is None or not n or not len(cells):
        nodes = cells[cell] if len(cells) else np.zeros((n, 4), dtype=np.int64)
        return Sampler(found, np.where(found[:, None], nodes[:, :4], 0).astype(np.int64), bary)
    within = np.einsum("kij,pj->pki", _INTO_EIGHTHS, bary)
    eighth = within.min(axis=2).argmax(axis=1)
    nodes = np.take_along_axis(cells[cell], EIGHT[eighth], axis=1)
    return Sampler(
        found, np.where(found[:, None], nodes, 0).astype(np.int64), within[np.arange(n), eighth] * found[:, None]
    )


@dataclass(frozen=True)
class _Candidates:
    """Tetrahedra ``which`` (T,) with their ``corner`` points (T, 4, 3), to find those that contain points."""

    which: NDArray[np.integer]
    corner: NDArray[np.float64]

    @cached_property
    def centroid(self) -> NDArray[np.float64]:
        return self.corner.mean(axis=1)

    @cached_property
    def into(self) -> NDArray[np.float64]:
        """(T, 3, 3) from the way from the first corner to three coordinates; NaN in flat ones."""
        return coordinates(self.corner[:, 1:] - self.corner[:, :1])

    def nearest(self, points: FloatArray, cell: Index, bary: FloatArray, best: FloatArray) -> None:
        """Look at the few tetrahedra whose centroids are nearest."""
        if not len(self.which):
            return
        tree, asked = cKDTree(self.centroid), np.arange(len(points))
        for most in (_FIRST, _NEAREST):
            count = min(most, len(self.which))
            _, tet = tree.query(points[asked], count)
            self._keep_best(points, np.repeat(asked, count), np.ravel(tet), cell, bary, best)
            asked = np.flatnonzero(best < _WELL_INSIDE)
            if not len(asked):
                return

    def all_within_reach(self, points: FloatArray, cell: Index, bary: FloatArray, best: FloatArray) -> None:
        """Look at every tetrahedron that can hold a point not yet found.

        A tetrahedron that holds a point has its centroid no further away than its own farthest corner. Tetrahedra are
        sorted into classes of that radius (a factor 2 wide) and in each all candidates are tested: none is missed.
        """
        if not len(self.which) or not (best < 0).any():
            return
        radius = np.linalg.norm(self.corner - self.centroid[:, None], axis=2).max(axis=1)
        octave = np.ceil(np.log2(radius)).astype(int)
        for size in np.unique(octave):
            members = np.flatnonzero(octave == size)
            reach = radius[members].max() * (1 + 1e-9)
            tree = cKDTree(self.centroid[members])
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
                self._keep_best(points, which, tet, cell, bary, best)

    def _keep_best(
        self, points: FloatArray, which: Index, tet: Index, cell: Index, bary: FloatArray, best: FloatArray
    ) -> None:
        """Barycentric coordinates of points[which], in order, in tetrahedra; keep the one whose smallest is largest."""
        three = np.einsum("nij,nj->ni", self.into[tet], points[which] - self.corner[tet, 0])
        found = np.column_stack([1.0 - three.sum(axis=1), three])
        lowest = np.nan_to_num(found.min(axis=1), nan=-np.inf)
        starts = np.flatnonzero(np.diff(which, prepend=-1))
        largest = np.repeat(np.maximum.reduceat(lowest, starts), np.diff(starts, append=len(which)))
        alike = np.flatnonzero(lowest == largest)
        chosen = alike[np.append(np.diff(which[alike]) != 0, True)]
        better = chosen[lowest[chosen] > best[which[chosen]]]
        target = which[better]
        best[target], cell[target], bary[target] = lowest[better], self.which[tet[better]], found[better]


def _near(nodes_mm: FloatArray, tets: NDArray[np.integer], points: FloatArray) -> NDArray[np.bool_]:
    """Tetrahedra whose bounding box meets the bounding box of the points."""
    keep = np.ones(len(tets), dtype=bool)
    margin = 1e-6 * (1.0 + np.abs(points).max())
    for axis in range(3):
        x = np.asarray(nodes_mm)[:, axis][tets]
        keep &= (x.max(axis=1) >= points[:, axis].min() - margin) & (x.min(axis=1) <= points[:, axis].max() + margin)
    return keep
