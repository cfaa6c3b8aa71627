"""What must hold for every probe mesh: each group is there, each facet in one group, no facet forgotten."""

from __future__ import annotations

import numpy as np

from rfa_model.meshing.arrays import IntArray, MeshArrays
from rfa_model.meshing.groups import MeshGroups


def check_groups(mesh: MeshArrays, groups: MeshGroups) -> None:
    """Hold a mesh against the groups it has to have.

    Raises
    ------
    ValueError
        Naming the group or facet at fault.
    """
    for dim, expected, tags in ((3, groups.cells, mesh.tet_tags), (2, groups.facets, mesh.triangle_tags)):
        names = {tag: name for name, tag in expected.items()}
        found = {names.get(tag, f"tag {tag}") for tag in np.unique(tags).tolist()}
        if found != set(expected):
            raise ValueError(f"groups of dimension {dim}: expected {sorted(expected)}, found {sorted(found)}")
    facets, sides = _boundary_and_interfaces(mesh)
    marked = np.sort(mesh.triangles, axis=1)
    order = np.lexsort(marked.T[::-1])
    marked, marked_tags = marked[order], mesh.triangle_tags[order]
    if len(marked) > 1 and np.any(np.all(marked[1:] == marked[:-1], axis=1)):
        raise ValueError("a facet lies in two groups")
    if marked.shape != facets.shape or not np.array_equal(marked, facets):
        raise ValueError(f"{len(marked)} facets are marked, but boundary and interfaces have {len(facets)}")
    cell_name = {tag: name for name, tag in groups.cells.items()}
    facet_name = {tag: name for name, tag in groups.facets.items()}
    for low, high, tag in np.unique(np.column_stack([sides, marked_tags]), axis=0):
        meeting = tuple(sorted(cell_name[t] for t in (low, high) if t))
        if meeting not in groups.sides[facet_name[tag]]:
            raise ValueError(f"a facet between {meeting} is marked {facet_name[tag]}")


def _boundary_and_interfaces(mesh: MeshArrays) -> tuple[IntArray, IntArray]:
    """Facets on the boundary or between different cell groups, sorted, with the two cell tags (0 = none)."""
    faces = np.concatenate([np.delete(mesh.tets, i, axis=1) for i in range(4)])
    faces = np.sort(faces, axis=1)
    tags = np.tile(mesh.tet_tags, 4)
    order = np.lexsort((tags, faces[:, 2], faces[:, 1], faces[:, 0]))
    faces, tags = faces[order], tags[order]
    twin_of_next = np.append(np.all(faces[1:] == faces[:-1], axis=1), False)
    first = np.append(True, ~twin_of_next[:-1])
    start = np.flatnonzero(first)
    other = np.where(twin_of_next[start], tags[np.minimum(start + 1, len(tags) - 1)], 0)
    sides = np.sort(np.column_stack([tags[start], other]), axis=1)
    keep = sides[:, 0] != sides[:, 1]
    return faces[start][keep], sides[keep]
