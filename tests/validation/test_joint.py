"""The joint fit finds the edge and the start that made the numbers, from tables made up on the spot."""

from dataclasses import replace

import numpy as np
import pytest

from rfa_model.assurance.validation import joint_page
from rfa_model.assurance.validation.bands import bench
from rfa_model.assurance.validation.emulate import (
    EDGES_C,
    FILLINGS,
    STARTS_C,
    Emulated,
    read_table,
    trials,
    write_table,
)
from rfa_model.assurance.validation.joint import EDGE_GRID_C, SHAPE, START_GRID_C, Predicted, joint, quantile
from rfa_model.assurance.validation.joint_figure import draw_joint


def made(trial, hold_s):
    """A field that only conducts: (T − start)/(set − start) falls as a/r from the needle, a grows with time."""
    radius = {22: 0.359, 20: 0.454, 18: 0.635, 17: 0.7365, 16: 0.8255}[trial.gauge]
    grown = 1.0 + 0.1 * np.log(hold_s / 60.0) if hold_s > 0 else 1.0
    place = (np.array(EDGES_C) - trial.start_C) / (trial.set_C - trial.start_C)
    width = np.where(place < 1.0, 2.0 * radius * grown / np.maximum(place, 1e-6), 0.0)
    there = width > 0.0
    sizes = {
        "width_mm": width,
        "length_mm": np.where(there, trial.tip_mm + 0.5 * width, 0.0),
        "volume_mm3": np.where(there, width**2 * trial.tip_mm, 0.0),
        "distal_mm": 0.25 * width,
        "proximal_mm": 0.25 * width,
        "sphericity": np.where(there, 0.9, 0.0),
        "energy_J": np.full(len(EDGES_C), 100.0),
    }
    return Emulated(trial, hold_s, {name: tuple(values.tolist()) for name, values in sizes.items()})


@pytest.fixture(scope="module")
def table():
    return [made(trial, hold_s) for trial, holds in trials().items() for hold_s in holds]


def test_every_run_is_read_and_every_reading_has_its_run(table):
    found = joint(table)
    keys = {one.band.key for one in found.predicted}
    ours = [band for band in bench().bands if band.source in bench().studies]
    assert keys == {band.key for band in ours if band.quantity != "energy_J"}
    assert {one.trial.start_C for one in table} == set(STARTS_C)
    assert {one.trial.filling for one in table} == set(FILLINGS)


def test_sizes_between_the_starts_are_those_of_a_field_that_only_conducts(table):
    (width,) = [one for one in joint(table).predicted if one.band.key == "width_22g"]
    place = (EDGE_GRID_C[:, None] - START_GRID_C) / (80.0 - START_GRID_C)
    exact = 2.0 * 0.359 * (1.0 + 0.1 * np.log(2.0)) / place
    measured = place > (EDGES_C[0] - STARTS_C[0]) / (80.0 - STARTS_C[0])
    # Straight between edges 1 °C apart.
    assert width.values[1, 0][measured] == pytest.approx(exact[measured], rel=3e-3)


def test_a_band_made_at_an_edge_and_a_start_leads_back_to_them(table):
    found = joint(table)
    edge, start = int(np.argmin(abs(EDGE_GRID_C - 55.0))), int(np.argmin(abs(START_GRID_C - 25.0)))
    narrow = []
    for one in found.predicted:
        if one.band.source == "cosman2014" and one.band.quantity == "width_mm":
            value = float(one.values[0, 0, edge, start])
            band = one.band.model_copy(update={"low": value * 0.999, "high": value * 1.001, "over": {}})
            narrow.append(Predicted(band, one.labels[:1], one.values[:1]))
    fitted = replace(found, predicted=tuple(narrow)).by_all
    assert fitted.edge_C("liver", 0.5) == pytest.approx(55.0, abs=2.0)
    assert fitted.start_C("cosman2014", 0.5) == pytest.approx(25.0, abs=4.0)
    prior = found.prior
    assert fitted.edge_C("liver", 0.95) - fitted.edge_C("liver", 0.05) < prior.edge_C("liver", 0.95) - prior.edge_C(
        "liver", 0.05
    )


def test_weights_are_probabilities_and_without_bands_they_are_the_prior(table):
    prior = joint(table).prior
    for weights in prior.studies.values():
        assert weights.shape == SHAPE
        assert weights.sum() == pytest.approx(1.0)
        assert weights.sum(axis=(0, 1)) == pytest.approx(np.full(len(START_GRID_C), 1.0 / len(START_GRID_C)))
    assert prior.filling == pytest.approx([0.5, 0.5])


def test_a_study_left_out_has_no_say(table):
    found = joint(table)
    alone = found.without["avanos2024"]
    others = replace(found, predicted=tuple(one for one in found.predicted if one.band.source != "avanos2024")).by_all
    assert alone.edges["liver"] == pytest.approx(others.edges["liver"])
    starts = [by.studies["avanos2024"].sum(axis=(0, 1)) for by in (alone, found.prior)]
    assert starts[0] == pytest.approx(starts[1])


def test_quantiles_of_weighted_values():
    values, weights = np.array([3.0, 1.0, 2.0]), np.array([0.25, 0.25, 0.5])
    assert quantile(values, weights, 0.5) == pytest.approx(2.0)
    assert quantile(values, weights, 0.0) == 1.0


def test_the_table_survives_its_file_and_the_part_of_the_page_says_it_all(table, tmp_path):
    write_table(table, tmp_path / "table.json")
    again = joint(read_table(tmp_path / "table.json"))
    assert again.by_all.edge_C("liver", 0.5) == pytest.approx(joint(table).by_all.edge_C("liver", 0.5), abs=0.05)
    text = "\n".join(joint_page.parts(again, draw_joint(again, tmp_path)))
    assert all(one.band.title in text for one in again.predicted)
    assert joint_page.closing(again) in text
    assert "verdicts of the choice made beforehand stand" in text
    assert (tmp_path / "joint.svg").stat().st_size > 5000


def test_the_shipped_table_holds_every_asserted_size():
    keys = {one.band.key for one in joint(read_table()).asserted}
    assert keys == {band.key for band in bench().bands if band.asserted and band.quantity != "energy_J"}
