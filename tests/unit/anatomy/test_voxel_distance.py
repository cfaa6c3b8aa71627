"""Distances from labels are right to a fraction of a voxel."""

import numpy as np
import pytest

from rfa_model.anatomy.imaged.voxel_distance import voxel_distance

RADIUS_MM, CENTRE = 10.0, np.array([0.13, 0.21, -0.17])
# Voxel -> root mean square and largest error within 1 mm of a ball's surface, in mm; the first is measured as
# 0.06, 0.08, 0.11 and 0.16.
BOUNDS = {0.5: (0.07, 0.25), 0.7: (0.09, 0.35), 1.0: (0.13, 0.5), 1.5: (0.2, 0.55)}


def ball(spacing, radius=RADIUS_MM):
    """Exact distances to a ball at the voxels' middles."""
    spacing = np.broadcast_to(spacing, 3)
    axes = [np.arange(-np.ceil((radius + 6) / h), np.ceil((radius + 6) / h) + 1) * h for h in spacing]
    return np.linalg.norm(np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1) - CENTRE, axis=-1) - radius


@pytest.mark.parametrize("voxel_mm", BOUNDS)
def test_ball(voxel_mm):
    exact = ball(voxel_mm)
    error = voxel_distance(exact < 0.0, np.full(3, voxel_mm)) - exact
    near = np.abs(exact) < 1.0
    rms, most = BOUNDS[voxel_mm]
    assert np.sqrt((error[near] ** 2).mean()) < rms
    assert np.abs(error[near]).max() < most
    # Off the surface whole voxels are counted, which are right to half of one's diagonal.
    assert np.abs(error[np.abs(exact) < 5.0]).max() < np.sqrt(3.0) / 2 * voxel_mm


def test_error_falls_with_the_voxel():
    errors = []
    for voxel_mm in (1.5, 0.75):
        exact = ball(voxel_mm)
        near = np.abs(exact) < 1.0
        errors.append(np.sqrt(((voxel_distance(exact < 0.0, np.full(3, voxel_mm)) - exact)[near] ** 2).mean()))
    assert errors[1] < 0.65 * errors[0]


def test_voxels_need_not_be_cubes():
    spacing = np.array([0.6, 0.8, 1.2])
    exact = ball(spacing)
    error = (voxel_distance(exact < 0.0, spacing) - exact)[np.abs(exact) < 1.0]
    assert np.sqrt((error**2).mean()) < 0.12


def test_mirrored_and_turned_labels_give_mirrored_and_turned_distances():
    inside = ball(1.0) < 0.0
    inside[:, 14:, :9] = False
    made = voxel_distance(inside, np.ones(3))
    near = np.abs(made) < 1.5
    turned = voxel_distance(inside.transpose(2, 0, 1), np.ones(3)).transpose(1, 2, 0)
    for other in (voxel_distance(inside[::-1], np.ones(3))[::-1], turned):
        assert np.allclose(other[near], made[near], atol=1e-5)
        assert np.allclose(other, made, atol=0.5)  # of two voxels equally near either may be asked


def test_a_flat_wall_lies_between_its_voxels():
    inside = np.zeros((12, 12, 12), dtype=bool)
    inside[:5] = True
    made = voxel_distance(inside, np.full(3, 0.8))[:, 6, 6]
    assert np.allclose(made[3:7], (np.arange(3, 7) - 4.5) * 0.8, atol=1e-5)


def test_all_or_nothing_has_no_surface():
    assert (voxel_distance(np.zeros((4, 4, 4), dtype=bool), np.ones(3)) == np.inf).all()
    assert (voxel_distance(np.ones((4, 4, 4), dtype=bool), np.ones(3)) == -np.inf).all()


def test_a_single_voxel_is_not_lost():
    inside = np.zeros((9, 9, 9), dtype=bool)
    inside[4, 4, 4] = True
    assert (voxel_distance(inside, np.ones(3)) < 0.0).sum() == 1
