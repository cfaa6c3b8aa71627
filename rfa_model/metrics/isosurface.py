"""The closed surface of {u >= level} inside a tetrahedral mesh: isosurface plus caps on the mesh's own boundary."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from rfa_model._tetrahedra import EDGES, EIGHT
from rfa_model.metrics.mesh import TetMesh

FloatArray = NDArray[np.floating]
IntArray = NDArray[np.integer]


@dataclass(frozen=True)
class TriSurface:
    """Triangles on shared points, wound so that normals leave the lesion.

    ``is_cap`` (T,) marks triangles that lie on the mesh's boundary (the probe, the outer sphere): with them the
    surface is watertight, without them it is the isosurface proper, where the lesion ends in tissue.
    """

    points_mm: NDArray[np.float64]
    triangles: IntArray
    is_cap: NDArray[np.bool_]

    @classmethod
    def empty(cls) -> Self:
        """Return the surface of no lesion."""
        return cls(np.empty((0, 3)), np.empty((0, 3), np.int64), np.empty(0, bool))

    @property
    def surface(self) -> TriSurface:
        """Itself."""
        return self

    @property
    def is_empty(self) -> bool:
        """True when there is no lesion."""
        return len(self.triangles) == 0

    @cached_property
    def isosurface(self) -> IntArray:
        """(T', 3) the triangles of the isosurface proper."""
        return self.triangles[~self.is_cap]

    @cached_property
    def enclosed_mm3(self) -> float:
        """Volume enclosed by the closed surface (divergence theorem)."""
        return _signed_volume(self.points_mm, self.triangles)

    def filled(self) -> tuple[float, float]:
        """Volume (mm³) and area (mm²) of the lesion with the holes of its isosurface closed.

        Each open rim (where the isosurface meets the needle) is closed by a fan about its centroid, so the needle's
        hole counts as lesion.
        """
        triangles, points = self.isosurface, self.points_mm
        edges = triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
        n = len(points)
        key = edges.min(axis=1).astype(np.int64) * n + edges.max(axis=1)
        _, inverse, count = np.unique(key, return_inverse=True, return_counts=True)
        rim = edges[count[inverse] == 1]
        if len(rim):
            nodes, local = np.unique(rim, return_inverse=True)
            local = local.reshape(-1, 2)
            graph = coo_array((np.ones(len(local)), (local[:, 0], local[:, 1])), shape=(len(nodes), len(nodes)))
            n_rims, label = connected_components(graph, directed=False)
            size = np.bincount(label, minlength=n_rims)
            centre = np.stack(
                [np.bincount(label, weights=points[nodes, i], minlength=n_rims) / size for i in range(3)], axis=1
            )
            fan = np.column_stack([rim[:, 1], rim[:, 0], n + label[local[:, 0]]])
            points, triangles = np.vstack([points, centre]), np.vstack([triangles, fan])
        return abs(_signed_volume(points, triangles)), float(_cross(points, triangles)[1].sum())


class Surfaced(Protocol):
    """A lesion, as far as its surface is concerned."""

    @property
    def surface(self) -> TriSurface:
        """Closed, in the patient frame."""
        ...


def _cross(points: FloatArray, triangles: IntArray) -> tuple[FloatArray, FloatArray]:
    corner = points[triangles]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    return normal, 0.5 * np.linalg.norm(normal, axis=1)


def _signed_volume(points: FloatArray, triangles: IntArray) -> float:
    if len(triangles) == 0:
        return 0.0
    corner = points[triangles] - points[triangles].reshape(-1, 3).mean(axis=0)
    return float(np.einsum("ij,ij->", corner[:, 0], np.cross(corner[:, 1], corner[:, 2])) / 6.0)


def _even_order(inside: tuple[int, ...]) -> tuple[int, ...]:
    """The tetrahedron's corners, those in ``inside`` first, as an even permutation (keeps the orientation)."""
    outside = tuple(i for i in range(4) if i not in inside)
    for first in permutations(inside):
        for last in permutations(outside):
            order = first + last
            if sum(order[i] > order[j] for i in range(4) for j in range(i + 1, 4)) % 2 == 0:
                return order
    raise AssertionError("unreachable: one of the orders is even")


def _tet_cases() -> dict[int, list[list[tuple[int, int]]]]:
    """Per bit mask of inside corners: triangles as three cut edges (inside, outside corner), normals outwards."""
    cases = {}
    for mask in range(1, 15):
        inside = tuple(i for i in range(4) if mask >> i & 1)
        a, b, c, d = _even_order(inside)
        if len(inside) == 1:
            cases[mask] = [[(a, b), (a, c), (a, d)]]
        elif len(inside) == 3:
            cases[mask] = [[(a, d), (b, d), (c, d)]]
        else:
            cases[mask] = [[(a, c), (a, d), (b, d)], [(a, c), (b, d), (b, c)]]
    return cases


def _face_cases() -> dict[int, list[list[tuple[int, int]]]]:
    """The same for an outward-wound boundary triangle; an edge (i, i) stands for corner i itself."""
    cases = {7: [[(0, 0), (1, 1), (2, 2)]]}
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        cases[1 << i] = [[(i, i), (i, j), (i, k)]]
        cases[1 << i | 1 << j] = [[(i, i), (j, j), (j, k)], [(i, i), (j, k), (i, k)]]
    return cases


_TET_CASES, _FACE_CASES = _tet_cases(), _face_cases()
_OUTWARD_FACES = np.array([[1, 2, 3], [0, 3, 2], [0, 1, 3], [0, 2, 1]])


def _small_faces(left_handed: bool) -> IntArray:
    """(4, 4, 3) nodes of a quadratic cell: the four small faces, wound outwards, that each of its faces is split in."""
    eighths = EIGHT[:, [0, 1, 3, 2]] if left_handed else EIGHT
    small = eighths[:, _OUTWARD_FACES].reshape(-1, 3)
    across = [{corner, *(4 + n for n, edge in enumerate(EDGES) if corner in edge)} for corner in range(4)]
    return np.array([[face for face in small.tolist() if not away.intersection(face)] for away in across])


_SMALL_FACES = np.stack([_small_faces(False), _small_faces(True)])


def isosurface(mesh: TetMesh, values: FloatArray, level: float, *, min_fraction: float = 0.0) -> TriSurface:
    """Surface of {u >= level} of the piecewise-linear field ``values`` (N,), with caps on the mesh's boundary.

    Parameters
    ----------
    min_fraction
        Keeps cut points at least this fraction of their edge away from both its ends. 0 is exact; a small positive
        value keeps the surface's points apart, as single-precision file formats need to stay watertight.
    """
    v = np.asarray(values, dtype=float) - level
    if v.shape != (len(mesh.points_mm),):
        raise ValueError(f"values have shape {v.shape}, expected ({len(mesh.points_mm)},)")
    inside = v >= 0
    held = inside[mesh.tets]
    touched = held.any(axis=1)
    cut = mesh.oriented_tets[touched & ~held.all(axis=1)]
    pairs = [_polygons(cut, inside, _TET_CASES), _polygons(_boundary_faces(mesh, touched), inside, _FACE_CASES)]
    is_cap = np.repeat([False, True], [len(p) for p in pairs])
    return _assemble(np.asarray(mesh.points_mm, dtype=float), v, np.concatenate(pairs), is_cap, min_fraction)


def _polygons(
    simplices: IntArray, inside: NDArray[np.bool_], cases: dict[int, list[list[tuple[int, int]]]]
) -> IntArray:
    """(T, 3, 2) global node pairs (inside, outside) of every triangle cut from ``simplices``."""
    mask = inside[simplices] @ (1 << np.arange(simplices.shape[1]))
    found = [
        simplices[mask == code][:, np.array(triangle)]
        for code, triangles in cases.items()
        for triangle in triangles
    ]  # fmt: skip
    return np.concatenate(found) if found else np.empty((0, 3, 2), dtype=int)


def _boundary_faces(mesh: TetMesh, touched: NDArray[np.bool_]) -> IntArray:
    """Faces that belong to one tetrahedron only, of those ``touched`` (M,), wound outwards, in order of their nodes.

    Given only the tetrahedra that hold an inside node, this also returns faces towards wholly outside neighbours; all
    their nodes are outside, so they cut to nothing. Of quadratic cells only the faces between whole cells are compared.
    """
    if mesh.whole is None:
        faces = mesh.oriented_tets[touched][:, _OUTWARD_FACES].reshape(-1, 3)
        return faces[_single(faces)]
    cells = np.flatnonzero(touched.reshape(-1, len(EIGHT)).any(axis=1))
    cell, side = np.divmod(_single(mesh.whole[cells][:, _OUTWARD_FACES].reshape(-1, 3)), 4)
    left_handed = mesh.signed_volumes_mm3.reshape(-1, len(EIGHT))[cells[cell], 0] < 0
    small = _SMALL_FACES[left_handed.astype(int), side].reshape(-1, 12)
    found = np.take_along_axis(mesh.whole[cells[cell]], small, axis=1).reshape(-1, 3)
    return found[np.lexsort(np.sort(found, axis=1).T[::-1])]


def _single(faces: IntArray) -> IntArray:
    """Which of the faces (F, 3) have nodes that no other has, in order of these."""
    if len(faces) == 0:
        return np.empty(0, np.int64)
    ordered = np.sort(faces, axis=1).astype(np.int64)
    n = int(ordered.max()) + 1
    if n < 2_000_000:  # one integer key per face sorts far faster than rows; n³ must stay below 2⁶³
        key = (ordered[:, 0] * n + ordered[:, 1]) * n + ordered[:, 2]
        order = np.argsort(key)
        new = np.diff(key[order], prepend=-1, append=-1) != 0
        return np.asarray(order[new[:-1] & new[1:]])
    _, first, count = np.unique(ordered, axis=0, return_index=True, return_counts=True)
    return np.asarray(first[count == 1])


def _assemble(
    points: FloatArray, v: FloatArray, pairs: IntArray, is_cap: NDArray[np.bool_], min_fraction: float
) -> TriSurface:
    n = len(points)
    flat = pairs.reshape(-1, 2).astype(np.int64)
    # The pair is (inside, outside), so the same cut edge always has the same key.
    key, inverse = np.unique(flat[:, 0] * n + flat[:, 1], return_inverse=True)
    start, stop = key // n, key % n
    drop = v[start] - v[stop]
    fraction = np.divide(v[start], drop, out=np.zeros(len(key)), where=drop > 0)
    if min_fraction > 0:
        fraction = np.clip(fraction, min_fraction, 1 - min_fraction)
    where = points[start] + fraction[:, None] * (points[stop] - points[start])
    return TriSurface(where, inverse.reshape(-1, 3), is_cap)
