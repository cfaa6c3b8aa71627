"""Step sizes land where they must, shrink when a step fails, and the scheme's own numbers are those of the paper."""

import numpy as np
import pytest

from rfa_model.errors import SolveError
from rfa_model.solver.stepping import GAMMA, GROWTH, NODES, WEIGHTS, StepSize, local_error


def march(step: StepSize, end_s: float, error: float = 0.0) -> list[float]:
    """Times of accepted steps up to a milestone."""
    times = [0.0]
    while times[-1] < end_s:
        dt = step.propose(times[-1], end_s)
        assert step.accept(dt, error, 3)
        times.append(times[-1] + dt)
    return times


def test_the_scheme_is_alexanders_l_stable_one_of_order_two():
    assert pytest.approx(1.0 - np.sqrt(0.5), abs=1e-15) == GAMMA
    assert sum(WEIGHTS) == pytest.approx(1.0, abs=1e-15)
    assert np.dot(WEIGHTS, NODES) == pytest.approx(0.5, abs=1e-15)
    # R(z) = (1 + (1 − 2γ)z) / (1 − γz)² vanishes at infinity and is e^z to second order.
    amplification = [(1 + (1 - 2 * GAMMA) * z) / (1 - GAMMA * z) ** 2 for z in (-0.02, -0.01)]
    coarse, fine = np.abs(np.array(amplification) - np.exp([-0.02, -0.01]))
    assert coarse / fine == pytest.approx(8.0, rel=0.05)


def test_local_error_is_zero_for_slopes_up_to_quadratic_and_exact_for_a_quadratics_first_order_part():
    dt, nodes = 0.7, np.array([0.0, *NODES])
    for slope in (lambda s: np.ones_like(s), lambda s: 2.0 - 3.0 * s):
        values = slope(nodes * dt)
        assert local_error(dt, values[:1], [values[1:2], values[2:]])[0] == pytest.approx(0.0, abs=1e-14)
    # Slope s²: the scheme integrates it as Σ bᵢ(cᵢ dt)² dt, exactly it is dt³/3; the estimate must be the difference.
    values = (nodes * dt) ** 2
    wanted = dt**3 / 3.0 - dt * np.dot(WEIGHTS, values[1:])
    assert abs(wanted) > 1e-3
    assert local_error(dt, values[:1], [values[1:2], values[2:]])[0] == pytest.approx(wanted, rel=1e-12)


def test_local_error_after_a_kink_is_that_of_two_euler_halves():
    error = local_error(0.5, None, [np.array([3.0]), np.array([1.0])])
    assert error[0] == pytest.approx(0.5 * (1.0 - GAMMA) * 2.0, rel=1e-14)


def test_the_milestone_is_met_to_the_last_digit():
    step = StepSize(0.1, 0.05, 10.0)
    assert march(step, 15.0)[-1] == pytest.approx(15.0, abs=1e-12)
    # The last step is what is left, not the planned one.
    step.value_s = 4.0
    assert step.propose(14.0, 15.0) == 1.0


def test_two_equal_steps_rather_than_a_full_one_and_a_sliver():
    step = StepSize(0.1, 3.0, 10.0)
    assert step.propose(0.0, 4.0) == 2.0
    assert step.propose(0.0, 6.5) == 3.0
    assert step.propose(0.0, 3.0) == 3.0
    assert step.propose(0.0, 3.0 * (1 + 1e-12)) == pytest.approx(3.0, rel=1e-11)


@pytest.mark.parametrize("control", GROWTH)
def test_growth_is_bounded_and_stops_at_the_largest_step(control):
    step = StepSize(0.1, 0.05, 10.0, control=control)
    taken = np.diff(march(step, 1000.0))
    assert taken.max() <= 10.0 + 1e-9
    assert (taken[1:] / taken[:-1]).max() == pytest.approx(GROWTH[control], rel=1e-12)
    assert np.count_nonzero(taken > 9.999) > 50


def test_a_step_follows_its_error():
    step = StepSize(0.1, 1.0, 10.0)
    assert step.accept(1.0, 0.1 / 8.0, 3)
    assert step.value_s == pytest.approx(0.85 * 2.0)
    step = StepSize(0.1, 1.0, 10.0)
    assert step.accept(1.0, 0.1 / 4.0, 2)
    assert step.value_s == pytest.approx(0.85 * 2.0)


def test_the_predictive_controller_goes_by_the_errors_trend_too():
    def next_s(control, *events):
        step = StepSize(0.1, 1.0, 100.0, control=control)
        for event in events:
            event(step)
        return step.value_s

    def first(step):
        assert step.accept(1.0, 0.1 / 8.0, 3)

    def second(step):
        assert step.accept(2.0, 0.1 / 27.0, 3)

    def kink(step):
        assert step.accept(1.0, 0.05, 2)

    alone = 0.85 * 3.0 * 2.0
    assert next_s("standard", first, second) == pytest.approx(2.5 * 2.0)
    # Twice as long a step and two thirds of the root of the error: three times as much again.
    assert next_s("predictive", first, second) == pytest.approx(3.0 * alone)
    assert next_s("predictive", second) == pytest.approx(alone)
    # What was before a kink, or a step that was refused, says nothing; nor does the kink's own error, of order 2.
    assert next_s("predictive", first, StepSize.restart, second) == pytest.approx(alone)
    assert next_s("predictive", first, kink, second) == pytest.approx(alone)
    assert next_s("predictive", first, lambda step: step.reject(1.0), second) == pytest.approx(alone)
    # Where every step has a kink of its own, it is the standard one.
    assert next_s("predictive", first, lambda step: step.accept(2.0, 1e-9, 3, smooth=False)) == pytest.approx(2.5 * 2.0)


def test_a_step_size_taken_up_goes_on_as_it_would_have():
    step, other = (StepSize(0.1, 1.0, 100.0, control="predictive") for _ in range(2))
    step.accept(1.0, 0.01, 3)
    other.restore(step.memory())
    for each in (step, other):
        each.accept(1.5, 0.004, 3)
    assert other.value_s == step.value_s > 1.5


def test_too_large_an_error_rejects_and_cuts_no_deeper_than_the_cutback():
    step = StepSize(0.1, 1.0, 10.0)
    assert not step.accept(1.0, 0.8, 3)
    assert step.value_s == pytest.approx(0.85 / 2.0)
    assert not step.accept(step.value_s, 1e6, 3)
    assert step.value_s == pytest.approx(0.25 * 0.85 / 2.0)
    assert step.rejected == 2
    # An error barely above the tolerance still has to shorten the step.
    step = StepSize(0.1, 1.0, 10.0, safety=1.0)
    assert not step.accept(1.0, 0.1001, 3)
    assert step.value_s <= 0.9


@pytest.mark.parametrize("error", [np.nan, np.inf])
def test_an_error_that_is_no_number_rejects(error):
    step = StepSize(0.1, 1.0, 10.0)
    assert not step.accept(1.0, error, 3, floor_s=2.0)
    assert step.value_s == 0.25


def test_a_step_cut_short_by_a_milestone_does_not_shorten_the_plan():
    step = StepSize(0.1, 5.0, 10.0)
    assert step.accept(0.1, 1e-6, 3)
    assert step.value_s == 5.0
    # but one whose error was too close does
    assert step.accept(0.1, 0.099, 3)
    assert step.value_s < 0.1


def test_the_floor_is_accepted_whatever_the_error_and_never_undercut():
    step = StepSize(0.1, 0.05, 10.0)
    step.restart(floor_s=0.25)
    assert step.value_s == 0.25
    assert step.accept(0.25, 50.0, 3, floor_s=0.25)
    assert step.value_s == 0.25
    assert not step.accept(0.5, 50.0, 3, floor_s=0.25)
    assert step.value_s == 0.25


def test_the_smallest_step_ends_in_an_error():
    step = StepSize(0.1, 0.05, 10.0, min_s=1e-3)
    step.reject(0.05)
    step.reject(step.value_s)
    with pytest.raises(SolveError, match=r"fell below 0\.001 s"):
        step.reject(step.value_s)


def test_restart_begins_with_the_first_step():
    step = StepSize(0.1, 0.05, 10.0)
    march(step, 100.0)
    assert step.value_s == 10.0
    step.restart()
    assert step.value_s == 0.05
    assert StepSize(0.1, 5.0, 2.0).value_s == 2.0
