"""Surfaces that grow: as large as the made-up lesion is known to be, at every snapshot."""

import base64

import numpy as np
import pytest

from rfa_model import library
from rfa_model.drawing import shapes
from rfa_model.drawing.lesion import excess_over_time
from rfa_model.report.encode import script_json, triangles, typed
from rfa_model.report.surfaces import NEVER, capture_times_s, chosen_snapshots, surface, thinned
from tests.synthetic import synthetic_arm

CRITERIA = library.criteria()


@pytest.fixture(scope="module")
def fields():
    return synthetic_arm(n=16).fields


def radius_mm(mesh) -> float:
    """Median distance of the surface's points from the middle of the 10 mm tip."""
    return float(np.median(np.linalg.norm(np.asarray(mesh.points) - [0.0, 0.0, 5.0], axis=1)))


@pytest.mark.parametrize("snapshot", [1, 3, 5])
def test_the_lesion_has_the_radius_it_was_made_with(fields, snapshot):
    # Omega = 1 where 2 (4 mm - r) + ln(t / end) = 0.
    found = excess_over_time(fields, CRITERIA["arrhenius"])
    share = fields.times_s[snapshot] / fields.times_s[-1]
    mesh = surface(fields, found[snapshot])
    assert radius_mm(mesh) == pytest.approx(4.0 + 0.5 * np.log(share), abs=0.08)


def test_the_isotherm_has_the_radius_it_was_made_with(fields):
    # 50 degC where 37 + 45 exp(-r / 5) = 50.
    mesh = surface(fields, fields.temperature_C[-1].astype(float) - 50.0)
    assert radius_mm(mesh) == pytest.approx(5.0 * np.log(45.0 / 13.0), abs=0.08)


def test_nothing_is_drawn_where_nothing_is_hot_or_known(fields):
    assert surface(fields, excess_over_time(fields, CRITERIA["arrhenius"])[0]).n_cells == 0
    cem43 = excess_over_time(fields, CRITERIA["cem43_240min"])
    assert [surface(fields, cem43[k]).n_cells > 0 for k in (0, 3, 5)] == [False, False, True]


def test_peak_temperature_never_falls(fields):
    falling = synthetic_arm(n=4).fields
    falling.temperature_C = falling.temperature_C[::-1]
    peak = 50.0 + excess_over_time(falling, CRITERIA["isotherm_50C"])[:-1]
    np.testing.assert_allclose(peak, np.broadcast_to(falling.temperature_C[0], peak.shape))


def test_a_nerve_is_captured_when_the_lesion_reaches_it(fields):
    quantities = {"arrhenius": excess_over_time(fields, CRITERIA["arrhenius"])}
    points = np.array([[3.0, 0.0, 5.0], [3.9, 0.0, 5.0], [6.0, 0.0, 5.0], [99.0, 0.0, 0.0]])
    # ln(t / 100 s) = 2 (r - 4 mm): at 13.5 s and 81.9 s; snapshots are 20 s apart. The rest is beyond, nowhere.
    assert capture_times_s(fields, quantities, points)["arrhenius"].tolist() == [20.0, 100.0, NEVER, NEVER]


@pytest.mark.parametrize(("count", "most"), [(6, 24), (24, 24), (100, 24)])
def test_snapshots_are_few_and_hold_both_ends(count, most):
    chosen = chosen_snapshots(np.arange(count), most)
    assert (chosen[0], chosen[-1], len(chosen)) == (0, count - 1, min(count, most))


@pytest.mark.parametrize("most", [150, 10**6])
def test_surfaces_are_wound_outwards_and_do_not_fold(fields, most):
    beyond = excess_over_time(fields, CRITERIA["visible_edge"])[-1]
    mesh = surface(fields, beyond, most)
    corners = np.asarray(mesh.points, dtype=float)[mesh.regular_faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    out = corners.mean(axis=1) - [0.0, 0.0, 5.0]
    assert np.mean(np.einsum("ij,ij->i", normal, out) > 0.0) > 0.995
    assert radius_mm(mesh) == pytest.approx(5.0 * np.log(45.0 / (CRITERIA["visible_edge"].level - 37.0)), abs=0.1)


def test_thinned_surfaces_keep_their_size():
    ball = shapes.pv.Sphere(radius=5.0, theta_resolution=80, phi_resolution=80)
    thin = thinned(ball, 1000)
    assert thin.n_cells <= 1000 < ball.n_cells
    assert thin.volume == pytest.approx(ball.volume, rel=0.01)


def test_numbers_survive_their_encoding():
    values = [0.0, -1.5, 12345.678]
    text = typed(values)
    np.testing.assert_allclose(np.frombuffer(base64.b64decode(text["bdata"]), dtype="<f4"), values, rtol=1e-6)
    assert triangles(np.zeros((70_000, 3)), np.array([[0, 1, 69_999]]))["k"]["dtype"] == "u4"
    assert triangles(np.zeros((3, 3)), np.array([[0, 1, 2]]))["k"]["dtype"] == "u2"


def test_words_cannot_leave_the_script_they_stand_in():
    assert "</script" not in script_json({"title": "</script><script>alert(1)</script>"})
