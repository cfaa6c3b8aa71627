"""Rigid motions: there and back, composed, and refused when they are none."""

import numpy as np
import pytest

from rfa_model.applicators.pose import Pose, rotation_about


@pytest.fixture
def pose() -> Pose:
    return Pose(rotation_about([1, 2, 3], 40.0) @ rotation_about([0, 1, 0], -75.0), np.array([4.0, -5.0, 6.0]))


def test_there_and_back(pose: Pose) -> None:
    points = np.random.default_rng(1).normal(size=(20, 3))
    assert np.allclose(pose.to_probe(pose.to_patient(points)), points)
    assert np.allclose(pose.inverse().to_patient(pose.to_patient(points)), points)


def test_origin_and_axis(pose: Pose) -> None:
    assert np.allclose(pose.to_patient(np.zeros(3)), [4, -5, 6])
    assert np.allclose(pose.to_patient([0, 0, 2.0]) - pose.translation_mm, 2 * pose.axis)


def test_composition(pose: Pose) -> None:
    q = np.array([0.3, -0.7, 1.1])
    outer = Pose(rotation_about([0, 0, 1], 90.0), np.array([1.0, 0, 0]))
    assert np.allclose(pose.then(outer).to_patient(q), outer.to_patient(pose.to_patient(q)))
    assert np.allclose(pose.then(pose.inverse()).rotation, Pose.identity().rotation)


def test_rotation_is_right_handed() -> None:
    assert np.allclose(rotation_about([0, 0, 2.0], 90.0) @ [1, 0, 0], [0, 1, 0])


@pytest.mark.parametrize(
    ("rotation", "translation", "message"),
    [
        (np.diag([1.0, 1.0, -1.0]), np.zeros(3), "proper rotation"),
        (2 * np.eye(3), np.zeros(3), "proper rotation"),
        (np.eye(2), np.zeros(3), r"\(3, 3\)"),
        (np.eye(3), np.array([0, np.nan, 0]), "finite"),
    ],
)
def test_what_is_no_pose_is_refused(rotation: np.ndarray, translation: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Pose(rotation, translation)


def test_arrays_cannot_be_changed(pose: Pose) -> None:
    with pytest.raises(ValueError, match="read-only"):
        pose.translation_mm[0] = 1.0
