"""A pair of needles in a scenario file: read, written back, described, and refused with line and column."""

import numpy as np
import pytest

from rfa_model.errors import InputError
from rfa_model.plan import Plan
from rfa_model.scenario import dump_yaml, parse_scenario
from rfa_model.scenario.describe import summary

HEAD = """title: pair
anatomy: {kind: homogeneous, tissue: muscle}
arms:
  pair:
"""
PAIR = "    applicator: {pair: {probe: conventional_20g_10mm, spacing_mm: 10, drive: bipolar}}\n"


def read(arm: str):
    return parse_scenario(HEAD + arm, "pair.yaml")


def test_the_contracts_words_make_two_needles_ten_millimetres_apart():
    arm = read(PAIR).arms["pair"]
    pair = arm.chosen
    assert (pair.driving.source, pair.driving.sink, pair.driving.control) == (("first_tip",), ("second_tip",), "hotter")
    applicator = pair.applicator()
    first, second = (body.pose for body in applicator.bodies)
    assert np.allclose(second.translation_mm - first.translation_mm, [10.0, 0.0, 0.0])
    assert np.allclose(applicator.centre_mm, [0.0, 0.0, 5.0])
    assert [phase.kind for phase in arm.protocol] == ["ramp", "hold", "off"]  # the needle's usual one


def test_it_is_written_back_whole_and_with_nothing_left_to_look_up():
    scenario = read(PAIR)
    assert parse_scenario(dump_yaml(scenario)) == scenario
    resolved = scenario.resolved()
    assert parse_scenario(dump_yaml(resolved)) == resolved
    words = dump_yaml(resolved)
    assert "probe: conventional_20g_10mm" not in words
    assert words.count("outer_diameter_mm: 0.908") == 2
    assert resolved.arms["pair"].chosen.applicator() == scenario.arms["pair"].chosen.applicator()


def test_it_may_be_written_as_a_probe_of_its_kind():
    probe = PAIR.replace("applicator: {pair: {", "probe: {kind: pair, ").replace("}}", "}")
    assert read(probe).arms["pair"].chosen == read(PAIR).arms["pair"].chosen


def test_validate_says_how_the_needles_lie_and_names_their_sources():
    scenario = read(PAIR)
    words = summary(scenario)
    assert "spacing 10*" in words
    assert "second conventional_20g_10mm" in words
    assert "needle-gauge" in scenario.references(["muscle"])


def test_angle_and_depth_are_shared_between_the_needles():
    words = PAIR.replace("drive: bipolar", "angle_deg: 20, depth_mm: 3, second_probe: conventional_18g_5mm")
    first, second = (body.pose for body in read(words).arms["pair"].chosen.applicator().bodies)
    assert np.allclose(second.translation_mm - first.translation_mm, [10.0, 0.0, -3.0])
    assert np.isclose(np.degrees(np.arccos(first.axis @ second.axis)), 20.0)
    assert second.axis[0] > 0.0 > first.axis[0]  # leaning apart


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (("spacing_mm: 10", "spacing_mm: 0.9"), "5:55: APP.spacing_mm", "radii together, 0.91 mm"),
        (("drive: bipolar", "angle_deg: -20"), "5:71: APP.angle_deg", "run into each other 26 mm"),
        (("drive: bipolar", "control: each"), "5:71: APP.control", "has one generator"),
        (("drive", "drvie"), "5:71: APP.drvie", "did you mean 'drive'?"),
        (("20g_10mm", "20g_10m"), "5:25: APP.probe", "did you mean 'conventional_20g_10mm'?"),
        (("{pair:", "{pear:"), "5:5: arms.pair.applicator", "unknown applicator 'pear', expected one of"),
        (("    app", "    probe: conventional_20g_10mm\n    app"), "6:5: arms.pair.applicator", "none beside 'probe'"),
        ((PAIR, "    cooling: {coolant_temperature_C: 5}\n"), "4:3: arms.pair.probe", "or 'applicator' in its place"),
        (
            ("}}\n", "}}\n    cooling: {coolant_temperature_C: 5}\n"),
            "6:5: arms.pair.cooling",
            "is not cooled",
        ),
        (
            ("drive: bipolar}}", "drive: dual}}\n    generator: {controller: pi}"),
            "6:17: arms.pair.generator.controller",
            "a generator of its own",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_cannot_be_is_refused_where_it_stands(change, where, what):
    with pytest.raises(InputError) as error:
        read(PAIR.replace(*change))
    assert f"pair.yaml:{where.replace('APP', 'arms.pair.applicator.pair')}: " in str(error.value)
    assert what in str(error.value)


def test_needles_that_leave_their_sphere_are_refused():
    far = HEAD + PAIR.replace("spacing_mm: 10", "spacing_mm: 40") + "numerics: {domain_radius_mm: 25}\n"
    with pytest.raises(InputError, match="domain_radius_mm"):
        Plan.of(parse_scenario(far))


@pytest.mark.parametrize(
    ("offset", "more", "what"),
    [
        ("[0, 2, 3]", "", "mm inside bone"),
        ("[0, 30, -10]", ", allow_inside_bone: true", "inside the spinal canal"),
    ],
    ids=["bone", "canal"],
)
def test_both_needles_are_held_against_the_anatomy(offset, more, what):
    lumbar = HEAD.replace("{kind: homogeneous, tissue: muscle}", "{kind: lumbar_medial_branch, nerve: L4, side: left}")
    place = f"    placement: {{approach: parallel, offset_mm: {offset}{more}}}\n"
    Plan.of(parse_scenario(lumbar + "    probe: conventional_20g_10mm\n" + place))  # one needle may lie there
    with pytest.raises(InputError, match=rf"arms\.pair\.placement: the needle runs .*{what}"):
        Plan.of(parse_scenario(lumbar + PAIR + place))
