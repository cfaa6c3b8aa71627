"""Limits of one of several generators, given what the others push back, beside the root of a quadratic."""

from math import sqrt

import pytest

from rfa_model.generator import Generator
from rfa_model.solver.separate import within

OWN_S, OTHERS_A = 0.012, -0.004 * 20.0


@pytest.mark.parametrize(
    ("limits", "volts"),
    [
        ({"max_power_W": 5.0}, (-OTHERS_A + sqrt(OTHERS_A**2 + 4.0 * OWN_S * 5.0)) / (2.0 * OWN_S)),
        ({"max_current_A_rms": 0.2}, (0.2 - OTHERS_A) / OWN_S),
        ({"max_voltage_V_rms": 24.0}, 24.0),
    ],
)
def test_a_generator_delivers_as_much_as_it_may(limits, volts):
    generator = Generator(**limits)
    assert within(generator, 60.0, OWN_S, OTHERS_A) == pytest.approx(volts, rel=1e-8)
    assert within(generator, 0.9 * volts, OWN_S, OTHERS_A) == 0.9 * volts
    assert within(generator, 0.0, OWN_S, OTHERS_A) == 0.0
