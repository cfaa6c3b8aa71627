"""Cells with tissues in layers, against their energy integrated point by point and against plain cells."""

import basix
import numpy as np
import pytest
import ufl

from rfa_model._fenics import dolfinx
from rfa_model.assurance.verification.tools.bioheat import bioheat
from rfa_model.assurance.verification.tools.boxes import box
from rfa_model.physics import forms, reference_parts
from rfa_model.physics.assembly import Cells, CellTables, packed, unpacked
from rfa_model.physics.layered_cells import LayeredCells, LayeredHeat
from tests.verification.operators import difference, nodal, per_cell, vector

SIGMA = np.array([0.45, 0.02, 0.09])
EIGHT_MIDDLES = {1: 1, 2: 8}


@pytest.fixture(params=[1, 2], ids=lambda order: f"P{order}")
def tables(request: pytest.FixtureRequest) -> CellTables:
    mesh = box((3e-3, 1e-3, 1.5e-3), (3, 2, 2), shake=0.2)
    return CellTables(dolfinx.fem.functionspace(mesh, ("Lagrange", request.param)))


def degree(tables: CellTables) -> int:
    return int(tables.V.element.basix_element.degree)


def laid(tables: CellTables, shares: np.ndarray) -> tuple[LayeredCells, np.ndarray, tuple[np.ndarray, ...]]:
    """Every second cell with these shares (parts, 3) and a normal of its own; its σ̄, c and q."""
    index = np.arange(0, tables.count, 2, dtype=np.int32)
    normals = np.random.default_rng(4).normal(size=(len(index), 3))
    normals /= np.linalg.norm(normals, axis=1)[:, None]
    cells = LayeredCells(tables, index, normals[:, :, None] * normals[:, None, :])
    across = 1.0 / (shares.mean(axis=0) @ (1.0 / SIGMA))
    weight = shares @ SIGMA
    square = shares @ ((across - SIGMA) ** 2 / SIGMA)
    repeated = tuple(np.tile(each[:, None], (1, len(index))) for each in (weight, across - weight, square))
    return cells, normals, repeated


def energy(
    tables: Cells, element: basix.finite_element.FiniteElement, normals: np.ndarray, u: np.ndarray, shares: np.ndarray
) -> np.ndarray:
    """∫ Σ fσ_p|∇u + n r_p (n·⟨∇u⟩)|² v of every cell, by points in every part, (n, cells)."""
    points, weights = basix.make_quadrature(basix.CellType.tetrahedron, 5)
    inverse = np.linalg.inv(np.swapaxes(tables.corners[:, 1:] - tables.corners[:, :1], 1, 2))
    # Parts: by their corners in barycentric coordinates, as a quadratic cell in VTK's order has them.
    corner = np.eye(4)
    ten = np.concatenate([corner, 0.5 * (corner[[0, 1, 0, 0, 1, 2]] + corner[[1, 2, 2, 3, 3, 3]])])
    eight = ["0467", "4158", "6529", "7893", "6845", "6859", "6897", "6874"]
    parts = np.array([ten[[int(i) for i in names]] for names in eight]) if element.degree == 2 else corner[None]
    nodes = u[tables.nodes]
    inside = np.column_stack([1.0 - points.sum(axis=1), points])
    tabulated = [element.tabulate(1, (inside @ part)[:, 1:])[..., 0] for part in parts]
    gradients = [np.einsum("aqi,ic,cab->cqb", table[1:], nodes, inverse) for table in tabulated]
    mean = 6.0 * sum(np.einsum("q,cqb->cb", weights / len(parts), gradient) for gradient in gradients)
    across = 1.0 / (shares.mean(axis=0) @ (1.0 / SIGMA))
    total = np.zeros(nodes.shape)
    for table, gradient, share in zip(tabulated, gradients, shares, strict=True):
        for f, sigma in zip(share, SIGMA, strict=True):
            kink = (across / sigma - 1.0) * np.einsum("ca,cb,cb->ca", normals, normals, mean)
            density = f * sigma * ((gradient + kink[:, None]) ** 2).sum(axis=2)
            total += np.einsum("q,cq,qi->ic", weights / len(parts), density, table[0]) * tables.det
    return total


def some_shares(tables: CellTables) -> np.ndarray:
    return np.random.default_rng(7).dirichlet(np.ones(3), EIGHT_MIDDLES[degree(tables)])


def test_energy_and_heat_are_those_of_the_field_with_its_kinks(tables: CellTables) -> None:
    shares = some_shares(tables)
    cells, normals, (weight, coupling, square) = laid(tables, shares)
    u = np.random.default_rng(8).normal(size=tables.local_size)
    exact = energy(cells.cells, tables.V.element.basix_element, normals, u, shares)
    assert difference(cells.energy_load(u, weight, coupling, square).ravel(), exact.ravel()) < 1e-12
    matrices = unpacked(cells.matrices(weight, coupling, square.mean(axis=0)))
    held = (cells.apply(matrices, u) * u[cells.cells.nodes]).sum(axis=0)
    assert difference(held, exact.sum(axis=0)) < 1e-12


def test_what_is_packed_of_the_reference_is_symmetric(tables: CellTables, monkeypatch: pytest.MonkeyPatch) -> None:
    # Packing keeps one half: what it is given has to have both alike.
    given: list[np.ndarray] = []
    monkeypatch.setattr(reference_parts, "packed", lambda matrices: given.append(matrices) or packed(matrices))
    reference_parts.ReferenceParts.of(tables.V.element.basix_element)
    (matrices,) = given
    assert np.abs(matrices - matrices.swapaxes(1, 2)).max() <= 1e-14 * np.abs(matrices).max()


def test_one_tissue_is_the_plain_form(tables: CellTables) -> None:
    shares = np.tile([0.0, 1.0, 0.0], (EIGHT_MIDDLES[degree(tables)], 1))
    cells, _, (weight, coupling, square) = laid(tables, shares)
    assert np.abs(coupling).max() < 1e-15
    u = np.random.default_rng(8).normal(size=tables.local_size)
    sigma = np.zeros(tables.count)
    sigma[cells.index] = SIGMA[1]
    phi, v = nodal(tables, u), ufl.TestFunction(tables.V)
    applied = cells.apply(unpacked(cells.matrices(weight, coupling, square.mean(axis=0))), u)
    ours = tables.scatter((cells.cells.nodes, applied))
    assert difference(ours, vector(forms.current(per_cell(tables, sigma), phi, v, ufl.dx))) < 1e-12
    heat = tables.scatter((cells.cells.nodes, cells.energy_load(u, weight, coupling, square)))
    assert difference(heat, vector(forms.joule(per_cell(tables, sigma), phi, v, ufl.dx))) < 1e-12


def test_equal_parts_are_a_laminate_for_a_constant_gradient(tables: CellTables) -> None:
    # Arithmetic along the layers, harmonic across: the form with the tensor, whatever is tested with it.
    share = np.array([0.5, 0.3, 0.2])
    cells, normals, (weight, coupling, square) = laid(tables, np.tile(share, (EIGHT_MIDDLES[degree(tables)], 1)))
    along, across = share @ SIGMA, 1.0 / (share @ (1.0 / SIGMA))
    tensor = np.zeros((tables.count, 3, 3))
    tensor[cells.index] = along * np.eye(3) - (along - across) * normals[:, :, None] * normals[:, None, :]
    u = tables.V.tabulate_dof_coordinates() @ np.array([3.0, -1.0, 2.0])
    phi, v = nodal(tables, u), ufl.TestFunction(tables.V)
    applied = cells.apply(unpacked(cells.matrices(weight, coupling, square.mean(axis=0))), u)
    ours = tables.scatter((cells.cells.nodes, applied))
    assert difference(ours, vector(forms.current(per_cell(tables, tensor), phi, v, ufl.dx))) < 1e-12


def test_heat_follows_the_tissues_conductivities(tables: CellTables) -> None:
    # k of every tissue has risen by as much: the matrix is that of tissues with these conductivities.
    rng = np.random.default_rng(9)
    shares = some_shares(tables)
    cells, _, _ = laid(tables, shares)
    rise = rng.uniform(0.0, 0.1, tables.count)
    heat = LayeredHeat(cells, np.tile(shares, (len(cells.index), 1, 1)), SIGMA)
    along, more = shares.mean(axis=0) @ SIGMA + rise, rise[cells.index]
    across = heat.across(more)
    assert across == pytest.approx(1.0 / (shares.mean(axis=0) / (SIGMA + more[:, None])).sum(axis=1))
    weight = (shares @ SIGMA)[:, None] + more
    exact = unpacked(cells.matrices(weight, across - weight, along[cells.index] - across))
    plain = cells.cells.matrices(heat.increment(along) * cells.cells.metric, np.zeros(len(more)))
    assert difference((plain + unpacked(heat.matrices(along, across))).ravel(), exact.ravel()) < 1e-12
    u = rng.normal(size=tables.local_size)
    applied = cells.apply(plain, u) + heat.apply(along, across, u)
    assert difference(applied.ravel(), cells.apply(exact, u).ravel()) < 1e-12


def test_heat_through_a_boundary_that_layers_meet(tables: CellTables) -> None:
    rng, shares = np.random.default_rng(11), some_shares(tables)
    cells, _, _ = laid(tables, shares)
    layered = LayeredHeat(cells, np.tile(shares, (len(cells.index), 1, 1)), SIGMA)
    low = tables.V.tabulate_dof_coordinates()[:, 0] < 0.5e-3
    along = np.full(tables.count, shares.mean(axis=0) @ SIGMA)
    heat = bioheat(tables, conductivity=along, perfusion=2e3, metabolic=1e5, fixed=low, layered=layered)
    T = rng.uniform(37.0, 60.0, tables.local_size)
    coefficients = heat.coefficients(T, np.zeros(tables.local_size))
    whole = float(heat.passive_load(T, coefficients)[low].sum())
    assert heat.fixed_load_W(T, coefficients) == pytest.approx(whole, rel=1e-11)


def test_heat_through_a_boundary_that_no_layers_meet(tables: CellTables) -> None:
    shares = some_shares(tables)
    cells, _, _ = laid(tables, shares)
    low = tables.V.tabulate_dof_coordinates()[:, 0] < 0.5e-3
    away = cells[np.flatnonzero(~low[tables.dofs[cells.index]].any(axis=1)).astype(np.int32)]
    assert len(away.index) > 0
    layered = LayeredHeat(away, np.tile(shares, (len(away.index), 1, 1)), SIGMA)
    heat = bioheat(tables, conductivity=np.full(tables.count, 0.5), fixed=low, layered=layered)
    T = np.random.default_rng(12).uniform(37.0, 60.0, tables.local_size)
    coefficients = heat.coefficients(T, np.zeros(tables.local_size))
    whole = float(heat.passive_load(T, coefficients)[low].sum())
    assert heat.fixed_load_W(T, coefficients) == pytest.approx(whole, rel=1e-11)
