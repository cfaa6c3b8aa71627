"""The dorsal root ganglion: as large as published, where published, and of nerve."""

import numpy as np
import pytest

from rfa_model.anatomy.lumbar.ganglion import KEY, LumbarGanglion
from rfa_model.errors import InputError


@pytest.mark.parametrize(("root", "width_mm", "length_mm"), [("L4", 5.22, 7.97), ("L5", 5.82, 10.83)])
def test_it_is_as_large_as_published_and_lies_in_the_foramen(root, width_mm, length_mm):
    made = LumbarGanglion(root)
    ganglion, target = made.nerves[KEY], made.target
    assert ganglion.diameter_mm == width_mm
    assert ganglion.segment_mm[1] == pytest.approx(length_mm, abs=0.3)
    assert np.linalg.norm(ganglion.points_mm - target.point_mm, axis=1).min() < 0.2
    # Clear of bone, and outside the canal.
    assert made.distance_mm("bone", ganglion.points_mm).min() > 0.5 * width_mm
    assert made.distance_mm("canal", target.point_mm[None])[0] > 2.0
    beside = target.point_mm + 0.48 * width_mm * target.away_from_bone
    assert [made.tissue_names[index] for index in made.tissue_at(np.array([target.point_mm, beside]))] == ["nerve"] * 2
    # What is to be spared begins beyond it.
    spared = made.structures["spinal_nerve"]
    assert np.linalg.norm(spared.points_mm - target.point_mm, axis=1).min() > 0.45 * length_mm


def test_the_right_is_the_mirror_image_of_the_left():
    left, right = LumbarGanglion("L3", "left"), LumbarGanglion("L3", "right")
    assert right.target.point_mm == pytest.approx(left.target.point_mm * [-1.0, 1.0, 1.0])
    assert right.nerves[KEY].points_mm == pytest.approx(left.nerves[KEY].points_mm * [-1.0, 1.0, 1.0])


def test_there_is_none_of_t12():
    with pytest.raises(InputError, match="no ganglion of T12"):
        LumbarGanglion("T12")
