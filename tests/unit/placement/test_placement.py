"""Poses worked out by hand on a plane of bone, offsets in three frames, and every refusal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from rfa_model.applicators import Pose, Probe
from rfa_model.errors import InputError
from rfa_model.placement import OffsetBase, place
from rfa_model.placement.offsets import NerveOffset, OperatorOffset, PatientOffset

PROBE = Probe(
    name="p", kind="conventional", outer_diameter_mm=1.2, tip_length_mm=10.0, tip_rounding_mm=0.6, sensor_offset_mm=-0.5
).applicator()
TARGET_POINT = np.array([20.0, 30.0, -10.0])
ALONG = np.array([0.6, 0.8, 0.0])
AWAY = np.array([0.0, 0.0, 1.0])
NERVE_RADIUS_MM = 0.5
ACROSS = np.cross(AWAY, ALONG)


@dataclass
class FakeAnatomy:
    """Bone fills the half-space under the target's nerve; canal and body as given."""

    mirror: float = 1.0
    bone_gap_mm: float = 0.5
    along: np.ndarray = field(default_factory=lambda: ALONG)
    away: np.ndarray = field(default_factory=lambda: AWAY)
    canal: Callable[[np.ndarray], np.ndarray] = lambda p: np.full(len(p), np.inf)
    body: Callable[[np.ndarray], np.ndarray] = lambda p: np.full(len(p), -np.inf)

    @property
    def target(self) -> SimpleNamespace:
        flip = np.array([self.mirror, 1.0, 1.0])
        return SimpleNamespace(
            point_mm=flip * TARGET_POINT,
            tangent=flip * self.along,
            away_from_bone=flip * self.away,
            nerve_radius_mm=NERVE_RADIUS_MM,
        )

    def distance_mm(self, part: str, points_mm: np.ndarray) -> np.ndarray:
        if part == "bone":
            return (points_mm - self.target.point_mm) @ self.target.away_from_bone + self.bone_gap_mm
        return {"canal": self.canal, "body": self.body}[part](points_mm)


def placement(**changes: Any) -> SimpleNamespace:
    plain: dict[str, Any] = {
        "approach": "along_nerve",
        "offset_mm": (0.0, 0.0, 0.0),
        "angles_deg": (0.0, 0.0, 0.0),
        "target_mm": None,
        "direction": None,
        "allow_inside_bone": False,
    }
    return SimpleNamespace(**(plain | changes))


def test_along_the_nerve_it_touches_the_nerves_outer_side() -> None:
    pose = place(PROBE, placement(), FakeAnatomy())
    assert np.allclose(pose.axis, ALONG)
    assert np.allclose(pose.to_patient([0, 0, 5.0]), TARGET_POINT + (0.6 + 0.5) * AWAY)
    assert np.allclose(pose.rotation, np.column_stack([ACROSS, AWAY, ALONG]))


@pytest.mark.parametrize("approach", ["parallel", "parasagittal", "declined", "perpendicular", "along_nerve"])
def test_every_approach_just_touches_the_nerve(approach: str) -> None:
    pose = place(PROBE, placement(approach=approach, allow_inside_bone=True), FakeAnatomy())
    nerve = TARGET_POINT + np.linspace(-6.0, 6.0, 4001)[:, None] * ALONG
    assert PROBE.distance_mm(pose.to_probe(nerve)).min() == pytest.approx(NERVE_RADIUS_MM, abs=2e-4)


@pytest.mark.parametrize(
    ("approach", "oblique_deg", "caudal_deg"),
    [("parallel", 20.0, None), ("parasagittal", 0.0, None), ("declined", 17.5, 22.5), ("perpendicular", 15.0, 0.0)],
)
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_approaches_come_in_at_their_published_angles(
    approach: str, oblique_deg: float, caudal_deg: float | None, side: float
) -> None:
    # A nerve that runs 40° downwards as seen from the side, on bone whose normal lies between lateral and upwards.
    tilt = np.deg2rad(40.0)
    anatomy = FakeAnatomy(
        mirror=side, along=np.array([0.0, np.cos(tilt), -np.sin(tilt)]), away=np.array([0.9, 0.28, 0.33])
    )
    pose = place(PROBE, placement(approach=approach, allow_inside_bone=True), anatomy)
    x, y, z = pose.axis
    assert np.degrees(np.arctan2(side * x, y)) == pytest.approx(oblique_deg)
    assert np.degrees(np.arcsin(-z)) == pytest.approx(40.0 if caudal_deg is None else caudal_deg)


def test_parasagittal_takes_the_hind_half_of_the_neck() -> None:
    tilt = np.deg2rad(40.0)
    anatomy = FakeAnatomy(along=np.array([0.0, np.cos(tilt), -np.sin(tilt)]), away=np.array([1.0, 0.0, 0.0]))
    pose = place(PROBE, placement(approach="parasagittal"), anatomy)
    middle = pose.to_patient([0, 0, 5.0])
    assert (middle - TARGET_POINT) @ anatomy.along == pytest.approx(2.5)


def test_custom_puts_the_distal_end_at_its_target() -> None:
    pose = place(PROBE, placement(approach="custom", direction=(0, 3.0, 4.0), target_mm=(1.0, 2.0, 3.0)), FakeAnatomy())
    assert np.allclose(pose.axis, [0, 0.6, 0.8])
    assert np.allclose(pose.translation_mm, [1, 2, 3])
    default = place(PROBE, placement(approach="custom", direction=(0, 0, 1.0)), FakeAnatomy())
    assert np.allclose(default.translation_mm, TARGET_POINT)


def test_target_replaces_the_anatomys() -> None:
    pose = place(PROBE, placement(target_mm=(1, 2, 3)), FakeAnatomy(bone_gap_mm=99.0))
    assert np.allclose(pose.to_patient([0, 0, 5.0]), np.array([1, 2, 3]) + 1.1 * AWAY)


def test_offsets_run_along_the_targets_axes() -> None:
    still, moved = (place(PROBE, placement(offset_mm=offset), FakeAnatomy()) for offset in [(0, 0, 0), (1, 2, 3)])
    assert np.allclose(moved.rotation, still.rotation)
    assert np.allclose(moved.translation_mm - still.translation_mm, 1 * ALONG + 2 * ACROSS + 3 * AWAY)


@pytest.mark.parametrize(
    ("angles", "axis"),
    [
        # a right-handed quarter turn of `along`: about across -> −away, about away -> across, about itself -> stays
        ((90.0, 0.0, 0.0), -AWAY),
        ((0.0, 90.0, 0.0), ACROSS),
        ((0.0, 0.0, 90.0), ALONG),
    ],
)
def test_angles_turn_about_the_targets_axes(angles: tuple[float, float, float], axis: np.ndarray) -> None:
    pose = place(PROBE, placement(angles_deg=angles, allow_inside_bone=True), FakeAnatomy())
    assert np.allclose(pose.axis, axis)
    middle = pose.to_patient([0, 0, 5.0])
    assert np.linalg.norm(middle - TARGET_POINT) == pytest.approx(1.1)


def test_roll_turns_the_probe_and_moves_nothing() -> None:
    still, rolled = (place(PROBE, placement(angles_deg=(0, 0, roll)), FakeAnatomy()) for roll in (0, 90))
    assert np.allclose(rolled.translation_mm, still.translation_mm)
    assert np.allclose(rolled.rotation[:, 0], still.rotation[:, 1])


@pytest.mark.parametrize(
    ("offset", "shift"),
    [
        # A needle straight from behind, its operator looking forwards: deep is forwards, the patient's head is up.
        (OperatorOffset(deep_mm=2.0), (0.0, -2.0, 0.0)),
        (OperatorOffset(lateral_mm=3.0), (3.0, 0.0, 0.0)),
        (OperatorOffset(cranial_mm=4.0), (0.0, 0.0, 4.0)),
        (PatientOffset(left_mm=1.0, posterior_mm=2.0, cranial_mm=3.0), (1.0, 2.0, 3.0)),
        (NerveOffset(along_mm=5.0), tuple(5.0 * ALONG)),
        (NerveOffset(off_bone_mm=5.0), tuple(5.0 * AWAY)),
        (NerveOffset(across_mm=5.0), tuple(5.0 * ACROSS)),
    ],
)
def test_offsets_in_each_frame_against_hand_calculation(offset: OffsetBase, shift: tuple[float, float, float]) -> None:
    behind = {"approach": "custom", "direction": (0.0, 1.0, 0.0), "allow_inside_bone": True}
    still, moved = (place(PROBE, placement(**behind, offset_mm=o), FakeAnatomy()) for o in [(0, 0, 0), offset])
    assert np.allclose(moved.translation_mm - still.translation_mm, shift)


def test_an_operator_at_an_inclined_needle_means_the_picture_down_the_barrel() -> None:
    # 30° oblique, 40° caudal: deep runs forwards, to the middle and upwards; cranial and lateral are square to it.
    turn, tilt = np.deg2rad([30.0, 40.0])
    shaft = np.array([np.sin(turn) * np.cos(tilt), np.cos(turn) * np.cos(tilt), -np.sin(tilt)])
    custom = {"approach": "custom", "direction": tuple(shaft), "allow_inside_bone": True}
    offsets = [(0, 0, 0), *(OperatorOffset(**{key: 1.0}) for key in ("deep_mm", "lateral_mm", "cranial_mm"))]
    still, *moved = (place(PROBE, placement(**custom, offset_mm=o), FakeAnatomy()).translation_mm for o in offsets)
    deep, lateral, cranial = (one - still for one in moved)
    assert np.allclose(deep, -shaft)
    assert np.allclose(lateral, [np.cos(turn), -np.sin(turn), 0.0])
    assert np.allclose(cranial, [np.sin(turn) * np.sin(tilt), np.cos(turn) * np.sin(tilt), np.cos(tilt)])


@pytest.mark.parametrize("offset", [OperatorOffset(deep_mm=1.0, lateral_mm=2.0, cranial_mm=3.0)])
def test_the_operators_words_are_the_same_on_either_side(offset: OffsetBase) -> None:
    left, right = (
        place(PROBE, placement(approach="perpendicular", offset_mm=offset, allow_inside_bone=True), FakeAnatomy(side))
        for side in (1.0, -1.0)
    )
    assert np.allclose(right.translation_mm, np.array([-1.0, 1.0, 1.0]) * left.translation_mm)


def test_a_needle_along_the_body_has_no_cranial_side() -> None:
    upright = {"approach": "custom", "direction": (0.0, 0.0, 1.0)}
    refused("long axis", FakeAnatomy(), **upright, offset_mm=OperatorOffset(deep_mm=1.0))


@pytest.mark.parametrize("approach", ["parallel", "parasagittal", "declined", "perpendicular", "along_nerve"])
def test_left_and_right_are_mirror_images(approach: str) -> None:
    mirror = np.array([-1.0, 1.0, 1.0])
    left, right = (
        place(
            PROBE,
            placement(
                approach=approach,
                offset_mm=(1.0, 2.0 * side, 0.5),
                angles_deg=(-10.0, 20.0 * side, 0.0),
                allow_inside_bone=True,
            ),
            FakeAnatomy(mirror=side),
        )
        for side in (1.0, -1.0)
    )
    assert np.allclose(right.translation_mm, mirror * left.translation_mm)
    assert np.allclose(right.axis, mirror * left.axis)


@pytest.mark.parametrize("seed", range(5))
def test_rotations_are_orthonormal(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pose = place(
        PROBE,
        placement(
            approach="custom", direction=tuple(rng.normal(size=3)), angles_deg=tuple(rng.uniform(-180, 180, 3)),
            allow_inside_bone=True,
        ),
        FakeAnatomy(),
    )  # fmt: skip
    assert np.abs(pose.rotation @ pose.rotation.T - np.eye(3)).max() < 1e-13
    assert np.linalg.det(pose.rotation) == pytest.approx(1.0)


def refused(match: str, anatomy: FakeAnatomy, domain_radius_mm: float | None = None, **changes: Any) -> None:
    with pytest.raises(InputError, match=match):
        place(PROBE, placement(**changes), anatomy, domain_radius_mm)


def test_canal_is_refused_even_when_bone_is_allowed() -> None:
    # a canal across the shaft, 30 mm up
    centre = TARGET_POINT + 30 * ALONG
    anatomy = FakeAnatomy(canal=lambda p: np.linalg.norm(p - centre, axis=1) - 4.0)
    refused(r"[0-9.]+ mm inside the spinal canal, 3\d\.\d mm from the distal end", anatomy)
    refused("spinal canal", anatomy, allow_inside_bone=True)


def test_bone_is_refused_unless_allowed() -> None:
    sunk = (0.0, 0.0, -1.5)
    refused(r"0\.5 mm inside bone .*allow_inside_bone", FakeAnatomy(), offset_mm=sunk)
    assert isinstance(place(PROBE, placement(offset_mm=sunk, allow_inside_bone=True), FakeAnatomy()), Pose)


def test_bone_can_be_left_to_the_caller() -> None:
    asked, anatomy = [], FakeAnatomy()
    with patch.object(FakeAnatomy, "distance_mm", lambda _, *a, own=anatomy.distance_mm: asked.append(a[0]) or own(*a)):
        assert isinstance(place(PROBE, placement(offset_mm=(0.0, 0.0, -1.5)), anatomy, bone=False), Pose)
    assert set(asked) == {"canal", "body"}


def test_touching_bone_is_allowed() -> None:
    pose = place(PROBE, placement(offset_mm=(0, 0, -0.7)), FakeAnatomy())  # surface 0.2 mm inside
    assert pose.translation_mm[2] == pytest.approx(TARGET_POINT[2] + 0.4)


def test_shaft_through_bone_is_refused() -> None:
    refused(r"inside bone .* 60\.0 mm from the distal end", FakeAnatomy(), angles_deg=(20.0, 0.0, 0.0))


def test_tip_outside_the_body_is_refused() -> None:
    refused(
        r"sticks 7\.6 mm out of the body", FakeAnatomy(body=lambda p: p[:, 2] - TARGET_POINT[2] - 2.4),
        approach="custom", direction=(0.0, 0.0, 1.0),
    )  # fmt: skip


def test_domain_leaving_the_body_is_refused() -> None:
    shallow = FakeAnatomy(body=lambda p: p[:, 2] - TARGET_POINT[2] - 31.1)
    refused(r"30\.0 mm under the skin, less than domain_radius_mm = 40", shallow, 40.0)
    assert isinstance(place(PROBE, placement(), shallow, 29.0), Pose)


def test_distance_that_is_no_number_is_refused() -> None:
    refused("not a number", FakeAnatomy(canal=lambda p: np.full(len(p), np.nan)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"approach": "sideways"}, "parallel, parasagittal, declined, perpendicular, along_nerve, custom"),
        ({"approach": "custom"}, "needs direction"),
        ({"approach": "custom", "direction": (0, 0, 0)}, "not all zero"),
        ({"direction": (0, 0, 1)}, "belongs to approach custom"),
        ({"target_mm": (0, np.nan, 1)}, "three numbers"),
    ],
)
def test_incomplete_placements_are_refused(changes: dict[str, Any], message: str) -> None:
    refused(message, FakeAnatomy(), **changes)
