"""Every nerve, both sides, every approach: the way a needle comes is one a needle can come."""

from types import SimpleNamespace

import numpy as np
import pytest

from rfa_model import library
from rfa_model.anatomy.lumbar import LumbarLevel
from rfa_model.applicators import Pose
from rfa_model.errors import InputError
from rfa_model.placement import APPROACHES, place, way_of

NERVES = ("T12", "L1", "L2", "L3", "L4", "L5")
NEEDLES = {"perpendicular": "cooled_17g_4mm"}
MIRROR = np.array([-1.0, 1.0, 1.0])
USUAL = [name for name in APPROACHES if name != "custom"]


def placement(approach: str, **changes: object) -> SimpleNamespace:
    plain = {
        "approach": approach, "offset_mm": (0.0, 0.0, 0.0), "angles_deg": (0.0, 0.0, 0.0), "target_mm": None,
        "direction": None, "allow_inside_bone": False,
    }  # fmt: skip
    return SimpleNamespace(**(plain | changes))


def needle(approach: str):
    return library.probes()[NEEDLES.get(approach, "conventional_18g_10mm")].applicator()


def shaft(pose: Pose, length_mm: float) -> np.ndarray:
    """Points on the surface of a needle of 1.5 mm up to the skin."""
    height, turn = np.meshgrid(np.arange(0.0, length_mm, 0.5), np.linspace(0.0, 2 * np.pi, 12))
    return pose.to_patient(np.column_stack([0.75 * np.cos(turn).ravel(), 0.75 * np.sin(turn).ravel(), height.ravel()]))


@pytest.mark.parametrize("nerve", NERVES)
@pytest.mark.parametrize("approach", USUAL)
def test_the_way_is_free_from_the_skin_to_the_nerve_on_both_sides(nerve: str, approach: str) -> None:
    poses = {}
    for side in ("left", "right"):
        anatomy = LumbarLevel(nerve, side)
        poses[side] = pose = place(needle(approach), placement(approach), anatomy, 40.0)
        way = way_of(pose, anatomy)
        assert way.entry_mm is not None
        assert way.length_mm is not None
        assert 50.0 < way.length_mm < 110.0
        assert anatomy.distance_mm("body", way.entry_mm[None])[0] == pytest.approx(0.0, abs=1e-3)
        points = shaft(pose, way.length_mm - 1.0)
        assert anatomy.distance_mm("body", points[:200]).max() < 0.0
        assert anatomy.distance_mm("bone", points).min() > -0.3
        assert anatomy.distance_mm("canal", points).min() > 5.0
        # From behind and from the needle's own side: no operator comes from the front, or across the midline.
        assert way.entry_mm[1] > anatomy.target.point_mm[1] + 40.0
        assert way.entry_mm[0] * anatomy.target.point_mm[0] > 0.0
        assert -1.0 <= way.oblique_deg <= 20.001
    left, right = poses["left"], poses["right"]
    assert np.allclose(right.translation_mm, MIRROR * left.translation_mm, atol=1e-9)
    assert np.allclose(right.axis, MIRROR * left.axis, atol=1e-12)


@pytest.mark.parametrize("nerve", NERVES)
def test_the_cooled_probe_comes_from_behind_and_not_out_of_the_coronal_plane(nerve: str) -> None:
    anatomy = LumbarLevel(nerve)
    axis = place(needle("perpendicular"), placement("perpendicular"), anatomy).axis
    assert axis[1] > 0.9  # it was 0.23 at L5 when the bone's normal was followed
    assert axis[2] == pytest.approx(0.0, abs=1e-12)
    assert 0.0 < axis[0] < 0.35


def test_a_steep_oblique_way_to_the_l5_ramus_runs_into_the_iliac_crest() -> None:
    anatomy = LumbarLevel("L5", "right")
    swung = {"approach": "custom", "direction": (-np.sin(np.deg2rad(45.0)), np.cos(np.deg2rad(45.0)), -0.15)}
    outer = anatomy.target.point_mm + 3.0 * anatomy.target.away_from_bone
    with pytest.raises(InputError, match=r"inside bone, the iliac crest, .* from the distal end"):
        place(needle("parallel"), placement(**swung, target_mm=tuple(outer)), anatomy)


def test_the_bone_in_the_way_is_named() -> None:
    anatomy = LumbarLevel("L4")
    with pytest.raises(InputError, match=r"inside bone, L5, "):
        place(needle("parallel"), placement("parallel", offset_mm=(0.0, 0.0, -4.0)), anatomy)


def test_no_needle_comes_from_the_front() -> None:
    anatomy = LumbarLevel("L4")
    beside = tuple(anatomy.target.point_mm + np.array([25.0, 0.0, 0.0]))
    with pytest.raises(InputError, match=r"the way from the skin to the distal end is 1\d\d mm long"):
        place(needle("custom"), placement("custom", direction=(0.3, -1.0, 0.0), target_mm=beside), anatomy)


def test_a_body_without_end_has_no_entry() -> None:
    endless = SimpleNamespace(distance_mm=lambda part, points: np.full(len(points), -np.inf))
    way = way_of(Pose.identity(), endless)
    assert (way.entry_mm, way.length_mm) == (None, None)


def test_the_entry_of_an_inclined_needle_under_a_flat_skin() -> None:
    # Skin 60 mm behind: at 30° oblique and 40° caudal the way is 60 / (cos 30° cos 40°) long.
    turn, tilt = np.deg2rad([30.0, 40.0])
    axis = np.array([np.sin(turn) * np.cos(tilt), np.cos(turn) * np.cos(tilt), -np.sin(tilt)])
    x = np.cross([0.0, 0.0, 1.0], axis) / np.linalg.norm(np.cross([0.0, 0.0, 1.0], axis))
    pose = Pose(np.column_stack([x, np.cross(axis, x), axis]), np.array([20.0, 0.0, 5.0]))
    flat = SimpleNamespace(distance_mm=lambda part, points: points[:, 1] - 60.0)
    way = way_of(pose, flat)
    assert way.length_mm == pytest.approx(60.0 / (np.cos(turn) * np.cos(tilt)), abs=1e-4)
    assert way.entry_mm == pytest.approx(pose.to_patient([0.0, 0.0, way.length_mm]))
    assert (way.oblique_deg, way.caudal_deg) == (pytest.approx(30.0), pytest.approx(40.0))


def test_a_pose_moves_smoothly_with_what_it_is_placed_by() -> None:
    """Halved steps of the target and of an angle move the pose by half: no jump, no kink."""
    anatomy, probe = LumbarLevel("L4"), needle("parallel")
    point = anatomy.target.point_mm

    def end(step: float) -> np.ndarray:
        moved = placement(
            "parallel", target_mm=tuple(point + np.array([step, 0.0, 0.0])), angles_deg=(step, -step, 0.0)
        )
        return place(probe, moved, anatomy).translation_mm

    steps = 0.02 * np.arange(-12, 13)
    track = np.array([end(step) for step in steps])
    assert np.abs(np.diff(track, 2, axis=0)).max() < 1e-4
