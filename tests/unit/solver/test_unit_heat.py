"""What is foreseen of 1 V²: exact for a parabola in time, whatever the steps; silent where it cannot be known."""

import numpy as np
import pytest

from rfa_model._fenics import MPI
from rfa_model.solver.state import State
from rfa_model.solver.unit_heat import Foresight

COMM = MPI.COMM_SELF


class Parabola:
    """A current whose load, conductance and power are parabolas in time."""

    def __init__(self, time_s: float) -> None:
        curve = 3.0 - 0.4 * time_s + 0.02 * time_s**2
        self.load = np.array([1.0, 2.0]) * curve
        self.conductance_S, self.volume_power_W = curve, 0.9 * curve


def start_of(time_s: float, *, kink: bool = False) -> State:
    state = State.at_rest(np.zeros(2))
    state.time_s, state.slope_C_per_s = time_s, None if kink else np.zeros(2)
    return state


def after(*times_s: float) -> Foresight:
    """A kink at the first."""
    found = Foresight()
    for index, time_s in enumerate(times_s):
        found.start(start_of(time_s, kink=index == 0), Parabola(time_s), powered=True)
    return found


def test_a_parabola_is_foreseen_exactly():
    ahead, there = after(0.0, 1.0, 1.7, 4.0).ahead(1.3), Parabola(5.3)
    assert ahead is not None
    assert ahead.load == pytest.approx(there.load, rel=1e-12)
    assert (ahead.conductance_S, ahead.volume_power_W) == pytest.approx((there.conductance_S, there.volume_power_W))


def test_it_takes_three_starts_since_the_last_kink_and_a_short_way():
    assert after(0.0, 1.0).ahead(0.1) is None
    kinked = after(0.0, 1.0, 2.0)
    assert kinked.ahead(1.1) is None
    kinked.start(start_of(3.0, kink=True), Parabola(3.0), powered=True)
    assert kinked.ahead(0.1) is None


def test_steps_without_power_are_not_seen():
    idle = after(0.0, 1.0, 2.0)
    idle.start(start_of(3.0), Parabola(3.0), powered=False)
    for time_s in (4.0, 5.0):
        idle.start(start_of(time_s), Parabola(time_s), powered=True)
        assert idle.ahead(0.1) is None
    idle.start(start_of(6.0), Parabola(6.0), powered=True)
    assert idle.ahead(0.5).load == pytest.approx(Parabola(6.5).load)


def test_a_kink_is_seen_before_power_flows():
    kinked = Foresight()
    kinked.start(start_of(0.0, kink=True), Parabola(0.0), powered=False)
    for time_s in (1.0, 2.0):
        kinked.start(start_of(time_s), Parabola(time_s), powered=True)
    assert kinked.ahead(0.5).load == pytest.approx(Parabola(2.5).load)


def test_a_step_that_is_tried_again_counts_once():
    tried = after(0.0, 1.0)
    tried.start(start_of(1.0), Parabola(9.0), powered=True)
    assert tried.ahead(0.1) is None
    tried.start(start_of(2.0), Parabola(2.0), powered=True)
    assert tried.ahead(0.5).load == pytest.approx(Parabola(2.5).load)


def test_what_it_missed_is_noticed():
    seen = after(0.0, 1.0, 2.0)
    ahead, end = seen.ahead(0.3), Parabola(3.0)
    assert not seen.missed(ahead, 0.3, end, COMM)
    end.load = 0.9 * end.load
    assert seen.missed(ahead, 0.3, end, COMM)


def test_it_is_the_same_after_a_pause():
    seen, again = after(0.0, 1.0, 1.7), Foresight()
    again.restore(seen.memory())
    assert again.ahead(0.5).load.tolist() == seen.ahead(0.5).load.tolist()
    again.restore(Foresight().memory())
    assert again.ahead(0.5) is None
