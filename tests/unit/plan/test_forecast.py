"""Whether a protocol may boil tissue is said before it begins."""

import pytest

from rfa_model.plan import Plan
from rfa_model.scenario import parse_scenario

TEXT = """
title: forecast
anatomy: {{kind: homogeneous, tissue: muscle}}
criteria: [visible_edge]
laws: {{vaporisation: {{enabled: {boils}}}}}
arms:
  needle: {{probe: {probe}, protocol: [{phase}]}}
"""


def notice(phase, probe="conventional_18g_10mm", boils="true"):
    return Plan.of(parse_scenario(TEXT.format(phase=phase, probe=probe, boils=boils))).arms["needle"].notice


@pytest.mark.parametrize(
    ("phase", "probe", "boils"),
    [
        ("{hold: {temperature_C: 80, duration_s: 90}}", "conventional_18g_10mm", False),
        ("{hold: {temperature_C: 95, duration_s: 90}}", "conventional_18g_10mm", True),
        ("{hold: {temperature_C: 60, duration_s: 90}}", "cooled_17g_4mm", False),
        ("{hold: {temperature_C: 70, duration_s: 90}}", "cooled_17g_4mm", True),
        # An insulated tip in muscle whose σ rises by 1.5 % per degC is at 80 degC with 8.54 V, at 90 degC with 9.26 V.
        ("{voltage: {voltage_V_rms: 9.2, duration_s: 60}}", "conventional_18g_10mm", False),
        ("{voltage: {voltage_V_rms: 18, duration_s: 60}}", "conventional_18g_10mm", True),
        ("{power: {power_W: 0.5, duration_s: 60}}", "conventional_18g_10mm", False),
        ("{power: {power_W: 30, duration_s: 60}}", "conventional_18g_10mm", True),
    ],
)
def test_it_is_said_where_it_may_boil(phase, probe, boils):
    assert ("may boil tissue" in notice(phase, probe)) == boils


def test_without_its_water_a_cooled_probe_is_a_needle_and_a_bolus_lets_a_voltage_boil():
    dry = "{hold: {temperature_C: 70, duration_s: 90, coolant: off}}"
    assert notice(dry, "cooled_17g_4mm") == ""
    assert notice(f"{{repeat: {{times: 2, phases: [{dry}]}}}}", "cooled_17g_4mm") == ""
    wet = "conventional_18g_10mm, fluid: {fluid: saline_23_4, volume_mL: 0.5}"
    gentle = "{voltage: {voltage_V_rms: 9.2, duration_s: 60}}"
    assert "may boil tissue" in notice(gentle, wet)


def test_tissue_that_cannot_boil_is_not_spoken_of():
    assert notice("{power: {power_W: 30, duration_s: 60}}", boils="false") == ""
