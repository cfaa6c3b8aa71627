"""Damage laws of the library, published temperatures, and the curve within a step; more in the damage cases."""

import numpy as np
import pytest

from rfa_model import library
from rfa_model.assurance.verification.cases.damage import (
    COAGULATION,
    DURATIONS_S,
    SKIN,
    equivalent_temperature_C,
    part_of,
    step_curve,
    unit_damage_temperature_C,
)
from rfa_model.laws import ArrheniusLaw
from rfa_model.physics.damage import cem43_rate

LAWS = library.damage_laws()


def test_library_holds_these_laws() -> None:
    pairs = {
        (law.frequency_factor_per_s, law.activation_energy_J_per_mol)
        for law in LAWS.values()
        if isinstance(law, ArrheniusLaw)
    }
    for rate in (COAGULATION, SKIN):
        assert (rate.frequency_factor_per_s, rate.activation_energy_J_per_mol) in pairs


@pytest.mark.parametrize(
    ("rate", "temperatures_C"),
    [(COAGULATION, (50.1, 48.7, 47.7, 47.0)), (SKIN, (54.0, 53.4, 53.0, 52.7))],
)
def test_temperature_that_gives_unit_damage(rate: ArrheniusLaw, temperatures_C: tuple[float, ...]) -> None:
    # The design's table for 60, 90, 120, 150 s, to 0.1 °C.
    exact = [unit_damage_temperature_C(rate, duration) for duration in DURATIONS_S]
    assert exact == pytest.approx(temperatures_C, abs=0.051)


def test_temperature_that_gives_240_equivalent_minutes() -> None:
    exact = [equivalent_temperature_C(240.0, duration) for duration in DURATIONS_S]
    assert exact == pytest.approx((50.9, 50.3, 49.9, 49.6), abs=0.051)


@pytest.mark.parametrize(("temperature_C", "minutes"), [(43.0, 1.0), (44.0, 2.0), (42.0, 0.25), (41.0, 0.0625)])
def test_cem43_per_minute(temperature_C: float, minutes: float) -> None:
    curve = step_curve(temperature_C, temperature_C, 0.0, 60.0)
    assert curve.integrate(cem43_rate)[0] == pytest.approx(minutes, rel=1e-12)


def test_parts_lie_on_the_same_curve() -> None:
    whole = step_curve(60.0, 66.0, 1.0, 5.0)
    assert part_of(whole, 0.40, 0.41).at(0.5) == pytest.approx(whole.at(0.405), abs=1e-9)


def test_part_of_a_step() -> None:
    curve = step_curve(60.0, 66.0, 0.5, 4.0)
    split = part_of(curve, 0.0, 0.3).integrate(COAGULATION.rate) + part_of(curve, 0.3, 1.0).integrate(COAGULATION.rate)
    assert curve.integrate(COAGULATION.rate, until=1.0) == pytest.approx(split, rel=1e-6)
    assert curve.integrate(COAGULATION.rate, until=0.3) == pytest.approx(
        part_of(curve, 0.0, 0.3).integrate(COAGULATION.rate)
    )


def test_curve_meets_both_ends_and_the_end_slope() -> None:
    curve = step_curve(50.0, 58.0, 1.5, 4.0)
    assert (curve.at(0.0)[0], curve.at(1.0)[0]) == pytest.approx((50.0, 58.0))
    assert (curve.at(1.0)[0] - curve.at(1.0 - 1e-6)[0]) / (4.0 * 1e-6) == pytest.approx(1.5, rel=1e-4)


def test_rates_stay_finite_at_any_temperature() -> None:
    hot = np.array([-40.0, 37.0, 100.0, 400.0, 5000.0])
    for rate in (COAGULATION.rate, SKIN.rate, cem43_rate):
        values = rate(hot)
        assert np.isfinite(values).all()
        assert (np.diff(values) >= 0).all()
