"""Tissues of the lumbar level: complete, exactly mirrored, layered as they should be."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial import cKDTree

from rfa_model.anatomy import Curve
from rfa_model.anatomy.base import Window
from rfa_model.anatomy.lumbar import LumbarLevel
from rfa_model.anatomy.lumbar.stack import Stack
from rfa_model.anatomy.lumbar.surfaces import stack_surfaces

MIRROR = np.array([-1.0, 1.0, 1.0])


def cloud(anatomy: LumbarLevel, count: int, radius: float = 40.0) -> np.ndarray:
    """Random points in the ball about the target."""
    rng = np.random.default_rng(7)
    points = rng.normal(size=(count, 3))
    points *= (radius * rng.random(count) ** (1 / 3) / np.linalg.norm(points, axis=1))[:, None]
    return anatomy.target.point_mm + points


def names_at(anatomy: LumbarLevel, points: np.ndarray) -> np.ndarray:
    return np.array(anatomy.tissue_names)[anatomy.tissue_at(points)]


def test_every_point_near_the_target_has_an_inner_tissue(level: LumbarLevel) -> None:
    names = names_at(level, cloud(level, 60_000))
    inner = {"muscle", "fat", "cortical_bone", "cancellous_bone", "nerve", "csf", "cartilage"}
    assert set(names) == inner
    assert level.distance_mm("body", cloud(level, 2000)).max() < 0


def test_sorting_into_cells_changes_nothing() -> None:
    anatomy = LumbarLevel("L4")
    points = cloud(anatomy, 150_000)  # enough for both sizes of cells
    piecewise = np.concatenate([anatomy.tissue_at(part) for part in np.array_split(points, 8)])
    assert np.array_equal(anatomy.tissue_at(points), piecewise)


@pytest.mark.parametrize("name", ["T12", "L4", "L5"])
def test_left_and_right_are_exact_mirror_images(name: str) -> None:
    left, right = LumbarLevel(name, "left"), LumbarLevel(name, "right")
    points = cloud(left, 5000)
    assert np.array_equal(left.tissue_at(points), right.tissue_at(points * MIRROR))
    for part in ("bone", "canal", "body"):
        assert np.array_equal(left.distance_mm(part, points), right.distance_mm(part, points * MIRROR))
    for key, nerve in left.nerves.items():
        assert np.array_equal(nerve.points_mm, right.nerves[key].points_mm * MIRROR)
        assert nerve.segment_mm == right.nerves[key].segment_mm
    for attribute in ("point_mm", "tangent", "away_from_bone"):
        assert np.array_equal(getattr(left.target, attribute), getattr(right.target, attribute) * MIRROR)


def test_the_last_layer_that_has_a_point_inside_gives_it_its_tissue(level: LumbarLevel) -> None:
    points = cloud(level, 20_000)
    layers = level.layer_distances_mm(points)
    assert layers.shape == (len(points), len(level.layer_tissues) - 1)
    last = np.where(layers < 0.0, np.arange(1, layers.shape[1] + 1), 0).max(axis=1)
    assert np.array_equal(np.array(level.layer_tissues)[last], level.tissue_at(points))
    # Near a boundary they change no faster than a point moves, but for elliptic solids a little.
    moved = level.layer_distances_mm(points + np.array([0.03, 0.0, 0.0]))
    assert np.abs(moved - layers)[np.abs(layers) < 1.5].max() < 0.03 * 1.4


def test_canal_holds_csf_inside_a_margin_of_fat(level: LumbarLevel) -> None:
    points = cloud(level, 40_000, 45.0)
    canal, names = level.distance_mm("canal", points), names_at(level, points)
    assert set(names[canal < -1.6]) <= {"csf", "nerve"}
    assert (names[canal < -1.6] == "csf").mean() > 0.9
    assert set(names[(canal < -0.1) & (canal > -1.4)]) <= {"fat", "nerve"}
    assert "csf" not in names[canal > 0]


def test_cortical_shell_is_one_millimetre_thick(level: LumbarLevel) -> None:
    points = cloud(level, 40_000)
    depth, names = -level.distance_mm("bone", points), names_at(level, points)
    assert set(names[(depth > 0) & (depth < 1.0)]) == {"cortical_bone"}
    assert set(names[depth > 1.0]) == {"cancellous_bone"}
    assert not np.char.endswith(names[depth < 0], "bone").any()


def test_shell_over_the_end_plate_measures_one_millimetre() -> None:
    z = np.arange(10.0, 16.0, 0.01)
    names = names_at(LumbarLevel("L3"), np.column_stack([0 * z, 0 * z, z]))
    assert 0.01 * np.count_nonzero(names == "cortical_bone") == pytest.approx(1.0, abs=0.03)


def test_disc_joins_the_bodies(lumbar_level: LumbarLevel) -> None:
    z = np.arange(-45.0, 45.0, 0.1)
    names = names_at(lumbar_level, np.column_stack([0 * z, 0 * z, z]))
    assert set(names) == {"cortical_bone", "cancellous_bone", "cartilage"}
    assert np.count_nonzero(np.diff((names == "cartilage").astype(int)) == 1) == 2


def test_nerves_are_nerve_on_both_sides(level: LumbarLevel) -> None:
    curves = [*level.nerves.values(), *(c for c in level.structures.values() if isinstance(c, Curve))]
    for curve in curves:
        assert set(names_at(level, curve.points_mm)) == {"nerve"}
        assert set(names_at(level, curve.points_mm * MIRROR)) == {"nerve"}


def test_layers_of_the_back_over_the_target(level: LumbarLevel) -> None:
    depth = -level.distance_mm("body", level.target.point_mm[None])[0]
    assert depth == pytest.approx(60.0, abs=0.01)
    way = np.arange(44.5, 62.0, 0.25)
    names = names_at(level, level.target.point_mm + way[:, None] * np.array([0.0, 1.0, 0.0]))
    order = [names[0], *(b for a, b in pairwise(names) if a != b)]
    assert order == ["fat", "skin", "air"]


def test_mamillary_and_accessory_process_leave_a_notch_for_the_nerve(lumbar_level: LumbarLevel) -> None:
    (nerve,) = lumbar_level.nerves.values()
    length = nerve.arc_length_mm()
    notch = nerve.points_mm[np.argmin(np.abs(length - nerve.segment_mm[1]))]
    away = lumbar_level.target.away_from_bone
    along = lumbar_level.target.tangent
    across = np.cross(along, away)
    turns = np.linspace(-1.0, 1.0, 41)[:, None] * 9.0
    row = notch + turns * across
    bone = lumbar_level.distance_mm("bone", row)
    middle = len(bone) // 2
    assert bone[middle] > 0
    assert bone[:middle].min() < bone[middle]
    assert bone[middle + 1 :].min() < bone[middle]


@pytest.mark.parametrize("name", ["L4", "L5"])
def test_surfaces_lie_on_the_bone_and_are_closed(name: str) -> None:
    anatomy = LumbarLevel(name)
    surfaces = anatomy.surfaces(spacing_mm=1.6)
    assert set(surfaces) == {"bone", "neighbour_bone", "disc", "cartilage"}
    points, triangles = surfaces["bone"]
    assert np.abs(anatomy.distance_mm("bone", points[::7])).mean() < 0.15
    edges = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    counts = np.unique(edges, axis=0, return_counts=True)[1]
    assert (counts == 2).all()
    assert points[:, 0].min() == pytest.approx(-points[:, 0].max(), abs=1e-4)


@pytest.mark.parametrize("name", ["L1", "L5"])
def test_discs_have_their_own_surface_up_to_the_bone(name: str) -> None:
    """They are not drawn as ending there: an edge thinner than the grid would be frayed."""
    stack = Stack(name)
    points, _ = stack_surfaces(stack, 1.6)["disc"]
    seen = points[(stack.bone(points) > 0.05) & (stack.canal(points) > 1.0)]
    assert len(seen) > 500
    assert np.quantile(np.abs(stack.disc(seen)), 0.9) < 0.1


def test_surfaces_within_a_window_are_the_same_there() -> None:
    anatomy = LumbarLevel("L4")
    window = Window(anatomy.target.point_mm, np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]), np.array([12.0, 8.0]))
    whole, part = anatomy.surfaces(1.6), anatomy.surfaces(1.6, window)
    assert set(part) == set(whole)
    for name, (points, triangles) in part.items():
        assert len(triangles) < len(whole[name][1])
        seen, expected = (mesh[window.shows(mesh)] for mesh in (points, whole[name][0]))
        assert len(seen) == len(expected) > 0
        gaps = cKDTree(seen).query(expected)[0]
        assert gaps.max() < 1e-4
    far = Window(np.array([0.0, 0.0, 500.0]), np.eye(3), np.ones(3))
    assert all(len(triangles) == 0 for _, triangles in anatomy.surfaces(1.6, far).values())
