"""Combinations of solids, tubes, rigid motions."""

import numpy as np
import pytest

from rfa_model.anatomy.sdf import (
    Difference,
    Intersection,
    Mirrored,
    Placed,
    Rigid,
    Shell,
    SmoothUnion,
    Sphere,
    Tube,
    capsule,
)
from rfa_model.anatomy.sdf.combine import compose, inverse, smooth_min

RNG = np.random.default_rng(4)
POINTS = RNG.uniform(-12, 12, (5000, 3))
LEFT, RIGHT = Sphere((3.0, 0.0, 0.0), 4.0), Sphere((-3.0, 0.0, 0.0), 4.0)


def test_smooth_min_fills_by_a_quarter_of_the_blend_and_only_near() -> None:
    a, b = np.array([1.0, 0.0, 5.0]), np.array([1.0, 3.1, 0.0])
    assert smooth_min(a, b, 3.0) == pytest.approx([0.25, 0.0, 0.0])


def test_union_skips_far_parts_without_changing_the_result() -> None:
    union = SmoothUnion([(LEFT, 0.0), (RIGHT, 2.0), (Sphere((0.0, 9.0, 0.0), 2.0), 1.0)])
    plain = smooth_min(smooth_min(LEFT(POINTS), RIGHT(POINTS), 2.0), Sphere((0.0, 9.0, 0.0), 2.0)(POINTS), 1.0)
    assert np.array_equal(union(POINTS), plain)


def test_difference_with_clearance_leaves_a_gap() -> None:
    cut = Difference(LEFT, RIGHT, clearance=1.5)
    kept = POINTS[cut(POINTS) < 0]
    assert len(kept) > 50
    assert RIGHT(kept).min() >= 1.5
    assert np.array_equal(cut(POINTS), np.maximum(LEFT(POINTS), 1.5 - RIGHT(POINTS)))


def test_intersection_and_shell() -> None:
    assert np.array_equal(Intersection(LEFT, RIGHT)(POINTS) < 0, (LEFT(POINTS) < 0) & (RIGHT(POINTS) < 0))
    inside = Shell(LEFT, 1.0)(POINTS) < 0
    assert np.array_equal(inside, (LEFT(POINTS) < 0) & (LEFT(POINTS) > -1.0))


def test_mirror_makes_two_equal_halves() -> None:
    both = Mirrored(LEFT)
    assert np.array_equal(both(POINTS), both(POINTS * [-1.0, 1.0, 1.0]))
    assert both(np.array([[-3.0, 0.0, 0.0]]))[0] == pytest.approx(-4.0)


def test_rigid_motion_goes_there_and_back() -> None:
    first, second = Rigid(8.0, (0.0, 3.0, 38.0)), Rigid(-20.0, (0.0, -2.0, 5.0))
    there = compose(first, second).apply(POINTS)
    assert there == pytest.approx(first.apply(second.apply(POINTS)))
    assert inverse(first).apply(first.apply(POINTS)) == pytest.approx(POINTS)
    assert first.invert(first.apply(POINTS)) == pytest.approx(POINTS)
    assert Rigid(90.0, (0, 0, 0)).apply(np.array([0.0, 0.0, 1.0])) == pytest.approx([0.0, 1.0, 0.0])


def test_placed_solid_moves_with_its_motion() -> None:
    motion = Rigid(30.0, (0.0, 5.0, 1.0))
    placed = Placed(LEFT, motion)
    assert placed(motion.apply(POINTS)) == pytest.approx(LEFT(POINTS))
    assert placed.bound[0] == pytest.approx(motion.apply(np.array([3.0, 0.0, 0.0])))


def test_tube_about_a_straight_line_is_a_capsule() -> None:
    line = np.linspace([0.0, 0.0, 0.0], [6.0, 2.0, 1.0], 41)
    tube = Tube(line, 1.5)
    assert np.abs(tube(POINTS) - capsule(line[0], line[-1], 1.5)(POINTS)).max() < 1e-9


def test_tube_about_a_circle_and_its_cut_off_distance() -> None:
    angle = np.linspace(0, 2 * np.pi, 1000)
    tube = Tube(8 * np.column_stack([np.cos(angle), np.sin(angle), 0 * angle]), 1.0)
    exact = np.hypot(np.hypot(POINTS[:, 0], POINTS[:, 1]) - 8, POINTS[:, 2]) - 1.0
    assert np.abs(tube(POINTS) - exact).max() < 1e-3
    assert tube.within(POINTS, 2.0) == pytest.approx(np.minimum(tube(POINTS), 2.0))
