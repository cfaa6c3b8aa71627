"""A lesion as the signed distance to its edge, on a lattice about the contacts: what margins are read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.applicator import Applicator
from rfa_model.metrics.isosurface import isosurface
from rfa_model.metrics.lesion import MIN_FRACTION
from rfa_model.metrics.mesh import TetMesh
from rfa_model.metrics.probing import distance_to_surface_mm
from rfa_model.metrics.sampling import Sampler, locate
from rfa_model.studies.surrogate.lattice import lattice_points

FloatArray = NDArray[np.float64]
SPACING_MM = 1.0
FLAT_MM3 = 1e-9


@dataclass(frozen=True)
class EdgeFinder:
    """Where lesions end in tissue, for many fields on the same nodes.

    Attributes
    ----------
    tissue : TetMesh
        Tetrahedra between the nodes, those in the applicator left out.
    low_mm, shape : the lattice's corner and size
        Its points fill a cube about the ball of the nodes.
    inner : (P,) bool array
        Lattice points that are among the nodes; the others lie beyond them all.
    """

    tissue: TetMesh
    low_mm: FloatArray
    shape: tuple[int, int, int]
    points_mm: FloatArray
    inner: NDArray[np.bool_]
    nearest: NDArray[np.integer]
    beyond_mm: FloatArray
    values: Sampler

    @classmethod
    def of(cls, nodes_mm: FloatArray, applicator: Applicator) -> Self:
        """For fields at nodes (N, 3) about the contacts, applicator frame.

        The tetrahedra are Delaunay's: those of the solution are not kept with a trial's fields, and a field that both
        interpolate linearly has the same edge to a hundredth of a millimetre (tested against what trials report).
        """
        from scipy.spatial import Delaunay, cKDTree

        tets = Delaunay(nodes_mm).simplices
        everywhere = TetMesh(nodes_mm, tets[TetMesh(nodes_mm, tets).volumes_mm3 > FLAT_MM3])
        in_tissue = applicator.distance_mm(nodes_mm[everywhere.tets].mean(axis=1)) > 0.0
        low = np.floor(nodes_mm.min(axis=0) / SPACING_MM) * SPACING_MM
        points, shape = lattice_points(low, nodes_mm.max(axis=0), SPACING_MM)
        sampler = locate(everywhere, points)
        beyond_mm, nearest = cKDTree(points[sampler.found]).query(points)
        return cls(
            TetMesh(nodes_mm, everywhere.tets[in_tissue]),
            low,
            shape,
            points,
            sampler.found,
            np.asarray(nearest),
            np.asarray(beyond_mm),
            sampler,
        )

    def distance_mm(self, values: FloatArray, level: float) -> FloatArray:
        """(X, Y, Z) signed distance to where {u >= level} ends in tissue, positive inside; beyond the nodes a bound.

        NaN everywhere without a lesion.
        """
        surface = isosurface(self.tissue, values, level, min_fraction=MIN_FRACTION)
        known = self.points_mm[self.inner]
        distance = distance_to_surface_mm(surface, known, caps=False)
        if not np.isfinite(distance).all():
            return np.full(self.shape, np.nan)
        signed = np.where(self.values(values)[self.inner] >= level, distance, -distance)
        return np.asarray((signed[self.nearest] - self.beyond_mm).reshape(self.shape))

    def spread(self, fields: FloatArray) -> FloatArray:
        """(M, X·Y·Z) nodal fields (M, N) at the lattice's points; beyond the nodes as at the nearest among them."""
        found = self.values(fields)[:, self.inner]
        return np.asarray(found[:, self.nearest])
