"""The unit potential is solved again where its power does not balance, and is an error where that does not help.

Without power it is kept while σ moves little, and its conductance is then bounded.
"""

import numpy as np
import pytest

from rfa_model.assurance.verification.tools.cannula import domain_of, grounded_current
from rfa_model.errors import SolveError


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
