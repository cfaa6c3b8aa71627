"""The library's three-state cell death (O'Neill et al., Ann Biomed Eng 2011;39:570), against an independent solver."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from rfa_model import library
from rfa_model.laws import Criterion
from rfa_model.laws.criterion import Exposure
from rfa_model.physics.damage import CellDeathLaw, StepCurve, advanced

LAW = library.damage_laws()["three_state"]
KF, KB, TK = 3.33e-3, 7.77e-3, 40.5


def exact(temperature_C, end_s):
    """Shares of living and dead cells by LSODA, as the public MITA model writes the equations."""

    def slopes(t, y):
        living, dead = y
        f = KF * math.exp(temperature_C(t) / TK)
        vulnerable = 1.0 - living - dead
        return [-f * (1.0 - living) * living + KB * vulnerable, f * (1.0 - living) * vulnerable]

    return solve_ivp(slopes, (0.0, end_s), [0.99, 0.0], rtol=1e-11, atol=1e-13, max_step=2.0).y[:, -1]


@pytest.mark.parametrize("temperature_C", [37.0, 55.0, 65.0, 90.0, 140.0])
def test_constant_temperature(temperature_C):
    T = np.array([temperature_C])
    damage, states = advanced(LAW, np.zeros(1), None, StepCurve(T, T, np.zeros(1), 600.0))
    living, dead = exact(lambda t: temperature_C, 600.0)
    assert states[:, 0] == pytest.approx([living, dead], abs=1e-6)
    if dead < 0.999:  # beyond, Ω is the logarithm of next to nothing
        assert damage == pytest.approx([-math.log1p(-dead)], rel=1e-4, abs=1e-6)


def test_neither_steps_nor_their_parts_change_it():
    curve = StepCurve(np.array([40.0]), np.array([85.0]), np.array([0.5]), 40.0)
    whole, _ = advanced(LAW, np.zeros(1), None, curve)
    assert whole == pytest.approx([-math.log1p(-exact(lambda t: float(curve.at(t / 40.0)[0]), 40.0)[1])], rel=1e-4)
    T = np.array([75.0])
    damage, states = np.zeros(1), None
    for duration_s in (0.1, 3.0, 60.0, 36.9):
        damage, states = advanced(LAW, damage, states, StepCurve(T, T, np.zeros(1), duration_s))
    assert damage == pytest.approx(advanced(LAW, np.zeros(1), None, StepCurve(T, T, np.zeros(1), 100.0))[0], rel=1e-5)


def test_death_sets_in_late():
    """The shoulder: of what dies in 300 s at 65 degC, less than a fiftieth is dead after half the time."""
    T = np.array([65.0])
    half, full = (advanced(LAW, np.zeros(1), None, StepCurve(T, T, np.zeros(1), t))[0][0] for t in (150.0, 300.0))
    assert 0.0 < half < 0.1 * full
    coagulation = library.damage_laws()["coagulation"]
    assert not isinstance(coagulation, CellDeathLaw)
    assert isinstance(LAW, CellDeathLaw)


def test_its_criterion_reads_its_own_damage():
    criterion = library.criteria()["three_state_dead"]
    assert criterion.level == pytest.approx(-math.log(0.8), rel=1e-3)
    exposure = Exposure(np.zeros(2), np.full(2, 37.0), None, {"three_state": np.array([0.1, 0.3])})
    assert (criterion.of(exposure) >= criterion.level).tolist() == [False, True]
    plain = Criterion(name="own", quantity="damage", level=1.0, logarithmic=True, label="own")
    assert plain.of(exposure).tolist() == [0.0, 0.0]
