"""A damage law that destroys tissue that nothing heats is refused before anything is solved."""

import numpy as np
import pytest

from rfa_model import library
from rfa_model.errors import InputError
from rfa_model.physics.rest import damage_at_rest
from rfa_model.plan import Plan
from rfa_model.scenario import parse_scenario

TEXT = """
title: at rest
anatomy: {{kind: homogeneous, tissue: muscle}}
criteria: {criteria}
laws: {laws}
body: {{temperature_C: {body}, perfusion: {perfusion}}}
arms:
  long:
    probe: conventional_18g_10mm
    protocol: [{{ramp: {{to_C: 80, duration_s: 15}}}}, {{hold: {{temperature_C: 80, duration_s: {hold}}}}}]
"""


def plan(criteria="[visible_edge, arrhenius]", laws="{}", body=37, perfusion="false", hold=345):
    text = TEXT.format(criteria=criteria, laws=laws, body=body, perfusion=perfusion, hold=hold)
    return Plan.of(parse_scenario(text))


def test_omega_at_rest_is_rate_times_time():
    for law in ("coagulation", "skin"):
        rate = float(library.damage_laws()[law].rate(np.array([37.0]))[0])
        assert damage_at_rest(library.damage_laws()[law], 37, 600) == pytest.approx(600 * rate)
    assert damage_at_rest(library.damage_laws()["coagulation"], 37, 3600) == pytest.approx(1.06, abs=0.01)


def test_what_hangs_on_it_is_refused_with_the_cure():
    with pytest.raises(InputError) as refused:
        plan()
    said = str(refused.value)
    assert said.startswith("arms.long.protocol: damage law 'coagulation' gives tissue that nothing heats")
    assert "Ω = 0.11 over these 360 s" in said
    assert "criterion 'arrhenius'" in said
    assert "keep isotherms" in said


@pytest.mark.parametrize(
    "changes",
    [
        {"criteria": "[visible_edge]"},
        {"laws": "{damage: skin}"},
        {"body": 21},
        {"hold": 300},
        {"criteria": "[{name: mine, damage: 1, law: skin}]"},
        {"criteria": "[visible_edge]", "perfusion": "true"},
    ],
)
def test_what_does_not_hang_on_it_or_lets_tissue_live_runs(changes):
    assert plan(**changes).arms


def test_a_criterions_own_law_is_asked_too():
    with pytest.raises(InputError, match=r"'coagulation'.*criterion 'mine'"):
        plan(criteria="[{name: mine, damage: 1, law: coagulation}]", laws="{damage: skin}")


def test_perfusion_that_such_a_law_would_stop_is_refused():
    with pytest.raises(InputError, match="of its perfusion"):
        plan(criteria="[visible_edge]", perfusion="true", hold=3585)
    assert plan(criteria="[visible_edge]", perfusion="true", hold=3585, laws="{perfusion: {shutdown: false}}").arms
