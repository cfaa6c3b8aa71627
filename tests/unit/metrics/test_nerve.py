"""Exact answers: fields whose ln Omega is linear (interpolated without error) or a ball's or a cylinder's."""

import numpy as np
import pytest

from rfa_model import library
from rfa_model.errors import InputError
from rfa_model.metrics.curves import length_where, sample_curve
from rfa_model.metrics.evaluate import evaluate
from rfa_model.metrics.nerve import NerveTable, TreatedNerve
from rfa_model.metrics.nerve_metrics import NerveMetrics
from tests.synthetic import synthetic_arm
from tests.unit.metrics.made import MadeAnatomy, straight

ARRHENIUS = library.criteria()["arrhenius"]


def measure(arm, nerve, criterion=ARRHENIUS):
    found = evaluate(arm, MadeAnatomy(nerves={nerve.name: nerve}), [criterion])
    return found.nerves[nerve.name], found.nerve_tables[nerve.name]


def slab(x_mm):
    """The lesion is everything with x <= x_mm (probe frame)."""
    return synthetic_arm(log_damage=lambda q: 2.0 * (x_mm - q[:, 0]), n=8)


@pytest.mark.parametrize(
    ("x_mm", "margin", "captured", "full"),
    [
        (1.7, 1.3, 8.0, 8.0),  # wholly inside
        (2.5, 0.5, 8.0, 8.0),
        (3.3, -0.3, 8.0, 0.0),  # centreline in, section not
        (4.3, -1.3, 0.0, 0.0),  # the lesion misses covering the nerve by 1.3 mm
        (6.0, -3.0, 0.0, 0.0),
    ],
)
def test_margin_of_a_nerve_along_a_plane(x_mm, margin, captured, full):
    metrics, table = measure(slab(3.5), straight((x_mm, -4.0, 5.0), (x_mm, 4.0, 5.0)))
    assert metrics.margin_mm == pytest.approx(margin, abs=2e-3)
    assert metrics.captured_length_mm == pytest.approx(captured, abs=1e-9)
    assert metrics.captured_fraction == pytest.approx(captured / 8.0, abs=1e-9)
    assert metrics.full_section_length_mm == pytest.approx(full, abs=1e-9)
    assert metrics.max_damage == pytest.approx(np.exp(2.0 * (3.5 - x_mm)), rel=1e-6)
    np.testing.assert_allclose(table["margin_mm"], margin, atol=2e-3)


def test_lengths_of_a_nerve_that_crosses_the_lesions_edge():
    nerve = straight((-9.0, 4.0, 5.0), (9.0, 4.0, 5.0), segment_mm=(6.0, 16.0))
    metrics, table = measure(slab(3.5), nerve)
    assert metrics.captured_length_mm == pytest.approx(12.5, abs=1e-6)
    assert metrics.captured_fraction == pytest.approx(0.65, abs=1e-6)
    assert metrics.full_section_length_mm == pytest.approx(12.5, abs=1e-6)  # the sections lie along the plane
    assert metrics.margin_mm == pytest.approx(6.0, abs=2e-3)  # at the segment's start, x = -3
    assert list(table) == [column.key for column in NerveTable.quantities()]
    assert table["arc_mm"][-1] == pytest.approx(18.0)
    np.testing.assert_array_equal(table["inside"], (table["x_mm"] <= 3.5 + 1e-9).astype(int))


def test_oblique_nerve_has_its_whole_section_inside_for_less():
    nerve = straight((-5.0, 4.0, 5.0 - 3.0), (7.0, 4.0, 5.0 + 6.0), diameter_mm=1.0)
    metrics, _ = measure(slab(3.5), nerve)
    # direction (12, 0, 9) / 15: the section's half width along x is r * 9/15, in arc length r * (9/15) / (12/15)
    assert metrics.captured_length_mm == pytest.approx(8.5 / 0.8, abs=1e-6)
    assert metrics.full_section_length_mm == pytest.approx(8.5 / 0.8 - 0.5 * 0.75, abs=1e-3)


def test_ball_lesion():
    arm = synthetic_arm(lesion_radius_mm=5.0, n=24)
    metrics, _ = measure(arm, straight((2.0, -7.0, 5.0), (2.0, 7.0, 5.0)))
    assert metrics.margin_mm == pytest.approx(5.0 - 2.0 - 0.5, abs=0.03)
    assert metrics.captured_length_mm == pytest.approx(2 * np.sqrt(25.0 - 4.0), abs=0.05)
    # the ring's outermost point is at x = 2.5
    assert metrics.full_section_length_mm == pytest.approx(2 * np.sqrt(25.0 - 6.25), abs=0.05)
    assert metrics.max_temperature_C == pytest.approx(37 + 45 * np.exp(-0.4), abs=0.3)
    outside, _ = measure(arm, straight((5.8, -7.0, 5.0), (5.8, 7.0, 5.0)))
    assert outside.margin_mm == pytest.approx(-1.3, abs=0.03)


def test_cylinder_lesion_along_its_axis():
    arm = synthetic_arm(log_damage=lambda q: 2.0 * (4.0 - np.hypot(q[:, 0], q[:, 1])), n=24)
    for offset, margin in ((2.0, 1.5), (3.5, 0.0), (4.8, -1.3)):
        metrics, _ = measure(arm, straight((0.0, offset, -1.0), (0.0, offset, 11.0)))
        assert metrics.margin_mm == pytest.approx(margin, abs=0.04)


def test_needle_distance_and_nerve_in_the_needle():
    arm = slab(3.5)
    radius = 0.5 * arm.probe.outer_diameter_mm
    beside, _ = measure(arm, straight((2.0, -4.0, 5.0), (2.0, 4.0, 5.0)))
    assert beside.probe_distance_mm == pytest.approx(2.0 - radius - 0.5, abs=1e-3)
    through, table = measure(synthetic_arm(n=24, half_width_mm=6.0), straight((0.0, -3.0, 5.0), (0.0, 3.0, 5.0)))
    assert through.probe_distance_mm == pytest.approx(-radius - 0.5, abs=1e-3)
    in_needle = np.abs(table["y_mm"]) < radius - 0.3
    assert in_needle.any()
    assert np.isnan(table["peak_T_C"][in_needle]).all()  # there is no tissue, nor the metal's temperature in its stead
    assert np.isfinite(table["peak_T_C"][np.abs(table["y_mm"]) > radius + 0.3]).all()
    assert through.captured_length_mm > 5.0


def test_time_to_capture_is_when_the_last_point_of_the_best_section_is_in():
    # ln Omega = 2 (3.5 - x) + ln(t / 100): the nerve's far side at x = 2 is in when t = 100 exp(-3)
    fine = synthetic_arm(log_damage=lambda q: 2.0 * (3.5 - q[:, 0]), n=8, snapshots=401)
    metrics, _ = measure(fine, straight((1.5, -4.0, 5.0), (1.5, 4.0, 5.0)))
    assert metrics.time_to_capture_s == pytest.approx(100 * np.exp(-3.0), rel=0.01)
    never, _ = measure(fine, straight((3.2, -4.0, 5.0), (3.2, 4.0, 5.0)))
    assert never.time_to_capture_s is None


def test_time_to_capture_of_an_isotherm_and_of_a_dose():
    arm = synthetic_arm(snapshots=11, n=12)
    nerve = straight((1.5, -4.0, 5.0), (1.5, 4.0, 5.0))
    isotherm, _ = measure(arm, nerve, library.criteria()["isotherm_50C"])
    # T = 37 + 45 exp(-r/5) t/100 reaches 50 at the section's far side, r = 2
    assert isotherm.time_to_capture_s == pytest.approx(100 * 13 / (45 * np.exp(-2.0 / 5.0)), rel=0.02)
    dose, _ = measure(arm, nerve, library.criteria()["cem43_240min"])
    assert dose.time_to_capture_s is None  # no history of it is kept
    assert dose.captured_length_mm > 0


def test_no_lesion_gives_no_margin():
    arm = synthetic_arm(log_damage=lambda q: np.full(len(q), -3.0), n=6)
    metrics, table = measure(arm, straight((2.0, -4.0, 5.0), (2.0, 4.0, 5.0)))
    assert metrics.margin_mm is None
    assert metrics.time_to_capture_s is None
    assert (metrics.captured_length_mm, metrics.captured_fraction, metrics.full_section_length_mm) == (0.0, 0.0, 0.0)
    assert metrics.max_damage == pytest.approx(np.exp(-3.0))
    assert np.isnan(table["margin_mm"]).all()


def test_target_segment_outside_the_mesh_is_refused():
    with pytest.raises(InputError, match=r"nerve 'far'.*domain_radius_mm"):
        measure(slab(3.5), straight((2.0, 0.0, 5.0), (2.0, 30.0, 5.0), name="far"))


def test_the_rest_of_a_nerve_may_leave_the_mesh():
    nerve = straight((2.0, -4.0, 5.0), (2.0, 30.0, 5.0), segment_mm=(0.0, 8.0))
    metrics, table = measure(slab(3.5), nerve)
    assert table["y_mm"].max() == pytest.approx(12.0, abs=0.1)  # the made-up domain ends there
    assert metrics.captured_length_mm == pytest.approx(16.0, abs=0.2)
    assert np.isfinite(table["peak_T_C"]).all()


def test_curve_samples_hold_the_segments_ends():
    curve = sample_curve(straight((0, 0, 0), (0, 0, 10.0), segment_mm=(1.234, 7.77)))
    inside = curve.arc_mm[curve.in_segment]
    assert (inside[0], inside[-1]) == pytest.approx((1.234, 7.77))
    assert np.diff(curve.arc_mm).max() <= 0.1 + 1e-12
    ring = curve.sections_mm[:, 1:] - curve.points_mm[:, None]
    np.testing.assert_allclose(np.linalg.norm(ring, axis=2), 0.5)
    np.testing.assert_allclose(ring @ [0, 0, 1.0], 0.0, atol=1e-12)


@pytest.mark.parametrize("segment", [(-1.0, 5.0), (2.0, 11.0), (4.0, 4.0)])
def test_a_segment_beyond_the_curve_is_refused(segment):
    with pytest.raises(ValueError, match="segment"):
        sample_curve(straight((0, 0, 0), (0, 0, 10.0), segment_mm=segment))


def test_length_where():
    arc = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    assert length_where(arc, np.array([-1.0, 1.0, 1.0, -3.0, -1.0])) == pytest.approx(0.5 + 1.0 + 0.25)
    assert length_where(arc, np.array([1.0, np.nan, 1.0, 1.0, -np.inf])) == pytest.approx(1.0)
    assert length_where(arc, np.ones(5), np.array([0, 1, 1, 1, 0], dtype=bool)) == pytest.approx(2.0)


def test_nerve_metrics_do_not_depend_on_where_the_patient_lies():
    from rfa_model.applicators.pose import Pose

    turn = np.array([[0.36, 0.48, -0.8], [-0.8, 0.6, 0.0], [0.48, 0.64, 0.6]])
    pose = Pose(turn, np.array([30.0, -80.0, 12.0]))
    here = synthetic_arm(n=10)
    there = synthetic_arm(n=10, pose=pose)
    nerve = straight((2.0, -4.0, 5.0), (2.5, 4.0, 6.0))
    moved = straight(pose.to_patient(nerve.points_mm[:1])[0], pose.to_patient(nerve.points_mm[-1:])[0])
    a, b = measure(here, nerve)[0], measure(there, moved)[0]
    for name in ("probe_distance_mm", "margin_mm", "captured_length_mm", "max_temperature_C", "time_to_capture_s"):
        assert getattr(a, name) == pytest.approx(getattr(b, name), rel=1e-4), name


def test_surface_and_criterion_can_be_given_directly():
    arm = slab(3.5)
    found = evaluate(arm, MadeAnatomy(), [ARRHENIUS])
    nerve = straight((1.0, -4.0, 5.0), (1.0, 4.0, 5.0))
    metrics = NerveMetrics(TreatedNerve(arm, nerve, ARRHENIUS, found.surfaces["arrhenius"]))
    assert metrics.margin_mm == pytest.approx(2.0, abs=2e-3)
