"""Public models rebuilt from their description, solved by rfa_model's equations and by a peer
(benchmarks/public_models)."""

import numpy as np
import pytest

from benchmarks import catheter, needle
from benchmarks.half_plane import HalfPlane
from benchmarks.layered import Layered, Medium
from benchmarks.peer_comparison import cells, verdict
from benchmarks.public_models import rows
from benchmarks.turned import Sizes, Turned
from rfa_model.laws import ElectricConductivity, Enthalpy, Perfusion

PROMISE = 0.01
COARSE = Sizes(ring_mm=0.05, metal_mm=0.16, far_mm=6.0, growth=0.35)


def test_a_short_catheter_run_agrees_with_the_peer() -> None:
    times = (2.0, 3.0)
    peer = catheter.run_peer(fineness=3.0, step_s=0.1, times_s=times)
    found = rows(catheter.run_ours(COARSE, times_s=times).values, peer.values, times)
    assert len(found) == 13
    assert [cells(row, PROMISE) for row in found if verdict(row, PROMISE) != "ok"] == []


@pytest.mark.slow
def test_the_catheter_peaks_where_its_authors_found_it() -> None:
    """Stated 79.36 °C after 10 s: within 1 % of its rise above 37 °C, by either code."""
    for run in (catheter.run_peer(), catheter.run_ours()):
        assert run.values["hottest", 10.0] == pytest.approx(catheter.STATED_C, abs=0.01 * (catheter.STATED_C - 37.0))


def test_generator_agrees_with_itself_and_keeps_its_limits() -> None:
    V2 = catheter.voltage_squared(60.0, 100.0, 0.01)
    assert pytest.approx(catheter.GAIN_V2_PER_K * (80.0 - (60.0 + 0.01 * (V2 - 100.0)))) == V2
    assert catheter.voltage_squared(37.0, 0.0, 0.0) == pytest.approx(66.33**2)
    assert catheter.voltage_squared(90.0, 0.0, 0.0) == pytest.approx(12.85**2)


def test_half_plane_and_what_is_turned_of_it_enclose_the_same() -> None:
    plane = HalfPlane(1.15, 3.5, catheter.LAYERS, 20.0, (-18.85, 21.15))
    tip = np.pi * 1.15**2 * (3.5 - 1.15) + 2.0 / 3.0 * np.pi * 1.15**3
    flat = plane.mesh(3.0)
    r, z = flat.p[:, flat.t[:, flat.subdomains["tip"]]]
    area = 0.5 * np.abs((r[1] - r[0]) * (z[2] - z[0]) - (r[2] - r[0]) * (z[1] - z[0]))
    assert 1e9 * float(2.0 * np.pi * area @ r.mean(axis=0)) == pytest.approx(tip, rel=2e-3)
    solid = Turned.of(plane, COARSE)
    assert 4e9 * solid.tables.volume_m3[solid.cells["tip"]].sum() == pytest.approx(tip, rel=1e-2)


def test_layered_peer_conducts_like_a_wall_between_two_temperatures() -> None:
    """Steady, no current: cooled by h on the upper face of a layer that is warm below, θ/θ₀ = k/(k + h d) there."""
    plane = HalfPlane(0.5, 2.0, (("below", -4.0), ("wall", -1.0), ("above", np.inf)), 30.0, (-4.5, 10.0))
    medium = Medium(0.1, 0.5, 1e3)
    cold = Medium(0.1, 0.5, 1e3, warms=False)
    media = {"below": medium, "wall": medium, "above": cold, "tip": cold, "shaft": cold}
    peer = Layered(plane.mesh(6.0), media, {"above|wall": 500.0})
    low = peer.basis.get_dofs(lambda x: np.isclose(x[1], -4.5e-3)).all()
    peer.given[low] = 10.0
    end = peer.run(200.0, 50.0, lambda rise_at: 0.0, lambda time_s, moment: None)
    at = peer.basis.probes(np.array([[1e-4], [-1.0e-3]]))
    assert float((at @ end.rise_C)[0]) == pytest.approx(10.0 * 0.5 / (0.5 + 500.0 * 3.5e-3), rel=5e-3)


def test_boiling_peer_has_the_laws_that_rfa_model_is_given() -> None:
    liver, T = needle.LIVER, np.array([20.0, 37.0, 89.0, 95.0, 99.9, 101.5, 104.0, 140.0])
    law = ElectricConductivity(slope_per_C=0.02, dry_start_C=100.0, dry_width_C=5.0, dry_fraction=0.01)
    assert liver.sigma(T) == pytest.approx(0.132 * law.factor(T), rel=1e-12)
    ours = Enthalpy(np.array(1080.0 * 3455.0), np.array(liver.latent_J_per_m3), 90.0, 100.0, 370.0 * 2156.0)
    stored, capacity = liver.enthalpy(T)
    assert stored == pytest.approx(ours.enthalpy(T), rel=1e-12)
    assert capacity == pytest.approx(ours.capacity(T), rel=1e-12)
    dead = np.array([0.0, 0.3, 0.5, 1.0 - np.exp(-1.0), 0.9, 0.99])
    assert liver.flowing(dead) == pytest.approx(Perfusion().factor(-np.log1p(-dead), T[:6]), abs=1e-9)
