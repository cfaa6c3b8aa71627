"""The coolant of a real cooled probe, built as the simulation builds it: without current it is all that moves heat."""

from functools import cache

import numpy as np
import pytest

from rfa_model import library
from rfa_model.assurance.verification.tools.bioheat import BODY_C, Array, solve_steady
from rfa_model.assurance.verification.tools.cannula import domain_of
from rfa_model.physics.laws import TissueLaws
from rfa_model.physics.materials import mix
from rfa_model.scenario import Body
from rfa_model.solver.build import build_heat
from rfa_model.solver.linear_systems import LinearSystems

PROBE = library.probes()["cooled_17g_4mm"]


@cache
def cooled(coolant_C: float, h_W_per_m2K: float, perfusion: bool = False) -> tuple[Array, float, float]:
    """Steady θ of a cooled probe at rest; the heat coolant and blood take, and what comes in from outside, W."""
    domain = domain_of(PROBE.name, "draft")
    cooling = PROBE.cooling.model_copy(
        update={"coolant_temperature_C": coolant_C, "heat_transfer_coefficient_W_per_m2K": h_W_per_m2K}
    )
    materials = mix(np.ones((len(domain.cells["tissue"]), 1)), ("muscle",), library.tissues(), 0.0)
    body = PROBE.model_copy(update={"cooling": cooling}).applicator()
    heat = build_heat(
        LinearSystems.of(domain, None), materials, body, TissueLaws(), Body(temperature_C=BODY_C, perfusion=perfusion)
    )
    rest = np.full(domain.tables.local_size, BODY_C)
    T = solve_steady(heat, np.zeros_like(rest), rest)
    coefficients = heat.coefficients(T, np.zeros_like(T))
    inflow = -float(heat.passive_load(T, coefficients)[heat.fixed].sum())
    flows = heat.flows(T, coefficients)
    return T - BODY_C, flows.cooled_W + flows.perfused_W, inflow


def test_coolant_at_body_temperature_moves_nothing() -> None:
    theta, taken, _ = cooled(BODY_C, 3500.0)
    assert np.abs(theta).max() < 1e-8
    assert abs(taken) < 1e-8


def test_coolant_temperature_is_used_and_sets_the_scale() -> None:
    # k(T) apart, which varies by 4 % over 15 K, the problem is linear in T_c − T_b.
    mild, cold = cooled(29.5, 3500.0), cooled(22.0, 3500.0)
    assert cold[0].min() < -10.0
    assert cold[0].min() >= -15.0 - 1e-6
    assert cold[0].min() == pytest.approx(2.0 * mild[0].min(), rel=0.02)
    assert cold[1] == pytest.approx(2.0 * mild[1], rel=0.05)


def test_more_exchange_cools_more_and_none_nothing() -> None:
    coldest = [cooled(22.0, h)[0].mean() for h in (0.0, 350.0, 3500.0, 35000.0)]
    assert coldest[0] == pytest.approx(0.0, abs=1e-8)
    assert np.all(np.diff(coldest) < 0)


@pytest.mark.parametrize("perfusion", [False, True])
def test_what_the_coolant_takes_comes_from_outside_and_the_blood(perfusion: bool) -> None:
    _, taken, inflow = cooled(22.0, 3500.0, perfusion)
    assert taken == pytest.approx(inflow, rel=1e-6)
    assert taken > 0.1
