"""A radiograph of a CT is the integral of its attenuation, and the needle lies over it."""

from dataclasses import replace

import numpy as np
import pytest

from rfa_model.drawing.arm_picture import CtImage
from rfa_model.drawing.orthographic import look_from
from rfa_model.imaging.projections import PROJECTIONS
from rfa_model.imaging.radiograph import WATER_PER_MM, attenuation
from rfa_model.pictures.fluoroscopy import Fluoroscope
from tests.unit.pictures.made import made_picture

ASKEW = (0.3, 0.8, -0.5)
RADIUS_MM, CENTRE, HU = 12.0, np.array([1.0, -2.0, 1.5]), 500.0


def ball(to_mm, shape):
    """A ball of bone in air, its surface's voxels shared."""
    points = np.argwhere(np.ones(shape)) @ to_mm[:3, :3].T + to_mm[:3, 3]
    share = np.clip(0.5 - (np.linalg.norm(points - CENTRE, axis=1) - RADIUS_MM), 0.0, 1.0)
    values = np.round(-1000.0 + share * (HU + 1000.0)).astype(np.int16).reshape(shape)
    return CtImage(values, np.linalg.inv(to_mm))


def grid(turn_deg=0.0, flip=1.0):
    a = np.deg2rad(turn_deg)
    to_mm = np.eye(4)
    turn = np.array([[np.cos(a), -np.sin(a), 0.0], [np.sin(a), np.cos(a), 0.0], [0.0, 0.0, 1.0]])
    to_mm[:3, :3] = turn @ np.diag([0.9 * flip, 1.0, 1.1])
    shape = (44, 40, 36)
    to_mm[:3, 3] = CENTRE - to_mm[:3, :3] @ (np.array(shape) - 1) / 2
    return to_mm, shape


@pytest.mark.parametrize("direction", [(0.0, 1.0, 0.0), (1.0, 0.0, 0.0), ASKEW])
@pytest.mark.parametrize("made", [grid(), grid(25.0), grid(10.0, -1.0)], ids=["straight", "turned", "mirrored"])
def test_a_ray_through_a_ball_gathers_its_chord(direction, made):
    view = look_from(np.asarray(direction), np.array([0.5, -0.3, 0.2]), 32.0, (61, 51))
    got = attenuation(ball(*made), view)
    columns, rows = np.meshgrid(np.arange(61) + 0.5, np.arange(51) + 0.5)
    middle = view.project(CENTRE[None])[0]
    off = np.hypot(columns - middle[0], rows - middle[1]) / view.px_per_mm
    exact = WATER_PER_MM * (1.0 + HU / 1000.0) * 2.0 * np.sqrt(np.maximum(RADIUS_MM**2 - off**2, 0.0))
    clear = np.abs(off - RADIUS_MM) > 2.0  # a grazing ray's chord is all or nothing
    assert np.abs(got - exact)[clear].max() < 0.02 * exact.max()  # 0.012 in voxels of 1 mm
    whole = WATER_PER_MM * (1.0 + HU / 1000.0) * 4.0 / 3.0 * np.pi * RADIUS_MM**3
    assert got.sum() / view.px_per_mm**2 == pytest.approx(whole, rel=5e-3)  # whichever way one looks
    assert (got[off > RADIUS_MM + 2.5] == 0.0).all()  # a voxel and its diagonal beyond


def test_padding_below_air_attenuates_nothing():
    made = CtImage(np.full((20, 20, 20), -3024, dtype=np.int16), np.eye(4))
    assert (attenuation(made, look_from(np.array(ASKEW), np.zeros(3), 30.0, (9, 9))) == 0.0).all()


def test_the_x_ray_view_is_made_of_the_ct_where_there_is_one():
    plain = made_picture()
    centre = plain.target_mm
    to_mm, shape = grid()
    to_mm[:3, 3] += centre - CENTRE
    values = ball(*grid()).values_HU
    picture = replace(plain, ct=lambda: CtImage(values, np.linalg.inv(to_mm)))
    scope, bones = Fluoroscope(picture), Fluoroscope(plain)
    assert "reconstructed from the CT" in scope.words
    assert "simulated" in bones.words
    there = scope.grey(picture, PROJECTIONS["ap"])
    dark = bones.grey(plain, PROJECTIONS["ap"])
    assert there.shape == dark.shape
    # The ball's middle is darker than the corner, where there is but air, and needle's steel darker than either.
    x, y = scope.view(PROJECTIONS["ap"]).project(centre[None])[0].astype(int)
    around = there[y - 100 : y + 100, x - 100 : x + 100]
    assert np.percentile(around, 50) < 0.6 * there[5, 5]
    assert there.min() < 0.5 * np.percentile(around, 50)
    assert shape == values.shape
