"""Phases on one block: the cases of verify one by one, and a run that is stopped in any of them and taken up."""

from dataclasses import replace

import numpy as np
import pytest

from rfa_model.assurance.verification.cases import phases, pulses
from rfa_model.assurance.verification.tools.bioheat import UNLIMITED
from rfa_model.assurance.verification.tools.block import Block
from rfa_model.generator import Generator, Hold, ImpedancePulsed, Off, Power, Pulsed, Steps, phase_runs
from rfa_model.solver.run_state import RunState
from rfa_model.solver.stepping import GROWTH, StepSize


def test_a_ceiling_is_reached_and_never_passed():
    assert phases.ceiling(True).passed


def test_stairs_and_a_soft_start_are_followed():
    assert phases.set_points(True).passed


def test_a_digital_generator_is_its_recurrence():
    assert phases.sampled(True).passed


def test_pauses_begin_where_the_impedance_has_risen_and_last_as_told():
    assert phases.pauses(True).passed


def test_water_on_and_off_is_in_the_heat_of_its_phase_alone():
    assert phases.water(True).passed


def test_pulses_one_by_one_and_in_their_mean_heat_as_the_exponentials_say():
    assert pulses.one_by_one(True).passed


def test_the_field_and_the_spike_about_a_sphere_are_the_exact_ones():
    assert pulses.sphere(True).passed


SAMPLED = Generator(controller="sampled_pi", proportional_gain_W_per_K=0.3, integral_gain_W_per_Ks=0.05, sampling_Hz=2)
SLOW = SAMPLED.model_copy(update={"sampling_Hz": 0.5})
PROTOCOLS = {
    "sampled slowly": ([Hold(temperature_C=50.0, duration_s=9.0)], SLOW),  # steps end between its samples
    "sampled": ([Hold(temperature_C=50.0, duration_s=6.0), Hold(temperature_C=45.0, duration_s=4.0)], SAMPLED),
    "pauses": ([ImpedancePulsed(power_W=3.0, rise=0.2, pause_s=1.5, duration_s=12.0)], UNLIMITED),
    "pulses": (
        [
            Pulsed(voltage_V_peak=20.0, width_ms=50.0, rate_Hz=2.0, resolved_pulses=3, ceiling_C=45.0, duration_s=4.0),
            Off(duration_s=1.0),
        ],
        UNLIMITED,
    ),
    "stairs": ([Steps(temperatures_C=(45.0, 55.0), duration_s=8.0)], UNLIMITED),
    "ceiling and water": (
        [Power(power_W=3.0, ceiling_C=45.0, duration_s=6.0, coolant="off"), Off(duration_s=3.0, coolant="on")],
        UNLIMITED,
    ),
}


@pytest.mark.parametrize("control", GROWTH)
@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_run_taken_up_at_any_step_goes_on_as_it_would_have(name, control):
    protocol, generator = PROTOCOLS[name]
    runs, block = phase_runs(protocol, generator), Block(1.0, 0.05, cooling_W_per_K=0.1, rise_per_K=0.05)

    def made():
        return block.transient(StepSize(0.1, 0.05, 2.0, control=control))

    transient, rest = made()
    states = [replace(state) for state in transient.steps(rest, runs, generator.off)]
    assert len(states) > {"standard": 8, "predictive": 5}[control]
    for index in range(1, len(states) - 1, max(len(states) // 5, 1)):
        taken_up, _ = made()
        start = RunState.of(states[index].memory())
        *_, end = taken_up.steps(start, runs, generator.off)
        assert end.time_s == states[-1].time_s
        assert end.totals.steps == states[-1].totals.steps
        assert end.totals.energy_J == pytest.approx(states[-1].totals.energy_J, rel=1e-9)
        assert end.fields.temperature_C == pytest.approx(states[-1].fields.temperature_C, rel=1e-10)


def test_predictive_steps_are_fewer_and_errors_stay_few_tolerances():
    capacity, loss, watts, last_s, tolerance_C = 1.0, 0.05, 2.0, 40.0, 0.1
    runs = phase_runs([Power(power_W=watts, duration_s=last_s), Off(duration_s=last_s)], UNLIMITED)
    steps = {}
    for control in GROWTH:
        times, rises, _ = Block(capacity, loss).run(runs, StepSize(tolerance_C, 0.05, last_s, control=control))
        heated = watts / loss * (1.0 - np.exp(-np.minimum(times, last_s) * loss / capacity))
        exact = heated * np.exp(-np.maximum(times - last_s, 0.0) * loss / capacity)
        assert np.abs(rises - exact).max() < 3.0 * tolerance_C  # the errors of steps add up
        steps[control] = len(times)
    assert steps["predictive"] < 0.85 * steps["standard"]


def test_power_that_rises_has_the_energy_of_its_mean():
    times, _, powers = Block(1.0, 0.05).run(
        phase_runs([Power(power_W=4.0, from_W=1.0, duration_s=6.0)], UNLIMITED), StepSize(0.1, 0.05, 2.0)
    )
    assert powers[1:] == pytest.approx(1.0 + 3.0 * times[1:] / 6.0, rel=1e-9)
    assert np.isclose(times[-1], 6.0)
