import itertools
import math
import time

import numpy as np
import pytest

from rfa_model._tetrahedra import inside_fraction
from rfa_model.metrics.isosurface import isosurface
from rfa_model.metrics.lesion import ApplicatorFrame, LesionVolume, measure_lesion, parts
from rfa_model.metrics.mesh import TetMesh
from tests.synthetic import cube_tets


class Shifted:
    """A pose: the probe's distal end lies at ``at``, its axes are the patient's."""

    def __init__(self, at=(0.0, 0.0, 0.0)):
        self.at = np.array(at)

    def to_probe(self, points):
        return points - self.at


# Fraction of the unit tetrahedron where v >= 0, by hand from similar tetrahedra.
CASES = [
    ([-1, -1, -1, -1], 0.0),
    ([1, -1, -1, -1], 1 / 8),
    ([1, 1, -1, -1], 1 / 2),
    ([1, 1, 1, -1], 7 / 8),
    ([1, 1, 1, 1], 1.0),
    ([3, -1, -1, -1], 27 / 64),
    ([0, 0, 0, 0], 1.0),  # level touched everywhere counts as lesion
    ([0, -1, -1, -1], 0.0),  # touched in a corner, an edge, a face: no volume
    ([0, 0, -1, -1], 0.0),
    ([0, 0, 0, -1], 0.0),
    ([1, 0, 0, -1], 1 / 2),  # through an edge
    ([1, 0, 0, 0], 1.0),
    ([1, 0, -1, -1], 1 / 4),
    ([2, 2, -1, -1], 20 / 27),
]


@pytest.mark.parametrize(("v", "fraction"), CASES)
def test_cut_tetrahedron(v, fraction):
    for order in set(itertools.permutations(v)):
        assert inside_fraction(np.array([order], dtype=float))[0] == pytest.approx(fraction, abs=1e-14)


def test_inside_and_outside_make_the_whole():
    v = np.random.default_rng(1).normal(size=(2000, 4))
    np.testing.assert_allclose(inside_fraction(v) + inside_fraction(-v), 1.0, rtol=0, atol=1e-13)


@pytest.mark.parametrize("normal", [(1.0, 0, 0), (1.0, 1.0, 1.0), (1.0, -2.0, 0.5)])
def test_plane_through_a_cube_is_exact(normal):
    points, tets = cube_tets(-1.0, 1.0, 5)
    u = points @ np.array(normal)
    assert LesionVolume(TetMesh(points, tets)).volume_mm3(u, 0.0) == pytest.approx(4.0, rel=1e-12)


def test_off_centre_plane_is_exact_linear_and_logarithmic():
    points, tets = cube_tets(0.0, 3.0, 4)
    volume = LesionVolume(TetMesh(points, tets))
    for level in (0.1, 1.0, 1.2345, 2.999):
        assert volume.volume_mm3(points[:, 0], level) == pytest.approx(9 * (3 - level), rel=1e-12)
        logarithmic = volume.volume_mm3(np.exp(points[:, 0]), math.exp(level), logarithmic=True)
        assert logarithmic == pytest.approx(9 * (3 - level), rel=1e-10)


def test_ball_converges_with_second_order():
    sizes, errors = [6, 12, 24], []
    for n in sizes:
        points, tets = cube_tets(-1.5, 1.5, n)
        got = LesionVolume(TetMesh(points, tets)).volume_mm3(1.0 - np.linalg.norm(points, axis=1), 0.0)
        errors.append(abs(got - 4 / 3 * math.pi))
    order = -np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    assert 1.8 < order < 2.3
    assert errors[-1] < 0.04


def test_per_tet_volumes_add_up_and_unused_nodes_do_not_count():
    points, tets = cube_tets(-1.0, 1.0, 4)
    points = np.vstack([points, [[50.0, 50.0, 50.0]]])
    u = np.append(0.7 - np.linalg.norm(points[:-1], axis=1), 1e9)
    volume = LesionVolume(TetMesh(points, tets))
    assert volume.per_tet_mm3(u, 0.0).sum() == pytest.approx(volume.volume_mm3(u, 0.0), rel=1e-13)
    assert volume.volume_mm3(u, 0.0) < 4 / 3 * math.pi * 0.7**3


def test_wrong_input_is_refused():
    points, tets = cube_tets(-1.0, 1.0, 1)
    volume = LesionVolume(TetMesh(points, tets))
    with pytest.raises(ValueError, match="values have shape"):
        volume.volume_mm3(np.zeros(3), 1.0)
    with pytest.raises(ValueError, match="positive level"):
        volume.volume_mm3(np.ones(8), 0.0, logarithmic=True)


def test_every_time_step_can_afford_it():
    points, tets = cube_tets(-10.0, 10.0, 28)
    volume = LesionVolume(TetMesh(points, tets))
    u = np.exp(6.0 - np.linalg.norm(points, axis=1))
    spent = []
    for _ in range(5):
        start = time.process_time()
        volume.volume_mm3(u, 1.0, logarithmic=True)
        spent.append(time.process_time() - start)
    assert len(tets) > 130_000
    assert min(spent) < 0.1  # about 0.01 s when nothing else runs


def two_balls(points):
    return np.maximum(
        3.0 - np.linalg.norm(points - [-4.0, 0, 0], axis=1), 2.0 - np.linalg.norm(points - [4.0, 0, 0], axis=1)
    )


def test_the_largest_part_gives_the_sizes():
    points, tets = cube_tets(-9.0, 9.0, 36)
    mesh = TetMesh(points, tets)
    u = two_balls(points)
    label = parts(mesh, u, 0.0)
    assert set(label) == {-1, 0, 1}
    metrics, surface = measure_lesion(LesionVolume(mesh), u, 0.0, ApplicatorFrame(Shifted((-4.0, 0, -1.0)), (0.0, 2.0)))
    assert metrics.volume_mm3 == pytest.approx(4 / 3 * math.pi * (27 + 8), rel=0.02)
    assert metrics.largest_part_mm3 == pytest.approx(4 / 3 * math.pi * 27, rel=0.02)
    assert metrics.width_mm == pytest.approx(6.0, abs=0.01)
    assert metrics.length_mm == pytest.approx(6.0, abs=0.01)
    assert metrics.distal_mm == pytest.approx(2.0, abs=0.01)
    assert metrics.proximal_mm == pytest.approx(2.0, abs=0.01)
    assert metrics.sphericity == pytest.approx(1.0, abs=0.01)
    assert metrics.effective_radius_mm == pytest.approx(math.sqrt(metrics.largest_part_mm3 / (6 * math.pi)), rel=0.01)
    assert np.ptp(surface.points_mm[:, 0]) == pytest.approx(13.0, abs=0.01)  # the surface shows both


def test_width_is_across_and_length_along():
    points, tets = cube_tets(-5.0, 5.0, 20)
    u = 1.0 - np.linalg.norm(points / [4.0, 2.0, 3.0], axis=1)
    metrics, _ = measure_lesion(LesionVolume(TetMesh(points, tets)), u, 0.0, ApplicatorFrame(Shifted(), (0.0, 1.0)))
    assert metrics.width_mm == pytest.approx(8.0, abs=0.01)
    assert metrics.length_mm == pytest.approx(6.0, abs=0.01)
    assert metrics.sphericity < 0.97


def test_the_needles_hole_is_filled_for_shape_but_not_for_volume():
    points, tets = cube_tets(-4.0, 4.0, 40)
    middle = points[tets].mean(axis=1)
    # a square needle of 0.8 mm, from the ball's middle upwards
    needle = (np.abs(middle[:, :2]).max(axis=1) < 0.4) & (middle[:, 2] > 0)
    mesh = TetMesh(points, tets[~needle])
    metrics, surface = measure_lesion(
        LesionVolume(mesh), 3.0 - np.linalg.norm(points, axis=1), 0.0, ApplicatorFrame(Shifted(), (0.0, 1.0))
    )
    assert metrics.volume_mm3 == pytest.approx(36 * math.pi - 0.64 * 3, rel=0.01)
    assert metrics.sphericity == pytest.approx(1.0, abs=0.005)
    assert surface.enclosed_mm3 == pytest.approx(metrics.volume_mm3, rel=1e-3)
    assert surface.filled()[0] == pytest.approx(36 * math.pi, rel=0.01)


def test_no_lesion_has_no_sizes():
    points, tets = cube_tets(-1.0, 1.0, 2)
    metrics, surface = measure_lesion(
        LesionVolume(TetMesh(points, tets)),
        np.zeros(len(points)),
        1.0,
        ApplicatorFrame(Shifted(), (0.0, 1.0)),
        logarithmic=True,
    )
    assert surface.is_empty
    assert (metrics.volume_mm3, metrics.largest_part_mm3) == (0.0, 0.0)
    assert (metrics.width_mm, metrics.length_mm, metrics.distal_mm, metrics.proximal_mm, metrics.sphericity) == (
        None,
    ) * 5


def test_a_level_touched_in_one_node_is_no_lesion():
    points, tets = cube_tets(-1.0, 1.0, 2)
    u = -np.linalg.norm(points, axis=1)
    metrics, _ = measure_lesion(LesionVolume(TetMesh(points, tets)), u, 0.0, ApplicatorFrame(Shifted(), (0.0, 1.0)))
    assert metrics.volume_mm3 == 0.0
    assert metrics.width_mm is None


def edge_use(triangles):
    edges = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    return np.unique(edges, axis=0, return_counts=True)[1]


@pytest.mark.parametrize("min_fraction", [0.0, 1e-3])
def test_surface_is_closed_outward_and_holds_the_volume(min_fraction):
    points, tets = cube_tets(-2.0, 2.0, 9)
    mesh = TetMesh(points, tets)
    u = 1.9 - np.linalg.norm(points - [1.0, 0.3, 0.0], axis=1)  # reaches the cube's side: capped there
    surface = isosurface(mesh, u, 0.0, min_fraction=min_fraction)
    assert surface.is_cap.any()
    assert (edge_use(surface.triangles) == 2).all()
    assert surface.enclosed_mm3 == pytest.approx(
        LesionVolume(mesh).volume_mm3(u, 0.0), rel=1e-12 if not min_fraction else 1e-3
    )
    caps = surface.points_mm[surface.triangles[surface.is_cap]]
    np.testing.assert_allclose(np.abs(caps).max(axis=2), 2.0, rtol=1e-12)


def test_surface_does_not_depend_on_the_orientation_of_the_tetrahedra():
    points, tets = cube_tets(-2.0, 2.0, 6)
    turned = tets.copy()
    turned[::2, [2, 3]] = turned[::2, [3, 2]]
    u = 1.5 - np.linalg.norm(points, axis=1)
    assert isosurface(TetMesh(points, turned), u, 0.0).enclosed_mm3 == pytest.approx(
        isosurface(TetMesh(points, tets), u, 0.0).enclosed_mm3, rel=1e-12
    )
