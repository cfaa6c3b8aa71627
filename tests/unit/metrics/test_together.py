"""Several lesions read together, each on its own mesh: made up of two cubes in line."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from rfa_model.anatomy.base import Curve
from rfa_model.applicators import Pose
from rfa_model.library import probes
from rfa_model.metrics.data import ArmData, FieldSeries, History, Increment, InTurn
from rfa_model.metrics.flags import outer_boundary
from rfa_model.metrics.lesions_of import LesionsOf, outer_distances_mm
from rfa_model.metrics.several import UnionMetrics
from rfa_model.metrics.together import Together
from rfa_model.scenario import usual_criteria

HOT = usual_criteria()["isotherm_50C"]
DOSE = usual_criteria()["arrhenius"]
CUBE = np.array([(0, 1, 3, 7), (0, 1, 5, 7), (0, 2, 3, 7), (0, 2, 6, 7), (0, 4, 5, 7), (0, 4, 6, 7)])
NEEDLE = probes()["conventional_22g_5mm"]


def warmed(middle_mm: float, half_mm: float = 4.0, count: int = 13) -> Increment:
    """A cube about a point on z; its temperature falls by 20 °C a millimetre from 90 °C there, and Ω by decades."""
    axis = np.linspace(-half_mm, half_mm, count)
    points = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3) + np.array(
        [0.0, 0.0, middle_mm]
    )
    number = np.arange(count**3).reshape(count, count, count)
    steps = [(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1)]
    cubes = [number[i : count - 1 + i, j : count - 1 + j, k : count - 1 + k].ravel() for i, j, k in steps]
    cells = np.stack(cubes, axis=1)[:, CUBE].reshape(-1, 4)
    away = np.linalg.norm(points - [0.0, 0.0, middle_mm], axis=1)
    rest = np.zeros(len(points))
    peak_C = np.maximum(90.0 - 20.0 * away, 37.0)
    return Increment(points, cells, np.zeros(len(cells), int), 10.0 ** (1.0 - 2.0 * away), peak_C, rest, {})


def arm(*middles_mm: float, needle_mm: float = 100.0) -> ArmData:
    """Lesions about these points on z, the last needle far off or above a height, along x there."""
    parts = tuple(warmed(middle) for middle in middles_mm)
    sideways = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]]) @ np.eye(3)
    poses = [Pose(sideways, np.array([-2.0, 0.0, needle_mm]))] * len(parts)
    last = parts[-1]
    fields = FieldSeries(
        last.points_mm, last.cells, last.cell_region, np.zeros(len(last.cells), int), ("muscle",), np.array([1.0]),
        last.peak_temperature_C[None], last.damage[None], last.peak_temperature_C, last.cem43_min, last.damage,
        np.zeros(len(last.points_mm)),
    )  # fmt: skip
    lesions = tuple(InTurn(pose, 0.0, 1.0, None, None, {}) for pose in poses)
    history = History({"time_s": np.array([0.0, 1.0])})
    return ArmData("a", NEEDLE, poses[-1], {}, fields, history, in_turn=lesions, increments=parts)


def along_z(low_mm: float, high_mm: float) -> Curve:
    z = np.arange(low_mm, high_mm, 0.1)
    return Curve("n", np.column_stack([0.0 * z, 0.0 * z, z]), 0.5, (1.0, float(z[-1] - z[0]) - 1.0), "n")


def union(one: ArmData, nerve: Curve) -> UnionMetrics:
    lesions = LesionsOf(one)
    assert lesions.grid is not None
    measured = {HOT.name: lesions.measured(HOT)}
    return UnionMetrics(one, {HOT.name: HOT}, HOT.name, {"n": nerve}, lesions.grid, measured)


def test_damage_adds_and_of_peaks_the_highest_counts():
    both = Together(arm(0.0, 3.0), np.array([[0.0, 0.0, 1.5], [0.0, 0.0, -1.5], [0.0, 50.0, 0.0]]))
    found = both.exposure()
    assert found.damage == pytest.approx([2e-2, 1e-2 + 1e-8, 0.0], rel=0.05)
    assert found.peak_temperature_C == pytest.approx([60.0, 60.0, 37.0], abs=0.5)
    assert both.in_domain.tolist() == [True, True, False]
    assert np.isnan(both.by(HOT)).tolist() == [False, False, True]
    assert both.exposure(lesions=1).peak_temperature_C[0] == pytest.approx(60.0, abs=0.5)


def test_the_grid_reaches_as_far_as_any_criterion_that_is_asked_for():
    least = DOSE.model_copy(update={"level": 1e-6})
    one = arm(0.0)
    nodes = LesionsOf(one, [least]).grid
    assert nodes.shape > LesionsOf(one).grid.shape
    edge = np.zeros(nodes.shape, bool)
    edge[[0, -1]] = edge[:, [0, -1]] = edge[:, :, [0, -1]] = True
    inside = (nodes.beyond(least) >= 0.0).reshape(nodes.shape)
    assert inside.any()
    assert not (inside & edge).any()


def test_lesions_apart_are_two_pieces_with_the_gap_between_them():
    found = union(arm(0.0, 6.0), along_z(-3.5, 9.5))
    ball_mm3 = 4.0 / 3.0 * np.pi * 2.0**3
    assert found.volume_mm3 == pytest.approx(2.0 * ball_mm3, rel=0.08)  # of cells of two thirds of a millimetre
    assert (found.pieces, found.longest_gap_mm) == (2, pytest.approx(2.0, abs=0.25))
    assert found.strip_length_mm == pytest.approx(4.0, abs=0.6)  # along x, where the needle lies in both


def test_where_the_last_needle_is_there_is_no_gap():
    found = union(arm(0.0, 3.0, needle_mm=1.5), along_z(-3.5, 6.5))
    assert (found.pieces, found.longest_gap_mm) == (1, 0.0)
    clear = union(arm(0.0, 3.0), along_z(-3.5, 6.5))
    assert 0.3 < clear.volume_mm3 - found.volume_mm3 < 2.0


def test_the_surface_is_closed_and_goes_on_through_the_needle():
    lesion = LesionsOf(arm(0.0, 3.0, needle_mm=1.5)).measured(HOT)
    assert not lesion.surface.is_cap.any()
    assert lesion.surface.enclosed_mm3 == pytest.approx(LesionsOf(arm(0.0, 3.0)).measured(HOT).volume_mm3, rel=0.01)


def test_each_lesion_is_held_against_the_sphere_it_was_solved_in():
    one = arm(0.0, 3.0)
    near = replace(one, increments=(one.increments[0], warmed(3.0, half_mm=3.0, count=9)))
    found = outer_distances_mm(near, HOT)
    assert found[0] is not None
    assert found[1] is not None
    assert found[1] < found[0]
    cold = replace(one.increments[0], peak_temperature_C=np.full(len(one.increments[0].points_mm), 37.0))
    assert outer_distances_mm(replace(one, increments=(cold, *one.increments[1:])), HOT)[0] is None


def test_the_lesion_that_comes_near_its_boundary_is_named():
    each = [{"outer_distance_mm": {HOT.name: mm}, "start_s": start_s} for mm, start_s in ((9.0, 0.0), (1.0, 50.0))]
    (flag,) = outer_boundary(arm(0.0, 3.0), SimpleNamespace(lesions={}, sequence=each))
    assert flag.text.startswith("lesion 2 by isotherm 50C ends 1.0 mm from the outer boundary")
    assert flag.at_s == 50.0
