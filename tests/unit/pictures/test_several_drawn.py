"""Several lesions in turn: every pose of the needle is drawn, and the surface of all of them together."""

from dataclasses import replace

import numpy as np
import pytest
import pyvista as pv

from rfa_model.applicators import Pose
from rfa_model.drawing import render, shapes, style
from rfa_model.drawing.section import axial_plane, surface_outlines
from rfa_model.imaging.projections import PROJECTIONS
from rfa_model.metrics.isosurface import TriSurface
from rfa_model.pictures import scene
from rfa_model.pictures.fluoroscopy import Fluoroscope
from rfa_model.pictures.slice import draw_slice
from rfa_model.results.reader import ArmResults
from tests.unit.pictures.made import made_picture


def ball(radius_mm: float) -> TriSurface:
    mesh = pv.Sphere(radius=radius_mm, theta_resolution=60, phi_resolution=60)
    return TriSurface(np.asarray(mesh.points, float), mesh.regular_faces, np.zeros(mesh.n_cells, bool))


@pytest.fixture(scope="module")
def picture():
    """The needle, and where it was before, 5 mm aside along the nerve."""
    one = made_picture()
    before = Pose(np.eye(3), np.array([5.0, 0.0, 0.0]))
    return replace(one, applicator=replace(one.applicator, earlier=(before,)), union=ball(6.0))


def test_what_a_closed_surface_holds_and_where_a_plane_cuts_it(picture):
    assert shapes.enclosed(ball(6.0), np.array([[5.8, 0, 0], [0, -6.2, 0], [0, 0, 0]])).tolist() == [True, False, True]
    assert not shapes.enclosed(TriSurface.empty(), np.zeros((2, 3))).any()
    (outline,) = surface_outlines(ball(6.0), axial_plane(picture))
    assert np.linalg.norm(outline, axis=1) == pytest.approx(6.0, abs=0.05)
    assert render.lesion_surface(picture).n_cells == len(ball(6.0).triangles)


def test_the_needle_is_faint_where_it_was_before(picture):
    alone = replace(picture, applicator=replace(picture.applicator, earlier=()))
    scope, ap = Fluoroscope(alone), PROJECTIONS["ap"]
    with_it, without = scope.grey(picture, ap), scope.grey(alone, ap)
    assert (with_it <= without).all()
    darker = without - with_it
    as_if_there = scope.grey(replace(alone, applicator=picture.applicator.before[0]), ap)
    # What is darkened is where it was, and by a third as much.
    steel = (without - as_if_there) > 0.2
    assert darker[steel].max() == pytest.approx(style.GHOST_OPACITY * (without - as_if_there)[steel].max(), rel=0.05)
    assert style.GHOST in [colour for colour, _ in scene.legend(picture)]
    assert style.GHOST not in [colour for colour, _ in scene.legend(alone)]


def test_the_slice_outlines_it_in_the_plane(picture, tmp_path):
    assert draw_slice(picture, 12.0, tmp_path / "slice.png").stat().st_size > 10_000


def test_poses_before_come_from_the_summary():
    entry = {"pose": {"rotation": np.eye(3).tolist(), "translation_mm": [1.0, 2.0, 3.0]}}
    arm = ArmResults("a", {"sequence": [entry, entry, {"pose": None}]})
    assert [pose.translation_mm.tolist() for pose in arm.earlier_poses] == [[1.0, 2.0, 3.0]] * 2
    assert ArmResults("a", {}).earlier_poses == ArmResults("a", {"sequence": None}).earlier_poses == ()
