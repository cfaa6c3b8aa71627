"""The finite-element space on a probe's mesh, and which cells and unknowns belong to what."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import dolfinx
from rfa_model.meshing.groups import CELL_GROUPS, FACET_GROUPS
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


@dataclass(frozen=True)
class Domain:
    """Element tables of a probe mesh with its process-owned cells by group and its marked boundary.

    Attributes
    ----------
    tables : CellTables
    cells : dict of str to int array
        Process-owned cells of ``tissue``, ``tip`` and ``shaft``.
    facets : dict of str to int array
        Facets of each group on this process.
    tissue_dofs, fixed : (local_size,) bool arrays
        Unknowns of tissue; unknowns on the outer boundary, whose temperature stays.
    """

    tables: CellTables
    cells: dict[str, Index]
    facets: dict[str, Index]
    tissue_dofs: NDArray[np.bool_]
    fixed: NDArray[np.bool_]

    @classmethod
    def of(cls, tagged: TaggedMesh, element_order: int) -> "Domain":
        """Build the space of the given order (1 or 2) and its tables."""
        V = dolfinx.fem.functionspace(tagged.mesh, ("Lagrange", element_order))
        tables = CellTables(V)
        cells = {}
        for name, tag in CELL_GROUPS.items():
            found = tagged.cell_tags.find(tag)
            cells[name] = found[found < tables.count].astype(np.int32)
        facets = {name: tagged.facet_tags.find(tag).astype(np.int32) for name, tag in FACET_GROUPS.items()}
        outside = np.concatenate([facets["outer"], facets["shaft_end"]])
        rim = dolfinx.fem.locate_dofs_topological(V, 2, outside)
        return cls(tables, cells, facets, marked_dofs(V, tables.dofs[cells["tissue"]]), marked_dofs(V, rim[:, None]))

    @property
    def dofs(self) -> int:
        """Unknowns of one field on all processes."""
        return int(self.tables.V.dofmap.index_map.size_global)

    @property
    def cell_count(self) -> int:
        """Cells on all processes."""
        return int(self.tables.V.mesh.topology.index_map(3).size_global)

    def corners_mm(self, group: str) -> Array:
        """Corners of a group's cells in the probe frame, (cells, 4, 3), mm."""
        return self.tables.corners[self.cells[group]] * 1e3
