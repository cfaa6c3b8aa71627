"""A probe mesh in the format of another program, through meshio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rfa_model.errors import InputError
from rfa_model.meshing.groups import CELL_GROUPS, FACET_GROUPS
from rfa_model.meshing.msh_file import read_msh

# Formats of surfaces alone get the triangles only; everything else gets tetrahedra and triangles.
SURFACE_ONLY = {".stl", ".ply", ".obj", ".off"}
TETRAHEDRA_ONLY = {".ele", ".node", ".xml"}


def export_probe_mesh(msh_path: Path | str, file: Path | str) -> Path:
    """Write a probe mesh (millimetres) in the format its new name's ending stands for.

    The group numbers go along as cell data ``group`` where the format has cell data; a .msh keeps physical groups.

    Raises
    ------
    InputError
        When the ending is unknown, the format cannot hold this mesh, or it needs a package that is not installed.
    """
    import meshio

    target = Path(file)
    ending = "".join(target.suffixes[-2:]) if target.suffix == ".gz" else target.suffix
    if ending not in meshio.extension_to_filetypes:
        known = ", ".join(sorted(meshio.extension_to_filetypes))
        raise InputError(f"cannot export to {target.name}: the ending {ending!r} is unknown; known are {known}")
    if not target.parent.is_dir():
        raise InputError(f"cannot export to {target}: the folder {target.parent} does not exist")
    mesh = _meshio_mesh(msh_path, ending)
    try:
        meshio.write(target, mesh, **_WRITE_OPTIONS.get(ending, {}))
    except ModuleNotFoundError as error:
        raise InputError(
            f"cannot export to {target.name}: this format needs the package {error.name}; install it or choose .vtu"
        ) from error
    except (meshio.WriteError, KeyError, NotImplementedError, AssertionError, SystemExit) as error:
        target.unlink(missing_ok=True)
        raise InputError(
            f"cannot export to {target.name}: meshio's writer refused the mesh ({error}); choose .vtu"
        ) from error
    return target


# XDMF keeps its numbers in the file itself, which needs no HDF5.
_WRITE_OPTIONS: dict[str, dict[str, Any]] = {
    ".xdmf": {"data_format": "XML"},
    ".xmf": {"data_format": "XML"},
    ".msh": {"file_format": "gmsh"},
}


def _meshio_mesh(msh_path: Path | str, ending: str) -> Any:
    import meshio

    try:
        arrays = read_msh(Path(msh_path))
    except ValueError as error:
        raise InputError(str(error)) from error
    blocks = [("tetra", arrays.tets, arrays.tet_tags), ("triangle", arrays.triangles, arrays.triangle_tags)]
    if ending in SURFACE_ONLY:
        blocks = blocks[1:]
    elif ending in TETRAHEDRA_ONLY:
        blocks = blocks[:1]
    tags = [block[2].astype(np.int32) for block in blocks]
    cell_data = {} if ending in SURFACE_ONLY else {"group": tags}
    field_data = {}
    if ending == ".msh":
        cell_data = {"gmsh:physical": tags, "gmsh:geometrical": tags}
        names = [(name, tag, 3) for name, tag in CELL_GROUPS.items()] + [
            (name, tag, 2) for name, tag in FACET_GROUPS.items()
        ]
        field_data = {name: np.array([tag, dim]) for name, tag, dim in names}
    return meshio.Mesh(
        arrays.points_mm, [(kind, cells) for kind, cells, _ in blocks], cell_data=cell_data, field_data=field_data
    )
