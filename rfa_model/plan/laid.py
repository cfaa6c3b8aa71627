"""Needles that are placed one by one, laid in the anatomy: a pair with its spacing and angles, placed as a whole."""

from __future__ import annotations

import math

from rfa_model.anatomy import Anatomy
from rfa_model.applicators.leaning import Leaning
from rfa_model.applicators.pair import DEEPEST_MM, WIDEST_DEG, WIDEST_MM, Pair
from rfa_model.applicators.pose import Pose
from rfa_model.applicators.shafts import Shaft, nearest_mm
from rfa_model.errors import InputError
from rfa_model.placement.place import custom_words, place
from rfa_model.scenario import Placement, Scenario
from rfa_model.scenario.arm import Arm
from rfa_model.scenario.placed_pair import PlacedPair


def laid(scenario: Scenario, anatomy: Anatomy) -> Scenario:
    """Return the scenario with every placed pair as a pair that lies there; itself where it has none.

    Raises
    ------
    InputError
        If a needle cannot lie where it is put, or the two run into each other.
    """
    changed = {
        name: _laid(name, arm, scenario.resolved_probe(name), anatomy, scenario.numerics.domain_radius_mm)
        for name, arm in scenario.arms.items()
        if arm.chosen.is_placed
    }
    return scenario.model_copy(update={"arms": {**scenario.arms, **changed}}) if changed else scenario


def _laid(name: str, arm: Arm, words: object, anatomy: Anatomy, radius_mm: float) -> Arm:
    assert isinstance(words, PlacedPair)
    where = f"arms.{name}.{'.'.join(map(str, arm.chosen_at))}"
    poses = []
    for key, one in words.members.items():
        try:
            poses.append(place(one.needle.applicator(), one.placement, anatomy, radius_mm))
        except InputError as error:
            raise InputError(f"{where}.{key}.placement: {str(error).removeprefix('placement: ')}") from error
    try:
        _check_apart(words, poses, anatomy)
        leaning, frame = Leaning.of(*poses)
        pair = _pair(words, leaning)
    except InputError as error:
        raise InputError(f"{where}.second.placement: {error}; move one of them") from error
    return arm.with_chosen(pair).model_copy(update={"placement": _placement(words, frame, anatomy)})


def _check_apart(words: PlacedPair, poses: list[Pose], anatomy: Anatomy) -> None:
    one, other = (Shaft(*custom_words(pose, anatomy)[:2]) for pose in poses)
    least, height = nearest_mm(one, other)
    together = sum(needle.needle.outer_diameter_mm / 2 for needle in words.members.values())
    if least <= together:
        raise InputError(
            f"the needles run into each other: {height:.1f} mm above the first one's distal end their axes are "
            f"{least:.2f} mm apart, and their radii together {together:.2f} mm"
        )


def _pair(words: PlacedPair, leaning: Leaning) -> Pair:
    lean = math.hypot(leaning.angle_deg, leaning.skew_deg)
    if leaning.spacing_mm > WIDEST_MM or abs(leaning.depth_mm) > DEEPEST_MM or lean > WIDEST_DEG:
        raise InputError(
            f"the needles lie {leaning.spacing_mm:.1f} mm apart, one {abs(leaning.depth_mm):.1f} mm deeper, their "
            f"shafts {lean:.0f} degrees apart; a pair has at most {WIDEST_MM:g} mm, {DEEPEST_MM:g} mm and "
            f"{WIDEST_DEG:g} degrees"
        )
    bevelled = [one.needle.bevel_angle_deg is not None for one in words.members.values()]
    # Round needles are the same at any roll, and so is their mesh.
    first_roll, second_roll = (roll if shows else 0.0 for roll, shows in zip(leaning.rolls_deg, bevelled, strict=True))
    return Pair(
        name=words.name,
        protocol=words.protocol,
        probe=words.first.needle,
        second_probe=words.second.needle,
        spacing_mm=leaning.spacing_mm,
        angle_deg=leaning.angle_deg,
        skew_deg=leaning.skew_deg,
        depth_mm=leaning.depth_mm,
        rolls_deg=(first_roll, second_roll),
        drive=words.drive,
        control=words.control,
    )


def _placement(words: PlacedPair, frame: Pose, anatomy: Anatomy) -> Placement:
    """Where the pair's frame lies, in a placement's words."""
    target_mm, direction, roll_deg = custom_words(frame, anatomy)
    return Placement(
        approach="custom",
        target_mm=target_mm,
        direction=direction,
        angles_deg=(0.0, 0.0, roll_deg),
        allow_inside_bone=all(one.placement.allow_inside_bone for one in words.members.values()),
    )
