"""The bands file says what it has to, and a band decides as written."""

import itertools
import math

import pytest
from pydantic import ValidationError

from rfa_model import library
from rfa_model.applicators.known_probes import known_probes
from rfa_model.assurance.validation.bands import Band, bench
from rfa_model.assurance.validation.trials import CRITERIA, grid, scenario

BANDS = bench().bands


def made(**changes):
    content = {
        "key": "made", "group": "g", "title": "t", "statement": "s", "source": "cosman2014", "status": "read",
        "asserted": True, "quantity": "width_mm", "how": "value", "unit": "mm",
        "of": {"gauge": 18, "tip_mm": 10, "set_C": 80, "hold_s": 120}, "low": 2.0, "high": 3.0,
    }  # fmt: skip
    return Band.model_validate(content | changes)


def test_keys_are_unique_and_groups_are_not_torn_apart():
    assert len({band.key for band in BANDS}) == len(BANDS)
    groups = [group for group, _ in itertools.groupby(band.group for band in BANDS)]
    assert len(set(groups)) == len(groups)


@pytest.mark.parametrize("band", BANDS, ids=lambda band: band.key)
def test_a_band_is_cited_and_only_asserted_if_it_was_read(band):
    assert bench().citation(band.source)
    assert band.statement.endswith(".")
    assert band.asserted <= (band.status in ("read", "computed"))


@pytest.mark.parametrize("band", BANDS, ids=lambda band: band.key)
def test_the_full_grid_answers_every_configuration_of_a_band(band):
    start_C = bench().conditions.judged.start_C
    for _, of, base in band.readings():
        for reading in (of, base):
            assert reading is None or any(trial.answers(reading, start_C) for trial in grid(quick=False)), reading


def test_conditions_are_measured_and_the_judged_one_is_not_repeated():
    columns = bench().conditions.columns
    assert {c.criterion for c in columns} <= set(CRITERIA)
    assert set(CRITERIA) <= set(library.criteria())
    assert len({(c.criterion, c.start_C) for c in columns}) == len(columns)
    assert {c.start_C for c in columns} == {trial.start_C for trial in grid(quick=False)}


@pytest.mark.parametrize("quick", [True, False])
def test_no_run_is_solved_twice(quick):
    runs = [(t.kind, t.gauge, t.tip_mm, t.set_C, t.start_C, t.fluid) for t in grid(quick)]
    assert len(set(runs)) == len(runs)


def test_trials_are_bench_scenarios():
    for trial in grid(quick=False):
        made_of = scenario(trial, {"resolution": "draft"})
        chosen = made_of.resolved_probe("bench")
        assert made_of.body.temperature_C == trial.start_C
        assert not made_of.body.perfusion
        assert trial.kind == chosen.kind or (trial.kind, chosen.kind) in {
            ("water_off", "cooled"), ("bipolar", "pair"),
        }  # fmt: skip
        if trial.kind == "bipolar":
            assert chosen.drive == "bipolar"
            assert chosen.spacing_mm == 10.0
        needle = chosen if trial.kind not in ("tined", "bipolar") else known_probes().get(chosen.probe, chosen.probe)
        assert needle.tip_length_mm == trial.tip_mm
        assert (needle.cooling is None) == (trial.kind not in ("cooled", "water_off"))
        if needle.cooling is not None:
            assert (needle.cooling.heat_transfer_coefficient_W_per_m2K == 0.0) == (trial.kind == "water_off")


@pytest.mark.parametrize(
    ("changes", "inside", "outside"),
    [
        ({}, [2.0, 2.5, 3.0], [1.999, 3.001, -2.5]),
        ({"open": True}, [2.001, 2.999], [2.0, 3.0]),
        ({"low": None}, [-1e9, 3.0], [3.001]),
        ({"high": None, "open": True}, [2.001, 1e9], [2.0]),
        ({"low": 0.0, "high": None, "open": True}, [1e-12], [0.0, -1e-12]),
    ],
)
def test_edges(changes, inside, outside):
    band = made(**changes)
    assert all(band.contains(value) for value in inside)
    assert not any(band.contains(value) for value in outside)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_an_error_and_not_a_verdict(value):
    with pytest.raises(ValueError, match="cannot be compared"):
        made(low=None).contains(value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"low": None, "high": None}, "low, high or both"),
        ({"low": 3.0, "high": 2.0}, "low below high"),
        ({"how": "ratio"}, "expected a base"),
        ({"base": {"gauge": 22, "tip_mm": 10, "set_C": 80, "hold_s": 120}}, "expected a base"),
        ({"of": {"gauge": 18, "tip_mm": 10, "set_C": 80}}, "hold_s"),
        ({"of": {"gauge": 18, "tip_mm": 10, "set_C": 80, "hold_s": 120, "colour": 1}}, "colour"),
        ({"quantity": "girth"}, "quantity"),
        ({"status": "sure"}, "status"),
    ],
)
def test_a_malformed_band_is_refused(changes, message):
    with pytest.raises(ValidationError, match=message):
        made(**changes)


def test_over_goes_through_every_combination():
    base = {"gauge": 22, "tip_mm": 10, "set_C": 80, "hold_s": 60}
    band = made(how="ratio", base=base, over={"tip_mm": [5, 10], "pair": [{"of": {"gauge": 16}}]})
    found = [(label, of.tip_mm, of.gauge, base.tip_mm, base.gauge) for label, of, base in band.readings()]
    assert found == [("5 mm tip, 16G", 5, 16, 5, 22), ("10 mm tip, 16G", 10, 16, 10, 22)]


def test_limits_in_words():
    assert made().limits == "2–3 mm"
    assert made(low=1.11, high=1.2, unit="").limits == "1.11–1.20"
    assert made(low=None, unit="").limits == "≤ 3"
    assert made(high=None, open=True).limits == "> 2 mm"
