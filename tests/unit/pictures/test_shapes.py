import math

import numpy as np
import pytest

from rfa_model.applicators import Pose, Rod
from rfa_model.drawing import shapes

TETRA = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [9.0, 9.0, 9.0]])
CELLS = np.array([[0, 1, 2, 3]])


def test_a_needle_has_the_volume_of_a_cylinder_with_a_hemisphere():
    radius, length = 0.635, 10.0
    rotation = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    (part,) = Rod(2 * radius, (("shaft", math.inf),), radius).outline(length)
    needle = shapes.solid(part, Pose(rotation, np.array([1.0, 2.0, 3.0])))
    expected = np.pi * radius**2 * (length - radius) + 2 / 3 * np.pi * radius**3
    assert needle.volume == pytest.approx(expected, rel=0.01)
    assert needle.bounds[0:2] == pytest.approx((1.0, 1.0 + length))


def test_a_bevelled_needle_has_its_volume_and_its_point():
    rod = Rod(1.27, (("tip", 8.0), ("shaft", math.inf)), bevel_angle_deg=30.0)
    tip, _ = rod.outline(12.0)
    needle = shapes.solid(tip, Pose.identity())
    assert needle.volume == pytest.approx(rod.volume_mm3("tip"), rel=2e-3)
    assert needle.area == pytest.approx(rod.surface_area_mm2("tip") + np.pi * 0.635**2, rel=2e-3)
    lowest = np.asarray(needle.points)[np.argmin(needle.points[:, 2])]
    assert lowest == pytest.approx([0.0, -0.635, 0.0], abs=1e-6)


def test_a_flat_end_is_flat():
    (part,) = Rod(1.4, (("shaft", math.inf),), 0.2).outline(4.0)
    assert part.profile_mm[0] == pytest.approx([0.0, 0.0])
    assert part.profile_mm[1] == pytest.approx([0.5, 0.0])
    assert part.profile_mm[-1] == pytest.approx([0.7, 4.0])


def test_runs_share_their_ends():
    flags = np.array([False, False, True, True, False])
    assert list(shapes.runs(flags)) == [(False, slice(0, 3)), (True, slice(2, 5)), (False, slice(4, 5))]


def test_isosurface_lies_where_the_values_vanish():
    surface = shapes.isosurface(TETRA, CELLS, np.array([True]), TETRA[:, 0] - 0.25)
    assert np.asarray(surface.points)[:, 0] == pytest.approx(0.25)
    assert surface.area == pytest.approx(0.5 * 0.75**2)


def test_no_isosurface_where_nothing_crosses_or_the_cell_is_left_out():
    assert shapes.isosurface(TETRA, CELLS, np.array([True]), TETRA[:, 0] - 5.0).n_points == 0
    assert shapes.isosurface(TETRA, CELLS, np.array([False]), TETRA[:, 0] - 0.25).n_points == 0


def test_grid_keeps_only_used_nodes():
    grid = shapes.field_grid(TETRA, CELLS, np.array([True]), {"x": TETRA[:, 0]}, {"flag": np.array([7])})
    assert grid.n_points == 4
    assert grid.point_data["x"].tolist() == [0.0, 1.0, 0.0, 0.0]
    assert grid.cell_data["flag"].tolist() == [7]
