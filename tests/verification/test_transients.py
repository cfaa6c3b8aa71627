"""Exact transients: perfusion decay, a step on the surface of a perfused half-space, heating through boiling."""

import numpy as np
import pytest
from scipy.special import erfc

from rfa_model.verification.tools.boxes import boundary_mask, box
from rfa_model.verification.tools.bioheat import (
    BODY_C,
    K,
    bioheat,
    fixed_steps,
    lift,
    muscle_tables,
    observed_order,
    read_at,
    run_transient,
    uniform_heat,
)

RHO_C = 1090.0 * 3421.0


@pytest.mark.parametrize("order", [1, 2])
def test_perfusion_decay(order: int) -> None:
    # Insulated and uniform: ρc θ′ = −wθ, so θ = θ₀ exp(−wt/ρc).
    tables = muscle_tables(box((1e-3, 1e-3, 1e-3), (1, 1, 1)), order)
    w = 25000.0
    heat = bioheat(tables, capacity=RHO_C, perfusion=w)
    start = np.full(tables.local_size, BODY_C + 30.0)
    ends, transient = run_transient(heat, uniform_heat(tables, 0.0), start, [20.0, 100.0], tolerance_C=1e-3)
    for T, t in zip(ends, (20.0, 120.0), strict=True):
        assert np.abs(T - BODY_C - 30.0 * np.exp(-w * t / RHO_C)).max() < 5e-3
    assert transient.balance.perfused_J == pytest.approx(-transient.balance.stored_J, rel=1e-6)


def test_perfusion_decay_is_of_second_order_in_time() -> None:
    tables = muscle_tables(box((1e-3, 1e-3, 1e-3), (1, 1, 1)), 1)
    w, duration = 25000.0, 200.0
    heat, none = bioheat(tables, capacity=RHO_C, perfusion=w), uniform_heat(tables, 0.0)
    start, exact = np.full(tables.local_size, BODY_C + 30.0), 30.0 * np.exp(-w * duration / RHO_C)
    steps = [4, 8, 16, 32]
    errors = [abs(fixed_steps(heat, none, start, duration, n)[0] - BODY_C - exact) for n in steps]
    assert observed_order([1.0 / n for n in steps], errors) == pytest.approx(2.0, abs=0.1)


def half_space_rise(x_m: np.ndarray, t_s: float, w: float) -> np.ndarray:
    """θ/θ_s = ½[e^{−mx} erfc(x/2√(αt) − √(βt)) + e^{mx} erfc(x/2√(αt) + √(βt))], m² = w/k, α = k/ρc, β = w/ρc."""
    m, root = np.sqrt(w / K), 2.0 * np.sqrt(K / RHO_C * t_s)
    late = np.sqrt(w / RHO_C * t_s)
    return 0.5 * (np.exp(-m * x_m) * erfc(x_m / root - late) + np.exp(m * x_m) * erfc(x_m / root + late))


@pytest.mark.parametrize("w", [1e-9, 2550.0, 58700.0])
def test_half_space_with_a_surface_step(w: float) -> None:
    # The step decays by diffusion (no perfusion) up to m⁻¹ = 2.9 mm (liver). 30 mm are as good as infinite for 60 s.
    step, depth = 30.0, 30e-3
    mesh = box((1.0, 0.5e-3, 0.5e-3), (48, 1, 1))
    mesh.geometry.x[:, 0] = depth * np.expm1(5.0 * mesh.geometry.x[:, 0]) / np.expm1(5.0)
    tables = muscle_tables(mesh, 2)
    surface = boundary_mask(tables.V, lambda x: np.isclose(x[0], 0.0, atol=1e-12))
    far = boundary_mask(tables.V, lambda x: np.isclose(x[0], depth))
    heat = bioheat(tables, capacity=RHO_C, perfusion=w, fixed=surface | far)
    start = lift(np.full(tables.local_size, BODY_C), surface, BODY_C + step)
    durations = [2.0, 8.0, 50.0]
    ends, transient = run_transient(heat, uniform_heat(tables, 0.0), start, durations, tolerance_C=0.01)
    x = np.array([0.3, 0.6, 1.0, 2.0, 3.0, 5.0, 8.0]) * 1e-3
    points = np.column_stack([x, np.full_like(x, 0.2e-3), np.full_like(x, 0.3e-3)])
    worst = 0.0
    for T, t in zip(ends, np.cumsum(durations), strict=True):
        error = read_at(tables, T - BODY_C, points) - step * half_space_rise(x, t, w)
        worst = max(worst, float(np.abs(error).max()))
    print(f"half-space w {w}: worst {worst:.4f} K of {step} K in {transient.totals.steps} steps")
    assert worst < 0.05
    assert transient.balance.relative_residual < 1e-4


@pytest.mark.parametrize("start_C", [20.0, 98.999, 99.0, 100.3, 101.0, 130.0])
@pytest.mark.parametrize("end_C", [37.0, 99.0, 99.7, 101.0, 101.001, 160.0])
def test_storage_is_the_enthalpy_over_any_jump(start_C: float, end_C: float) -> None:
    tables = muscle_tables(box((2e-3, 1e-3, 1e-3), (2, 1, 1)), 2)
    heat = bioheat(tables, capacity=RHO_C, latent_J_per_m3=1090.0 * 0.76 * 2.26e6)
    uneven = np.random.default_rng(3).uniform(-0.5, 0.5, tables.local_size)
    before, after = np.full(tables.local_size, start_C), end_C + uneven
    stored = heat.storage(after, before, 0.5).sum() * 0.5
    gained = [float(heat.enthalpy.enthalpy(tables.mean(T)) @ tables.volume_m3) for T in (before, after)]
    assert stored == pytest.approx(gained[1] - gained[0], rel=1e-10)


@pytest.mark.parametrize(("tolerance_C", "share"), [(0.5, 5e-4), (0.1, 1e-4), (0.05, 2e-5)])
@pytest.mark.parametrize("order", [1, 2])
def test_heat_supplied_is_enthalpy_gained_through_the_boiling_band(
    tolerance_C: float, share: float, order: int
) -> None:
    # An insulated block heated evenly: H(T) − H(T₀) = q t, however the steps fall on the band.
    tables = muscle_tables(box((2e-3, 1e-3, 1e-3), (2, 1, 1)), order)
    latent, gas = 1090.0 * 0.76 * 2.26e6, 370.0 * 2156.0
    q, volume = 1e8, 2e-9
    heat = bioheat(tables, capacity=RHO_C, latent_J_per_m3=latent)
    start = np.full(tables.local_size, BODY_C)
    durations = [1.0, 11.0, 10.0]
    ends, transient = run_transient(heat, uniform_heat(tables, q), start, durations, tolerance_C)
    # By hand: up to 99 °C with the wet ρc; over 2 K with the mean ρc and the latent heat; on in steam-filled tissue.
    to_band, over_band = RHO_C * 62.0, RHO_C + gas + latent
    supplied = q * np.cumsum(durations)
    assert to_band < supplied[1] < to_band + over_band < supplied[2]
    warm = BODY_C + supplied[0] / RHO_C
    boiling = 99.0 + 2.0 * (supplied[1] - to_band) / over_band
    dry = 101.0 + (supplied[2] - to_band - over_band) / gas
    # What a stage may leave unsolved, a hundredth of the tolerance, weighs most in the band; at a step's tolerance
    # of 0.1 K less than one part in ten thousand of the heat is lost (0.3 K of the steam-filled tissue at the end).
    in_gas = share * supplied[2] / gas
    for T, expected, apart in zip(ends, (warm, boiling, dry), (0.01, 0.01, in_gas), strict=True):
        assert np.abs(T - expected).max() < apart
    assert transient.balance.supplied_J == pytest.approx(supplied[-1] * volume, rel=1e-9)
    assert transient.balance.stored_J == pytest.approx(supplied[-1] * volume, rel=share)


def test_perfusion_stays_between_none_and_all() -> None:
    # Quadratic interpolation of a field that falls from 1 to 0 between two nodes has means outside that range.
    tables = muscle_tables(box((4e-3, 1e-3, 1e-3), (4, 1, 1)), 2)
    heat = bioheat(tables, capacity=RHO_C, perfusion=2550.0, shutdown=True)
    x = tables.V.tabulate_dof_coordinates()[:, 0]
    warm = np.full(tables.local_size, BODY_C)
    for edge in np.linspace(0.2e-3, 3.8e-3, 19):
        w = heat.coefficients(warm, np.where(x < edge, 1e6, 1e-6)).perfusion_W_per_m3K
        assert w.min() >= 0.0
        assert w.max() <= 2550.0
