"""Surfaces to draw, made from plain numbers: applicator, nerve, bone, lesion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from rfa_model.applicators.body import PartOutline
from rfa_model.applicators.pose import Pose
from rfa_model.metrics.isosurface import TriSurface

Array = NDArray[np.float64]

BODY_SIDES, TUBE_SIDES = 72, 32
SMOOTHING = (20, 0.08)  # passes, and the pass band
# A disc overhangs its bone in a sharp edge, of which a grid makes a ragged one however fine it is.
ROUNDING = {"disc": (60, 0.03)}


def revolve(profile: Array, pose: Pose, part: PartOutline | None = None) -> pv.PolyData:
    """Surface of revolution of a profile (N, 2) of (radius, height) about +z, placed by `pose`; its ends stay open.

    Of a `part` it is moved to where that one's bevel or bend has it, and revolves through its sector only.
    """
    angle = np.linspace(0.0, 2 * np.pi, BODY_SIDES, endpoint=False)
    ring = np.column_stack([np.cos(angle), np.sin(angle)])
    if part is not None and part.sector is not None:
        ring = part.sector.ring(BODY_SIDES)
    points = np.concatenate(
        [np.column_stack([radius * ring, np.full(len(ring), height)]) for radius, height in profile]
    )
    if part is not None:
        points = part.shaped_mm(points)
    faces = _quads(len(profile), len(ring))
    return pv.PolyData.from_regular_faces(pose.to_patient(points), faces)


def revolved(part: PartOutline, pose: Pose) -> pv.PolyData:
    """The side of a part of a body; where it is cut from its neighbours it stays open."""
    return revolve(part.profile_mm, pose, part)


def solid(part: PartOutline, pose: Pose) -> pv.PolyData:
    """The same, closed by flat ends: triangles on shared points, wound outwards."""
    start, end = part.span_mm
    return closed_surface(revolve(np.vstack([[[0.0, start]], part.profile_mm, [[0.0, end]]]), pose, part))


def closed_surface(mesh: pv.PolyData) -> pv.PolyData:
    """Any closed mesh as triangles on shared points, wound outwards."""
    whole = mesh.triangulate().clean()
    whole = whole.compute_normals(auto_orient_normals=True, split_vertices=False, point_normals=False)
    # Without the lines that triangles of no area, at the poles, were cleaned to.
    return pv.PolyData.from_regular_faces(np.asarray(whole.points, dtype=float), whole.regular_faces)


def smooth_triangles(points_mm: Array, faces: NDArray[np.integer], part: str = "") -> pv.PolyData:
    """Triangle surface (n, 3) points, (m, 3) faces, without the steps of the grid it was cut from.

    Taubin's filter does not shrink: points move by a fraction of the triangles' size. Edges of a `part` of
    :data:`ROUNDING` are rounded.
    """
    surface = pv.PolyData.from_regular_faces(np.asarray(points_mm, dtype=float), np.asarray(faces))
    passes, band = ROUNDING.get(part, SMOOTHING)
    return surface.smooth_taubin(n_iter=passes, pass_band=band) if surface.n_cells else surface


def stations(points_mm: Array, spacing_mm: float) -> Array:
    """Points (M, 3) along a polyline (N, 3), evenly and about `spacing_mm` apart, both ends among them."""
    points = np.asarray(points_mm, dtype=float)
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    places = np.linspace(0.0, arc[-1], max(3, int(np.ceil(arc[-1] / spacing_mm)) + 1))
    return np.column_stack([np.interp(places, arc, points[:, axis]) for axis in range(3)])


def tube(points_mm: Array, radius_mm: float, sides: int = TUBE_SIDES, spacing_mm: float | None = None) -> pv.PolyData:
    """Round closed tube about a polyline (N, 3); rings stand a third of the radius apart and do not twist."""
    line = stations(points_mm, radius_mm / 3.0 if spacing_mm is None else spacing_mm)
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.empty_like(along)
    carried = np.eye(3)[int(np.argmin(np.abs(along[0])))]
    for i, tangent in enumerate(along):
        carried = carried - (carried @ tangent) * tangent
        carried = carried / np.linalg.norm(carried)
        side[i] = carried
    up = np.cross(along, side)
    angle = np.linspace(0.0, 2 * np.pi, sides, endpoint=False)
    rings = np.cos(angle)[:, None] * side[:, None] + np.sin(angle)[:, None] * up[:, None]
    wall = pv.PolyData.from_regular_faces((line[:, None] + radius_mm * rings).reshape(-1, 3), _quads(len(line), sides))
    wall.point_data["Normals"] = rings.reshape(-1, 3)
    return wall.merge([_disc(line[i], along[i], radius_mm, sides) for i in (0, -1)], merge_points=False)


def _disc(centre: Array, normal: Array, radius_mm: float, sides: int) -> pv.PolyData:
    return pv.Disc(center=centre, inner=0.0, outer=radius_mm, normal=normal, c_res=sides)


def _quads(rings: int, sides: int) -> NDArray[np.int64]:
    """Faces (M, 4) between neighbouring rings of `sides` points each."""
    first = np.arange(sides)
    second = (first + 1) % sides
    rows = np.arange(rings - 1)[:, None] * sides
    return np.stack([rows + first, rows + second, rows + second + sides, rows + first + sides], axis=-1).reshape(-1, 4)


def runs(flags: NDArray[np.bool_]) -> Iterator[tuple[bool, slice]]:
    """Stretches of equal flags as (flag, slice); neighbours share one sample, so that a drawn line has no gap."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8))) + 1
    bounds = [0, *edges.tolist(), len(flags)]
    for start, stop in pairwise(bounds):
        yield bool(flags[start]), slice(start, min(stop + 1, len(flags)))


def field_grid(
    points_mm: Array,
    cells: NDArray[np.integer],
    keep: NDArray[np.bool_],
    point_arrays: Mapping[str, NDArray[np.generic]],
    cell_arrays: Mapping[str, NDArray[np.generic]] | None = None,
) -> pv.UnstructuredGrid:
    """Grid of the kept tetrahedra (linear (M, 4) or quadratic (M, 10)) with its arrays; unused nodes are left out."""
    kept = np.asarray(cells)[keep]
    used, local = np.unique(kept, return_inverse=True)
    kind = pv.CellType.QUADRATIC_TETRA if kept.shape[1] == 10 else pv.CellType.TETRA
    grid = pv.UnstructuredGrid({kind: local.reshape(kept.shape)}, np.asarray(points_mm, dtype=float)[used])
    for name, values in point_arrays.items():
        grid.point_data[name] = np.asarray(values)[used]
    for name, values in (cell_arrays or {}).items():
        grid.cell_data[name] = np.asarray(values)[keep]
    return grid


def isosurface(points_mm: Array, cells: NDArray[np.integer], keep: NDArray[np.bool_], values: Array) -> pv.PolyData:
    """Surface where nodal `values` are 0, inside the kept cells; empty where nothing crosses 0."""
    corner = values[cells]
    crossing = keep & (corner.max(axis=1) >= 0.0) & (corner.min(axis=1) < 0.0)
    if not crossing.any():
        return pv.PolyData()
    surface = field_grid(points_mm, cells, crossing, {"values": values}).contour([0.0], scalars="values")
    return surface.compute_normals(auto_orient_normals=False, split_vertices=False) if surface.n_points else surface


def triangles_of(surface: TriSurface) -> pv.PolyData:
    """A lesion's surface as pyvista holds it."""
    return pv.PolyData.from_regular_faces(np.asarray(surface.points_mm), surface.triangles)


def enclosed(surface: TriSurface, points_mm: Array) -> NDArray[np.bool_]:
    """Which points (P, 3) a closed surface holds."""
    if surface.is_empty:
        return np.zeros(len(points_mm), dtype=bool)
    cloud = pv.PolyData(np.asarray(points_mm, dtype=float)).compute_implicit_distance(triangles_of(surface))
    return np.asarray(cloud["implicit_distance"]) <= 0.0
