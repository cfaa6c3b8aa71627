"""Volume meshes in what meshio reads safely: the closed boundary of each group of cells, LPS, mm."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rfa_model._machine import memory_held
from rfa_model.anatomy.base import FloatArray
from rfa_model.anatomy.readers.frames import Units, to_lps
from rfa_model.anatomy.readers.needed import needed
from rfa_model.anatomy.readers.triangles import TriangleSurface, _check_extent, closed
from rfa_model.anatomy.readers.volumes import check_readable, suffix_of
from rfa_model.errors import InputError

if TYPE_CHECKING:
    import meshio

IntArray = NDArray[np.int64]
# Faces of a cell by its corners; quadratic cells begin with the corners of straight ones.
TET = ((0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2))
HEX = ((0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7))
WEDGE = ((0, 2, 1), (3, 4, 5), (0, 1, 4, 3), (1, 2, 5, 4), (2, 0, 3, 5))
FACES: dict[str, tuple[tuple[int, ...], ...]] = {
    "tetra": TET, "tetra10": TET, "hexahedron": HEX, "hexahedron20": HEX, "hexahedron27": HEX, "wedge": WEDGE,
}  # fmt: skip
MOST_CELLS = 5_000_000
MOST_MIB = 4000
"""While a mesh is read: five million cells take less."""
FORMATS = (".vtu", ".vtk", ".msh", ".inp", ".mesh", ".meshb", ".bdf", ".nas", ".fem", ".vol", ".su2", ".ugrid", ".avs")
"""Those of meshio's that keep to the file: others wait for ever for a line that is missing, or open further files."""
type _Parts = tuple[FloatArray, list[tuple[str, IntArray]], dict[str, list[NDArray[np.bool_]]], list[str]]
WHOLE = "all"


def read_volume_mesh(
    path: Path, groups: Mapping[str, str], axes: str, units: Units = "mm", *, crossing_allowed: bool = False
) -> dict[str, TriangleSurface]:
    """Read the boundaries of groups of cells.

    Parameters
    ----------
    path : Path
    groups : mapping of str to str
        A group of the file, by name, by number or ``all`` for every cell, to what it is called here.
    axes, units
        Of the file's coordinates.

    Returns
    -------
    mapping of str to TriangleSurface
        By the names here.

    Raises
    ------
    InputError
        If the file is missing, broken or of another kind, has no volume cells, or lacks a group.
    """
    check_readable(path)
    points, blocks, known, notes = _read(path)
    placed = points @ to_lps(axes, units).T
    used = np.unique(np.concatenate([cells.ravel() for _, cells in blocks]))
    if not len(used):
        raise InputError(f"{path}: holds no cells; export it again")
    if used[0] < 0 or used[-1] >= len(points):
        raise InputError(f"{path}: a cell names a point that is not there; export it again")
    if not np.isfinite(placed[used]).all():
        raise InputError(f"{path}: holds points that are not numbers; export it again")
    found = {}
    for word, name in groups.items():
        if word not in known:
            seen = ", ".join(known) or "none"
            raise InputError(
                f"{path}: no group '{word}'; it holds {seen}; name one of these, or {WHOLE} for every cell"
            )
        chosen = [(kind, cells[mask]) for (kind, cells), mask in zip(blocks, known[word], strict=True) if mask.any()]
        if not chosen:
            raise InputError(f"{path}: group '{word}' holds no volume cells, expected tetrahedra or hexahedra")
        triangles, inverted = _boundary(placed, chosen)
        if not len(triangles):
            raise InputError(f"{path}: the cells of group '{word}' enclose nothing; export it again")
        corners = placed[np.unique(triangles)]
        _check_extent(path, corners, units)
        surface = closed(path, placed, triangles, crossing_allowed=crossing_allowed)
        own = [f"{path.name}: {inverted} inverted cells of '{word}' were taken as if they were not"] if inverted else []
        found[name] = TriangleSurface(surface.points_mm, surface.triangles, (*notes, *own, *surface.notes))
    return found


def _read(path: Path) -> _Parts:
    """Points, blocks of volume cells, group -> which cells of each block, and notes."""
    meshio = needed("meshio", f"{path}: reading volume meshes")
    if suffix_of(path) not in FORMATS:
        raise InputError(f"{path}: ends in '{suffix_of(path)}', expected a volume mesh: {', '.join(FORMATS)}")
    quiet = io.StringIO()
    try:
        with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet), memory_held(MOST_MIB):
            return _parts(path, meshio.read(path))
    except SystemExit:
        raise InputError(f"{path}: is of no kind of mesh that meshio reads; save it as .vtu or Gmsh's .msh") from None
    except InputError:
        raise
    except Exception as error:  # whatever a broken file makes of a parser
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: cannot be read as a mesh ({type(error).__name__}: {reason})") from None


def _parts(path: Path, mesh: meshio.Mesh) -> _Parts:
    """What is wanted of a mesh."""
    kept = [index for index, block in enumerate(mesh.cells) if block.type in FACES]
    left = sorted({block.type for block in mesh.cells} - set(FACES) - {"vertex", "line", "triangle", "quad"})
    notes = [f"{path.name}: cells of type {', '.join(left)} are left out"] if left else []
    if not kept:
        seen = ", ".join(sorted({block.type for block in mesh.cells})) or "nothing"
        raise InputError(f"{path}: holds {seen}, expected tetrahedra or hexahedra; read a surface as kind: surfaces")
    if sum(len(mesh.cells[index].data) for index in kept) > MOST_CELLS:
        raise InputError(f"{path}: more than {MOST_CELLS} cells; cut out the lumbar spine")
    blocks = [(mesh.cells[index].type, np.asarray(mesh.cells[index].data, dtype=np.int64)) for index in kept]
    known = {WHOLE: [np.ones(len(cells), dtype=bool) for _, cells in blocks]}
    names = {int(value[0]): name for name, value in mesh.field_data.items()}
    for data in mesh.cell_data.values():
        values = [np.asarray(data[index]) for index in kept]
        if any(v.ndim != 1 or v.dtype.kind not in "iu" for v in values):
            continue
        for number in np.unique(np.concatenate(values))[:1000]:
            masks = [v == number for v in values]
            known.setdefault(str(number), masks)
            if int(number) in names:
                known.setdefault(names[int(number)], masks)
    for name, sets in mesh.cell_sets.items():
        masks = [np.zeros(len(cells), dtype=bool) for _, cells in blocks]
        for mask, index in zip(masks, kept, strict=True):
            if sets[index] is not None and len(sets[index]):
                mask[np.asarray(sets[index], dtype=np.int64)] = True
        known.setdefault(name, masks)
    points = np.asarray(mesh.points, dtype=float)
    if points.ndim != 2 or points.shape[1] != 3:
        raise InputError(f"{path}: its points have no three coordinates; export it again")
    return points, blocks, known, notes


def _boundary(points: FloatArray, blocks: list[tuple[str, IntArray]]) -> tuple[IntArray, int]:
    """Triangles that belong to one cell only, wound out of it, and how many cells are inverted."""
    faces: list[IntArray] = []
    middles: list[FloatArray] = []
    inverted = 0
    for kind, cells in blocks:
        centre = points[cells].mean(axis=1)
        signs = []
        for face in FACES[kind]:
            corners = cells[:, face]
            for k in range(1, len(face) - 1):
                triangle = corners[:, [0, k, k + 1]]
                faces.append(np.column_stack([triangle, np.sort(corners, axis=1)[:, :3]]))
                middles.append(centre)
                a, b, c = (points[triangle[:, j]] for j in range(3))
                signs.append(np.einsum("ij,ij->i", np.cross(b - a, c - a), a - centre))
        inverted += int((np.sum(signs, axis=0) < 0.0).sum())
    every, centres = np.concatenate(faces), np.concatenate(middles)
    _, first, count = np.unique(every[:, 3:], axis=0, return_inverse=True, return_counts=True)
    # A quadrilateral comes as two triangles under one key.
    outer = count[first.ravel()] == np.where(_is_quad_half(blocks), 2, 1)
    triangles, centres = every[outer, :3], centres[outer]
    a, b, c = (points[triangles[:, j]] for j in range(3))
    inwards = np.einsum("ij,ij->i", np.cross(b - a, c - a), a - centres) < 0.0
    triangles[inwards] = triangles[inwards][:, ::-1]
    return triangles, inverted


def _is_quad_half(blocks: list[tuple[str, IntArray]]) -> NDArray[np.bool_]:
    """Of each triangle of `_boundary`, in its order: whether two of them make one face."""
    found = []
    for kind, cells in blocks:
        for face in FACES[kind]:
            found += [np.full(len(cells), len(face) == 4)] * (len(face) - 2)
    return np.concatenate(found)
