"""A mesh in the format of another program, through meshio."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rfa_model.errors import InputError
from rfa_model.meshing.arrays import MeshArrays
from rfa_model.meshing.msh_file import read_msh, write_msh

if TYPE_CHECKING:
    import meshio

# Formats of surfaces alone get the triangles only; everything else gets tetrahedra and triangles.
SURFACE_ONLY = {".stl", ".ply", ".obj", ".off"}
TETRAHEDRA_ONLY = {".ele", ".node", ".xml"}


# Nastran's fields hold no more digits than this leaves: picometres.
DECIMALS = 9


def export_mesh(msh_path: Path | str, file: Path | str) -> Path:
    """Write a mesh (millimetres) in the format its new name's ending stands for.

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
    try:
        arrays = read_msh(Path(msh_path))
    except ValueError as error:
        raise InputError(str(error)) from error
    if ending == ".msh":
        write_msh(arrays, target)
        return target
    try:
        meshio.write(target, _meshio_mesh(arrays, ending))
    except ModuleNotFoundError as error:
        raise InputError(
            f"cannot export to {target.name}: this format needs the package {error.name}; install it or choose .vtu"
        ) from error
    except (meshio.WriteError, KeyError, NotImplementedError, AssertionError, SystemExit) as error:
        target.unlink(missing_ok=True)
        raise InputError(
            f"cannot export to {target.name}: this format cannot hold the mesh ({error or 'no reason given'}); "
            "choose .vtu"
        ) from error
    return target


def _meshio_mesh(arrays: MeshArrays, ending: str) -> meshio.Mesh:
    import meshio

    blocks = [("tetra", arrays.tets, arrays.tet_tags), ("triangle", arrays.triangles, arrays.triangle_tags)]
    if ending in SURFACE_ONLY:
        blocks = blocks[1:]
    elif ending in TETRAHEDRA_ONLY:
        blocks = blocks[:1]
    cell_data = {} if ending in SURFACE_ONLY else {"group": [tags.astype(np.int32) for _, _, tags in blocks]}
    cells = [(kind, nodes) for kind, nodes, _ in blocks]
    return meshio.Mesh(np.round(arrays.points_mm, DECIMALS), cells, cell_data=cell_data)
