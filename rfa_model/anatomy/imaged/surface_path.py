"""Shortest paths over a triangle surface."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from rfa_model.anatomy.base import FloatArray
from rfa_model.errors import InputError


class SurfaceGraph:
    """A closed surface as a graph of its edges and of the lines across pairs of neighbouring triangles.

    Parameters
    ----------
    points : (n, 3) array
    triangles : (m, 3) array
        Wound outwards.
    """

    def __init__(self, points: FloatArray, triangles: NDArray[np.int64]) -> None:
        self.points = points
        self._tree = cKDTree(points)
        corners = points[triangles]
        area = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        normals = np.zeros_like(points)
        for k in range(3):
            np.add.at(normals, triangles[:, k], area)
        self.normals = normals / np.maximum(np.linalg.norm(normals, axis=1), 1e-12)[:, None]
        links = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]], _across(triangles)])
        keys = np.unique(links.min(axis=1) * len(points) + links.max(axis=1))
        links = np.stack(np.divmod(keys, len(points)), axis=1)
        length = np.linalg.norm(points[links[:, 0]] - points[links[:, 1]], axis=1)
        shape = (len(points), len(points))
        self._graph = coo_array((length, (links[:, 0], links[:, 1])), shape=shape).tocsr()

    def nearest(self, point: FloatArray) -> FloatArray:
        """The surface's vertex nearest to a point."""
        result: FloatArray = self.points[int(self._tree.query(point)[1])]
        return result

    def path(self, start: FloatArray, end: FloatArray) -> FloatArray:
        """Vertices along the shortest way between the vertices nearest to two points, shape (k, 3).

        Raises
        ------
        InputError
            If the two lie on pieces that do not hang together.
        """
        first, last = int(self._tree.query(start)[1]), int(self._tree.query(end)[1])
        _, before = dijkstra(self._graph, directed=False, indices=first, return_predecessors=True)
        way = [last]
        while way[-1] != first:
            if before[way[-1]] < 0:
                raise InputError(
                    f"anatomy: no way over the bone from {np.round(start, 1).tolist()} to "
                    f"{np.round(end, 1).tolist()} mm: its surface is in pieces; mend it, or give the nerve as points"
                )
            way.append(int(before[way[-1]]))
        return self.points[way[::-1]]


def _across(triangles: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of far corners of triangles that share an edge."""
    edges = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    far = np.concatenate([triangles[:, 2], triangles[:, 0], triangles[:, 1]])
    order = np.lexsort(edges.T)
    edges, far = edges[order], far[order]
    same = (edges[1:] == edges[:-1]).all(axis=1)
    return np.stack([far[:-1][same], far[1:][same]], axis=1)
