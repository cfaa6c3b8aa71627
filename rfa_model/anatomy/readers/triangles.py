"""Triangle surfaces: STL, OBJ, PLY and VTP, closed, wound outwards, LPS, mm."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import FloatArray
from rfa_model.anatomy.readers.crossings import crossing_pairs
from rfa_model.anatomy.readers.frames import UNITS_MM, Units, to_lps
from rfa_model.anatomy.readers.needed import needed
from rfa_model.anatomy.readers.volumes import check_readable, suffix_of
from rfa_model.anatomy.readers.vtp import read_vtp
from rfa_model.errors import InputError

TRIMESH, VTK = (".stl", ".obj", ".ply"), (".vtp",)
MOST_TRIANGLES = 2_000_000
LEAST_TRIANGLES = 50
LEAST_FACES = 4
EXTENT_MM = (8.0, 600.0)
# Longer edges of holes are no slip of an export but a missing piece: a hole of about 10 mm.
MOST_HOLE_MM = 30.0


@dataclass(frozen=True)
class TriangleSurface:
    """A closed surface: points (n, 3) in LPS mm, triangles (m, 3) wound outwards, and what was mended."""

    points_mm: FloatArray
    triangles: NDArray[np.int64]
    notes: tuple[str, ...] = ()

    @property
    def volume_mm3(self) -> float:
        """Volume inside."""
        return volume_mm3(self.points_mm, self.triangles)


def volume_mm3(points: FloatArray, triangles: NDArray[np.int64]) -> float:
    """Volume inside a closed surface; negative where it is wound inwards."""
    a, b, c = (points[triangles[:, k]] - points[0] for k in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6.0)


def read_triangles(path: Path, axes: str, units: Units = "mm", *, crossing_allowed: bool = False) -> TriangleSurface:
    """Read a surface.

    Parameters
    ----------
    path : Path
    axes : str
        Where the file's x, y and z run to; a VTP that says ``SPACE`` itself is believed, and has to agree.
    units : {"mm", "cm", "m"}
    crossing_allowed : bool
        Whether triangles may run through each other.

    Raises
    ------
    InputError
        If the file is missing, broken, of another kind, not closed, or of a size no bone has.
    """
    check_readable(path)
    suffix = suffix_of(path)
    if suffix not in (*TRIMESH, *VTK):
        raise InputError(f"{path}: ends in '{suffix}', expected a surface: {', '.join((*TRIMESH, *VTK))}")
    points, triangles = _trimesh(path) if suffix in TRIMESH else _vtp(path, axes)
    if len(triangles) < LEAST_TRIANGLES:
        raise InputError(f"{path}: holds {len(triangles)} triangles, expected a closed surface of a bone or a disc")
    if not np.isfinite(points).all():
        raise InputError(f"{path}: holds points that are not numbers; export it again")
    placed = points @ to_lps(axes, units).T
    _check_extent(path, placed, units)
    return closed(path, placed, triangles, crossing_allowed=crossing_allowed)


def _trimesh(path: Path) -> tuple[FloatArray, NDArray[np.int64]]:
    trimesh = needed("trimesh", f"{path}: reading surfaces")
    if suffix_of(path) == ".stl":
        _check_stl(path)
    try:
        mesh = trimesh.load(path, force="mesh", process=False, skip_materials=True)
    except Exception as error:  # whatever a broken file makes of a parser
        raise InputError(f"{path}: cannot be read as a surface ({type(error).__name__}: {error})") from None
    if mesh.vertices.shape[1:] != (3,) or mesh.faces.shape[1:] != (3,):
        raise InputError(f"{path}: holds points in {mesh.vertices.shape[-1]} dimensions, expected three")
    points, triangles = np.asarray(mesh.vertices, dtype=float), np.asarray(mesh.faces, dtype=np.int64)
    if len(triangles) > MOST_TRIANGLES:
        raise InputError(f"{path}: {len(triangles)} triangles, at most {MOST_TRIANGLES} are read; decimate it")
    if len(triangles) and not 0 <= int(triangles.min()) <= int(triangles.max()) < len(points):
        raise InputError(f"{path}: a triangle names a point that is not there; export it again")
    return points, triangles


def _check_stl(path: Path) -> None:
    """Refuse, before loading, a binary STL whose header promises what the file does not hold."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(84)
    if head[:5] == b"solid" and b"\0" not in head:
        return
    count = int.from_bytes(head[80:84], "little") if len(head) == 84 else 0
    if len(head) < 84 or size < 84 + 50 * count:
        raise InputError(
            f"{path}: its header promises {count} triangles, {(84 + 50 * count) / 1e6:.1f} MB, and it holds "
            f"{size / 1e6:.3g} MB; copy it again"
        )


def _vtp(path: Path, axes: str) -> tuple[FloatArray, NDArray[np.int64]]:
    found = read_vtp(path)
    if found.space in ("LPS", "RAS") and found.space != axes:
        raise InputError(
            f"{path}: says SPACE {found.space}, and the scenario axes: {axes}; write axes: {found.space}, or mend the "
            "file"
        )
    try:
        return found.points, found.triangles()
    except ValueError as error:
        raise InputError(f"{path}: cannot be read as a surface ({error}); export it again") from None


def _check_extent(path: Path, points: FloatArray, units: Units) -> None:
    size = float(np.ptp(points, axis=0).max())
    low, high = EXTENT_MM
    if low <= size <= high:
        return
    fitting = [word for word, factor in UNITS_MM.items() if 30 <= size / UNITS_MM[units] * factor <= 300]
    cure = f"; write units: {fitting[0]}" if fitting else "; write the file's own units: mm, cm or m"
    words = f"{size / 1000:.3g} m" if size >= 1000 else f"{size:.3g} mm"
    raise InputError(f"{path}: is {words} long in units: {units}, and no bone of the spine is{cure}")


def closed(
    path: Path, points: FloatArray, triangles: NDArray[np.int64], *, crossing_allowed: bool = False
) -> TriangleSurface:
    """Merge points, close small holes, wind outwards; InputError where that does not make a closed surface."""
    trimesh = needed("trimesh", f"{path}: mending surfaces")
    mesh = trimesh.Trimesh(points, triangles, process=False)
    notes = []
    mesh.merge_vertices(merge_tex=True, merge_norm=True)
    mesh.update_faces(mesh.nondegenerate_faces())
    mesh.update_faces(mesh.unique_faces())
    mesh.remove_unreferenced_vertices()
    if len(mesh.faces) < LEAST_FACES:
        raise InputError(f"{path}: its triangles are lines or points, and enclose nothing; export it again")
    edges, counts = np.unique(np.sort(mesh.edges, axis=1), axis=0, return_counts=True)
    many, open_edges = int((counts > 2).sum()), int((counts == 1).sum())
    if many:
        where = np.round(mesh.vertices[edges[counts > 2][0, 0]], 1).tolist()
        raise InputError(
            f"{path}: {many} edges belong to more than two triangles (non-manifold), one at {where} mm (LPS); remesh "
            "it, in 3D Slicer by Surface Toolbox, or export each bone by itself"
        )
    found, tri = np.asarray(mesh.vertices, dtype=float), np.asarray(mesh.faces, dtype=np.int64)
    if open_edges:
        ends = found[edges[counts == 1]]
        if float(np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1).sum()) <= MOST_HOLE_MM:
            found, tri = _filled(found, tri)
        if _open_edges(tri):
            raise InputError(
                f"{path}: is not closed: {open_edges} open edges; close it, in 3D Slicer by Surface Toolbox (fill "
                "holes), or export the whole bone"
            )
        notes.append(f"{path.name}: {open_edges} open edges were closed")
    if not _wound_alike(tri):
        tri = _turned(found, tri)
        notes.append(f"{path.name}: triangles wound both ways were turned outwards")
    if volume_mm3(found, tri) < 0.0:
        tri = tri[:, ::-1]
        notes.append(f"{path.name}: was inside out and has been turned")
    crossing = crossing_pairs(found, tri)
    if len(crossing):
        where = np.round(found[tri[crossing[0, 0]]].mean(axis=0), 1).tolist()
        seen = f"{path.name}: {len(crossing)} pairs of triangles run through each other, one near {where} mm (LPS)"
        if not crossing_allowed:
            raise InputError(
                f"{path.parent / seen}; remesh it, or write overrule: [crossing] where that is far from the needle"
            )
        notes.append(seen)
    return TriangleSurface(found, tri, tuple(notes))


def _open_edges(triangles: NDArray[np.int64]) -> int:
    """How many edges belong to one triangle alone."""
    edges = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    return int((np.unique(edges, axis=0, return_counts=True)[1] == 1).sum())


def _wound_alike(triangles: NDArray[np.int64]) -> bool:
    """Whether neighbours run along their common edge in opposite senses."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    return len(np.unique(edges, axis=0)) == len(edges)


def _filled(points: FloatArray, triangles: NDArray[np.int64]) -> tuple[FloatArray, NDArray[np.int64]]:
    import pyvista as pv

    size = float(np.linalg.norm(np.ptp(points, axis=0)))
    mesh = pv.PolyData.from_regular_faces(points, triangles).fill_holes(size)
    return np.asarray(mesh.points, dtype=float), np.asarray(mesh.regular_faces, dtype=np.int64)


def _turned(points: FloatArray, triangles: NDArray[np.int64]) -> NDArray[np.int64]:
    import pyvista as pv

    mesh = pv.PolyData.from_regular_faces(points, triangles)
    turned = mesh.compute_normals(consistent_normals=True, auto_orient_normals=False, split_vertices=False)
    return np.asarray(turned.regular_faces, dtype=np.int64)
