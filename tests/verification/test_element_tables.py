"""Element matrices tabulated in numpy, one at a time, against the forms that they stand for, on a shaken mesh."""

from collections.abc import Sequence

import numpy as np
import pytest
import ufl

from rfa_model._fenics import dolfinx
from rfa_model.assurance.verification.tools.bioheat import Array, muscle_tables
from rfa_model.assurance.verification.tools.boxes import assembled, boundary_facets, boundary_mask, box
from rfa_model.physics import forms
from rfa_model.physics.assembly import CellTables, SystemMatrix, facet_mass, packed, unpacked
from tests.verification.operators import per_cell, per_corner

EXACT = 1e-12
TENSOR = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, -0.2], [0.1, -0.2, 0.7]])


@pytest.fixture(params=[1, 2], ids=["P1", "P2"])
def tables(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> CellTables:
    monkeypatch.setattr("rfa_model.physics.assembly.PART", 16)  # several parts, and a shorter one at the end
    return muscle_tables(box((2e-3, 1e-3, 1.5e-3), (3, 2, 2), shake=0.2), request.param)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def dense(tables: CellTables, dofs: Array, matrices: Array) -> Array:
    total = np.zeros((tables.local_size, tables.local_size))
    np.add.at(total, (dofs[:, :, None], dofs[:, None, :]), matrices)
    return total


def compiled(form: ufl.Form, bcs: "Sequence[dolfinx.fem.DirichletBC]" = ()) -> Array:
    return dolfinx.fem.assemble_matrix(dolfinx.fem.form(form), bcs=list(bcs)).to_dense()


def assert_equal(ours: Array, theirs: Array) -> None:
    assert np.abs(theirs).max() > 0
    assert np.abs(ours - theirs).max() <= EXACT * np.abs(theirs).max()


def test_stiffness(tables: CellTables, rng: np.random.Generator) -> None:
    k = rng.uniform(0.2, 15.0, tables.count)
    u, v = ufl.TrialFunction(tables.V), ufl.TestFunction(tables.V)
    form = forms.conduction(per_cell(tables, k), u, v, ufl.dx)
    theirs, nothing, field = compiled(form), np.zeros(tables.count), rng.normal(size=tables.local_size)
    assert_equal(dense(tables, tables.dofs, tables.matrices(k * tables.metric, nothing)), theirs)
    assert_equal(tables.scatter((tables.nodes, tables.apply_stiffness(k * tables.metric, field))), theirs @ field)


def test_anisotropic_stiffness_of_some_cells(tables: CellTables) -> None:
    some = np.arange(0, tables.count, 3, dtype=np.int32)
    part, mark = tables[some], np.zeros(tables.count)
    mark[some] = 1.0
    u, v = ufl.TrialFunction(tables.V), ufl.TestFunction(tables.V)
    form = forms.conduction(per_cell(tables, mark) * ufl.as_matrix(TENSOR.tolist()), u, v, ufl.dx)
    assert_equal(dense(tables, part.dofs, part.matrices(part.metric_of(TENSOR), np.zeros(part.count))), compiled(form))


def test_mass(tables: CellTables, rng: np.random.Generator) -> None:
    c = rng.uniform(1.0, 4.0, tables.count)
    u, v = ufl.TrialFunction(tables.V), ufl.TestFunction(tables.V)
    theirs = compiled(forms.perfusion(per_cell(tables, c), u, 0.0, v, ufl.dx))
    assert_equal(dense(tables, tables.dofs, tables.matrices(0.0 * tables.metric, c)), theirs)
    field = rng.normal(size=tables.local_size)
    assert_equal(tables.scatter((tables.nodes, tables.apply_mass(c, field))), theirs @ field)


def test_weighted_stiffness(tables: CellTables, rng: np.random.Generator) -> None:
    s = rng.uniform(0.1, 1.0, (4, tables.count))
    u, v = ufl.TrialFunction(tables.V), ufl.TestFunction(tables.V)
    form = forms.current(per_corner(tables, s), u, v, ufl.dx)
    assert_equal(dense(tables, tables.dofs, tables.weighted_stiffness(s)), compiled(form))


def test_gradient_square_load(tables: CellTables, rng: np.random.Generator) -> None:
    s = rng.uniform(0.1, 1.0, (4, tables.count))
    phi = dolfinx.fem.Function(tables.V)
    phi.x.array[:] = rng.normal(size=tables.local_size)
    v = ufl.TestFunction(tables.V)
    form = forms.joule(per_corner(tables, s), phi, v, ufl.dx)
    ours = tables.scatter((tables.nodes, tables.gradient_square_load(phi.x.array, s)))
    assert_equal(ours, assembled(form))


def test_mean(tables: CellTables, rng: np.random.Generator) -> None:
    field = dolfinx.fem.Function(tables.V)
    field.x.array[:] = rng.normal(size=tables.local_size)
    v = ufl.TestFunction(dolfinx.fem.functionspace(tables.V.mesh, ("DG", 0)))
    assert_equal(tables.mean(field.x.array) * tables.volume_m3, assembled(forms.cell_mean(field, v, ufl.dx)))


def test_mass_between_means(tables: CellTables, rng: np.random.Generator) -> None:
    c, field, nothing = rng.uniform(1.0, 4.0, tables.count), rng.normal(size=tables.local_size), np.zeros(tables.count)
    matrix = dense(tables, tables.dofs, tables.matrices(0.0 * tables.metric, nothing, mean_mass=c))
    tested = tables.scatter((tables.nodes, tables.apply_mean(c * tables.mean(field))))
    assert_equal(matrix @ field, tested)
    assert tested.sum() == pytest.approx(float((c * tables.volume_m3) @ tables.mean(field)))


def test_facet_mass(tables: CellTables) -> None:
    mesh = tables.V.mesh
    walls = (lambda x: np.isclose(x[0], 0.0), lambda x: np.isclose(x[2], 1.5e-3))
    facets = np.concatenate([boundary_facets(mesh, wall) for wall in walls])
    tags = dolfinx.mesh.meshtags(mesh, 2, np.sort(facets), np.full(len(facets), 5, np.int32))
    u, v = ufl.TrialFunction(tables.V), ufl.TestFunction(tables.V)
    theirs = compiled(forms.convection(1.0, u, 0.0, v, ufl.Measure("ds", mesh, subdomain_data=tags)(5)))
    cells, block = facet_mass(tables.V, facets)
    assert len(cells) == len(facets)
    assert_equal(dense(tables, block.dofs, block.matrices), theirs)
    ones = np.ones(tables.local_size)
    assert block.apply(np.full(len(cells), 3.0), ones).sum() == pytest.approx(3.0 * (1.5e-6 + 2e-6))


def test_packed_matrices_are_the_full_ones(tables: CellTables, rng: np.random.Generator) -> None:
    full = tables.matrices(rng.random() * tables.metric, rng.random(tables.count))
    n = full.shape[-1]
    assert packed(full).shape == (tables.count, n * (n + 1) // 2)
    assert_equal(unpacked(packed(full)), full)
    weight, out = rng.random((4, tables.count)), np.full((tables.count, n * (n + 1) // 2), np.nan)
    assert tables.weighted_stiffness(weight, out=out) is out
    assert_equal(unpacked(out), tables.weighted_stiffness(weight))


def test_constrained_system_matrix(tables: CellTables) -> None:
    mesh, V = tables.V.mesh, tables.V
    fixed = boundary_mask(V, lambda x: np.isclose(x[1], 0.0))
    wall = boundary_facets(mesh, lambda x: np.isclose(x[0], 0.0))
    tags = dolfinx.mesh.meshtags(mesh, 2, np.sort(wall), np.full(len(wall), 5, np.int32))
    u, v = ufl.TrialFunction(V), ufl.TestFunction(V)
    ds = ufl.Measure("ds", mesh, subdomain_data=tags)(5)
    form = forms.conduction(1.0, u, v, ufl.dx) + forms.convection(7.0, u, 0.0, v, ds)
    bc = dolfinx.fem.dirichletbc(0.0, np.flatnonzero(fixed).astype(np.int32), V)
    _, block = facet_mass(V, wall)
    ours = SystemMatrix(V, [tables.dofs, block.dofs], fixed)
    for scale in (2.0, 1.0):
        # Values are set, not added, when the matrix is used again.
        ours.blocks[0][:] = scale * packed(tables.matrices(tables.metric, np.zeros(tables.count)))
        ours.blocks[1][:] = scale * 7.0 * packed(block.matrices)
        ours.update()
    assert_equal(ours.matrix.convert("dense").getDenseArray(), compiled(form, [bc]))
