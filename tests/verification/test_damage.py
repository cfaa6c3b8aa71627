"""Damage at constant temperature and along curves: exact times, and no dependence on the step."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from rfa_model import library
from rfa_model.physics.damage import ArrheniusRate, StepCurve, cem43_rate

LAWS = library.damage_laws()
COAGULATION = ArrheniusRate(7.39e39, 2.577e5)
SKIN = ArrheniusRate(3.1e98, 6.28e5)


def constant(temperature_C: float, duration_s: float) -> StepCurve:
    T = np.array([temperature_C])
    return StepCurve(T, T, np.zeros(1), duration_s)


def test_library_holds_these_laws() -> None:
    pairs = {(law.frequency_factor_per_s, law.activation_energy_J_per_mol) for law in LAWS.values()}
    for rate in (COAGULATION, SKIN):
        assert (rate.frequency_factor_per_s, rate.activation_energy_J_per_mol) in pairs


@pytest.mark.parametrize(
    ("rate", "temperatures_C"),
    [(COAGULATION, (50.1, 48.7, 47.7, 47.0)), (SKIN, (54.0, 53.4, 53.0, 52.7))],
)
def test_temperature_that_gives_unit_damage(rate: ArrheniusRate, temperatures_C: tuple[float, ...]) -> None:
    # Ω = A·exp(−Ea/RT)·t = 1 at T = Ea/(R ln(A t)); the design paper's values for 60, 90, 120, 150 s to 0.1 °C.
    for duration, rounded in zip((60.0, 90.0, 120.0, 150.0), temperatures_C, strict=True):
        log = np.log(rate.frequency_factor_per_s) + np.log(duration)
        exact_C = rate.activation_energy_J_per_mol / (8.314462618 * log) - 273.15
        assert exact_C == pytest.approx(rounded, abs=0.051)
        assert constant(exact_C, duration).integrate(rate)[0] == pytest.approx(1.0, rel=1e-9)


def test_temperature_that_gives_240_equivalent_minutes() -> None:
    # t/60·2^(T − 43) = 240 above 43 °C.
    for duration, rounded in zip((60.0, 90.0, 120.0, 150.0), (50.9, 50.3, 49.9, 49.6), strict=True):
        exact_C = 43.0 + np.log2(240.0 * 60.0 / duration)
        assert exact_C == pytest.approx(rounded, abs=0.051)
        assert constant(exact_C, duration).integrate(cem43_rate)[0] == pytest.approx(240.0, rel=1e-9)


@pytest.mark.parametrize(("temperature_C", "minutes"), [(43.0, 1.0), (44.0, 2.0), (42.0, 0.25), (41.0, 0.0625)])
def test_cem43_per_minute(temperature_C: float, minutes: float) -> None:
    assert constant(temperature_C, 60.0).integrate(cem43_rate)[0] == pytest.approx(minutes, rel=1e-12)


def heating_curve(start_C: float, end_C: float, end_slope: float, duration_s: float) -> StepCurve:
    return StepCurve(np.array([start_C]), np.array([end_C]), np.array([end_slope]), duration_s)


def part_of(curve: StepCurve, low: float, high: float) -> StepCurve:
    """The same parabola between two fractions of the step."""
    back = 1.0 - high
    rise = curve.end_C - curve.start_C
    slope = curve.end_slope_C_per_s * (1.0 - 2.0 * (1.0 - high)) + 2.0 * rise * back / curve.duration_s
    return StepCurve(curve.at(low), curve.at(high), slope, (high - low) * curve.duration_s)


@pytest.mark.parametrize("rate", [COAGULATION, SKIN, cem43_rate], ids=["coagulation", "skin", "cem43"])
@pytest.mark.parametrize(
    ("start_C", "end_C", "end_slope"),
    [(45.0, 50.0, 0.0), (60.0, 66.0, 1.0), (80.0, 74.0, -0.3)],
)
def test_one_step_or_a_hundred_along_the_same_curve(rate, start_C: float, end_C: float, end_slope: float) -> None:
    whole = heating_curve(start_C, end_C, end_slope, 5.0)
    edges = np.linspace(0.0, 1.0, 101)
    parts = [part_of(whole, a, b) for a, b in pairwise(edges)]
    assert parts[40].at(0.5) == pytest.approx(whole.at(0.405), abs=1e-9)
    many = sum(part.integrate(rate)[0] for part in parts)
    exact = quad(lambda s: rate(whole.at(s))[0] * whole.duration_s, 0.0, 1.0, epsrel=1e-11)[0]
    assert many == pytest.approx(exact, rel=1e-8)
    assert whole.integrate(rate)[0] == pytest.approx(many, rel=2e-4)


def test_part_of_a_step() -> None:
    curve = heating_curve(60.0, 66.0, 0.5, 4.0)
    split = part_of(curve, 0.0, 0.3).integrate(COAGULATION) + part_of(curve, 0.3, 1.0).integrate(COAGULATION)
    assert curve.integrate(COAGULATION, until=1.0) == pytest.approx(split, rel=1e-6)
    assert curve.integrate(COAGULATION, until=0.3) == pytest.approx(part_of(curve, 0.0, 0.3).integrate(COAGULATION))


def test_curve_meets_both_ends_and_the_end_slope() -> None:
    curve = heating_curve(50.0, 58.0, 1.5, 4.0)
    assert (curve.at(0.0)[0], curve.at(1.0)[0]) == pytest.approx((50.0, 58.0))
    assert (curve.at(1.0)[0] - curve.at(1.0 - 1e-6)[0]) / (4.0 * 1e-6) == pytest.approx(1.5, rel=1e-4)


def test_rates_stay_finite_at_any_temperature() -> None:
    hot = np.array([-40.0, 37.0, 100.0, 400.0, 5000.0])
    for rate in (COAGULATION, SKIN, cem43_rate):
        values = rate(hot)
        assert np.isfinite(values).all()
        assert (np.diff(values) >= 0).all()
