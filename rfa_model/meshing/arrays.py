"""A tetrahedral mesh with tagged cells and facets as plain arrays, its quality, its completeness."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.rod_rounding import triangle_areas
from rfa_model.meshing.groups import MeshGroups

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class MeshArrays:
    """Linear tetrahedra with their marked triangles.

    Attributes
    ----------
    points_mm
        Shape (N, 3).
    tets, triangles
        Shapes (M, 4) and (F, 3), zero-based node numbers.
    tet_tags, triangle_tags
        Shapes (M,) and (F,), tags of ``groups``.
    groups
        What the tags mean.
    """

    points_mm: FloatArray
    tets: IntArray
    tet_tags: IntArray
    triangles: IntArray
    triangle_tags: IntArray
    groups: MeshGroups

    def volumes_mm3(self) -> FloatArray:
        """Signed volume of each tetrahedron, shape (M,)."""
        a, b, c, d = (self.points_mm[self.tets[:, i]] for i in range(4))
        return np.einsum("ij,ij->i", np.cross(b - a, c - a), d - a) / 6.0

    def areas_mm2(self) -> FloatArray:
        """Area of each marked triangle, shape (F,)."""
        return triangle_areas(self.points_mm, self.triangles)

    def marked(self, group: str) -> IntArray:
        """Triangles of a group of facets, shape (F, 3)."""
        return self.triangles[self.triangle_tags == self.groups.facets[group]]

    def quadratic_dofs(self) -> int:
        """Unknowns of a scalar quadratic field: nodes plus edges."""
        edges = np.concatenate([self.tets[:, pair] for pair in combinations(range(4), 2)])
        nodes = len(self.points_mm)
        return nodes + len(np.unique(edges.min(axis=1) * nodes + edges.max(axis=1)))

    def qualities(self) -> FloatArray:
        """Radius ratio 3·(inscribed)/(circumscribed radius) of each cell, shape (M,); 1 is regular, ≤ 0 inverted."""
        x = self.points_mm[self.tets]
        volume = self.volumes_mm3()
        area = sum(triangle_areas(self.points_mm, np.delete(self.tets, i, axis=1)) for i in range(4))
        # circumradius: R = sqrt(s(s−a)(s−b)(s−c)) / 6V with a, b, c the products of opposite edges (Crelle)
        length = {(i, j): np.linalg.norm(x[:, i] - x[:, j], axis=1) for i, j in combinations(range(4), 2)}
        a, b, c = length[0, 1] * length[2, 3], length[0, 2] * length[1, 3], length[0, 3] * length[1, 2]
        heron = np.maximum((a + b + c) * (a + b - c) * (a - b + c) * (-a + b + c), 0.0)
        product = np.sqrt(heron) / 4.0
        with np.errstate(divide="ignore", invalid="ignore"):
            quality = 3.0 * (3.0 * volume / area) / (product / (6.0 * np.abs(volume)))
        return np.where(np.isfinite(quality), quality, 0.0)
