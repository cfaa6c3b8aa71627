"""Reading and writing the .msh files (binary MSH 4.1, millimetres)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rfa_model._small_files import contents
from rfa_model.meshing.arrays import FloatArray, IntArray, MeshArrays
from rfa_model.meshing.gmsh_session import Gmsh, gmsh_session
from rfa_model.meshing.groups import MeshGroups
from rfa_model.meshing.msh_content import NODES_OF, Unsigned, msh_content
from rfa_model.meshing.seal import seal

TRIANGLE, TETRAHEDRON = 2, 4
Blocks = list[tuple[int, int, Unsigned]]
"""Kind of element, tag of the group, nodes' tags of shape (elements, nodes)."""


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

    Raises
    ------
    ValueError
        When the file cannot be read or lacks tagged cells or facets.
    """
    try:
        found = msh_content(contents(path))
        cells, facets = ({name: tag for (of, tag), name in found.names.items() if of == dim} for dim in (3, 2))
        groups = MeshGroups(cells, facets)
        tets, tet_tags = _in_groups(found.elements, groups.cells, TETRAHEDRON)
        triangles, triangle_tags = _in_groups(found.elements, groups.facets, TRIANGLE)
        return _numbered(found.node_tags, found.points, tets, tet_tags, triangles, triangle_tags, groups)
    except (ValueError, OSError) as error:
        raise ValueError(f"{path} is not a readable mesh: {error}") from error


def extract_arrays(gmsh: Gmsh) -> MeshArrays:
    """Take the physical groups of the current gmsh model as arrays; unused nodes are dropped."""
    groups = MeshGroups(_named_groups(gmsh, 3), _named_groups(gmsh, 2))
    tets, tet_tags = _in_groups(_elements(gmsh, 3, groups.cells, TETRAHEDRON), groups.cells, TETRAHEDRON)
    triangles, triangle_tags = _in_groups(_elements(gmsh, 2, groups.facets, TRIANGLE), groups.facets, TRIANGLE)
    node_tags, coordinates, _ = gmsh.model.mesh.getNodes()
    return _numbered(node_tags, coordinates.reshape(-1, 3), tets, tet_tags, triangles, triangle_tags, groups)


def _elements(gmsh: Gmsh, dim: int, groups: Mapping[str, int], kind: int) -> Blocks:
    return [
        (kind, tag, gmsh.model.mesh.getElementsByType(kind, int(entity))[1].reshape(-1, NODES_OF[kind]))
        for tag in groups.values()
        for entity in gmsh.model.getEntitiesForPhysicalGroup(dim, tag)
    ]


def _in_groups(blocks: Blocks, groups: Mapping[str, int], kind: int) -> tuple[Unsigned, IntArray]:
    """Nodes' tags and groups of the elements of a kind, group after group."""
    taken = [(nodes, tag) for tag in groups.values() for of, at, nodes in blocks if (of, at) == (kind, tag)]
    if not taken:
        raise ValueError(f"no elements of {NODES_OF[kind]} nodes in the groups {list(groups)}")
    tags = [np.full(len(nodes), tag, dtype=np.int64) for nodes, tag in taken]
    return np.concatenate([nodes for nodes, _ in taken]), np.concatenate(tags)


def _numbered(
    node_tags: Unsigned,
    points: FloatArray,
    tets: Unsigned,
    tet_tags: IntArray,
    triangles: Unsigned,
    triangle_tags: IntArray,
    groups: MeshGroups,
) -> MeshArrays:
    """Number the nodes of tetrahedra from 0 in the order of their tags; others are dropped."""
    used = np.unique(tets)
    order = np.argsort(node_tags)
    return MeshArrays(
        points_mm=points[order[_places(node_tags[order], used)]],
        tets=_places(used, tets),
        tet_tags=tet_tags,
        triangles=_places(used, triangles),
        triangle_tags=triangle_tags,
        groups=groups,
    )


def _places(of: Unsigned, tags: Unsigned) -> IntArray:
    """Where tags stand among others in ascending order."""
    if not len(of):
        raise ValueError("no nodes")
    places = np.minimum(np.searchsorted(of, tags), len(of) - 1)
    if not np.array_equal(of[places], tags):
        raise ValueError("an element has nodes that are none")
    return places


def _named_groups(gmsh: Gmsh, dim: int) -> dict[str, int]:
    return {gmsh.model.getPhysicalName(dim, tag): int(tag) for _, tag in gmsh.model.getPhysicalGroups(dim)}


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
