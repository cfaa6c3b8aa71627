"""What is to be distrusted is said: which arm, when, and what to do."""

import numpy as np
import pytest

from rfa_model import library
from rfa_model.applicators import Pose
from rfa_model.metrics.data import History, InTurn
from rfa_model.metrics.evaluate import evaluate
from rfa_model.metrics.flag import flags_in
from rfa_model.results.comparison import comparison_table
from tests.synthetic import synthetic_arm
from tests.unit.metrics.made import MadeAnatomy

CRITERIA = [library.criteria()[name] for name in ("isotherm_50C", "arrhenius")]


def flagged(**changes):
    """Flags by kind, and the arm's entry."""
    arm = synthetic_arm(n=6)
    columns = dict(arm.history.columns) | changes.pop("columns", {})
    arm.history = History(columns)
    for name, value in changes.items():
        setattr(arm, name, value)
    entry = evaluate(arm, MadeAnatomy(), CRITERIA).to_summary()
    return {flag.kind: flag for flag in flags_in(entry)}, entry


def moved(left_mm3, taken_up_mm3):
    """Two lesions in turn, the first of which is another one once the needle has been moved."""
    first = InTurn(Pose.identity(), 0.0, 50.0, None, None, {"isotherm_50C": left_mm3})
    left, taken_up = {"isotherm_50C": left_mm3}, {"isotherm_50C": taken_up_mm3}
    return first, InTurn(Pose.identity(), 50.0, 50.0, left, taken_up, {"isotherm_50C": 120.0})


def test_a_sound_arm_has_none():
    assert flagged(damage_law="skin", damage_at_rest={"skin": 1e-5}, boiling_C=99.0)[0] == {}
    assert flagged(in_turn=moved(100.0, 92.0))[0] == flagged(in_turn=moved(3.0, 1.0))[0] == {}


@pytest.mark.parametrize(
    ("changes", "kind", "words", "at_s"),
    [
        ({"balance": {"energy_residual": 0.02}}, "energy_residual", "2.0 % of the heat", None),
        ({"balance": {"power_residual": 0.02}}, "power_residual", "differ by 2.0 %", None),
        (
            {
                "columns": {"max_C": np.full(51, 37.005), "min_C": np.full(51, 37.0)},
                "balance": {"energy_residual": 0.9},
            },
            "little_heat",
            "up to 4 W warm no tissue by more than 0.01 °C",
            None,
        ),
        ({"balance": {"energy_residual": float("nan")}}, "energy_residual", "nan", None),
        (
            {"balance": {"conductivity_lag": 0.07, "conductivity_lag_at_s": 12.5}},
            "conductivity_lag",
            "by 7 % within a step",
            12.5,
        ),
        (
            {"in_turn": moved(100.0, 80.0)},
            "moved_needle",
            "on the mesh of lesion 2 what was made before is -20 %",
            50.0,
        ),
        ({"columns": {"max_C": np.linspace(37.0, 160.0, 51)}}, "temperature_range", "160 °C hot", 92.0),
        ({"columns": {"min_C": np.linspace(37.0, -12.0, 51)}}, "temperature_range", "-12 °C cold", 96.0),
        ({"columns": {"max_C": np.linspace(37.0, 104.0, 51)}, "boiling_C": 99.0}, "boiling", "up to 104 °C", 94.0),
        (
            {"damage_law": "mine", "damage_at_rest": {"mine": 0.04}},
            "damage_at_rest",
            "lesions by Ω ≥ 1 (mine), marked *",
            None,
        ),
    ],
)
def test_each_says_what_when_and_the_cure(changes, kind, words, at_s):
    found, entry = flagged(**changes)
    assert list(found) == [kind]
    assert words in found[kind].text
    assert found[kind].at_s == at_s
    assert found[kind].cure
    table = comparison_table({"scenario": {"title": "one"}, "arms": {"left_needle": entry}})
    assert "  ! left needle" in table
    assert ("*" in table) == (kind == "damage_at_rest")


def test_a_lesion_at_the_edge_of_what_is_computed():
    """The cube's corners are the outer boundary: 12 mm away along a space diagonal 20.8 mm."""
    near, _ = flagged()
    assert "outer_boundary" not in near
    arm = synthetic_arm(n=6, lesion_radius_mm=19.0)
    metrics = evaluate(arm, MadeAnatomy(), [library.criteria()["arrhenius"]])
    (flag,) = metrics.flags
    assert flag.kind == "outer_boundary"
    assert metrics.lesions["arrhenius"].outer_distance_mm == pytest.approx(12.0 * 3**0.5 - 19.0, abs=0.5)


def test_only_what_hangs_on_the_law_is_marked():
    _, entry = flagged(damage_law="mine", damage_at_rest={"mine": 0.04})
    assert entry["lesions"]["arrhenius"]["damage_at_rest"] == 0.04
    assert entry["lesions"]["isotherm_50C"]["damage_at_rest"] is None
