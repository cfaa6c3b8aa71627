"""Where the nerves run: the published distances, the free way for a needle."""

import numpy as np
import pytest

from rfa_model.anatomy import Curve
from rfa_model.anatomy.lumbar import LumbarLevel
from rfa_model.anatomy.lumbar.stack import Stack

# Mean and standard deviation by vertebra, mm: dorsal ramus bifurcation to the upper border of the process's root; the
# ala's is taken as L5's.
BIFURCATION_MM = {
    "L1": (3.52, 1.15),
    "L2": (3.63, 1.36),
    "L3": (3.46, 1.31),
    "L4": (3.38, 1.24),
    "L5": (1.87, 0.88),
    "S1": (1.87, 0.88),
}


def segment(nerve: Curve) -> np.ndarray:
    """Centreline points of the target segment."""
    length = nerve.arc_length_mm()
    return nerve.points_mm[(length >= nerve.segment_mm[0]) & (length <= nerve.segment_mm[1])]


def distance_to_bone(anatomy: LumbarLevel, points: np.ndarray) -> np.ndarray:
    """Euclidean distance to bone by growing spheres: uses the field's sign only, not its size."""
    index = np.arange(600) + 0.5
    polar, turn = np.arccos(1 - 2 * index / 600), np.pi * (1 + np.sqrt(5)) * index
    sphere = np.column_stack([np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn), np.cos(polar)])
    low, high = np.zeros(len(points)), np.full(len(points), 4.0)
    for _ in range(9):
        radius = (low + high) / 2
        shells = points[:, None] + radius[:, None, None] * sphere
        touches = (anatomy.distance_mm("bone", shells.reshape(-1, 3)).reshape(len(points), -1) < 0).any(axis=1)
        low, high = np.where(touches, low, radius), np.where(touches, radius, high)
    return high


def test_nerve_lies_half_to_one_millimetre_off_the_neck(level: LumbarLevel) -> None:
    (nerve,) = level.nerves.values()
    gap = distance_to_bone(level, segment(nerve)[::6]) - nerve.diameter_mm / 2
    assert gap.min() > 0.45
    assert gap.max() < 1.0
    assert gap.mean() == pytest.approx(0.75, abs=0.1)


def test_gap_and_diameter_are_obeyed() -> None:
    anatomy = LumbarLevel("L4", "left", nerve_diameter_mm=0.6, nerve_bone_gap_mm=1.2)
    (nerve,) = anatomy.nerves.values()
    gap = distance_to_bone(anatomy, segment(nerve)[::6]) - 0.3
    assert gap.mean() == pytest.approx(1.2, abs=0.12)


def test_neck_segment_is_straight_enough_for_a_ten_millimetre_tip(level: LumbarLevel) -> None:
    points = segment(next(iter(level.nerves.values())))
    middle = points.mean(axis=0)
    axis = np.linalg.svd(points - middle)[2][0]
    off = np.linalg.norm((points - middle) - ((points - middle) @ axis)[:, None] * axis, axis=1)
    assert off.max() < 0.35


def test_dorsal_ramus_divides_at_the_published_distance(level: LumbarLevel) -> None:
    mean, deviation = BIFURCATION_MM[level.site.vertebra]
    distance = np.linalg.norm(level.bifurcation_mm - level.border_mm)
    assert distance == pytest.approx(mean, abs=0.1)
    assert distance == pytest.approx(mean, abs=deviation)
    assert level.distance_mm("bone", level.border_mm[None])[0] == pytest.approx(0.0, abs=0.1)
    (nerve,) = level.nerves.values()
    assert np.linalg.norm(nerve.points_mm - level.bifurcation_mm, axis=1).min() < 0.1


def test_nerves_stay_out_of_bone(level: LumbarLevel) -> None:
    (nerve,) = level.nerves.values()
    spinal = level.structures["spinal_nerve"]
    assert isinstance(spinal, Curve)
    assert (level.distance_mm("bone", nerve.points_mm) > nerve.diameter_mm / 2 + 0.2).all()
    assert (level.distance_mm("bone", spinal.points_mm) > spinal.diameter_mm / 2).all()


def test_target_to_spinal_nerve_is_plausible(level: LumbarLevel) -> None:
    spinal = level.structures["spinal_nerve"]
    assert isinstance(spinal, Curve)
    axis_to_axis = np.linalg.norm(spinal.points_mm - level.target.point_mm, axis=1).min()
    # No published value was read; the foramen and the neck of the process lie one to two centimetres apart.
    assert 10.0 < axis_to_axis < 20.0


def test_medial_branch_springs_from_the_spinal_nerve(level: LumbarLevel) -> None:
    (nerve,) = level.nerves.values()
    spinal = level.structures["spinal_nerve"]
    assert isinstance(spinal, Curve)
    assert np.linalg.norm(spinal.points_mm - nerve.points_mm[0], axis=1).min() < spinal.diameter_mm / 2


def test_spinal_nerve_passes_in_front_of_the_target_and_ends_below_it(level: LumbarLevel) -> None:
    spinal, target = level.structures["spinal_nerve"], level.target.point_mm
    assert isinstance(spinal, Curve)
    beside = spinal.points_mm[np.argmin(np.abs(spinal.points_mm[:, 2] - target[2]))]
    assert beside[1] < target[1] - 5.0
    assert level.distance_mm("canal", spinal.points_mm[:1])[0] < 0
    assert spinal.points_mm[-1, 2] < target[2] - 20.0


@pytest.mark.parametrize(
    ("nerve", "bone", "words"),
    [
        ("T12", "L1", "T12 medial branch, on the L1 transverse process"),
        ("L1", "L2", "L1 medial branch, on the L2 transverse process"),
        ("L2", "L3", "L2 medial branch, on the L3 transverse process"),
        ("L3", "L4", "L3 medial branch, on the L4 transverse process"),
        ("L4", "L5", "L4 medial branch, on the L5 transverse process"),
        ("L5", "S1", "L5 dorsal ramus, on the sacral ala, beside the S1 articular process"),
    ],
)
def test_each_nerve_lies_on_the_bone_below_its_root(nerve: str, bone: str, words: str) -> None:
    anatomy = LumbarLevel(nerve)
    (curve,) = anatomy.nerves.values()
    stack = Stack(bone)
    nearest = [stack.segments[k].name for k in np.argmin(stack.bones(segment(curve)), axis=0)]
    assert set(nearest) == {bone}
    assert f"{curve.words}, {curve.place}" == words
    spinal = anatomy.structures["spinal_nerve"]
    assert isinstance(spinal, Curve)
    # The root leaves under the pedicle of its own vertebra: the nerve's first points are nearer to that than to any.
    first = spinal.points_mm[spinal.arc_length_mm() < 12.0]
    assert {stack.segments[k].name for k in np.argmin(stack.bones(first), axis=0)} == {nerve}
    assert spinal.words == f"{nerve} spinal nerve"


def test_target_frame_points_as_the_clinic_expects(level: LumbarLevel) -> None:
    target = level.target
    (nerve,) = level.nerves.values()
    assert np.linalg.norm(nerve.points_mm - target.point_mm, axis=1).min() < 1e-9
    assert [np.linalg.norm(v) for v in (target.tangent, target.away_from_bone)] == pytest.approx([1.0, 1.0])
    assert target.tangent @ target.away_from_bone == pytest.approx(0.0, abs=1e-9)
    caudal_tilt_deg = np.degrees(np.arctan2(-target.tangent[2], target.tangent[1]))
    assert (
        (15.0 if level.site.vertebra == "S1" else 38.0)
        < caudal_tilt_deg
        < (30.0 if level.site.vertebra == "S1" else 48.0)
    )
    assert (target.away_from_bone > 0.2).all()


@pytest.mark.parametrize("approach", ["parallel", "perpendicular"])
def test_a_straight_shaft_reaches_the_target_free_of_bone_and_canal(level: LumbarLevel, approach: str) -> None:
    target = level.target
    shaft_radius_mm = 0.85
    way = np.arange(0.0, 60.0, 0.25)[:, None]
    if approach == "parallel":
        # The tip lies beside the nerve and reaches 5 mm beyond the target.
        points = target.point_mm + 1.1 * target.away_from_bone + (way - 5.0) * target.tangent
    else:
        points = target.point_mm + (way + 0.5) * target.away_from_bone
    assert level.distance_mm("bone", points).min() > shaft_radius_mm
    assert level.distance_mm("canal", points).min() > 5.0
