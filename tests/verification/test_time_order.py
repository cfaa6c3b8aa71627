"""The coupled transient is of second order in time: σ(T), k(T), dying perfusion, damage, controller in the loop."""

from types import SimpleNamespace

import numpy as np
import pytest

from rfa_model.solver.controllers import ConstantVoltage, IdealControl, SetPoint
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.transient import PhaseRun
from rfa_model.verification.tools.small_arm import LIMITS, SmallArm, observed_orders

STEPS_S = (1.0, 0.5, 0.25, 0.125)


@pytest.fixture(scope="module")
def arm():
    return SmallArm()


@pytest.fixture(scope="module")
def driven(arm):
    """8 s at constant voltage with each step."""
    phases = [PhaseRun("voltage", 8.0, lambda reading, before: ConstantVoltage(18.0, LIMITS))]
    ends = [arm.fixed_steps(dt, phases, arm.rest) for dt in STEPS_S]
    assert [transient.totals.steps for _, transient in ends] == [8, 16, 32, 64]
    return [end for end, _ in ends]


@pytest.fixture(scope="module")
def held(arm):
    """4 s of an ideal hold with each step, all from one state well after the start-up."""
    hot = SetPoint(70.0, 70.0, 1.0)
    start_up = [
        PhaseRun("ramp", 6.0, lambda reading, before: IdealControl(SetPoint(37.0, 70.0, 6.0), LIMITS)),
        PhaseRun("hold", 4.0, lambda reading, before: IdealControl(hot, LIMITS)),
    ]
    transient = arm.transient(StepSize(0.02, 0.02, 0.5), 1e-6)
    start = transient.run(arm.rest, start_up, lambda: ConstantVoltage(0.0, LIMITS))
    hold = [PhaseRun("hold", 4.0, lambda reading, before: IdealControl(hot, LIMITS))]
    ends = [arm.fixed_steps(dt, hold, start) for dt in STEPS_S]
    return SimpleNamespace(
        states=[end for end, _ in ends],
        V2=[np.array([run.stages.V2]) for _, run in ends],
        sensor_C=[run.sensor.read(end.temperature_C) for end, run in ends],
    )


def test_the_driven_run_exercises_every_law(driven):
    end = driven[-1]
    assert 70.0 < end.temperature_C.max() < 95.0
    assert end.damage.max() > 10.0


def test_temperature_is_of_second_order(driven):
    orders = observed_orders([state.temperature_C for state in driven])
    assert orders[-1] >= 1.9
    assert orders.max() < 3.2


def test_damage_is_of_second_order(driven):
    alive = driven[-1].damage > 1e-6
    orders = observed_orders([np.log(state.damage[alive]) for state in driven])
    assert orders[-1] >= 1.9


def test_the_hold_is_met_at_every_step_size(held):
    assert held.sensor_C == pytest.approx([70.0] * len(STEPS_S), abs=1e-4)


def test_the_controlled_temperature_is_of_second_order(held):
    assert observed_orders([state.temperature_C for state in held.states])[-1] >= 1.9


def test_the_controllers_voltage_is_of_second_order(held):
    # V² is the constraint's hidden variable: the scheme promises first order for it, and gives second after a start-up.
    assert observed_orders(held.V2)[-1] >= 1.9
    assert held.V2[-1] == pytest.approx(held.V2[0], rel=1e-3)
