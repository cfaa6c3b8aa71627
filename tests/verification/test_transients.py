"""Facts about transients that are neither exact solutions nor balances: those are verification cases."""

import numpy as np
import pytest

from rfa_model.assurance.verification.tools.bioheat import BODY_C, bioheat, muscle_tables
from rfa_model.assurance.verification.tools.boxes import box
from rfa_model.assurance.verification.tools.infinite import RHO_C, half_space_rise, point_source_rise
from rfa_model.assurance.verification.tools.stefan import LineSource
from rfa_model.laws import Perfusion


def test_perfusion_stays_between_none_and_all() -> None:
    # Quadratic interpolation of a field that falls from 1 to 0 between two nodes has means outside that range.
    tables = muscle_tables(box((4e-3, 1e-3, 1e-3), (4, 1, 1)), 2)
    heat = bioheat(tables, capacity=RHO_C, perfusion=2550.0, perfusion_law=Perfusion())
    x = tables.V.tabulate_dof_coordinates()[:, 0]
    warm = np.full(tables.local_size, BODY_C)
    for edge in np.linspace(0.2e-3, 3.8e-3, 19):
        w = heat.coefficients(warm, np.where(x < edge, 1e6, 1e-6)).perfusion_W_per_m3K
        assert w.min() >= 0.0
        assert w.max() <= 2550.0


@pytest.mark.parametrize("w", [0.0, 25500.0])
def test_exact_solutions_satisfy_pennes_equation(w: float) -> None:
    # ρc θ_t = k(θ_xx + (2/r) θ_x) − wθ by central differences, the second term for the point source only.
    x, t, h, s = np.linspace(0.5e-3, 3e-3, 6), 10.0, 1e-6, 1e-3
    for rise, geometry in ((half_space_rise, 0.0), (point_source_rise, 2.0)):
        low, mid, high = (rise(x + d, t, w, 1.0) for d in (-h, 0.0, h))
        diffusion = 0.49 * ((high - 2.0 * mid + low) / h**2 + geometry / x * (high - low) / (2.0 * h))
        stored = RHO_C * (rise(x, t + s, w, 1.0) - rise(x, t - s, w, 1.0)) / (2.0 * s)
        assert diffusion - w * mid == pytest.approx(stored, rel=1e-3, abs=1e-4 * np.abs(stored).max())


def line_source(width_C: float) -> LineSource:
    return LineSource(2e3, 0.49, RHO_C, 370.0 * 2156.0, 1.87e9, 37.0, 100.0, width_C)


def test_a_narrow_band_is_a_sharp_front() -> None:
    # The two solutions are found independently: one front with latent heat, two without.
    apart = []
    for width in (2.0, 0.5, 0.125):
        source = line_source(width)
        inner, outer = source.band_lambdas
        assert inner < source.sharp_lambda < outer
        assert inner < source.boiled_lambda < outer
        apart.append(source.boiled_lambda / source.sharp_lambda - 1.0)
    assert apart[0] < 1e-3
    assert np.array(apart[:-1]) / np.array(apart[1:]) == pytest.approx(4.0, rel=0.1)


def test_the_line_gives_off_all_its_heat() -> None:
    # Enthalpy gained in the whole plane at t is Q t: sensible heat on both sides and latent heat up to the front.
    source, t = line_source(2.0), 10.0
    front = source.front_m(t, source.sharp_lambda)
    r = np.concatenate([np.geomspace(1e-7, front, 20001), np.geomspace(front, 0.05, 20001)[1:]])
    T = source.sharp_C(r, t)
    inside = source.latent_J_per_m3 + RHO_C * 63.0 + source.inner_capacity_J_per_m3K * (T - 100.0)
    heat = np.trapezoid(np.where(r < front, inside, RHO_C * (T - 37.0)) * 2.0 * np.pi * r, r)
    assert heat == pytest.approx(source.line_power_W_per_m * t, rel=2e-3)
