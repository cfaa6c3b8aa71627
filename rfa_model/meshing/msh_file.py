"""Reading and writing the .msh files (binary MSH 4.1, millimetres)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rfa_model.meshing.arrays import IntArray, MeshArrays
from rfa_model.meshing.gmsh_session import Gmsh, gmsh_session
from rfa_model.meshing.groups import MeshGroups
from rfa_model.meshing.seal import seal

TRIANGLE, TETRAHEDRON = 2, 4


def write_msh(mesh: MeshArrays, path: Path, key: str | None = None) -> None:
    """Write atomically: other processes see the old file or the complete new one.

    With the hash it was made for as ``key``, the file is sealed (:mod:`rfa_model.meshing.seal`).

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=path.stem + ".", suffix=".msh", dir=path.parent)
    os.close(handle)
    try:
        with gmsh_session("write") as gmsh:
            _discrete_model(gmsh, mesh)
            gmsh.option.setNumber("Mesh.MshFileVersion", 4.1)
            gmsh.option.setNumber("Mesh.Binary", 1)
            gmsh.write(temporary)
        if key is not None:
            seal(Path(temporary), key)
        os.chmod(temporary, 0o644)  # mkstemp's files are private, a mesh need not be
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def read_msh(path: Path) -> MeshArrays:
    """Read a file written by :func:`write_msh`; its groups say nothing of contacts and lumens.

    By gmsh, whose arrays are taken here as after meshing: meshio reads in 3 ms instead of 12, and 80 ms once for the
    import of gmsh, but would need a second way from its blocks to ours.

    Raises
    ------
    ValueError
        When the file cannot be read or lacks tagged cells or facets.
    """
    with gmsh_session("read") as gmsh:
        try:
            gmsh.merge(str(path))
            mesh = extract_arrays(gmsh)
        except Exception as error:  # gmsh raises bare Exception
            raise ValueError(f"{path} is not a readable mesh: {error}") from error
    return mesh


def extract_arrays(gmsh: Gmsh) -> MeshArrays:
    """Take the physical groups of the current gmsh model as arrays; unused nodes are dropped."""
    groups = MeshGroups(_named_groups(gmsh, 3), _named_groups(gmsh, 2))
    tets, tet_tags = _group_elements(gmsh, 3, groups.cells, TETRAHEDRON, 4)
    triangles, triangle_tags = _group_elements(gmsh, 2, groups.facets, TRIANGLE, 3)
    node_tags, coordinates, _ = gmsh.model.mesh.getNodes()
    position = np.full(int(node_tags.max()) + 1, -1, dtype=np.int64)
    position[node_tags.astype(np.int64)] = np.arange(len(node_tags))
    used, numbered = np.unique(tets, return_inverse=True)
    renumber = np.full(len(position), -1, dtype=np.int64)
    renumber[used] = np.arange(len(used))
    return MeshArrays(
        points_mm=coordinates.reshape(-1, 3)[position[used]],
        tets=numbered.reshape(tets.shape),
        tet_tags=tet_tags,
        triangles=renumber[triangles],
        triangle_tags=triangle_tags,
        groups=groups,
    )


def _named_groups(gmsh: Gmsh, dim: int) -> dict[str, int]:
    return {gmsh.model.getPhysicalName(dim, tag): int(tag) for _, tag in gmsh.model.getPhysicalGroups(dim)}


def _group_elements(
    gmsh: Gmsh, dim: int, groups: Mapping[str, int], kind: int, width: int
) -> tuple[IntArray, IntArray]:
    nodes: list[IntArray] = []
    tags: list[IntArray] = []
    for tag in groups.values():
        for entity in gmsh.model.getEntitiesForPhysicalGroup(dim, tag):
            _, flat = gmsh.model.mesh.getElementsByType(kind, int(entity))
            block = flat.astype(np.int64).reshape(-1, width)
            nodes.append(block)
            tags.append(np.full(len(block), tag, dtype=np.int64))
    if not nodes:
        raise ValueError(f"no elements of dimension {dim} in the groups {list(groups)}")
    return np.concatenate(nodes), np.concatenate(tags)


def _discrete_model(gmsh: Gmsh, mesh: MeshArrays) -> None:
    """Rebuild the mesh as discrete entities, one per group, numbered like the group."""
    parts = [
        (3, mesh.groups.cells, mesh.tets, mesh.tet_tags, TETRAHEDRON),
        (2, mesh.groups.facets, mesh.triangles, mesh.triangle_tags, TRIANGLE),
    ]
    for dim, groups, _, tags, _ in parts:
        for name, tag in groups.items():
            if np.any(tags == tag):
                gmsh.model.addDiscreteEntity(dim, tag)
                gmsh.model.addPhysicalGroup(dim, [tag], tag, name)
    node_tags = np.arange(1, len(mesh.points_mm) + 1)
    gmsh.model.mesh.addNodes(3, mesh.groups.cells["tissue"], node_tags, mesh.points_mm.ravel())
    for _, groups, elements, tags, kind in parts:
        for tag in groups.values():
            block = elements[tags == tag]
            if len(block):
                gmsh.model.mesh.addElementsByType(tag, kind, [], (block + 1).ravel())
