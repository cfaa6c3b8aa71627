"""The unit potential is solved again where its power does not balance, and is an error where that does not help."""

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
