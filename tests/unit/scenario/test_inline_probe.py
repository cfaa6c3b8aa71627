"""The probes written out in the documentation: complete, valid, and the same as by their diameters."""

import re

import pytest
from ruamel.yaml import YAML

from rfa_model import library
from rfa_model.applicators.needle import GAUGES_MM, Cannula, Cooling, Probe, Solid
from rfa_model.drawing.captions import probe_label
from rfa_model.errors import InputError
from rfa_model.scenario import dump_yaml, parse_scenario
from tests.unit.project.project_files import ROOT

TEXT = next(
    block
    for block in re.findall(r"^```yaml\n(.*?)^```", (ROOT / "docs" / "scenarios.md").read_text(), re.M | re.S)
    if "gauge" in block
)
WRITTEN = {name: arm["probe"] for name, arm in YAML(typ="safe").load(TEXT)["arms"].items()}
PLAIN = "{kind: conventional, gauge: 18, tip_length_mm: 10, sensor_offset_mm: -0.5}"


def scenario_with(probe):
    return parse_scenario(f"title: one\nanatomy: {{kind: homogeneous}}\narms: {{a: {{probe: {probe}}}}}\n")


def test_every_key_of_the_probe_is_written():
    hollow, cooled = WRITTEN["hollow"], WRITTEN["cooled"]
    assert {key for probe in WRITTEN.values() for key in probe} | {"outer_diameter_mm"} == set(Probe.model_fields)
    assert set(hollow["metal"]) == set(hollow["sleeve"]) == set(Solid.model_fields)
    assert set(hollow["cannula"]) == set(Cannula.model_fields)
    assert set(cooled["cooling"]) == set(Cooling.model_fields)


@pytest.mark.parametrize(("name", "like"), [("hollow", "conventional_18g_10mm"), ("cooled", "cooled_17g_4mm")])
def test_they_are_valid_and_have_the_diameters_of_their_gauges(name, like):
    probe = parse_scenario(TEXT).resolved_probe(name)
    assert probe.outer_diameter_mm == library.probes()[like].outer_diameter_mm
    size = re.match(r"\d+G \([\d.]+ mm\)", probe_label(library.probes()[like].model_dump()))
    assert probe_label(probe.model_dump()).startswith(size[0])


def test_gauges_are_those_of_the_librarys_probes():
    for name, probe in library.probes().items():
        assert probe.outer_diameter_mm == GAUGES_MM[int(re.search(r"(\d+)g", name)[1])]


def test_a_gauge_survives_writing_and_reading():
    once = scenario_with(PLAIN)
    again = parse_scenario(dump_yaml(once.resolved()))
    assert again.resolved_probe("a") == once.resolved_probe("a")
    assert "gauge" not in dump_yaml(scenario_with("conventional_18g_10mm").resolved())


@pytest.mark.parametrize(
    ("probe", "message"),
    [
        (PLAIN.replace("18", "15"), "gauge: expected one of 16, 17, 18, 20, 22, got 15"),
        (PLAIN.replace("18", "18, outer_diameter_mm: 1.4"), r"expected the 1.27 mm of 18G, got 1.4; drop one"),
        (PLAIN.replace("gauge: 18, ", ""), "outer_diameter_mm"),
    ],
)
def test_what_does_not_go_together_is_refused(probe, message):
    with pytest.raises(InputError, match=message):
        scenario_with(probe)
