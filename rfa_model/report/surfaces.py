"""How lesion and isotherms grow: one surface per criterion and snapshot, few triangles each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from rfa_model.drawing import shapes
from rfa_model.metrics.data import TISSUE, FieldSeries
from rfa_model.metrics.sampling import locate

Array = NDArray[np.float64]

MOST_SNAPSHOTS = 24
MOST_TRIANGLES = 1000
NEVER = 1e6
SMOOTHING_PASSES, SMOOTHING_BAND = 10, 0.1


def chosen_snapshots(times_s: NDArray[np.floating], most: int = MOST_SNAPSHOTS) -> list[int]:
    """Places of at most ``most`` snapshots, evenly spread in number, the first and the last among them."""
    return sorted({round(place) for place in np.linspace(0, len(times_s) - 1, min(most, len(times_s)))})


def surface(fields: FieldSeries, excess: Array, most_triangles: int = MOST_TRIANGLES) -> pv.PolyData:
    """Surface of {excess >= 0} in tissue, open where it meets the needle; empty where there is none.

    It is cut from the tetrahedra's corners alone: a quarter of the triangles for half a per cent of the volume. Where
    it is thinned it is smoothed before: points move by some 0.06 mm, 0.2 mm at most, the volume by 0.2 per cent.
    """
    if not np.isfinite(excess).all():
        return pv.PolyData()
    keep = np.asarray(fields.cell_region) == TISSUE
    found = shapes.isosurface(np.asarray(fields.points_mm, dtype=float), fields.cells[:, :4], keep, excess)
    if found.n_cells > most_triangles:
        # Cutting tetrahedra makes slivers, on which decimation alone folds the surface over, most of all at a shaft.
        found = found.smooth_taubin(n_iter=SMOOTHING_PASSES, pass_band=SMOOTHING_BAND, boundary_smoothing=False)
    return outward(thinned(found, most_triangles))


def outward(mesh: pv.PolyData) -> pv.PolyData:
    """The same surface with its triangles wound outwards, by the sign of the volume within."""
    if not mesh.n_cells:
        return mesh
    points, faces = np.asarray(mesh.points, dtype=float), mesh.regular_faces
    a, b, c = (points[faces[:, corner]] - points.mean(axis=0) for corner in range(3))
    within = np.einsum("ij,ij->", a, np.cross(b, c))
    return mesh if within >= 0.0 else pv.PolyData.from_regular_faces(points, faces[:, ::-1])


def thinned(mesh: pv.PolyData, most_triangles: int) -> pv.PolyData:
    """The same surface with at most about so many triangles."""
    if mesh.n_cells <= most_triangles:
        return mesh
    bare = pv.PolyData.from_regular_faces(np.asarray(mesh.points), mesh.triangulate().regular_faces)
    return bare.decimate(1.0 - most_triangles / bare.n_cells)


def capture_times_s(fields: FieldSeries, excess: Mapping[str, Array], points_mm: Array) -> dict[str, Array]:
    """Per criterion the time of the first snapshot at which each of (P, 3) points is inside, shape (P,).

    ``excess`` is (K, N) per criterion, see :func:`rfa_model.drawing.lesion.excess_over_time`.

    Points that never are, or lie in the probe or outside the mesh, get ``NEVER``.
    """
    at_points = locate(fields.tissue_mesh, points_mm)
    times = np.asarray(fields.times_s, dtype=float)
    found = {}
    for name, series in excess.items():
        inside = np.array([at_points(row) >= 0.0 for row in series])
        found[name] = np.where(inside.any(axis=0), times[inside.argmax(axis=0)], NEVER)
    return found
