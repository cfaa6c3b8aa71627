"""The unit potential is solved again where its power does not balance, and is an error where that does not help.

Without power it is kept while σ moves little, and its conductance is then bounded; with power, where it may, the
current is carried on where it flows.
"""

import numpy as np
import pytest

from rfa_model import library
from rfa_model.assurance.verification.tools.cannula import Linear, domain_of, grounded_current
from rfa_model.errors import SolveError
from rfa_model.physics.materials import mix
from rfa_model.solver.build import build_current
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.solver.unit_potential import UnitPotential


@pytest.fixture
def current():
    return grounded_current(domain_of("conventional_22g_5mm", "draft", order=1), slope_per_C=0.015)


def at(current, temperature_C: float) -> np.ndarray:
    return np.full(current.tables.local_size, temperature_C)


def test_power_that_does_not_balance_is_solved_again_with_a_fresh_preconditioner(current):
    good, answers, refreshed = current.solver.solve, [0.8], []
    current.solver.refresh = lambda: refreshed.append(True)
    current.solver.solve = lambda *a, **k: good(*a, **k) * (answers.pop() if answers else 1.0)
    assert current.update(at(current, 37.0))
    assert current.power_residual < 1e-6
    assert current.solves == 2
    assert len(refreshed) == 2  # the first solve of all begins with one


def test_power_that_never_balances_is_an_error_and_is_not_kept(current):
    good = current.solver.solve
    current.solver.solve = lambda *a, **k: 0.8 * good(*a, **k)
    with pytest.raises(SolveError, match=r"electric potential: power in tissue and at the contacts differ by \d"):
        current.update(at(current, 37.0))
    current.solver.solve = good
    assert current.update(at(current, 37.0))
    assert current.power_residual < 1e-6


def test_what_did_not_balance_is_solved_anew_where_sigma_is_back(current):
    current.update(at(current, 37.0))
    good = current.solver.solve
    current.solver.solve = lambda *a, **k: 0.8 * good(*a, **k)
    with pytest.raises(SolveError, match="differ"):
        current.update(at(current, 60.0))
    current.solver.solve = good
    current.carried = 1.0
    current.carry(at(current, 37.0))
    assert current.solves == 4
    assert current.load.sum() == pytest.approx(current.conductance_S, rel=1e-6)


def test_a_great_change_of_conductivity_rebuilds_the_preconditioner(current):
    refresh, refreshed = current.solver.refresh, []

    def noticed():
        refreshed.append(True)
        refresh()

    current.update(at(current, 37.0))
    current.solver.refresh = noticed
    assert current.update(at(current, 60.0))
    assert refreshed == []
    # A fifth since the last solve, and two thirds since the preconditioner was built.
    assert current.update(at(current, 80.0))
    assert refreshed == [True]


@pytest.fixture
def warm(current):
    """Cooler by up to 3 K within a few millimetres of the tip than when the potential was solved: σ is 3 % less."""
    x = current.tables.V.tabulate_dof_coordinates()
    return lambda fall_C: 60.0 - fall_C * np.exp(-np.linalg.norm(x, axis=1) / 3e-3)


def test_watching_reads_the_conductance_by_the_potential_there_is(current, warm):
    current.update(warm(0.0))
    solves, potential, before_S = current.solves, current.potential.copy(), current.conductance_S
    current.watch(warm(3.0))
    read_S = current.conductance_S
    assert current.solves == solves
    assert np.array_equal(current.potential, potential)
    current.update(warm(3.0))
    assert current.solves == solves + 1
    # Dirichlet's principle from below, Kantorovich's inequality from above.
    r = 1.0 - current.lag(warm(0.0))
    assert 0.95 < r < 1.0
    true_S = current.conductance_S
    assert true_S < read_S < (1.0 + r) ** 2 / (4.0 * r) * true_S
    assert abs(read_S - true_S) < 0.01 * abs(before_S - true_S)


def test_watching_solves_where_conductivity_has_moved_far(current, warm):
    current.update(warm(0.0))
    solves = current.solves
    current.watch(warm(12.0))
    assert current.solves == solves + 1
    assert current.lag(warm(12.0)) == 0.0


def test_what_was_solved_counts_again_after_watching(current, warm):
    current.update(warm(0.0))
    solved_S = current.conductance_S
    current.watch(warm(3.0))
    assert not current.update(warm(0.0))
    assert current.conductance_S == solved_S


def test_watching_is_remembered(current, warm):
    current.update(warm(0.0))
    current.watch(warm(3.0))
    memory, read_S = current.memory(), current.conductance_S
    again = grounded_current(domain_of("conventional_22g_5mm", "draft", order=1), slope_per_C=0.015)
    again.restore(memory)
    assert again.conductance_S == read_S
    assert not again.update(warm(0.0))
    assert again.conductance_S == pytest.approx(memory["_solved_S"], rel=1e-9)


@pytest.fixture
def carrying(current):
    current.carried, current.tolerance = 0.05, 1e-4
    return current


def test_a_carried_current_heats_as_one_solved_anew_where_sigma_follows_the_potential(carrying):
    # σ of now is then a function of φ, of which φ of now is another: lines of current are the same.
    current = carrying
    current.update(at(current, 60.0))
    now = 60.0 - 3.0 * current.potential
    solves, before, before_S = current.solves, current.load.copy(), current.conductance_S
    sigma = current._sigma(current._law.factor(now))
    kept = current.tables.scatter((current.problem.tissue.nodes, current.problem.joule_load(sigma, current.potential)))
    current.carry(now)
    assert current.solves == solves
    assert current.lag(now) == 0.0
    carried, carried_S = current.load.copy(), current.conductance_S
    assert current.volume_power_W == pytest.approx(carried_S, rel=1e-9)  # grounded: nothing is spent beyond
    assert current.powers_S.sum() == pytest.approx(carried_S, rel=1e-9)
    assert current.update(now)
    exact, exact_S = current.load, current.conductance_S

    def off(load):  # where heat goes
        return np.abs(load / load.sum() - exact / exact.sum()).sum()

    assert 0.005 < off(before) < 0.6 * off(kept)
    assert off(carried) < 0.1 * off(before)
    assert abs(carried_S - exact_S) < 1e-3 * abs(before_S - exact_S)


def test_the_conductance_of_a_carried_current_is_off_by_second_order_wherever_it_warms(carrying, warm):
    found = {}
    for fall_C in (1.0, 2.0):
        carrying.carried = 0.05
        carrying.update(warm(0.0))
        before_S = carrying.conductance_S
        carrying.carry(warm(fall_C))
        carried_S = carrying.conductance_S
        carrying.update(warm(fall_C))
        found[fall_C] = 1.0 - carried_S / carrying.conductance_S, abs(1.0 - before_S / carrying.conductance_S)
    assert found[1.0][0] > 0.0  # Thomson's principle
    assert found[2.0][0] / found[1.0][0] == pytest.approx(4.0, rel=0.1)
    assert found[2.0][1] / found[1.0][1] == pytest.approx(2.0, rel=0.1)
    assert found[2.0][0] < 0.01 * found[2.0][1]


@pytest.mark.parametrize("beyond", [False, True])
def test_where_sigma_is_another_by_the_same_factor_everywhere_carrying_is_exact(carrying, beyond):
    current = carrying
    if beyond:  # a body beyond the mesh, which takes power and warms as well
        electric = LinearSystems.of(domain_of("conventional_22g_5mm", "draft", order=1), 0.04).electric
        sigma = np.full(electric.tissue.count, 0.4)
        current = UnitPotential(electric, sigma, Linear(0.015), tolerance=1e-4, rtol=1e-10, carried=0.05)
    current.update(at(current, 37.0))
    before, before_S = current.load.copy(), current.conductance_S
    assert (current.problem.far_field_power_W(current.potential) > 0.01 * before_S) is beyond
    current.carry(at(current, 39.0))
    more = current._law.factor(np.array([39.0]))[0] / current._law.factor(np.array([37.0]))[0]
    assert 1.02 < more < 1.05
    assert current.conductance_S == pytest.approx(more * before_S, rel=1e-9)
    assert current.load == pytest.approx(more * before, rel=1e-9, abs=1e-9 * before.max())


def test_a_current_is_carried_no_farther_than_it_may_be(carrying, warm):
    carrying.update(warm(0.0))
    solves = carrying.solves
    carrying.carry(warm(12.0))
    assert carrying.solves == solves + 1
    carrying.carry(warm(11.0))
    assert carrying.solves == solves + 1
    carrying.carried = 0.0
    carrying.carry(warm(10.0))
    assert carrying.solves == solves + 2


def test_a_carried_current_is_solved_for_where_that_is_asked(carrying, warm):
    carrying.update(warm(0.0))
    carrying.carry(warm(2.0))
    solves = carrying.solves
    assert carrying.update(warm(2.0))
    assert carrying.solves == solves + 1


def test_a_carried_current_is_remembered(carrying, warm):
    carrying.update(warm(0.0))
    carrying.carry(warm(3.0))
    carrying.carry(warm(0.001))  # back near where it was solved for, and carried all the same
    memory = carrying.memory()
    again = grounded_current(domain_of("conventional_22g_5mm", "draft", order=1), slope_per_C=0.015)
    again.carried, again.tolerance = carrying.carried, carrying.tolerance
    again.restore(memory)
    assert np.array_equal(again.load, carrying.load)
    assert again.conductance_S == carrying.conductance_S
    assert again.volume_power_W == carrying.volume_power_W
    assert again.lag(warm(0.001)) == 0.0


@pytest.mark.parametrize(("tolerance_C", "carried"), [(0.1, 3e-3), (0.02, 6e-4), (1.0, 0.03), (5.0, 0.05)])
def test_only_steps_of_more_than_a_tenth_of_a_degree_carry(tolerance_C, carried):
    systems = LinearSystems.of(domain_of("conventional_22g_5mm", "draft", order=1), None)
    materials = mix(np.ones((len(systems.domain.cells["tissue"]), 1)), ["muscle"], library.tissues(), 0.0)
    current = build_current(systems, materials, Linear(0.02), tolerance_C=tolerance_C)
    assert current.carried == pytest.approx(carried)
    # Through as much as is let pass anyway, nothing is carried.
    assert (current.carried > current.tolerance) is (tolerance_C > 0.1)
    assert current.rtol == 1e-7  # power balances to 1e-6, whatever the steps
    assert build_current(systems, materials, Linear(0.02), of_study=True).rtol == 1e-5
