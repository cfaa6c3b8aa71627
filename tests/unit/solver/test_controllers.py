"""Generators against a lumped tip: one heat capacity, one loss, so that every answer is known by hand."""

import numpy as np
import pytest

from rfa_model.errors import SolveError
from rfa_model.generator import Generator, Hold, Off, Power, Ramp, Voltage, phase_runs
from rfa_model.generator.controllers import (
    ConstantPower,
    ConstantVoltage,
    IdealControl,
    PIControl,
    Response,
    SetPoint,
)
from rfa_model.generator.sampled import SampledPI
from rfa_model.solver.stepping import GAMMA

G = 0.01
WIDE = Generator(max_power_W=1e6, max_voltage_V_rms=1e6, max_current_A_rms=1e5)
HOLD80 = SetPoint(80.0, 80.0, 60.0)


def ask(controller, response: Response, time_s: float = 1.0, tau_s: float = 0.1, stage: int = 1, step_s: float = 0.4):
    return controller.voltage_squared(time_s, tau_s, stage, step_s, response)


class LumpedTip:
    """C dT/dt = G·V² − loss·(T − 37), stepped with the solver's own scheme under a controller."""

    capacity_J_per_K, loss_W_per_K = 0.5, 0.05

    def __init__(self, start_C: float = 37.0) -> None:
        self.T, self.t, self.trace, self.power = start_C, 0.0, [], []

    def run(self, controller, duration_s: float, dt: float = 0.25) -> "LumpedTip":
        begun = self.t
        for _ in range(round(duration_s / dt)):
            tau = GAMMA * dt
            slopes, stages = [], ((GAMMA, 0.0), (1.0, 1.0 - GAMMA))
            for index, (node, earlier) in enumerate(stages):
                base = self.T + (earlier * dt * slopes[0] if slopes else 0.0)
                weight = self.capacity_J_per_K / tau + self.loss_W_per_K
                passive = (self.capacity_J_per_K / tau * base + self.loss_W_per_K * 37.0) / weight
                response = Response(passive, 0.0, G / weight, G)
                V2 = controller.voltage_squared(self.t + node * dt - begun, tau, index, dt, response)
                end = passive + V2 * G / weight
                slopes.append((end - base) / tau)
            controller.advance(dt)
            self.T, self.t = end, self.t + dt
            self.trace.append(self.T)
            self.power.append(V2 * G)
        return self


class TestLimits:
    @pytest.mark.parametrize(
        ("limits", "highest"),
        [
            (Generator(max_power_W=5.0, max_voltage_V_rms=1e3, max_current_A_rms=1e3), 5.0 / G),
            (Generator(max_power_W=1e6, max_voltage_V_rms=30.0, max_current_A_rms=1e3), 900.0),
            (Generator(max_power_W=1e6, max_voltage_V_rms=1e3, max_current_A_rms=0.2), (0.2 / G) ** 2),
        ],
        ids=["power", "voltage", "current"],
    )
    def test_each_limit_holds_on_its_own(self, limits, highest):
        assert limits.clip(1e12, G) == pytest.approx(highest, rel=1e-14)
        assert limits.clip(0.5 * highest, G) == 0.5 * highest
        assert limits.clip(-3.0, G) == 0.0


class TestIdeal:
    @pytest.mark.parametrize("reference_V2", [0.0, 120.0, 900.0])
    def test_the_sensor_lands_on_the_set_point_whatever_v2_the_reading_was_taken_at(self, reference_V2):
        gain, passive = 0.03, 55.0
        control = IdealControl(HOLD80, WIDE)
        V2 = ask(control, Response(passive + gain * reference_V2, reference_V2, gain, G))
        assert passive + gain * V2 == pytest.approx(80.0, abs=1e-10)

    def test_a_ramp_is_followed_at_the_stages_time(self):
        control = IdealControl(SetPoint(37.0, 80.0, 10.0), WIDE)
        V2 = ask(control, Response(40.0, 0.0, 0.1, G), time_s=2.5)
        reached = 40.0 + 0.1 * V2
        assert reached == pytest.approx(37.0 + 0.25 * 43.0, abs=1e-10)
        assert control.set_point_C(20.0) == 80.0

    @pytest.mark.parametrize(("sensor_C", "V2"), [(95.0, 0.0), (40.0, 500.0)], ids=["too hot", "too cold"])
    def test_limits_come_last(self, sensor_C, V2):
        control = IdealControl(HOLD80, Generator(max_power_W=5.0))
        assert ask(control, Response(sensor_C, 0.0, 1e-3, G)) == pytest.approx(V2)

    @pytest.mark.parametrize("gain", [0.0, -1e-3])
    def test_a_sensor_that_does_not_answer_is_an_error(self, gain):
        with pytest.raises(SolveError, match="sensor does not answer"):
            ask(IdealControl(HOLD80, WIDE), Response(50.0, 0.0, gain, G))

    def test_the_lumped_tip_stays_on_its_ramp_and_hold(self):
        tip = LumpedTip().run(IdealControl(SetPoint(37.0, 80.0, 10.0), WIDE), 10.0)
        assert tip.trace == pytest.approx([37.0 + 4.3 * 0.25 * (k + 1) for k in range(40)], abs=1e-9)
        tip.run(IdealControl(HOLD80, WIDE), 20.0)
        assert tip.trace[40:] == pytest.approx([80.0] * 80, abs=1e-9)


class TestPrescribed:
    def test_power_is_delivered_exactly_at_any_conductance(self):
        control = ConstantPower(7.5, Generator())
        for conductance in (0.002, 0.01, 0.03):
            assert ask(control, Response(0.0, 0.0, 0.0, conductance)) * conductance == pytest.approx(7.5, rel=1e-14)

    def test_power_respects_limits(self):
        assert ask(ConstantPower(80.0, Generator(max_power_W=50.0)), Response(0.0, 0.0, 0.0, G)) * G == pytest.approx(
            50.0
        )
        dry = ConstantPower(30.0, Generator(max_voltage_V_rms=100.0))
        assert ask(dry, Response(0.0, 0.0, 0.0, 1e-4)) == pytest.approx(1e4)

    def test_voltage_is_rms_squared_and_clipped(self):
        assert ask(ConstantVoltage(18.0, Generator()), Response(0.0, 0.0, 0.0, G)) == pytest.approx(324.0)
        assert ask(ConstantVoltage(200.0, Generator()), Response(0.0, 0.0, 0.0, 1e-3)) == pytest.approx(120.0**2)
        assert ask(Generator().off(), Response(0.0, 500.0, 0.0, G)) == 0.0


class TestPI:
    KP, KI = 0.5, 0.1

    def control(self, set_point=HOLD80, limits=WIDE, integral=0.0):
        return PIControl(set_point, limits, self.KP, self.KI, integral)

    def test_power_is_kp_error_plus_ki_integral_at_the_end_of_the_step(self):
        control, tip, dt = self.control(), LumpedTip(), 0.25
        integral = 0.0
        for _ in range(80):
            tip.run(control, dt, dt)
            integral = control.integral_Ks
            wanted = self.KP * (80.0 - tip.T) + self.KI * integral
            assert tip.power[-1] == pytest.approx(wanted, rel=1e-10)
        assert integral > 10.0

    def test_the_hold_is_reached_without_lasting_error(self):
        tip = LumpedTip().run(self.control(), 120.0)
        assert tip.trace[-1] == pytest.approx(80.0, abs=0.05)
        assert tip.power[-1] == pytest.approx(0.05 * 43.0, rel=0.01)

    def test_the_integral_does_not_grow_while_the_limit_holds_the_power(self):
        weak = self.control(limits=Generator(max_power_W=1.0, max_voltage_V_rms=1e6, max_current_A_rms=1e5))
        tip = LumpedTip().run(weak, 20.0)
        assert tip.power == pytest.approx([1.0] * 80, rel=1e-12)
        assert tip.T < 60.0
        assert weak.integral_Ks == 0.0

    def test_long_saturation_does_not_lengthen_the_overshoot(self):
        def overshoot(saturated_s: float) -> float:
            control = self.control(limits=Generator(max_power_W=1.0, max_voltage_V_rms=1e6, max_current_A_rms=1e5))
            tip = LumpedTip().run(control, saturated_s)
            control.limits = WIDE
            return max(tip.run(control, 100.0).trace) - 80.0

        # Both start from the same steady 57 °C: only a wound-up integral could tell them apart.
        assert overshoot(400.0) == pytest.approx(overshoot(100.0), abs=0.01)
        assert overshoot(400.0) < 6.0

    def test_a_rejected_step_leaves_no_trace(self):
        once, twice = self.control(), self.control()
        response = Response(60.0, 0.0, 0.02, G)
        for _ in range(3):
            ask(twice, Response(20.0, 0.0, 0.02, G), stage=0)
            ask(twice, Response(20.0, 0.0, 0.02, G))
        for control in (once, twice):
            ask(control, response, stage=0)
            ask(control, response)
            control.advance(0.4)
        assert twice.integral_Ks == once.integral_Ks > 0.0


GENERATOR = Generator(controller="pi", proportional_gain_W_per_K=0.5, integral_gain_W_per_Ks=0.1)
PROTOCOL = [
    Ramp(to_C=80.0, duration_s=15.0),
    Hold(temperature_C=80.0, duration_s=90.0),
    Voltage(voltage_V_rms=18.0, duration_s=5.0),
    Power(power_W=4.0, duration_s=6.0),
    Off(duration_s=30.0),
]


def test_phases_become_their_controllers():
    ideal = Generator(controller="ideal")
    runs = phase_runs(PROTOCOL, ideal)
    assert [(run.name, run.duration_s) for run in runs] == [(p.kind, p.duration_s) for p in PROTOCOL]
    made = [run.controller(41.0, None) for run in runs]
    assert [type(c) for c in made] == [IdealControl, IdealControl, ConstantVoltage, ConstantPower, ConstantVoltage]
    assert made[0].set_point_C(0.0) == 41.0
    assert made[0].set_point_C(7.5) == pytest.approx(60.5)
    assert made[1].set_point_C(0.0) == 80.0
    assert (made[2].voltage_V_rms, made[3].power_W, made[4].voltage_V_rms) == (18.0, 4.0, 0.0)
    assert all(c.limits is ideal for c in made)


def test_the_integral_goes_from_the_ramp_into_the_hold():
    ramp_run, hold_run = phase_runs(PROTOCOL[:2], GENERATOR)
    ramp = ramp_run.controller(37.0, None)
    tip = LumpedTip().run(ramp, 15.0)
    hold = hold_run.controller(tip.T, ramp)
    assert ramp.integral_Ks > 1.0
    assert hold.integral_Ks == ramp.integral_Ks
    before = tip.power[-1]
    tip.run(hold, 0.05, 0.05)
    # Only the set point's slope changes, so the power goes on without a jump; a reset would drop Ki·∫e of it.
    assert tip.power[-1] == pytest.approx(before, rel=0.05)
    assert held_by_integral(ramp) > 0.3 * before


def held_by_integral(control: PIControl) -> float:
    """Power held by the integral, W."""
    return control.integral_gain_W_per_Ks * control.integral_Ks


def test_a_pause_forgets_the_integral():
    runs = phase_runs([PROTOCOL[0], PROTOCOL[4], PROTOCOL[1]], GENERATOR)
    ramp = runs[0].controller(37.0, None)
    LumpedTip().run(ramp, 15.0)
    off = runs[1].controller(60.0, ramp)
    assert runs[2].controller(40.0, off).integral_Ks == 0.0


def test_set_points_stay_at_their_ends():
    ramp = SetPoint(37.0, 80.0, 10.0)
    assert np.array([ramp.at(t) for t in (-1.0, 0.0, 5.0, 10.0, 99.0)]) == pytest.approx([37.0, 37.0, 58.5, 80.0, 80.0])


@pytest.mark.parametrize(("period_s", "taken_s"), [(0.1, 0.1), (2.0, 0.25)])
def test_a_slow_sampler_lets_no_longer_step_pass_unjudged_than_an_ideal_generator(period_s, taken_s):
    generator = SampledPI(HOLD80, WIDE, 0.1, 0.01, period_s, 0.0, 37.0)
    assert generator.interval_s == taken_s
