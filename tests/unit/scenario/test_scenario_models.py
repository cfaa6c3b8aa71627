"""Scenarios built in Python, resolved, written out and read back."""

import json

import pytest
from pydantic import ValidationError

from rfa_model import _shipped, library
from rfa_model.errors import InputError
from rfa_model.scenario import Scenario, dump_yaml, json_schema, load_scenario, parse_scenario

LUMBAR = {"kind": "lumbar_medial_branch", "nerve": "L4", "side": "left"}
SHIPPED = _shipped.shipped_scenarios()


def build(**changes):
    arms = {"hot": {"probe": "conventional_18g_10mm"}, "wet": {"probe": "cooled_17g_4mm"}}
    return Scenario(**{"title": "test", "anatomy": LUMBAR, "arms": arms} | changes)


def test_the_shipped_scenarios_are_found():
    assert set(SHIPPED) == {
        "bench_bipolar",
        "bench_muscle_conventional",
        "bench_muscle_cooled",
        "bench_own_electrodes",
        "bench_tined",
        "bipolar_palisade",
        "l3_gauges",
        "l4_conventional_perpendicular",
        "l4_medial_branch",
        "l4_placed_pair",
        "l4_visible_human_labels",
        "l4_visible_human_surfaces",
        "l5_dorsal_ramus",
        "pulsed_drg",
        "three_lesions",
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenario_is_commented_and_survives_the_round_trip(name):
    assert SHIPPED[name].read_text(encoding="utf-8").startswith("# ")
    scenario = load_scenario(SHIPPED[name])
    assert parse_scenario(dump_yaml(scenario)) == scenario


@pytest.mark.parametrize("name", SHIPPED)
def test_resolved_scenario_is_complete_and_resolving_again_changes_nothing(name):
    resolved = load_scenario(SHIPPED[name]).resolved()
    assert parse_scenario(dump_yaml(resolved)) == resolved
    assert resolved.resolved() == resolved
    assert set(resolved.tissues) == set(library.tissues())
    assert not any(isinstance(arm.probe, str) for arm in resolved.arms.values())


def test_defaults_are_those_of_the_contract():
    scenario = build()
    others = ["arrhenius", "arrhenius_99", "isotherm_50C", "isotherm_60C", "cem43_240min"]
    assert scenario.criteria == ["visible_edge", *others]
    assert scenario.limits["spinal_nerve"].max_temperature_C.model_dump() == {"warning": 42, "error": 45}
    assert scenario.body.model_dump() == {"temperature_C": 37, "perfusion": True, "metabolic_heat": False}
    assert scenario.laws.electric_conductivity.slope_per_C == 0.015
    assert scenario.laws.vaporisation.gas_heat_capacity_J_per_m3K == 370 * 2156
    assert scenario.numerics.domain_radius_mm == 40


def test_missing_protocol_is_the_probes_own():
    scenario = build()
    assert scenario.arms["hot"].protocol == library.protocols()["conventional_80C_90s"]
    assert scenario.arms["wet"].protocol == library.protocols()["cooled_60C_150s"]
    assert scenario.arms["wet"].total_time_s == 195


def test_the_spinal_nerve_is_watched_even_when_other_limits_are_given():
    scenario = build(limits={"skin": {"min_clearance_mm": {"warning": 10, "error": 5}}})
    assert list(scenario.limits) == ["spinal_nerve", "skin"]
    bench = build(anatomy={"kind": "homogeneous"})
    assert bench.limits == {}


def test_tissue_overrides_and_cooling_overrides_are_applied():
    arms = {"off": {"probe": "cooled_17g_4mm", "cooling": {"heat_transfer_coefficient_W_per_m2K": 0}}}
    scenario = build(tissues={"muscle": {"electric_conductivity_S_per_m": 0.3}}, arms=arms)
    assert scenario.resolved_tissues()["muscle"].electric_conductivity_S_per_m == 0.3
    assert scenario.resolved_tissues()["fat"] == library.tissues()["fat"]
    cooling = scenario.resolved_probe("off").cooling
    assert (cooling.heat_transfer_coefficient_W_per_m2K, cooling.coolant_temperature_C) == (0, 22)
    assert cooling.sources["heat_transfer_coefficient_W_per_m2K"] == ("scenario", "given")
    assert library.probes()["cooled_17g_4mm"].cooling.heat_transfer_coefficient_W_per_m2K == 3500


def test_inline_probe_and_inline_damage_law():
    probe = {"kind": "conventional", "outer_diameter_mm": 1.0, "tip_length_mm": 7, "sensor_offset_mm": -1}
    law = {"frequency_factor_per_s": 1e40, "activation_energy_J_per_mol": 2.6e5}
    scenario = build(arms={"own": {"probe": probe}}, laws={"damage": law})
    assert scenario.resolved_probe("own").tip_length_mm == 7
    assert scenario.resolved_damage_law().frequency_factor_per_s == 1e40
    assert parse_scenario(dump_yaml(scenario)) == scenario


def test_references_follow_what_is_used():
    scenario = build()
    assert {"hasgall-itis", "gabriel1996", "jacques", "k163461", "trujillo2013"} <= set(scenario.references(["muscle"]))
    skin = build(laws={"damage": "skin"}, criteria=["isotherm_50C"]).references(["muscle"])
    assert "henriques1947" in skin
    assert "jacques" not in skin


def test_scenarios_are_frozen():
    with pytest.raises(ValidationError):
        build().title = "other"


def test_python_callers_get_validation_errors_that_name_the_key():
    with pytest.raises(
        ValidationError, match=r"arms\.hot\.protocol\.0\.hold\.temperature_C: expected a temperature above"
    ):
        build(
            arms={
                "hot": {
                    "probe": "conventional_18g_10mm",
                    "protocol": [{"hold": {"temperature_C": 30, "duration_s": 1}}],
                }
            }
        )


def test_unknown_arm_has_a_near_match():
    with pytest.raises(InputError, match="unknown arm 'ht', expected one of hot, wet; did you mean 'hot'"):
        build().arm("ht")


def test_schema_describes_every_key_and_every_name():
    schema = json.loads(json.dumps(json_schema()))
    assert schema["$schema"].endswith("2020-12/schema")
    assert set(schema["properties"]) == set(Scenario.model_fields)
    assert set(schema["required"]) == {"title", "anatomy", "arms"}
    assert schema["additionalProperties"] is False
    definitions = schema["$defs"]
    assert set(definitions["Arm"]["properties"]["probe"]["oneOf"][0]["enum"]) == set(library.probes())
    assert definitions["Hold"]["required"] == ["hold"]
    assert set(definitions["Hold"]["properties"]["hold"]["required"]) == {"temperature_C", "duration_s"}


@pytest.mark.parametrize("name", SHIPPED)
def test_schema_accepts_the_shipped_files(name):
    from ruamel.yaml import YAML

    schema = json_schema()
    data = YAML(typ="safe", pure=True).load(SHIPPED[name])
    assert list(faults(data, schema, schema["$defs"])) == []
    spoilt = data | {"arms": {"a": {"probe": "no_such_probe"}}}
    assert list(faults(spoilt, schema, schema["$defs"]))


def faults(data, schema, definitions, path="$"):
    """A small JSON Schema checker: the keywords the scenario's schema uses for structure."""
    if "$ref" in schema:
        yield from faults(data, definitions[schema["$ref"].split("/")[-1]], definitions, path)
        return
    for keyword, enough in (("anyOf", lambda n: n >= 1), ("oneOf", lambda n: n == 1)):
        if keyword in schema and not enough(sum(not list(faults(data, s, definitions)) for s in schema[keyword])):
            yield f"{path}: {keyword}"
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "number": (int, float), "null": type(None)}
    kind = schema.get("type")
    if kind in kinds and (not isinstance(data, kinds[kind]) or (kind == "number" and isinstance(data, bool))):
        yield f"{path}: not {kind}"
        return
    if "enum" in schema and data not in schema["enum"]:
        yield f"{path}: {data} not in enum"
    if "const" in schema and data != schema["const"]:
        yield f"{path}: {data} is not {schema['const']}"
    if isinstance(data, dict):
        known, other = schema.get("properties", {}), schema.get("additionalProperties", {})
        yield from (f"{path}: {key} missing" for key in schema.get("required", ()) if key not in data)
        for key, value in data.items():
            if key in known or other:
                yield from faults(value, known.get(key, other), definitions, f"{path}.{key}")
            elif other is False:
                yield f"{path}: {key} unknown"
    if isinstance(data, list) and "items" in schema:
        for index, value in enumerate(data):
            yield from faults(value, schema["items"], definitions, f"{path}[{index}]")


def test_a_damage_law_in_kilojoules_is_refused():
    law = {"frequency_factor_per_s": 7.39e39, "activation_energy_J_per_mol": 257.7}
    with pytest.raises(ValidationError, match="expected J/mol"):
        Scenario(
            title="slip",
            anatomy={"kind": "homogeneous"},
            laws={"damage": law},
            arms={"a": {"probe": "conventional_18g_10mm"}},
        )
