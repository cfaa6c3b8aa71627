"""Study files: what they mean, and what is refused with which words."""

import re

import pytest

from rfa_model.errors import InputError
from rfa_model.studies import Study, load_study, shipped_studies
from rfa_model.studies.designs import DESIGNS
from rfa_model.studies.distributions import DISTRIBUTIONS
from rfa_model.studies.read import json_schema
from rfa_model.studies.surrogate.build import pooled
from tests.unit.studies.made import ROOT

GOOD = """title: x
scenario: l4_medial_branch
set: {arms.*.placement.offset_mm: {operator: {}}}
vary:
  lateral_mm: {path: arms.*.placement.offset_mm.operator.lateral_mm, distribution: {normal: {mean: 0, sd: 1.5}}}
  flow: {path: tissues.muscle.perfusion_W_per_m3K, distribution: {log_normal: {median: 2500, sigma: 0.4}}}
  target_C:
    path: [arms.conventional.protocol.0.ramp.to_C, arms.conventional.protocol.1.hold.temperature_C]
    how: add
    distribution: {truncated_normal: {mean: 0, sd: 1, low: -3, high: 3}}
design: {sobol_points: {samples: 8, seed: 1}}
"""


def loaded(tmp_path, text):
    path = tmp_path / "s.yaml"
    path.write_text(text)
    return load_study(path)


def test_one_draw_goes_to_every_arm_and_a_shift_is_added_to_what_the_scenario_has(tmp_path):
    study = loaded(tmp_path, GOOD)
    changes = study.changes({"lateral_mm": 1.25, "target_C": -2.0})
    assert changes == {
        ("arms", "conventional", "placement", "offset_mm", "operator", "lateral_mm"): 1.25,
        ("arms", "cooled", "placement", "offset_mm", "operator", "lateral_mm"): 1.25,
        ("arms", "conventional", "protocol", 0, "ramp", "to_C"): 78.0,
        ("arms", "conventional", "protocol", 1, "hold", "temperature_C"): 78.0,
    }
    trial = study.trial({"lateral_mm": 1.25})
    assert trial["arms"]["cooled"]["placement"]["offset_mm"]["operator"]["lateral_mm"] == 1.25
    assert study.content["arms"]["cooled"]["placement"]["offset_mm"]["operator"]["lateral_mm"] == 0.0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title: x", "titel: x", r"s.yaml:1:1: titel: unknown key 'titel', .*did you mean 'title'\?"),
        ("l4_medial_branch", "l4_medial_branc", r"s.yaml:2:1: scenario: .* did you mean 'l4_medial_branch'\?"),
        (
            "perfusion_W",
            "perfsion_W",
            r"s.yaml:6:10: vary.flow.path: .*mean 'perfusion_W_per_m3K'",
        ),
        ("protocol.0", "protocol.9", r"vary.target_C.path: '9' is no entry of .*protocol, expected a position, 0 to 2"),
        ("{normal:", "{norml:", r"s.yaml:5:70: .*unknown distribution 'norml', .*did you mean 'normal'\?"),
        ("sd: 1.5", "sd: -1.5", r"distribution.normal.sd: expected a number above 0, got -1.5"),
        (
            "log_normal: {median: 2500, sigma: 0.4}",
            "normal: {mean: 2500, sd: 900}",
            r"flow.distr.*reaches -461",
        ),
        ("sobol_points", "sobol_point", r"s.yaml:11:1: design: unknown design .*did you mean 'sobol_points'\?"),
        ("low: -3", "low: 4", r"distribution.truncated_normal.high: expected more than low, 4, got 3"),
        ("sobol_points: {samples: 8", "sobol_indices: {base_samples: 9", r"design: .*power of two, got 9"),
        ("sobol_points: {samples: 8, seed: 1}", "list: {trials: [{flo: 1}]}", r"names 'flo', .*did you mean 'flow'\?"),
        ("path: tissues.muscle", "pth: tissues.muscle", r"vary.flow.pth: unknown key 'pth', .*did you mean 'path'\?"),
        ("arms.conventional.protocol.0.ramp.to_C", "tissues.muscle", r"varied by 'flow' too"),
        (", seed: 1}}", "}}\nrecord: [electrical.impedance_ohm.ende]", r":12:10: record\[0\]: .*ohm.end'\?"),
        (", seed: 1}}", "}}\nuntil: {event: capure, half_width: 0.1}", r"until.event: .*did you mean 'capture'\?"),
        (", seed: 1}}", "}}\ncorrelated: [{pair: [flow, lateral], rho: 0.1}]", r"pair\[1\]: .*mean 'lateral_mm'\?"),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_the_cure(tmp_path, old, new, message):
    assert old in GOOD
    with pytest.raises(InputError, match=message):
        loaded(tmp_path, GOOD.replace(old, new, 1))


def test_correlations_that_contradict_each_other_are_refused(tmp_path):
    pairs = [("lateral_mm", "flow", 0.9), ("flow", "target_C", 0.9), ("lateral_mm", "target_C", -0.9)]
    lines = "".join(f"\n  - {{pair: [{a}, {b}], rho: {rho}}}" for a, b, rho in pairs)
    with pytest.raises(InputError, match="contradict each other"):
        loaded(tmp_path, f"{GOOD}correlated:{lines}\n")


def test_the_documentations_example_is_sound(tmp_path):
    text = (ROOT / "docs" / "studies.md").read_text(encoding="utf-8")
    study = loaded(tmp_path, re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])
    assert set(Study.model_fields) == study.study.model_fields_set
    tables = {word for line in text.splitlines() if line.startswith("| `") for word in re.findall(r"`(\w+)`", line)}
    assert {*DISTRIBUTIONS, *DESIGNS} <= tables


def test_the_schema_takes_what_the_reader_takes():
    schema = json_schema()
    assert {"TruncatedNormal", "Discrete", "SobolIndices"} <= set(schema["$defs"])
    assert set(schema["required"]) == {"title", "scenario", "design"}


@pytest.mark.parametrize("name", sorted(shipped_studies()))
def test_shipped_studies_are_sound(name):
    study = load_study(shipped_studies()[name])
    assert study.draws
    assert all(factor.source for factor in study.study.vary.values())


def test_needles_placed_one_by_one_vary_but_neither_rest_on_bone_nor_are_learnt(tmp_path):
    words = """title: x
scenario: l4_placed_pair
vary:
  off:
    path: arms.bipolar.applicator.placed_pair.second.placement.offset_mm.1
    distribution: {uniform: {low: 4, high: 6}}
design: {sobol_points: {samples: 8, seed: 1}}
"""
    study = loaded(tmp_path, words)
    pair = study.trial({"off": 4.5})["arms"]["bipolar"]["applicator"]["placed_pair"]
    assert pair["second"]["placement"]["offset_mm"] == [0.0, 4.5, 3.0]
    with pytest.raises(InputError, match="arm 'bipolar' places its needles one by one, and a surrogate knows one"):
        pooled(study)
    with pytest.raises(InputError, match=r"s.yaml:8:1: on_bone: arm 'bipolar' places its needles one by one"):
        loaded(tmp_path, words + "on_bone: rest\n")
