"""Temperature laws of tissue: values, slopes, continuity, bounds."""

import numpy as np
import pytest

from rfa_model.laws import (
    ElectricConductivity,
    Enthalpy,
    Hyperaemia,
    Perfusion,
    SpinalMuscleConductivity,
    ThermalConductivity,
    Vaporisation,
)

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
    beta = law.factor(damage, np.full_like(damage, 90.0))
    assert (np.diff(beta) <= 0).all()
    assert np.abs(np.diff(beta)).max() < 2e-3
    assert law.factor(np.array([0.0, np.exp(-1.0)]), np.zeros(2)).tolist() == [1.0, 1.0]
    assert law.factor(np.array([1.0, np.exp(1.0), np.inf]), np.zeros(3)) == pytest.approx([0.5, 0.0, 0.0], abs=1e-15)


def test_perfusion_without_shutdown_stays() -> None:
    damage = np.array([0.0, 1.0, 1e9])
    assert (Perfusion(shutdown=False).factor(damage, np.full(3, 60.0)) == 1.0).all()
    hot = Hyperaemia(shutdown=False).factor(damage, np.full(3, 60.0))
    assert hot == pytest.approx(Hyperaemia(shutdown=False).greatest)


def test_hyperaemia_is_the_published_curve() -> None:
    """Lang 1999: 0.45 + 3.55 exp(-(T - 45)²/12) kg/(m³ s) up to 45 °C, 4.00 above, here as a share of 37 °C."""
    alive = np.zeros(5)
    flow = np.array([0.45 + 3.55 * np.exp(-((T - 45.0) ** 2) / 12.0) for T in (37.0, 41.0, 43.0)] + [4.0, 4.0])
    found = Hyperaemia().factor(alive, np.array([37.0, 41.0, 43.0, 45.0, 70.0]))
    assert found == pytest.approx(flow / flow[0], rel=1e-4)
    assert Hyperaemia().greatest == found[-1] == pytest.approx(8.565, abs=5e-3)


def test_hyperaemia_rises_then_flow_stops() -> None:
    """Held ever hotter, with damage to match: up, then down to nothing, never above its greatest."""
    T = np.linspace(20.0, 80.0, 601)
    law, damage = Hyperaemia(), np.exp(1.2 * (T - 52.0))
    beta, alive = law.factor(damage, T), law.factor(np.zeros_like(T), T)
    assert (np.diff(alive) >= 0).all()
    assert (beta <= alive).all()
    assert alive.max() == law.greatest
    top = int(beta.argmax())
    assert 45.0 <= T[top] <= 51.5
    assert (np.diff(beta[:top]) >= 0).all()
    assert (np.diff(beta[top:]) <= 0).all()
    assert beta[-1] == 0.0


def test_hyperaemia_without_rise_is_perfusion() -> None:
    damage, T = np.geomspace(1e-3, 1e3, 41), np.linspace(20.0, 100.0, 41)
    assert Hyperaemia(rise_kg_per_m3s=0.0).factor(damage, T) == pytest.approx(Perfusion().factor(damage, T))


@pytest.mark.parametrize("between", ["linear", "exponential"])
def test_spinal_muscle_goes_through_what_was_measured(between: str) -> None:
    """Kumru 2023: 0.36 S/m at 20 °C, 1.28 S/m at 90 °C."""
    law = SpinalMuscleConductivity(between=between)
    assert at(law.factor, 90.0) / at(law.factor, 20.0) == pytest.approx(1.28 / 0.36, rel=1e-12)
    assert at(law.factor, 37.0) == pytest.approx(1.0, rel=1e-12)
    assert at(law.factor, 104.0) == at(law.factor, 400.0) == 0.01
    values = law.factor(DENSE)
    assert (np.diff(values[DENSE <= 99.0]) > 0).all()
    assert (np.diff(values[DENSE >= 99.0]) <= 1e-15).all()
    steeper = law.factor(np.array([20.0, 60.0, 90.0])) - ElectricConductivity().factor(np.array([20.0, 60.0, 90.0]))
    assert (np.sign(steeper) == [-1.0, 1.0, 1.0]).all()


def test_spinal_muscle_on_a_line_is_the_default_law_made_steeper() -> None:
    slope = (1.28 - 0.36) / 70.0
    steep = ElectricConductivity(slope_per_C=slope / (0.36 + 17.0 * slope))
    assert SpinalMuscleConductivity().factor(DENSE) == pytest.approx(steep.factor(DENSE), rel=1e-12)
    assert steep.slope_per_C == pytest.approx(0.0225, abs=5e-5)


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
