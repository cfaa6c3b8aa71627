"""Numbers are taken from the right lesion, and what is missing is not passed over."""

import math
from dataclasses import replace

import pytest

from rfa_model.assurance.validation.bands import Reading, bench
from rfa_model.assurance.validation.compare import NO_LESION, NOT_SOLVED, NOT_TRIED, Missing, compare, number
from rfa_model.assurance.validation.measure import Row, Solved
from tests.validation import made

JUDGED = bench().conditions.judged


def compared(solved, key):
    return next(one for one in compare(solved) if one.band.key == key)


def reading(**changes):
    return Reading(**{"gauge": 16, "tip_mm": 10, "set_C": 80, "hold_s": 120} | changes)


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [("width_mm", 7.0), ("beyond_tip_mm", 3.0), ("elongation", 13 / 7), ("energy_J", 240.0), ("volume_mm3", 637.0)],
)
def test_one_number_of_one_lesion(quantity, expected):
    assert number(made.run().solved, reading(), JUDGED, quantity) == pytest.approx(expected)


def test_percent_difference_and_ratio():
    runs = made.run().solved
    w16, w22 = 80 / 16 + 2, 80 / 22 + 2
    for key, expected in (
        ("gauge_percent", 100 * (w16 / w22 - 1)),
        ("gauge_mm", w16 - w22),
        ("width_22g", w22),
        ("water_off_energy", 0.5),
    ):
        assert all(p.value == pytest.approx(expected) for p in compared(runs, key).judged), key
    ratios = [p.value for p in compared(runs, "time_2min").judged]
    assert ratios == pytest.approx([(80 / g + 2) / (80 / g + 1) for g in (22, 20, 18, 16)])


def test_verdicts_say_how_many_are_outside():
    runs = made.run().solved
    assert compared(runs, "length_beyond_tip").verdict == "inside"
    assert compared(runs, "gauge_percent").verdict == "MISSED (3 of 3 outside)"
    assert compared(runs, "rounder").missed  # equal sphericities: nothing is rounder


def test_a_run_the_solver_gave_up_on_is_a_miss():
    runs = [
        Solved(one.trial, failure="did not settle") if one.trial.gauge == 20 and one.trial.set_C == 80 else one
        for one in made.run().solved
    ]
    found = compared(runs, "length_beyond_tip")
    assert found.verdict == "MISSED (3 of 12 outside)"
    assert {p.missing for p in found.outside} == {NOT_SOLVED}


def test_a_lesion_that_is_not_there_is_a_miss():
    nothing = dict.fromkeys(made.sizes(1.0, 1.0)) | {"volume_mm3": 0.0}
    runs = [
        replace(one, rows=[Row(r.hold_s, r.criterion, r.after_cooling, nothing) for r in one.rows])
        for one in made.run().solved
    ]
    assert {p.missing for p in compared(runs, "width_22g").outside} == {NO_LESION}
    assert {p.missing for p in compared(runs, "still_growing").outside} == {NO_LESION}


def test_what_the_quick_grid_leaves_out_is_neither_held_nor_missed():
    found = compared(made.run(quick=True).solved, "largest_diameter")
    assert {p.missing for p in found.judged} == {NOT_TRIED}
    assert found.verdict == NOT_TRIED
    assert not found.missed


def test_a_number_that_is_none_stops_the_comparison():
    runs = [
        replace(one, rows=[Row(r.hold_s, r.criterion, r.after_cooling, made.sizes(math.nan, 9.0)) for r in one.rows])
        for one in made.run().solved
    ]
    with pytest.raises(ValueError, match="cannot be compared"):
        _ = compared(runs, "width_22g").verdict


def test_unknown_runs_are_named_so():
    with pytest.raises(Missing, match=NOT_TRIED):
        number(made.run().solved, reading(gauge=14), JUDGED, "width_mm")
    with pytest.raises(Missing, match=NOT_TRIED):
        number(made.run().solved, reading(hold_s=600), JUDGED, "width_mm")


def test_every_condition_has_its_own_outcome():
    """Widths doubled under one criterion: the absolute bands change there and nowhere else."""
    runs = [
        replace(
            one,
            rows=[
                Row(r.hold_s, r.criterion, r.after_cooling, {**r.sizes, "width_mm": 2.0 * r.sizes["width_mm"]})
                if r.criterion == "isotherm_60C" else r
                for r in one.rows
            ],
        )
        for one in made.run().solved
    ]  # fmt: skip
    found = compared(runs, "width_22g")
    held = {(c.criterion, c.start_C): found.held_under(c) for c in bench().conditions.columns}
    assert held.pop(("isotherm_60C", 37.0)) is False
    assert set(held.values()) == {True}
    quick = compared(made.run(quick=True).solved, "width_22g")
    assert {c.start_C for c in bench().conditions.columns if quick.held_under(c) is None} == {21.0}
