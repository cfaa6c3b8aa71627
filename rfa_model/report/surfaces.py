"""How lesion and isotherms grow: one surface per criterion and snapshot, few triangles each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from rfa_model.drawing import shapes
from rfa_model.laws import Criterion
from rfa_model.metrics.data import TISSUE, FieldSeries
from rfa_model.metrics.lesion import transform
from rfa_model.metrics.sampling import locate

Array = NDArray[np.float64]

MOST_SNAPSHOTS = 24
MOST_TRIANGLES = 1000
NEVER = 1e6


@dataclass(frozen=True)
class Growing:
    """A field over the snapshots and the level its surface lies at, both as they are interpolated.

    ``values`` is (K, N); a row of NaN where the quantity is not known at that time.
    """

    values: Array
    level: float


def chosen_snapshots(times_s: NDArray[np.floating], most: int = MOST_SNAPSHOTS) -> list[int]:
    """Places of at most ``most`` snapshots, evenly spread in number, the first and the last among them."""
    return sorted({round(place) for place in np.linspace(0, len(times_s) - 1, min(most, len(times_s)))})


def growing(fields: FieldSeries, criterion: Criterion) -> Growing:
    """A criterion's quantity at every snapshot; the last one is the run's own final field.

    CEM43 has no history, so it is known at the end alone. Peak temperature is that of the snapshots so far.
    """
    final, over_time = criterion.of(fields.exposure), criterion.values(fields.exposures)
    unknown = np.full((len(fields.times_s), len(final)), np.nan)
    series = unknown if over_time is None else np.array(over_time, dtype=float)
    series[-1] = final
    known = np.isfinite(series).all(axis=1)
    series[known] = transform(series[known], criterion.logarithmic)
    return Growing(series, criterion.interpolated_level)


def surface(fields: FieldSeries, values: Array, level: float, most_triangles: int = MOST_TRIANGLES) -> pv.PolyData:
    """Surface of {values >= level} in tissue, open where it meets the needle; empty where there is none.

    It is cut from the tetrahedra's corners alone: a quarter of the triangles for half a per cent of the volume.
    """
    if not np.isfinite(values).all():
        return pv.PolyData()
    keep = np.asarray(fields.cell_region) == TISSUE
    found = shapes.isosurface(np.asarray(fields.points_mm, dtype=float), fields.cells[:, :4], keep, values - level)
    return thinned(found, most_triangles)


def thinned(mesh: pv.PolyData, most_triangles: int) -> pv.PolyData:
    """The same surface with at most about so many triangles."""
    if mesh.n_cells <= most_triangles:
        return mesh
    bare = pv.PolyData.from_regular_faces(np.asarray(mesh.points), mesh.triangulate().regular_faces)
    return bare.decimate(1.0 - most_triangles / bare.n_cells)


def capture_times_s(fields: FieldSeries, quantities: Mapping[str, Growing], points_mm: Array) -> dict[str, Array]:
    """Per criterion the time of the first snapshot at which each of (P, 3) points is inside, shape (P,).

    Points that never are, or lie in the probe or outside the mesh, get ``NEVER``.
    """
    at_points = locate(fields.tissue_mesh, points_mm)
    times = np.asarray(fields.times_s, dtype=float)
    found = {}
    for name, quantity in quantities.items():
        inside = np.array([at_points(row) >= quantity.level for row in quantity.values])
        found[name] = np.where(inside.any(axis=0), times[inside.argmax(axis=0)], NEVER)
    return found
