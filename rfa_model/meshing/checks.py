"""What must hold for every probe mesh: each group is there, each facet in one group, no facet forgotten."""

from __future__ import annotations

import numpy as np

from rfa_model.meshing.arrays import IntArray, MeshArrays
from rfa_model.meshing.groups import CELL_GROUPS, FACET_GROUPS

# Which cells meet at a facet -> which groups it may carry.
ALLOWED_SIDES = {
    ("tissue",): {"outer"},
    ("tip",): {"lumen"},
    ("shaft",): {"lumen", "shaft_end"},
    ("tip", "tissue"): {"tip_surface"},
    ("shaft", "tissue"): {"shaft_surface"},
    ("shaft", "tip"): {"tip_shaft"},
}


def check_groups(mesh: MeshArrays, has_lumen: bool) -> None:
    """Raise ValueError naming the group or facet at fault."""
    for dim, groups, tags in ((3, CELL_GROUPS, mesh.tet_tags), (2, FACET_GROUPS, mesh.triangle_tags)):
        expected = {name for name in groups if name != "lumen" or has_lumen}
        found = {name for name, tag in groups.items() if np.any(tags == tag)}
        if found != expected:
            raise ValueError(f"groups of dimension {dim}: expected {sorted(expected)}, found {sorted(found)}")
    facets, sides = _boundary_and_interfaces(mesh)
    marked = np.sort(mesh.triangles, axis=1)
    order = np.lexsort(marked.T[::-1])
    marked, marked_tags = marked[order], mesh.triangle_tags[order]
    if len(marked) > 1 and np.any(np.all(marked[1:] == marked[:-1], axis=1)):
        raise ValueError("a facet lies in two groups")
    if marked.shape != facets.shape or not np.array_equal(marked, facets):
        raise ValueError(f"{len(marked)} facets are marked, but boundary and interfaces have {len(facets)}")
    cell_name = {tag: name for name, tag in CELL_GROUPS.items()}
    facet_name = {tag: name for name, tag in FACET_GROUPS.items()}
    for low, high, tag in np.unique(np.column_stack([sides, marked_tags]), axis=0):
        meeting = tuple(sorted(cell_name[t] for t in (low, high) if t))
        if facet_name[tag] not in ALLOWED_SIDES[meeting]:
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
