"""Meshes with tissue, metal, shaft and lumen, and UFL forms on them, to hold assembled operators against."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy.sparse as sp
import ufl

from rfa_model import library
from rfa_model._fenics import PETSc, dolfinx
from rfa_model.assurance.verification.tools.bioheat import Array
from rfa_model.assurance.verification.tools.boxes import boundary_facets, box
from rfa_model.meshing import load_mesh
from rfa_model.physics.assembly import CellTables, Index

TISSUE, TIP, SHAFT, OUTER, LUMEN = 1, 2, 3, 11, 13


@dataclass(frozen=True)
class Setting:
    """Element tables of a tagged mesh, the measures ``dx`` and ``ds`` of its groups, the cells of its contacts."""

    tables: CellTables
    cells: "dolfinx.mesh.MeshTags"
    facets: "dolfinx.mesh.MeshTags"
    contacts: dict[str, Index]

    def __post_init__(self) -> None:
        found = [self.cells.find(tag) for tag in (TISSUE, TIP, SHAFT)] + [
            self.facets.find(tag) for tag in (OUTER, LUMEN)
        ]
        assert all(len(group) for group in found), "every group takes part"

    @property
    def dx(self) -> ufl.Measure:
        return ufl.Measure("dx", self.tables.V.mesh, subdomain_data=self.cells)

    @property
    def ds(self) -> ufl.Measure:
        return ufl.Measure("ds", self.tables.V.mesh, subdomain_data=self.facets)

    def group(self, tag: int) -> Index:
        tags = self.cells if tag < OUTER else self.facets
        return tags.find(tag).astype(np.int32)

    def nodal(self, values: Array) -> dolfinx.fem.Function:
        return nodal(self.tables, values)

    def per_cell(self, values: Array) -> dolfinx.fem.Function:
        return per_cell(self.tables, values)

    def per_corner(self, values: Array) -> dolfinx.fem.Function:
        return per_corner(self.tables, values)

    def one_per_cell(self) -> ufl.Argument:
        """Test functions that are 1 in one cell."""
        return ufl.TestFunction(dolfinx.fem.functionspace(self.tables.V.mesh, ("DG", 0)))


def nodal(tables: CellTables, values: Array) -> dolfinx.fem.Function:
    function = dolfinx.fem.Function(tables.V)
    function.x.array[:] = values
    return function


def per_cell(tables: CellTables, values: Array) -> dolfinx.fem.Function:
    """Constant in each cell: numbers (cells,), or tensors (cells, 3, 3)."""
    shape = () if values.ndim == 1 else (values.shape[1:],)
    function = dolfinx.fem.Function(dolfinx.fem.functionspace(tables.V.mesh, ("DG", 0, *shape)))
    function.x.array[:] = values.ravel()
    return function


def per_corner(tables: CellTables, values: Array) -> dolfinx.fem.Function:
    """Linear in each cell, discontinuous between cells; (4, cells)."""
    V = dolfinx.fem.functionspace(tables.V.mesh, ("DG", 1))
    function = dolfinx.fem.Function(V)
    function.x.array[V.dofmap.list] = values.T
    return function


@cache
def needle(order: int) -> Setting:
    """The cooled probe at draft resolution."""
    made = load_mesh(library.probes()["cooled_17g_4mm"].applicator(), "draft")
    tables = CellTables(dolfinx.fem.functionspace(made.mesh, ("Lagrange", order)))
    return Setting(tables, made.cell_tags, made.facet_tags, {"tip": made.cell_tags.find(TIP).astype(np.int32)})


@cache
def bricks(order: int) -> Setting:
    """A shaken box: a tip and a shaft one above the other at the end x = 0, a lumen's wall behind the shaft.

    The shaft's far end is a contact too.
    """
    mesh = box((3e-3, 1e-3, 1.5e-3), (4, 2, 3), shake=0.2)
    middle = dolfinx.mesh.compute_midpoints(mesh, 3, np.arange(mesh.topology.index_map(3).size_local, dtype=np.int32))
    tags = np.where(middle[:, 0] > 0.75e-3, TISSUE, np.where(middle[:, 2] < 0.5e-3, TIP, SHAFT)).astype(np.int32)
    cells = dolfinx.mesh.meshtags(mesh, 3, np.arange(len(tags), dtype=np.int32), tags)
    outer = boundary_facets(mesh, lambda x: np.isclose(x[0], 3e-3))
    lumen = boundary_facets(mesh, lambda x: np.isclose(x[0], 0.0) & (x[2] > 0.49e-3))
    both, marks = np.concatenate([outer, lumen]), np.repeat([OUTER, LUMEN], [len(outer), len(lumen)]).astype(np.int32)
    turn = np.argsort(both)
    ring = np.flatnonzero((tags == SHAFT) & (middle[:, 2] > 1e-3)).astype(np.int32)
    return Setting(
        CellTables(dolfinx.fem.functionspace(mesh, ("Lagrange", order))),
        cells,
        dolfinx.mesh.meshtags(mesh, 2, both[turn], marks[turn]),
        {"tip": cells.find(TIP).astype(np.int32), "ring": ring},
    )


SETTINGS: dict[str, Callable[[int], Setting]] = {"box": bricks, "needle": needle}


def vector(form: ufl.Form) -> Array:
    return np.array(dolfinx.fem.assemble_vector(dolfinx.fem.form(form)).array)


def matrix(form: ufl.Form) -> sp.csr_array:
    return sp.csr_array(dolfinx.fem.assemble_matrix(dolfinx.fem.form(form)).to_scipy())


def scalar(form: ufl.Form) -> float:
    return float(dolfinx.fem.assemble_scalar(dolfinx.fem.form(form)))


def csr(matrix: PETSc.Mat) -> sp.csr_array:
    rows, columns, values = matrix.getValuesCSR()
    return sp.csr_array((values, columns, rows), shape=matrix.getSize())


def constrain(full: sp.csr_array, fixed: Array) -> sp.csr_array:
    """The identity's rows and columns where ``fixed``."""
    free = sp.diags_array((~fixed).astype(float))
    return sp.csr_array(free @ full @ free + sp.diags_array(fixed.astype(float)))


def difference(ours: Array | sp.csr_array, theirs: Array | sp.csr_array) -> float:
    """Largest difference: of vectors over the largest entry, of matrices over the diagonal's geometric means."""
    if isinstance(theirs, np.ndarray):
        return float(np.abs(ours - theirs).max() / np.abs(theirs).max())
    scale = sp.diags_array(theirs.diagonal() ** -0.5)
    return float(np.abs((scale @ (ours - theirs) @ scale).data).max(initial=0.0))
