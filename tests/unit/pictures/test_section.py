from dataclasses import replace

import numpy as np
import pytest

from rfa_model.drawing.section import axial_plane, cut
from tests.unit.pictures.made import LESION_RADIUS_MM, made_picture


def test_plane_holds_the_axis_and_the_nerve_where_it_crosses_ahead_of_the_tip():
    plane = axial_plane(made_picture())
    assert plane.along == pytest.approx([0.0, 0.0, 1.0])
    assert plane.across == pytest.approx([1.0, 0.0, 0.0])


def test_plane_holds_the_nearest_point_of_a_nerve_beside_the_needle():
    picture = made_picture()
    beside = replace(
        picture.nerves[0], points_mm=np.column_stack([np.full(50, 1.5), np.full(50, 2.0), np.linspace(-5, 9, 50)])
    )
    plane = axial_plane(replace(picture, nerves=(beside,)))
    assert abs(plane.across @ np.array([1.5, 2.0, 0.0]) / 2.5) == pytest.approx(1.0)


def test_plane_without_nerves_still_holds_the_axis():
    picture = replace(made_picture(anatomy=False), along_nerve=np.array([0.0, 0.0, 1.0]), away_from_bone=np.zeros(3))
    plane = axial_plane(picture)
    assert plane.across @ plane.along == pytest.approx(0.0)
    assert np.linalg.norm(plane.across) == pytest.approx(1.0)


def test_plane_coordinates_are_millimetres_both_ways():
    plane = axial_plane(made_picture())
    there = plane.to_space(np.array([3.0]), np.array([-2.0]))
    assert plane.to_plane(there) == pytest.approx(np.array([[3.0, -2.0]]))


def test_cut_gives_the_fields_of_the_plane():
    section = cut(made_picture(), axial_plane(made_picture()), 20.0)
    radius = np.hypot(section.points_mm[:, 0], section.points_mm[:, 1] - 2.0)
    on_node_lines = radius > 2.0  # linear interpolation across the cone's apex is coarse
    expected = 3.0 * (LESION_RADIUS_MM - radius[on_node_lines])
    assert section.excess[on_node_lines] == pytest.approx(expected, abs=0.4)
    assert section.temperature_C.max() <= 82.0
    assert not section.tissue.all()
    assert section.tissue.any()


def test_cut_through_nodes_has_no_holes():
    section = cut(made_picture(), axial_plane(made_picture()), 100.0)
    a, b, c = (section.points_mm[section.triangles[:, i]] for i in range(3))
    area = 0.5 * np.abs((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]).sum()
    assert area == pytest.approx(24.0 * 24.0, rel=1e-6)
