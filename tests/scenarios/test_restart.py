"""A run stopped between phases and taken up from its state by a fresh transient is the uninterrupted run.

What is tested is that a ``State`` holds everything that tissue remembers. A generator's memory and what the next step
is guessed from are not part of it: those are a ``RunState``'s (``test_run_state.py``).
"""

from dataclasses import fields

import numpy as np
import pytest

from rfa_model.assurance.verification.tools.small_arm import LIMITS, SmallArm
from rfa_model.generator import Hold, Off, Ramp, phase_runs
from rfa_model.solver.state import State
from rfa_model.solver.stepping import StepSize

PROTOCOL = [
    Ramp(to_C=75.0, duration_s=4.0),
    Hold(temperature_C=75.0, duration_s=4.0),
    Off(duration_s=3.0),
]


@pytest.fixture(scope="module")
def arm():
    return SmallArm()


def run(arm, start, phases):
    """End state and totals of a fresh transient."""
    transient = arm.transient(StepSize(0.5, 0.1, 2.0), 1e-5)
    end = transient.run(start, phase_runs(phases, LIMITS), LIMITS.off)
    return end, transient


@pytest.fixture(scope="module")
def whole(arm):
    return run(arm, arm.rest, PROTOCOL)


@pytest.fixture(scope="module", params=[1, 2], ids=["after the ramp", "after the hold"])
def halves(arm, request):
    middle, first = run(arm, arm.rest, PROTOCOL[: request.param])
    before = {field.name: np.copy(getattr(middle, field.name)) for field in fields(State)}
    end, second = run(arm, middle, PROTOCOL[request.param :])
    for name, values in before.items():
        assert np.array_equal(getattr(middle, name), values), f"the run changed the state it was given: {name}"
    return end, first, second


def test_the_end_is_the_same(whole, halves):
    end, restarted = whole[0], halves[0]
    assert end.damage.max() > 1.0
    assert restarted.time_s == end.time_s == pytest.approx(11.0)
    assert np.abs(restarted.temperature_C - end.temperature_C).max() < 1e-4
    assert np.abs(restarted.peak_temperature_C - end.peak_temperature_C).max() < 1e-4
    assert restarted.damage == pytest.approx(end.damage, rel=1e-4, abs=1e-12)
    assert restarted.cem43_min == pytest.approx(end.cem43_min, rel=1e-4, abs=1e-12)


def test_steps_energy_and_heat_add_up(whole, halves):
    _, uninterrupted = whole
    _, *parts = halves
    assert sum(part.totals.steps for part in parts) == uninterrupted.totals.steps
    assert sum(part.totals.energy_J for part in parts) == pytest.approx(uninterrupted.totals.energy_J, rel=1e-5)
    for flow in ("supplied_J", "perfused_J", "stored_J"):
        total = sum(getattr(part.balance, flow) for part in parts)
        assert total == pytest.approx(getattr(uninterrupted.balance, flow), rel=1e-5), flow
