"""Two needles placed one by one: the pair they make, and what cannot be, refused where it stands in the file."""

import numpy as np
import pytest

from rfa_model.applicators import Pose
from rfa_model.applicators.leaning import Leaning
from rfa_model.applicators.pair import Pair
from rfa_model.applicators.pose import rotation_about
from rfa_model.applicators.shafts import Shaft, meet_at_mm, nearest_mm
from rfa_model.errors import InputError
from rfa_model.placement import place
from rfa_model.plan import Plan
from rfa_model.scenario import dump_yaml, load_scenario, parse_resolved

BENCH = "{kind: homogeneous, tissue: muscle}"
LUMBAR = "{kind: lumbar_medial_branch, nerve: L4, side: left}"
WORDS = """title: placed
anatomy: ANATOMY
arms:
  two:
    applicator:
      placed_pair:
        first: {probe: FIRST, placement: {approach: custom, direction: [0, 0, 1], offset_mm: {patient: {left_mm: -4}}}}
        second: {probe: SECOND, placement: {approach: custom, direction: [0, 0, 1], offset_mm: {patient: {left_mm: 4}}}}
"""
NEEDLE = "conventional_20g_5mm"
AT_L4 = (
    WORDS.replace("ANATOMY", LUMBAR)
    .replace("approach: custom, direction: [0, 0, 1], offset_mm: {patient: {left_mm: -4}}", "approach: parallel")
    .replace(
        "approach: custom, direction: [0, 0, 1], offset_mm: {patient: {left_mm: 4}}",
        "approach: declined, offset_mm: {operator: {lateral_mm: 4, cranial_mm: 3}}, angles_deg: [0, 0, 25]",
    )
)


def written(folder, words: str = WORDS, first: str = NEEDLE, second: str = NEEDLE, anatomy: str = BENCH):
    path = folder / "placed.yaml"
    path.write_text(words.replace("FIRST", first).replace("SECOND", second).replace("ANATOMY", anatomy))
    return path


def some_pose(seed: int) -> Pose:
    rng = np.random.default_rng(seed)
    return Pose(rotation_about(rng.normal(size=3), rng.uniform(0, 50)), rng.uniform(-20, 20, 3))


@pytest.mark.parametrize("seed", range(6))
def test_numbers_and_poses_of_a_pair_are_each_others_inverse(seed):
    first, second = some_pose(seed), some_pose(seed + 100)
    leaning, frame = Leaning.of(first, second)
    for one, other in zip((first, second), leaning.poses(), strict=True):
        back = other.then(frame)
        assert back.translation_mm == pytest.approx(one.translation_mm, abs=2e-6)
        assert back.rotation == pytest.approx(one.rotation, abs=2e-7)


def test_a_pair_in_words_has_no_other_poses_than_it_had():
    """Meshes are found by the last bit of a pose."""
    turned = rotation_about([0.0, 1.0, 0.0], 10.0)
    first, second = Leaning(8.0, 2.0, 20.0).poses()
    assert (second.rotation == turned).all()
    assert (first.rotation == turned.T).all()
    assert second.translation_mm.tolist() == [4.0, 0.0, -1.0]


def test_two_needles_side_by_side_are_the_pair_of_that_spacing(tmp_path):
    placed = Plan.of(written(tmp_path)).arms["two"]
    pair = Pair(probe=NEEDLE, spacing_mm=8.0)
    assert placed.applicator.shape == pair.applicator().shape
    assert placed.pose.to_patient([4.0, 0.0, 0.0]) == pytest.approx([4.0, 0.0, 0.0], abs=1e-9)


def test_every_needle_lies_where_it_would_lie_alone(tmp_path):
    plan = Plan.of(written(tmp_path, AT_L4))
    asked = load_scenario(tmp_path / "placed.yaml").arms["two"].applicator
    made = plan.arms["two"].applicator.at(plan.arms["two"].pose)
    for body, one in zip(made.bodies, (asked.first, asked.second), strict=True):
        alone = place(one.needle.applicator(), one.placement, plan.anatomy, 40.0)
        assert body.pose.translation_mm == pytest.approx(alone.translation_mm, abs=1e-5)
        assert body.pose.axis == pytest.approx(alone.axis, abs=1e-6)


def test_a_bevelled_needle_keeps_its_roll_and_a_round_one_needs_none(tmp_path):
    bevelled = "{name: b, kind: conventional, gauge: 20, tip_length_mm: 5, bevel_angle_deg: 30, sensor_offset_mm: -2}"
    plan = Plan.of(written(tmp_path, AT_L4, second=bevelled))
    asked = load_scenario(tmp_path / "placed.yaml").arms["two"].applicator
    alone = place(asked.second.needle.applicator(), asked.second.placement, plan.anatomy, 40.0)
    made = plan.arms["two"].applicator.at(plan.arms["two"].pose).bodies[1]
    assert made.pose.rotation == pytest.approx(alone.rotation, abs=1e-6)
    assert plan.scenario.arms["two"].chosen.rolls_deg[0] == 0.0


def test_what_a_run_writes_down_is_a_pair_and_lies_where_it_lay(tmp_path):
    plan = Plan.of(written(tmp_path, AT_L4))
    again = Plan.of(parse_resolved(plan.resolved_yaml))
    assert "placed_pair" not in plan.resolved_yaml
    assert again.arms["two"].mesh_key == plan.arms["two"].mesh_key
    one, other = again.arms["two"].pose, plan.arms["two"].pose
    assert one.rotation == pytest.approx(other.rotation, abs=1e-12)
    assert one.translation_mm == pytest.approx(other.translation_mm, abs=1e-12)


def test_it_is_written_back_as_it_was_read(tmp_path):
    scenario = load_scenario(written(tmp_path, AT_L4))
    assert parse_resolved(dump_yaml(scenario)) == scenario
    assert scenario.arms["two"].protocol == Plan.of(scenario).scenario.arms["two"].protocol


def test_skew_lines_meet_where_their_distance_says():
    """Lines 0.5 mm apart that cross at a right angle 10 mm up are 1.3 mm apart 1.2 mm earlier (5, 12, 13)."""
    one, other = Shaft((0.0, 0.0, 0.0), (0.0, 0.0, 1.0)), Shaft((-30.0, 0.5, 10.0), (1.0, 0.0, 0.0))
    assert nearest_mm(one, other) == pytest.approx((0.5, 10.0), abs=1e-6)
    assert meet_at_mm(one, other, 1.3) == pytest.approx(10.0 - 1.2, abs=1e-9)
    assert meet_at_mm(one, other, 0.49) == np.inf


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (("{left_mm: 4}", "{left_mm: -3.5}"), "8:47: ARM.second.placement", "axes are 0.50 mm apart"),
        (("[0, 0, 1], offset_mm: {patient: {left_mm: 4", "[-0.5, 0, 1], offset_mm: {patient: {left_mm: 4"),
         "8:47: ARM.second.placement", "16.0 mm above the first one's distal end"),
        (("[0, 0, 1], offset_mm: {patient: {left_mm: 4", "[0, 0, -1], offset_mm: {patient: {left_mm: 4"),
         "8:47: ARM.second.placement", "point against each other"),
        (("{left_mm: 4}", "{left_mm: -4, cranial_mm: -3}"), "8:47: ARM.second.placement", "0.00 mm apart"),
        (("{left_mm: 4}", "{left_mm: 50}"), "8:47: ARM.second.placement", "54.0 mm apart"),
        (("      placed_pair:", "      placed_pear:"), "5:5: arms.two.applicator", "did you mean 'placed_pair'?"),
        (("direction: [0, 0, 1], offset_mm: {patient: {left_mm: 4", "offset_mm: {patient: {left_mm: 4"),
         "8:", "expected a key 'direction' beside it"),
        (("    app", "    placement: {approach: parallel}\n    app"), "5:5: arms.two.placement", "its own"),
        (("        first", "        control: each\n        first"), "7:9: ARM.control", "has one generator"),
    ],
)  # fmt: skip
def test_needles_that_cannot_lie_so_are_refused_where_they_stand(tmp_path, change, where, what):
    with pytest.raises(InputError) as error:
        Plan.of(written(tmp_path, WORDS.replace(*change)))
    assert f"placed.yaml:{where.replace('ARM', 'arms.two.applicator.placed_pair')}" in str(error.value)
    assert what in str(error.value)


def test_a_needle_in_bone_is_named(tmp_path):
    deep = AT_L4.replace("{operator: {lateral_mm: 4, cranial_mm: 3}}", "[0, 3, -2]")
    with pytest.raises(InputError, match=r"placed.yaml:8:47: .*placed_pair.second.placement: .* inside bone"):
        Plan.of(written(tmp_path, deep))
