"""Every wrong scenario is refused with file, line, column, key, what was expected and a near match."""

import re

import pytest

from rfa_model.errors import InputError
from rfa_model.scenario import dump_yaml, json_schema, load_scenario, parse_resolved, parse_scenario

GOOD = """\
title: test
anatomy: {kind: lumbar_medial_branch, nerve: L4, side: left}
tissues: {muscle: {electric_conductivity_S_per_m: 0.4}}
criteria: [arrhenius]
limits: {spinal_nerve: {max_temperature_C: {warning: 42, error: 45}}}
arms:
  hot:
    probe: conventional_18g_10mm
    placement: {approach: parallel, offset_mm: [0, 0, 0]}
    protocol:
      - {ramp: {to_C: 80, duration_s: 15}}
      - {hold: {temperature_C: 80, duration_s: 90}}
laws: {damage: coagulation}
numerics: {resolution: standard}
"""
HOLD = "arms.hot.protocol[1].hold"
INLINE = "probe: {kind: conventional, outer_diameter_mm: 1, tip_length_mm: 5, sensor_offset_mm: 0"

# what is replaced, by what, line:column of the key, its path, words of the message
WRONG = [
    ("duration_s: 90", "duration_s: '90'", "12:36", f"{HOLD}.duration_s", "expected a number, got '90'"),
    ("duration_s: 90", "duration_s: true", "12:36", f"{HOLD}.duration_s", "expected a number, got true"),
    ("duration_s: 90", "duration_s: 0", "12:36", f"{HOLD}.duration_s", "above 0"),
    ("duration_s: 90", "duration_s: -3", "12:36", f"{HOLD}.duration_s", "above 0"),
    ("duration_s: 90", "duration_s: 99999", "12:36", f"{HOLD}.duration_s", "at most 3600"),
    ("duration_s: 90", "duration_s: .nan", "12:36", f"{HOLD}.duration_s", "finite"),
    ("duration_s: 90", "duration_s: .inf", "12:36", f"{HOLD}.duration_s", "finite"),
    ("duration_s: 90", "duration: 90", "12:36", f"{HOLD}.duration", "did you mean 'duration_s'?"),
    ("temperature_C: 80", "temperature_C: 37", "12:17", f"{HOLD}.temperature_C", "above the body's, 37"),
    ("temperature_C: 80", "temperature_C: 151", "12:17", f"{HOLD}.temperature_C", "at most 150"),
    ("to_C: 80", "to_C: 20", "11:17", "arms.hot.protocol[0].ramp.to_C", "above the body's, 37"),
    ("duration_s: 15", "duration_s: 0", "11:27", "arms.hot.protocol[0].ramp.duration_s", "above 0"),
    ("hold:", "hlod:", "12:9", "arms.hot.protocol[1]", "did you mean 'hold'?"),
    ("{hold: {temperature_C: 80, duration_s: 90}}", "hold", "12:9", "arms.hot.protocol[1]", "mapping of one key"),
    ("10mm", "10m", "8:5", "arms.hot.probe", "did you mean 'conventional_18g_10mm'?"),
    (
        "probe: conventional_18g_10mm",
        f"{INLINE}, tip_rounding: 0}}",
        "8:94",
        "arms.hot.probe.tip_rounding",
        "tip_rounding_mm'?",
    ),
    (
        "probe: conventional_18g_10mm",
        f"{INLINE}, tip_rounding_mm: -1}}",
        "8:94",
        "arms.hot.probe.tip_rounding_mm",
        "at least 0",
    ),
    (
        "probe: conventional_18g_10mm",
        f"{INLINE}, tip_rounding_mm: 1}}",
        "8:94",
        "arms.hot.probe.tip_rounding_mm",
        "radius",
    ),
    (
        "    placement",
        "    cooling: {coolant_temperature_C: 4}\n    placement",
        "9:5",
        "arms.hot.cooling",
        "not cooled",
    ),
    ("probe:", "prob:", "8:5", "arms.hot.prob", "did you mean 'probe'?"),
    ("parallel", "paralel", "9:17", "arms.hot.placement.approach", "did you mean 'parallel'?"),
    ("parallel", "custom", "9:17", "arms.hot.placement.approach", "'direction'"),
    ("offset_mm: [0, 0, 0]", "direction: [0, 0, 1]", "9:37", "arms.hot.placement.direction", "'custom'?"),
    ("[0, 0, 0]", "{operater: {deep_mm: 1}}", "9:37", "arms.hot.placement.offset_mm", "did you mean 'operator'?"),
    ("[0, 0, 0]", "{operator: {deep: 1}}", "9:60", "arms.hot.placement.offset_mm.operator.deep", "'deep_mm'?"),
    ("[0, 0, 0]", "{operator: {deep_mm: far}}", "9:60", "arms.hot.placement.offset_mm.operator.deep_mm", "a number"),
    ("[0, 0, 0]", "{patient: {left_mm: 99}}", "9:59", "arms.hot.placement.offset_mm.patient.left_mm", "at most 60"),
    ("[0, 0, 0]", "[0, 0]", "9:37", "arms.hot.placement.offset_mm[2]", "missing"),
    ("[0, 0, 0]", "[0, 0, far]", "9:55", "arms.hot.placement.offset_mm[2]", "expected a number"),
    ("  hot:", "  'a/b':", "7:3", "arms.a/b", "names a folder"),
    ("nerve: L4", "nerve: L6", "2:39", "anatomy.nerve", "'L5', got 'L6'"),
    ("nerve: L4", "nerve: 4", "2:39", "anatomy.nerve", "did you mean 'L4'?"),
    ("nerve: L4", "level: L4", "2:39", "anatomy.level", "write 'nerve: L3', the L3 medial branch on L4; for the L4"),
    ("nerve: L4", "level: L1", "2:39", "anatomy.level", "write 'nerve: T12', the T12 medial branch on L1; for the L1"),
    ("nerve: L4", "level: L5", "2:39", "anatomy.level", "for the same place write 'nerve: L5'"),
    ("nerve: L4", "level: S1", "2:39", "anatomy.level", "write 'nerve: L4' for the L4 medial branch, on the L5"),
    ("kind: lumbar_medial_branch", "kind: lumbar", "2:11", "anatomy.kind", "did you mean 'lumbar_medial_branch'?"),
    ("muscle", "muscel", "3:11", "tissues.muscel", "did you mean 'muscle'?"),
    (
        "conductivity_S_per_m: 0.4",
        "conductivity: 0.4",
        "3:20",
        "tissues.muscle.electric_conductivity",
        "electric_conductivity_S_per_m'?",
    ),
    ("[arrhenius]", "[arrhenius, isotherm_50]", "4:23", "criteria[1]", "did you mean 'isotherm_50C'?"),
    ("[arrhenius]", "[arrhenius, arrhenius]", "4:23", "criteria[1]", "repeated"),
    ("spinal_nerve", "spinal_cord", "5:10", "limits.spinal_cord", "spinal_nerve, skin"),
    ("warning: 42", "warning: 46", "5:45", "limits.spinal_nerve.max_temperature_C.warning", "at most the error limit"),
    ("damage: coagulation", "damage: coagulaton", "13:8", "laws.damage", "did you mean 'coagulation'?"),
    ("standard", "standart", "14:12", "numerics.resolution", "did you mean 'standard'?"),
    ("numerics:", "numeric:", "14:1", "numeric", "did you mean 'numerics'?"),
    ("numerics: {", "title: twice\nnumerics: {", "14:1", "title", "written twice, the first is on line 1"),
    ("numerics: {", "numerics: &a {", "14:11", "numerics", "anchors and aliases"),
    ("standard", "!!python/name:os.system x", "14:24", "numerics.resolution", "tag"),
]


def test_the_scenario_they_are_made_from_is_right():
    assert parse_scenario(GOOD).title == "test"


@pytest.mark.parametrize(
    ("old", "new", "position", "path", "words"), WRONG, ids=[f"{row[3]}-{row[1][:30]}" for row in WRONG]
)
def test_message_names_file_line_column_key_and_cure(tmp_path, old, new, position, path, words):
    assert old in GOOD
    file = tmp_path / "wrong.yaml"
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(file)
    first, *others = str(caught.value).splitlines()
    assert first.startswith(f"{file}:{position}: {path}: ")
    assert words in first
    assert others == []


@pytest.mark.parametrize(("level", "nerve"), [("L1", "T12"), ("L2", "L1"), ("L3", "L2"), ("L4", "L3"), ("L5", "L5")])
def test_the_scenario_of_an_old_results_folder_is_read(level, nerve):
    old = parse_resolved(GOOD.replace("nerve: L4", f"level: {level}"))
    assert old == parse_scenario(GOOD.replace("nerve: L4", f"nerve: {nerve}"))
    assert parse_resolved(GOOD) == parse_scenario(GOOD)


@pytest.mark.parametrize(
    "offset",
    [
        "[1, 2, 3]",
        "{operator: {deep_mm: 2, lateral_mm: 1}}",
        "{patient: {cranial_mm: -3}}",
        "{nerve: {off_bone_mm: 1}}",
    ],
)
def test_offsets_in_any_frame_are_written_back_as_they_are(offset):
    made = parse_scenario(GOOD.replace("[0, 0, 0]", offset))
    assert parse_scenario(dump_yaml(made)) == made
    assert parse_scenario(dump_yaml(made.resolved())).arms["hot"].placement == made.arms["hot"].placement


def test_homogeneous_anatomy_has_no_structures_and_no_air():
    bench = GOOD.replace("{kind: lumbar_medial_branch, nerve: L4, side: left}", "{kind: homogeneous, tissue: air}")
    with pytest.raises(InputError) as caught:
        parse_scenario(bench)
    first, second = str(caught.value).splitlines()
    assert "anatomy.tissue: expected a tissue" in first
    assert "unknown structure 'spinal_nerve' of anatomy homogeneous" in second


def test_two_errors_are_one_message_in_the_order_of_the_file():
    with pytest.raises(InputError) as caught:
        parse_scenario(GOOD.replace("nerve: L4", "nerve: L9").replace("standard", "finest"), "two.yaml")
    first, second = str(caught.value).splitlines()
    assert first.startswith("two.yaml:2:39: anatomy.nerve")
    assert second.startswith("  also two.yaml:14:12: numerics.resolution")


LAUGHS = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"1:1: the file is empty"),
        ("# only a comment\n", r"1:1: the file is empty"),
        ("- a\n- b\n", r"1:1: expected a mapping with keys title"),
        ("title: [unclosed\n", r"2:1: not valid YAML"),
        ('title: !!int ""\n', r"1:8: title: cannot read ''"),
        ("%YAML 1.9\n---\ntitle: x\n", r"1:1: not valid YAML: version minor part"),
        ('title: "\\ud800"\n', r"1:8: title: holds control character U\+D800"),
        ('title: "\\e[31m"\n', r"1:8: title: holds control character U\+001B, which no title or name needs"),
        ('"\\a": 1\n', r"1:1: a key holds control character U\+0007"),
        ("a: b: c\n", r"1:5: not valid YAML"),
        ("title: *nothing\n", r"1:8: not valid YAML: found undefined alias"),
        ("a: 1\n---\nb: 2\n", r"2:1: not valid YAML"),
        ("1: one\n", r"1:1: expected a plain text key"),
        ("x: " + "[" * 20_000, r"nested too deeply"),
        ("x: [" + "1, " * 50_000 + "]", r"holds more than 20000 values"),
        ("title: \x01\n", r"not valid YAML"),
        (LAUGHS, r"1:4: a: anchors and aliases"),
    ],
    ids=[
        "empty",
        "comment",
        "list",
        "unclosed",
        "empty integer",
        "other YAML",
        "lone surrogate",
        "escape",
        "bell in a key",
        "colons",
        "alias",
        "two",
        "number",
        "deep",
        "long",
        "control",
        "laughs",
    ],
)
def test_text_that_is_no_scenario(text, message):
    with pytest.raises(InputError, match=message):
        parse_scenario(text, "odd.yaml")


def test_yaml_is_version_1_2():
    with pytest.raises(InputError, match=r"body\.perfusion: expected true or false, got 'yes'"):
        parse_scenario(GOOD + "body: {perfusion: yes}\n")
    assert parse_scenario(GOOD + "body: {temperature_C: 3.7e1}\n").body.temperature_C == 37


def test_file_name_is_in_every_message():
    for text in ("", "a: [", GOOD.replace("L4", "L7")):
        with pytest.raises(InputError) as caught:
            parse_scenario(text, "named.yaml")
        assert re.match(r"named\.yaml:\d+:\d+: ", str(caught.value))


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "tissues: {muscle: {metabolic_heat_W_per_kg: 1.0e6}}\n",
            r"tissues\.muscle\.metabolic_heat_W_per_kg: expected a number from 0 to 100, got 1e\+06: the beating heart",
        ),
        (
            "tissues: {muscle: {thermal_conductivity_W_per_mK: 1.0e-300}}\n",
            r"expected a number from 0\.001 to 5000, got 1e-300: still gases have",
        ),
        ("tissues: {muscle: {density_kg_per_m3: 0}}\n", r"expected a number from 0\.1 to 25000, got 0: air has 1"),
    ],
)
def test_what_cannot_be_in_this_world_is_refused_with_the_reason(written, message):
    with pytest.raises(InputError, match=message):
        parse_scenario(re.sub(r"tissues: .*\n", "", GOOD) + written)


SILENT = {"anyOf", "properties", "items", "prefixItems"}
UNBOUNDED = {  # by themselves: held against what is around them
    "Cooling.lumen_diameter_mm", "Cooling.lumen_end_gap_mm", "Probe.tip_rounding_mm", "Probe.sleeve_thickness_mm",
    "Placement.target_mm", "Placement.direction", "Fibres.direction",
}  # fmt: skip


def test_every_number_of_the_schema_has_bounds():
    def walk(node, path):
        if isinstance(node, dict):
            if "properties" in node:  # a model, there or written out below another
                path = node.get("title", path)
            if node.get("type") in ("number", "integer") and "enum" not in node:
                low, high = ("minimum" in node or "exclusiveMinimum" in node), "maximum" in node
                yield path, (low and high) or "exclusiveMaximum" in node
            for key, inner in node.items():
                yield from walk(inner, path if key in SILENT else f"{path}.{key}")
        elif isinstance(node, list):
            for inner in node:
                yield from walk(inner, path)

    found = dict(pair for name, model in json_schema()["$defs"].items() for pair in walk(model, name))
    assert len(found) > 60
    assert {path for path, bound in found.items() if not bound} - UNBOUNDED == set()
