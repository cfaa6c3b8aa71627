import numpy as np
import pytest

from rfa_model.metrics.mesh import TetMesh
from rfa_model.metrics.sampling import locate
from tests.synthetic import cube_tets


def graded(n=10):
    """Tetrahedra whose sizes differ a hundredfold."""
    points, tets = cube_tets(-1.0, 1.0, n)
    return TetMesh(np.sign(points) * np.abs(points) ** 3, tets)


def test_every_point_is_found_and_linear_fields_are_exact():
    mesh = graded()
    points = np.random.default_rng(2).uniform(-1.0, 1.0, (3000, 3))
    sampler = locate(mesh, points)
    assert sampler.found.all()
    assert (sampler.weights >= -1e-9).all()
    np.testing.assert_allclose(sampler(mesh.points_mm.T), points.T, rtol=0, atol=1e-12)


def test_the_middle_of_a_tetrahedron_is_in_that_one():
    mesh = graded(4)
    sampler = locate(mesh, mesh.points_mm[mesh.tets].mean(axis=1))
    np.testing.assert_array_equal(np.sort(sampler.nodes, axis=1), np.sort(mesh.tets, axis=1))
    np.testing.assert_allclose(sampler.weights, 0.25)


def test_nodes_and_faces_belong_to_the_mesh():
    mesh = graded()
    sampler = locate(mesh, mesh.points_mm)
    assert sampler.found.all()
    np.testing.assert_allclose(sampler(mesh.points_mm[:, 0]), mesh.points_mm[:, 0], rtol=0, atol=1e-12)


def test_points_outside_are_outside_not_their_neighbour():
    points = np.array([[1.0 + 1e-6, 0.0, 0.0], [0.0, 0.0, 0.0], [5.0, 5.0, 5.0]])
    sampler = locate(graded(), points)
    np.testing.assert_array_equal(sampler.found, [False, True, False])
    values = sampler(np.full(11**3, 7.0))
    assert np.isnan(values[[0, 2]]).all()
    assert values[1] == pytest.approx(7.0)


def test_a_hole_is_outside():
    points, tets = cube_tets(-1.0, 1.0, 8)
    mesh = TetMesh(points, tets[np.abs(points[tets].mean(axis=1)).max(axis=1) > 0.25])
    np.testing.assert_array_equal(locate(mesh, np.array([[0.1, 0.0, 0.1], [0.3, 0.0, 0.1]])).found, [False, True])


def test_no_points_and_no_tetrahedra():
    assert locate(graded(2), np.empty((0, 3))).found.shape == (0,)
    empty = TetMesh(np.zeros((4, 3)), np.empty((0, 4), dtype=int))
    assert not locate(empty, np.zeros((2, 3))).found.any()
