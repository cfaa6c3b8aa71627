"""What is wrong with a phase is said with its line and column; what is right comes back from the file as it was."""

import pytest

from rfa_model.drawing.collect import phase_spans
from rfa_model.errors import InputError
from rfa_model.generator import in_turn
from rfa_model.scenario import dump_yaml, parse_scenario

RIGHT = """\
title: phases
anatomy: {kind: homogeneous, tissue: muscle}
arms:
  a:
    probe: cooled_17g_4mm
    protocol:
      - {cool: {duration_s: 5}}
      - {soft_start: {to_C: 60, duration_s: 5}}
      - {steps: {temperatures_C: [50, 60], duration_s: 8}}
      - {power: {power_W: 5, from_W: 1, ceiling_C: 70, duration_s: 4}}
      - {voltage: {voltage_V_rms: 10, ceiling_C: 70, duration_s: 4}}
      - {pulsed: {voltage_V_peak: 45, width_ms: 20, rate_Hz: 2, ceiling_C: 42, ceiling_by: rate, duration_s: 12}}
      - {impedance_pulsed: {power_W: 5, rise: 0.3, pause_s: 3, duration_s: 20}}
      - {repeat: {times: 2, phases: [{hold: {temperature_C: 60, duration_s: 3}}, {off: {duration_s: 2, coolant: off}}]}}
"""
AT = "arms.a.protocol"
WRONG = [
    ("[50, 60]", "[30, 60]", f"9:35: {AT}[2].steps.temperatures_C[0]: expected a temperature above the body's"),
    ("[50, 60]", "[50, 60], rise_s: 5", f"9:44: {AT}[2].steps.rise_s: expected at most 4"),
    ("from_W: 1, ceiling_C: 70", "from_W: 1, ceiling_C: 30", f"10:41: {AT}[3].power.ceiling_C: expected a temp"),
    ("rms: 10, ceiling_C: 70", "rms: 10, ceiling_C: 37", f"11:39: {AT}[4].voltage.ceiling_C: expected a temp"),
    (
        "width_ms: 20",
        "width_ms: 500",
        f"12:39: {AT}[5].pulsed.width_ms: expected a pulse shorter than the period of 500",
    ),
    ("ceiling_C: 42", "ceiling_C: 36", f"12:65: {AT}[5].pulsed.ceiling_C: expected a temperature above the body's"),
    ("ceiling_C: 42, ", "", f"12:65: {AT}[5].pulsed.ceiling_by: expected a key 'ceiling_C' beside it"),
    ("ceiling_by: rate", "resolved_pulses: 99", f"{AT}[5].pulsed.resolved_pulses: expected at most the 24 pulses"),
    ("pause_s: 3", "pause_s: -3", f"13:52: {AT}[6].impedance_pulsed.pause_s: expected a number of at least 0.1"),
    ("rise: 0.3", "rise: 0", f"13:41: {AT}[6].impedance_pulsed.rise: expected a number of at least 0.01"),
    ("times: 2", "times: 2, duration_s: 11", f"14:29: {AT}[7].repeat.duration_s: expected 10, that of all its phases"),
    ("{hold: {temp", "{repeat: {temp", f"14:38: {AT}[7].repeat.phases[0]: unknown phase 'repeat', expected one of"),
    ("hold: {temperature_C: 60", "hold: {temperature_C: 20", f"{AT}[7].repeat.phases[0].hold.temperature_C: expected"),
    (
        "{cool: {duration_s: 5}}",
        "{cool: {duration_s: 5, coolant: no}}",
        f"{AT}[0].cool.coolant: expected 'on' or 'off'",
    ),
    ("{cool: {duration_s: 5}}", "{cool: {duration_s: 5, coolant: off}}", f"7:32: {AT}[0].cool.coolant: expected on,"),
    ("cooled_17g_4mm", "conventional_18g_10mm", f"{AT}[0].cool: expected no coolant, because probe"),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG, ids=[new for _, new, _ in WRONG])
def test_a_wrong_phase_is_refused_where_it_stands(old, new, said):
    assert old in RIGHT
    with pytest.raises(InputError) as refused:
        parse_scenario(RIGHT.replace(old, new, 1))
    assert said in str(refused.value)


def test_written_out_and_read_again_they_are_the_same():
    made = parse_scenario(RIGHT)
    assert parse_scenario(dump_yaml(made)) == made
    assert parse_scenario(dump_yaml(made.resolved())) == made.resolved()


def test_a_repeat_is_its_phases_so_many_times():
    arm = parse_scenario(RIGHT).arms["a"]
    assert [phase.kind for phase in in_turn(arm.protocol)][-4:] == ["hold", "off", "hold", "off"]
    spans = phase_spans(arm.protocol)
    assert len(spans) == 11
    assert spans[-1].end_s == pytest.approx(arm.total_time_s)
    assert spans[-1].end_s == pytest.approx(68.0)
