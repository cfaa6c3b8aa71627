"""An applicator's matrices are made once: the same loads as cell by cell, and made anew only for another applicator."""

from dataclasses import replace

import numpy as np
import pytest

from rfa_model.assurance.verification.tools.cannula import domain_of
from rfa_model.assurance.verification.tools.small_arm import SmallArm
from rfa_model.physics.constant_cells import ConstantCells
from rfa_model.scenario import Body
from rfa_model.solver.build import build_heat
from rfa_model.solver.linear_systems import LinearSystems


@pytest.fixture(scope="module")
def systems():
    return LinearSystems.of(domain_of("conventional_22g_5mm", "draft"), None)


@pytest.fixture(scope="module")
def values(systems):
    """k, anisotropic in some, and ρc of all cells."""
    chance, tables = np.random.default_rng(5), systems.domain.tables
    k = chance.uniform(0.2, 20.0, tables.count)
    metric = k * tables.metric_of(np.diag([1.0, 1.0, 3.0]))
    return metric, chance.uniform(1e6, 4e6, tables.count)


def test_they_conduct_and_store_as_their_cells_do(systems, values):
    metric, capacity = values
    tables, constant = systems.domain.tables, systems.constant(metric, capacity)
    index = np.sort(np.concatenate([cells for name, cells in systems.domain.cells.items() if name != "tissue"]))
    assert np.array_equal(constant.index, index)
    assert 0 < len(index) < tables.count
    cells, T = tables[index], np.random.default_rng(6).uniform(20.0, 90.0, tables.local_size)
    for made, applied in (
        (constant.stiffness, cells.apply_stiffness(metric[:, index], T)),
        (constant.mass, cells.apply_mass(capacity[index], T)),
    ):
        expected = tables.scatter((cells.nodes, applied))
        assert made @ T == pytest.approx(expected, abs=1e-12 * np.abs(expected).max())


def test_they_are_kept_for_the_same_applicator_alone(systems, values, monkeypatch):
    metric, capacity = values
    constant = systems.constant(metric, capacity)
    monkeypatch.setattr(ConstantCells, "of", lambda *_: pytest.fail("made anew"))
    assert systems.constant(metric.copy(), capacity.copy()) is constant
    elsewhere = metric.copy()
    elsewhere[:, systems.domain.cells["tissue"]] *= 2.0  # tissue is none of theirs
    assert systems.constant(elsewhere, capacity) is constant
    monkeypatch.undo()
    hotter = capacity.copy()
    hotter[constant.index[0]] *= 1.01
    other = systems.constant(metric, hotter)
    assert other is not constant
    assert other.mass.sum() > constant.mass.sum()
    assert systems.constant(2.0 * metric, hotter).stiffness.diagonal() == pytest.approx(
        2.0 * other.stiffness.diagonal()
    )


def test_a_mesh_of_tissue_alone_has_none(systems, values):
    domain = replace(systems.domain, cells={"tissue": np.arange(systems.domain.tables.count, dtype=np.int32)})
    assert replace(systems, domain=domain).constant(*values) is None


@pytest.fixture(scope="module", params=[1, 2])
def both(request):
    """The heat of a needle with its matrices made, and without; temperatures in which water boils, also at the rim."""
    arm = SmallArm(request.param)
    given = LinearSystems.of(arm.domain, 0.04), arm.materials, arm.applicator, arm.laws, Body()
    heat = build_heat(*given)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(LinearSystems, "constant", lambda *_: None)
        plain = build_heat(*given)
    chance, count = np.random.default_rng(7), arm.domain.tables.local_size
    start_C, T = chance.uniform(30.0, 160.0, (2, count))
    return heat, plain, start_C, T, chance.uniform(0.0, 2.0, count)


def test_heat_is_the_same_as_cell_by_cell(both):
    heat, plain, start_C, T, damage = both
    for before_C, after_C in ((start_C, T), (np.full_like(T, 37.0), 37.0 + 0.1 * (T - 30.0))):
        expected = plain.storage(after_C, before_C, 0.7)
        assert heat.storage(after_C, before_C, 0.7) == pytest.approx(expected, abs=1e-12 * np.abs(expected).max())
        expected = plain.passive_load(after_C, plain.coefficients(after_C, damage))
        found = heat.passive_load(after_C, heat.coefficients(after_C, damage))
        assert found == pytest.approx(expected, abs=1e-12 * np.abs(expected).max())


def test_what_fixed_nodes_store_is_their_part_of_all(both):
    heat, _, start_C, T, _ = both
    stored = heat.storage(T, start_C, 0.7)
    assert heat.fixed.any()
    assert heat.fixed_storage_W(T, start_C, 0.7) == pytest.approx(stored[heat.fixed].sum(), rel=1e-9)
