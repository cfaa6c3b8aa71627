"""The potential-temperature theorem's formulae; ``verification.cases.theorem`` compares solutions with them."""

import numpy as np
import pytest
from scipy.integrate import quad

from rfa_model.assurance.verification.tools.bioheat import SIGMA, K
from rfa_model.assurance.verification.tools.potential_theorem import (
    FORMS,
    HELD,
    INSULATED,
    PEAK_RISE_C,
    SLOPE_PER_C,
    Form,
)

RISING = Form(SLOPE_PER_C)


def test_voltages_of_the_design_paper() -> None:
    # Muscle: an 80 °C tip needs 9.72 V, 8.54 V with 1.5 %/°C; 90 °C 10.79 and 9.26 V.
    found = [round(form.voltage_V(rise), 2) for rise in (43.0, 53.0) for form in (INSULATED, RISING)]
    assert found == [9.72, 8.54, 10.79, 9.26]


def test_cooled_voltages_of_the_design_paper() -> None:
    # 60 °C face: an 80 °C peak takes 16.35 V, 85 °C 17.68 V.
    assert [round(HELD.voltage_V(peak), 2) for peak in (43.0, 48.0)] == [16.35, 17.68]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_field_obeys_the_heat_equation(form: Form) -> None:
    # ∇·(σ∇φ) = 0 turns ∇·(k∇θ) + σ|∇φ|² = 0 for θ(φ) into (kθ′/σ)′ = −1, φ in volts.
    voltage = form.voltage_V()
    phi = np.linspace(0.0, 1.0, 2001)
    theta = form.rise(phi, voltage)
    sigma = SIGMA * (1.0 + form.slope_per_C * theta)
    flux = K * np.gradient(theta, phi * voltage, edge_order=2) / sigma
    assert np.gradient(flux, phi * voltage)[2:-2] == pytest.approx(-1.0, rel=1e-3)
    assert theta[0] == 0.0
    if form.face_rise_C is None:
        assert flux[-1] == pytest.approx(0.0, abs=1e-3 * flux[0])
    else:
        assert theta[-1] == pytest.approx(form.face_rise_C)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_hottest_place_is_where_the_formula_says(form: Form) -> None:
    voltage = form.voltage_V()
    phi = np.linspace(0.0, 1.0, 10001)
    theta = form.rise(phi, voltage)
    assert theta.max() == pytest.approx(PEAK_RISE_C, rel=1e-6)
    assert phi[theta.argmax()] == pytest.approx(form.hot_spot(voltage), abs=1e-4)
    assert form.face_rise_C is None or form.hot_spot(voltage) < 0.9, "the case must have its hot spot in tissue"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_conductance_is_the_mean_over_the_potential(form: Form) -> None:
    voltage = form.voltage_V()
    mean = quad(lambda x: 1.0 + form.slope_per_C * float(form.rise(np.array(x), voltage)), 0.0, 1.0)[0]
    assert form.conductance_factor(voltage) == pytest.approx(mean, rel=1e-10)
