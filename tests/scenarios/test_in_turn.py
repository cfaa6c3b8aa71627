"""Several lesions in turn: as one that is longer where the needle stays, as single ones where they lie far apart."""

import json

import numpy as np
import pytest

from rfa_model._progress import Progress
from rfa_model.applicators import Pose
from rfa_model.errors import InputError
from rfa_model.plan import Plan
from rfa_model.scenario import dump_yaml, parse_scenario
from rfa_model.solver.state import State
from rfa_model.treatment import Workspace
from rfa_model.treatment.gone_through import gone_through
from rfa_model.treatment.in_turn import worst_balance
from rfa_model.treatment.made import Carried
from rfa_model.treatment.of_scenario import treatment_of
from tests.scenarios.runs import hold, lesion_mm3, off, ramp, scenario, solve

NEEDLE = "conventional_22g_5mm"
PROTOCOL = [ramp(80, 2), hold(80, 10), off(2)]


def together(lesions: int, step_mm: float, **rest):
    """Lesions in turn, the needle drawn back in between."""
    back = {"step_mm": step_mm, "count": lesions, **rest}
    return solve(NEEDLE, PROTOCOL, arm={"pull_back": back})


def test_where_the_needle_stays_two_lesions_are_one_that_is_longer():
    stays = solve(NEEDLE, PROTOCOL, arm={"sequence": [{}, {"pause_s": 0.0}]})
    longer = solve(NEEDLE, [*PROTOCOL, *PROTOCOL])
    for criterion in ("arrhenius", "isotherm_50C", "cem43_240min"):
        on_the_mesh = stays.history[f"lesion_{criterion}_mm3"][-1]
        assert on_the_mesh == pytest.approx(lesion_mm3(longer, criterion), rel=2e-3)
        # Several lesions are measured on a grid, a single one on its mesh.
        assert lesion_mm3(stays, criterion) == pytest.approx(lesion_mm3(longer, criterion), rel=0.01)
    assert stays.history["time_s"][-1] == pytest.approx(longer.history["time_s"][-1])
    energies = [arm.summary["electrical"]["energy_J"] for arm in (stays, longer)]
    assert energies[0] == pytest.approx(energies[1], rel=2e-3)
    (first, second) = stays.summary["sequence"]
    assert first["transfer"] is None
    assert second["transfer"]["arrhenius"]["error"] == pytest.approx(0.0, abs=1e-6)
    sizes = [arm.summary["lesions"]["isotherm_50C"] for arm in (stays, longer)]
    for size in ("width_mm", "length_mm", "distal_mm", "outer_distance_mm"):
        assert sizes[0][size] == pytest.approx(sizes[1][size], abs=0.25)
    ends = [arm.summary["temperature"]["max_C"] for arm in (stays, longer)]
    assert ends[0] == pytest.approx(ends[1], abs=0.1)


@pytest.fixture(scope="module")
def single():
    return solve(NEEDLE, PROTOCOL)


def test_far_apart_they_are_two_single_ones(single):
    apart = together(2, 22.0)
    union = apart.summary["union"]["by_criterion"]
    # Where the first needle was, tissue has closed in: some 2 mm³ of a 22G tip and the shaft above it.
    for criterion, metal_mm3 in (("isotherm_50C", 2.8), ("isotherm_60C", 2.1)):
        expected = 2.0 * lesion_mm3(single, criterion) + metal_mm3
        assert union[criterion]["volume_mm3"] == pytest.approx(expected, rel=0.01)
        assert union[criterion]["pieces"] == 2.0
    assert apart.summary["sequence"][1]["start_s"] == pytest.approx(14.0)


def test_near_by_they_join_to_a_strip_and_damage_adds(single):
    near = together(2, 4.0, pause_s=1.0)
    union = near.summary["union"]
    assert union["pieces"] == 1
    one = single.summary["lesions"]["visible_edge"]
    # The second begins in warm tissue, and grows larger for it.
    assert one["length_mm"] + 3.5 < union["strip_length_mm"] < one["length_mm"] + 7.0
    assert 1.5 < union["volume_mm3"] / one["volume_mm3"] < 2.5
    ends = [lesion["volume_mm3"]["isotherm_60C"] for lesion in near.summary["sequence"]]
    assert ends[1] > ends[0]
    assert near.history["time_s"][-1] == pytest.approx(29.0)
    assert near.history["energy_J"][-1] == pytest.approx(near.summary["electrical"]["energy_J"])
    errors = near.summary["sequence"][1]["transfer"]["isotherm_50C"]
    # On a draft mesh with linear elements it costs that much to move the needle, and is told.
    assert errors["error"] == pytest.approx(0.0, abs=0.25)
    assert json.dumps(near.summary["sequence"])


def test_the_outer_sphere_stays_at_rest_where_it_crosses_a_lesion_made_before():
    made = Plan.of(scenario({"a": {"probe": NEEDLE, "protocol": [off(0.1)]}})).treatment("a")

    def warm(points_mm, rest_C):
        zero = np.zeros(len(points_mm))
        return Carried(State(0.0, rest_C + 20.0, damage=zero, cem43_min=zero, peak_temperature_C=rest_C + 20.0), {}, {})

    ended = gone_through(made, (), Progress(quiet=True), Workspace(), None, warm)
    middle_mm = made.pose.to_patient(made.applicator.centre_mm)
    outer = np.linalg.norm(ended.arm.fields.points_mm - middle_mm, axis=1) > made.numerics.domain_radius_mm - 1e-3
    assert outer.sum() > 50
    for state in (ended.start, ended.state):
        assert state.temperature_C[outer] == pytest.approx(37.0)
    assert ended.start.temperature_C[~outer] == pytest.approx(57.0)


def test_each_balance_is_that_of_the_lesion_where_it_is_worst():
    balances = [
        {"power_residual": 1e-9, "energy_residual": 0.1, "conductivity_lag": 0.01, "conductivity_lag_at_s": 2.0},
        {"power_residual": 1e-8, "energy_residual": 0.2, "conductivity_lag": 0.3, "conductivity_lag_at_s": 3.0},
        {"power_residual": 1e-9, "energy_residual": 0.3, "conductivity_lag": 0.02, "conductivity_lag_at_s": 4.0},
    ]
    assert worst_balance(balances, np.array([0.0, 10.0, 20.0])) == {
        "power_residual": 1e-8, "energy_residual": 0.3,
        "conductivity_lag": 0.3, "conductivity_lag_at_s": 13.0, "pad_current": None,
    }  # fmt: skip


def test_drawn_back_is_the_same_as_told_one_by_one():
    text = dump_yaml(scenario({"a": {"probe": NEEDLE, "protocol": PROTOCOL, "pull_back": {"step_mm": 3, "count": 3}}}))
    plan = Plan.of(parse_scenario(text))
    made = plan.treatment("a")
    places = [part.pose.translation_mm for part in (*made.before, made)]
    assert [float(places[n] @ made.pose.axis - places[0] @ made.pose.axis) for n in range(3)] == pytest.approx(
        [0, 3, 6]
    )
    assert made.duration_s == pytest.approx(42.0)


NERVE = {"kind": "lumbar_medial_branch", "nerve": "L4", "side": "left"}


@pytest.fixture(scope="module")
def along_the_nerve():
    """Two lesions on either side of the target's middle, and the first of them alone."""
    places = [{"placement": {"offset_mm": [mm, 0, 1]}} for mm in (-3.5, 3.5)]
    return [
        solve("conventional_22g_5mm", PROTOCOL, arm={"sequence": places[:count]}, anatomy=NERVE) for count in (2, 1)
    ]


def test_a_nerve_is_covered_by_all_lesions_together(along_the_nerve):
    both, first = along_the_nerve
    of_both, alone = (arm.summary["nerves"]["medial_branch"]["by_criterion"]["isotherm_50C"] for arm in (both, first))
    # The second lies nearer, and begins in warm tissue.
    assert 0.0 < alone["captured_length_mm"] < of_both["captured_length_mm"] - 4.0 < 3.0 * alone["captured_length_mm"]
    tables = [arm.nerve_tables["medial_branch"] for arm in (both, first)]
    inside = [table["arc_mm"][table["inside"] > 0] for table in tables]
    assert inside[0].min() == pytest.approx(inside[1].min(), abs=0.3)
    assert inside[0].max() > inside[1].max() + 4.0
    # What the first had covered is told of it, and nothing of a moment: the lesion before has no snapshots.
    shares = [one["nerves"]["medial_branch"]["captured_fraction"] for one in both.summary["sequence"]]
    assert shares[0] == pytest.approx(first.summary["nerves"]["medial_branch"]["captured_fraction"], abs=0.03)
    assert shares[1] == pytest.approx(both.summary["nerves"]["medial_branch"]["captured_fraction"], abs=1e-9)
    assert both.summary["nerves"]["medial_branch"]["time_to_capture_s"] is None
    peaks = [arm.summary["structures"]["spinal_nerve"]["max_temperature_C"] for arm in (both, first)]
    assert peaks[0] >= peaks[1] - 0.01
    assert (
        both.summary["lesions"]["isotherm_50C"]["volume_mm3"]
        == both.summary["union"]["by_criterion"]["isotherm_50C"]["volume_mm3"]
    )


def test_a_pose_for_every_lesion_is_asked_for():
    made = parse_scenario(LUMBAR)
    anatomy, needle = made.anatomy.build(), made.resolved_probe("a").applicator()
    with pytest.raises(InputError, match="makes 2 lesions in turn and is given 1 poses"):
        treatment_of(made, "a", anatomy, needle, Pose.identity())


LUMBAR = """
title: several
anatomy: {kind: lumbar_medial_branch, nerve: L4, side: left}
arms:
  a:
    probe: conventional_18g_10mm
    sequence:
      - {}
      - {placement: {offset_mm: [0, 0, 0]}, pause_s: 10}
"""
WRONG = [
    ("pause_s: 10", "pause_s: -1", "9:45: arms.a.sequence[1].pause_s: expected a number of at least 0"),
    ("pause_s: 10", "pauze_s: 10", "unknown key 'pauze_s', expected one of placement, protocol, pause_s; did you mean"),
    (
        "- {}",
        "- {protocol: [{hold: {temperatur_C: 60, duration_s: 5}}]}",
        "temperatur_C', expected one of duration_s, coolant, temperature_C;",
    ),
    ("- {}", "- {placement: {aproach: custom}}", "unknown key 'aproach', expected one of approach, offset_mm,"),
    ("- {}", "- {pause_s: 5}", "8:10: arms.a.sequence[0].pause_s: expected none before the first lesion"),
    ("- {}", "- {protocol: [{cool: {duration_s: 5}}]}", "8:22: arms.a.sequence[0].protocol[0].cool: expected no cool"),
    ("offset_mm: [0, 0, 0]", "approach: custom", "9:22: arms.a.sequence[1].placement.approach: expected a key 'direc"),
    ("    sequence:", "    pull_back: {step_mm: 5, count: 2}\n    sequence:", "expected none beside 'sequence'"),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG, ids=[new for _, new, _ in WRONG])
def test_a_wrong_sequence_is_refused_where_it_stands(old, new, said):
    assert old in LUMBAR
    with pytest.raises(InputError) as refused:
        parse_scenario(LUMBAR.replace(old, new, 1))
    assert said in str(refused.value)


def test_a_lesion_that_cannot_be_placed_is_told_by_its_number():
    with pytest.raises(InputError, match=r"arms\.a\.sequence\[1\]\.placement: lesion 2: .*inside bone"):
        Plan.of(parse_scenario(LUMBAR.replace("[0, 0, 0]", "[0, 0, -12]")))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[0, 0, 0]", "[0, 0, -12]", r"9:10: arms.a.sequence\[1\].placement: lesion 2: the needle runs .* inside bone"),
        ("      - {}\n", "      - {placement: {offset_mm: [0, 0, -12]}}\n", "8:10: .*lesion 1: the needle runs"),
        (LUMBAR[LUMBAR.index("    sequence:") :],
         "    pull_back: {step_mm: 8, count: 10, along: nerve}\n    protocol: [{off: {duration_s: 1}}]\n",
         "7:5: arms.a.pull_back: lesion 5: the active tip is .* under the skin"),
        ("    sequence:", "    placement: {offset_mm: [0, 0, -40]}\n    sequence:",
         "7:5: arms.a.placement: lesion 1: the needle runs"),
    ],
    ids=["second", "first", "drawn back", "the arm's own"],
)  # fmt: skip
def test_a_lesion_that_cannot_be_placed_is_told_with_line_and_column(tmp_path, old, new, said):
    assert old in LUMBAR
    (file := tmp_path / "several.yaml").write_text(LUMBAR.replace(old, new, 1))
    with pytest.raises(InputError, match=rf"^{file}:{said}"):
        Plan.of(file)


def test_under_mpiexec_several_lesions_are_refused_before_anything_is_solved(monkeypatch):
    monkeypatch.setattr("rfa_model.plan.checks.under_mpiexec", lambda: True)
    with pytest.raises(InputError, match=r"arms\.a\.sequence: several lesions .* run this arm without mpiexec"):
        Plan.of(parse_scenario(LUMBAR))
    Plan.of(parse_scenario(LUMBAR.replace("      - {placement: {offset_mm: [0, 0, 0]}, pause_s: 10}\n", "")))


def test_all_words_come_back_from_the_file_as_they_were():
    made = parse_scenario(LUMBAR)
    assert parse_scenario(dump_yaml(made)) == made
