"""Criteria of the user's own, written out in a scenario."""

import math

import pytest

from rfa_model import library
from rfa_model.errors import InputError
from rfa_model.scenario import dump_yaml, parse_scenario

TEXT = """
title: own criteria
anatomy: {kind: homogeneous, tissue: muscle}
criteria:
  - visible_edge
  - {name: warm, isotherm_C: 54, interval: [53, 56]}
  - {name: dose, cem43_min: 60}
  - {name: strict, damage: 2, law: skin}
  - {name: dead_80, damaged_fraction: 0.8, law: three_state}
  - {name: mine, damage: 1, law: {frequency_factor_per_s: 1.0e+40, activation_energy_J_per_mol: 2.6e+5}}
arms:
  a: {probe: conventional_18g_10mm}
"""


def test_every_quantity_and_law():
    found = parse_scenario(TEXT).resolved_criteria()
    assert list(found) == ["visible_edge", "warm", "dose", "strict", "dead_80", "mine"]
    warm, dose, strict, dead, mine = list(found.values())[1:]
    assert (warm.quantity, warm.level, warm.interval) == ("peak_temperature", 54.0, (53.0, 56.0))
    assert (dose.quantity, dose.level, dose.words) == ("cem43", 60.0, "CEM43 ≥ 60 min")
    assert (strict.level, strict.law, strict.words) == (2.0, library.damage_laws()["skin"], "Ω ≥ 2 (skin)")
    assert dead.level == pytest.approx(math.log(5.0))  # a fifth lives: exp(-Ω) = 0.2
    assert (mine.law.name, mine.law.frequency_factor_per_s) == ("mine", 1e40)


def test_the_resolved_scenario_depends_on_no_library():
    scenario = parse_scenario(TEXT)
    text = dump_yaml(scenario.resolved())
    again = parse_scenario(text)
    assert [(c.quantity, c.level, c.label, c.interval) for c in again.resolved_criteria().values()] == [
        (c.quantity, c.level, c.label, c.interval) for c in scenario.resolved_criteria().values()
    ]
    assert dump_yaml(again.resolved()) == text
    assert "criteria: [visible_edge" not in text


@pytest.mark.parametrize(
    ("old", "new", "path", "expected"),
    [
        ("isotherm_C: 54", "isotherm: 54", "criteria[1].isotherm", "did you mean 'isotherm_C'?"),
        ("cem43_min: 60", "cem43_min: 60, isotherm_C: 50", "criteria[2].cem43_min", "expected one of"),
        ("cem43_min: 60", "label: nothing", "criteria[2].name", "got none"),
        ("cem43_min: 60", "cem43_min: 60, law: skin", "criteria[2].law", "hangs on no damage law"),
        ("law: skin", "law: skinn", "criteria[3].law", "did you mean 'skin'?"),
        ("[53, 56]", "[55, 56]", "criteria[1].interval", "expected [low, high] about isotherm_C"),
        ("damaged_fraction: 0.8", "damaged_fraction: 1", "criteria[4].damaged_fraction", "below 1"),
        ("name: dose", "name: warm", "criteria[2]", "repeated"),
        ("name: dose", "name: a/b", "criteria[2].name", "match pattern"),
    ],
)
def test_what_is_refused(old, new, path, expected):
    with pytest.raises(InputError) as refused:
        parse_scenario(TEXT.replace(old, new), "own.yaml")
    assert path in str(refused.value)
    assert expected in str(refused.value)


def test_two_laws_of_one_name_are_told_apart():
    law = "law: {name: mine, frequency_factor_per_s: 2.0e+40, activation_energy_J_per_mol: 2.6e+5}"
    with pytest.raises(InputError, match="has other numbers above"):
        parse_scenario(TEXT.replace("arms:", f"  - {{name: other, damage: 1, {law}}}\narms:"))
