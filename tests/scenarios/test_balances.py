"""V·I is the heat made in tissue and beyond; the heat made is stored, perfused away, cooled away or gone."""

import pytest

from tests.scenarios.runs import off, power, solve, treatment

RUNS = {
    "conventional": ("conventional_18g_10mm", treatment(80)),
    "cooled": ("cooled_17g_4mm", treatment(60)),
}


def check(arm):
    balance = arm.summary["balance"]
    assert 0.0 <= balance["power_residual"] < 1e-6
    assert 0.0 <= balance["energy_residual"] < 1e-4


@pytest.mark.parametrize("run", RUNS)
def test_conventional_and_cooled(run):
    check(solve(*RUNS[run]))


def test_metabolic_heat_and_a_grounded_outer_boundary():
    arm = solve(
        *RUNS["conventional"],
        body={"temperature_C": 37, "metabolic_heat": True},
        numerics={"outer_boundary": "grounded", "domain_radius_mm": 25},
    )
    check(arm)


def test_quadratic_elements():
    check(solve(*RUNS["cooled"], order=2))


@pytest.mark.parametrize("order", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_boiling(order):
    arm = solve("conventional_22g_5mm", [power(3, 15)], order=order)
    assert arm.summary["temperature"]["max_C"] > 100.0
    check(arm)
    # Boiling takes heat: the same power without it makes tissue far hotter.
    dry = solve("conventional_22g_5mm", [power(3, 15)], order=order, laws={"vaporisation": {"enabled": False}})
    assert dry.summary["temperature"]["max_C"] > arm.summary["temperature"]["max_C"] + 4.0
    check(dry)


@pytest.mark.slow
def test_thirty_watts_boil_dry_and_cut_off():
    arm = solve("conventional_22g_5mm", [power(30, 20), off(5)])
    assert arm.cutoff is not None
    assert 0.05 < arm.cutoff < 20.0
    h = arm.history
    assert not h["power_W"][h["time_s"] > arm.cutoff].any()
    assert h["impedance_ohm"].max() > 1000.0
    assert h["max_C"].max() > 101.0
    check(arm)


def test_the_run_says_how_far_conductivity_lagged():
    calm = solve(*RUNS["conventional"]).summary["balance"]["conductivity_lag"]
    assert 0.0 < calm < 0.02
    drying = solve("conventional_22g_5mm", [power(10, 3)], order=1).summary["balance"]["conductivity_lag"]
    assert drying > 10.0 * calm
