"""The finite-element space on an applicator's mesh, and which cells and unknowns belong to what."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import dolfinx
from rfa_model.meshing.groups import MeshGroups
from rfa_model.physics.assembly import CellTables
from rfa_model.physics.marks import marked_dofs

Array = NDArray[np.float64]
Index = NDArray[np.int32]


class TaggedMesh(Protocol):
    """A DOLFINx mesh in metres with cell and facet groups."""

    @property
    def mesh(self) -> "dolfinx.mesh.Mesh":
        """The mesh."""
        ...

    @property
    def cell_tags(self) -> "dolfinx.mesh.MeshTags":
        """Groups of cells."""
        ...

    @property
    def facet_tags(self) -> "dolfinx.mesh.MeshTags":
        """Groups of facets."""
        ...

    @property
    def groups(self) -> MeshGroups:
        """What the tags mean."""
        ...


@dataclass(frozen=True)
class Domain:
    """Element tables of an applicator's mesh with its process-owned cells by group and its marked boundary.

    Attributes
    ----------
    tables : CellTables
    cells : dict of str to int array
        Process-owned cells of ``tissue`` and of each part of the applicator.
    facets : dict of str to int array
        Facets of each group on this process.
    contacts : dict of str to int array
        Process-owned cells of each contact.
    lumens : tuple of str
        Groups of facets that are walls of lumens.
    tissue_dofs, fixed : (local_size,) bool arrays
        Unknowns of tissue; unknowns on the outer boundary, whose temperature stays.
    """

    tables: CellTables
    cells: dict[str, Index]
    facets: dict[str, Index]
    contacts: dict[str, Index]
    lumens: tuple[str, ...]
    tissue_dofs: NDArray[np.bool_]
    fixed: NDArray[np.bool_]

    @classmethod
    def of(cls, tagged: TaggedMesh, element_order: int) -> "Domain":
        """Build the space of the given order (1 or 2) and its tables."""
        V = dolfinx.fem.functionspace(tagged.mesh, ("Lagrange", element_order))
        tables = CellTables(V)
        groups, cells = tagged.groups, {}
        for name, tag in groups.cells.items():
            found = tagged.cell_tags.find(tag)
            cells[name] = found[found < tables.count].astype(np.int32)
        facets = {name: tagged.facet_tags.find(tag).astype(np.int32) for name, tag in groups.facets.items()}
        contacts = {name: np.concatenate([cells[part] for part in parts]) for name, parts in groups.contacts.items()}
        rim = dolfinx.fem.locate_dofs_topological(V, 2, np.concatenate([facets[name] for name in groups.outside]))
        tissue_dofs, fixed = marked_dofs(V, tables.dofs[cells["tissue"]]), marked_dofs(V, rim[:, None])
        return cls(tables, cells, facets, contacts, groups.lumens, tissue_dofs, fixed)

    @property
    def dofs(self) -> int:
        """Unknowns of one field on all processes."""
        return int(self.tables.V.dofmap.index_map.size_global)

    @property
    def cell_count(self) -> int:
        """Cells on all processes."""
        return int(self.tables.V.mesh.topology.index_map(3).size_global)

    def corners_mm(self, group: str) -> Array:
        """Corners of a group's cells in the mesh's frame, (cells, 4, 3), mm."""
        return self.tables.corners[self.cells[group]] * 1e3
