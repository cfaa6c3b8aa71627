"""Temperature laws of tissue: values, slopes, continuity, bounds."""

import numpy as np
import pytest

from rfa_model.laws import ElectricConductivity, Enthalpy, Perfusion, ThermalConductivity, Vaporisation

DENSE = np.linspace(0.0, 160.0, 160_001)
WET, GAS = 1090.0 * 3421.0, 370.0 * 2156.0
LATENT = 1090.0 * 0.76 * 2.26e6


def at(law_method, value: float) -> float:
    return float(law_method(np.array([value]))[0])


@pytest.mark.parametrize("slope", [0.01, 0.015, 0.02])
def test_conductivity_rises_by_its_slope(slope: float) -> None:
    law = ElectricConductivity(slope_per_C=slope)
    assert at(law.factor, 37.0) == 1.0
    assert at(law.factor, 38.0) == pytest.approx(1.0 + slope)
    assert at(law.factor, 99.0) == pytest.approx(1.0 + 62.0 * slope)
    assert at(law.factor, 20.0) == pytest.approx(1.0 - 17.0 * slope)


def test_conductivity_falls_to_its_floor_without_jumps() -> None:
    law = ElectricConductivity()
    assert at(law.factor, 101.5) == pytest.approx(0.01 + 0.5 * (1.93 - 0.01))
    assert at(law.factor, 104.0) == at(law.factor, 400.0) == 0.01
    values = law.factor(DENSE)
    # Steepest in the middle of the fall: 3/2 of the mean slope; 1e-3 K between samples.
    assert np.abs(np.diff(values)).max() <= 1.5 * 1.92 / 5.0 * 1e-3 * 1.001
    assert (np.diff(values[DENSE <= 99.0]) > 0).all()
    assert (np.diff(values[(DENSE >= 99.0)]) <= 1e-15).all()


def test_conductivity_never_falls_below_its_floor() -> None:
    law = ElectricConductivity(slope_per_C=0.02, dry_fraction=1e-4)
    assert law.factor(np.array([-60.0, -20.0, 300.0])) == pytest.approx(1e-4)


def test_conductivity_falls_with_zero_slope_at_both_ends() -> None:
    law = ElectricConductivity(slope_per_C=0.0)
    for end in (99.0, 104.0):
        assert abs(at(law.factor, end + 1e-4) - at(law.factor, end - 1e-4)) < 1e-8


def test_thermal_conductivity() -> None:
    law = ThermalConductivity()
    assert at(law.increment, 37.0) == 0.0
    assert at(law.increment, 87.0) == pytest.approx(0.06)
    assert at(law.increment, 17.0) == pytest.approx(-0.024)
    assert at(law.increment, 100.0) == at(law.increment, 250.0) == pytest.approx(0.0756)
    assert at(law.increment, 0.0) == at(law.increment, -400.0) == pytest.approx(-0.0444)


def test_perfusion_dies_smoothly_around_unit_damage() -> None:
    law = Perfusion()
    damage = np.geomspace(1e-6, 1e6, 20_001)
    beta = law.factor(damage)
    assert (np.diff(beta) <= 0).all()
    assert np.abs(np.diff(beta)).max() < 2e-3
    assert at(law.factor, 0.0) == at(law.factor, np.exp(-1.0)) == 1.0
    assert at(law.factor, 1.0) == pytest.approx(0.5)
    assert at(law.factor, np.exp(1.0)) == pytest.approx(0.0, abs=1e-15)
    assert at(law.factor, np.inf) == 0.0


def test_perfusion_without_shutdown_stays() -> None:
    assert (Perfusion(shutdown=False).factor(np.array([0.0, 1.0, 1e9])) == 1.0).all()


def boiling(cells: int) -> Enthalpy:
    return Vaporisation().enthalpy(np.full(cells, WET), np.full(cells, LATENT))


def test_enthalpy_over_the_band_is_the_latent_heat() -> None:
    # 0.76 of 1090 kg/m³ are water: 1.87 GJ/m³, five hundred times a kelvin's worth of sensible heat.
    law = boiling(1)
    over = at(law.enthalpy, 101.0) - at(law.enthalpy, 99.0)
    assert over == pytest.approx(LATENT + (WET + GAS), rel=1e-12)
    assert pytest.approx(1.872e9, rel=1e-3) == LATENT
    assert at(law.capacity, 98.9) == WET
    assert at(law.capacity, 101.1) == GAS
    assert at(law.capacity, 100.0) == pytest.approx(LATENT / 2.0 + (WET + GAS) / 2.0)


def test_enthalpy_is_continuous_and_rises() -> None:
    values = boiling(len(DENSE)).enthalpy(DENSE)
    steps = np.diff(values)
    assert (steps > 0).all()
    assert steps.max() <= (LATENT / 2.0 + WET) * 1e-3 * 1.001


def test_temperature_is_the_inverse_of_enthalpy() -> None:
    law = Vaporisation().enthalpy(np.array([[WET], [4e6]]), np.array([[LATENT], [0.0]]))
    T = np.array([-5.0, 20.0, 98.999, 99.0, 99.7, 101.0, 101.5, 400.0])
    assert law.temperature(law.enthalpy(T)) == pytest.approx(np.array([T, T]), rel=1e-12)


def test_nothing_boils_without_latent_heat() -> None:
    law = Vaporisation().enthalpy(np.full(3, WET), np.zeros(3))
    T = np.array([50.0, 100.0, 150.0])
    assert law.capacity(T) == pytest.approx(WET)
    assert law.enthalpy(T) == pytest.approx(WET * T)


def test_cells_mix_boiling_and_metal() -> None:
    law = Vaporisation().enthalpy(np.array([WET, 4e6]), np.array([LATENT, 0.0]))
    gained = law.enthalpy(np.full(2, 101.0)) - law.enthalpy(np.full(2, 99.0))
    assert gained == pytest.approx([LATENT + WET + GAS, 8e6])
