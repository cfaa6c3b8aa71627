"""Whether the lesions of two needles have joined, and how wide the strip is midway, on fields with known answers."""

import numpy as np
import pytest

from rfa_model import library
from rfa_model.applicators import Pose, side_by_side
from rfa_model.applicators.pose import rotation_about
from rfa_model.metrics.lesion import ApplicatorFrame, LesionVolume, measure_lesion
from rfa_model.metrics.mesh import TetMesh
from tests.synthetic import cube_tets

APART_MM, MIDDLE_MM = 8.0, 5.0


def needles(apart_mm=APART_MM, name="conventional_20g_10mm"):
    needle = library.probes()[name].applicator()
    sides = {"a": -0.5 * apart_mm, "b": 0.5 * apart_mm}
    return side_by_side("pair", {k: needle.at(Pose(np.eye(3), np.array([x, 0.0, 0.0]))) for k, x in sides.items()})


@pytest.fixture(scope="module")
def mesh():
    points, tets = cube_tets(-9.8, 9.8, 28)
    return points + np.array([0.0, 0.0, MIDDLE_MM]), tets


def measured(mesh, field, pose=Pose.identity(), applicator=None):  # noqa: B008
    points, tets = mesh
    volume = LesionVolume(TetMesh(pose.to_patient(points), tets))
    return measure_lesion(volume, field(points), 0.0, ApplicatorFrame.of(applicator or needles(), pose))[0]


def slab(points):
    """|y| ≤ 3.1 mm, |z − 5 mm| ≤ 4.6 mm; linear in the cells that its farthest edges run through: exact."""
    return np.minimum(3.1 - np.abs(points[:, 1]), 4.6 - np.abs(points[:, 2] - MIDDLE_MM))


def balls(radius_mm):
    centres = np.array([[-0.5 * APART_MM, 0.0, MIDDLE_MM], [0.5 * APART_MM, 0.0, MIDDLE_MM]])
    return lambda points: radius_mm - np.linalg.norm(points[:, None] - centres, axis=2).min(axis=1)


def test_a_slab_over_both_needles_has_its_own_width_and_length(mesh):
    lesion = measured(mesh, slab)
    assert lesion.joined is True
    assert lesion.waist_mm == pytest.approx(6.2, abs=1e-9)
    assert lesion.waist_length_mm == pytest.approx(9.2, abs=1e-9)


@pytest.mark.parametrize("radius_mm", [4.5, 5.0, 6.5])
def test_two_balls_that_overlap_have_the_circles_width_midway(mesh, radius_mm):
    lesion, exact = measured(mesh, balls(radius_mm)), 2.0 * np.sqrt(radius_mm**2 - (0.5 * APART_MM) ** 2)
    assert lesion.joined is True
    # Cells of h cut off a sphere of radius R by up to h²/8R, which widens to h²/8R·R/(w/2) where they meet aslant.
    assert lesion.waist_mm == pytest.approx(exact, abs=0.7**2 / 2.0 / exact + 1e-9)
    assert lesion.waist_length_mm == pytest.approx(exact, abs=0.7**2 / 2.0 / exact + 1e-9)


def test_two_balls_apart_have_not_joined(mesh):
    lesion = measured(mesh, balls(3.8))
    assert (lesion.joined, lesion.waist_mm, lesion.waist_length_mm) == (False, 0.0, 0.0)


def test_a_lesion_at_one_needle_or_at_none_has_not_joined_though_it_crosses_the_middle(mesh):
    for centre, radius_mm in (([1.0, 0.0, MIDDLE_MM], 4.0), ([0.0, 0.0, MIDDLE_MM], 2.0)):
        lesion = measured(mesh, lambda points, c=centre, r=radius_mm: r - np.linalg.norm(points - c, axis=1))
        assert (lesion.joined, lesion.waist_mm) == (False, 0.0)
    assert measured(mesh, lambda points: np.full(len(points), -1.0)).joined is False


def test_no_number_depends_on_where_the_pair_lies(mesh):
    pose = Pose(rotation_about([1.0, 2.0, 3.0], 40.0), np.array([7.0, -3.0, 11.0]))
    lesion = measured(mesh, slab, pose)
    assert (lesion.waist_mm, lesion.waist_length_mm) == pytest.approx((6.2, 9.2), abs=1e-9)


def test_one_needle_has_no_strip(mesh):
    lesion = measured(mesh, slab, applicator=library.probes()["conventional_20g_10mm"].applicator())
    assert (lesion.joined, lesion.waist_mm, lesion.waist_length_mm) == (None, None, None)
