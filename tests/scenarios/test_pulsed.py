"""A pulsed arm from the scenario to the folder and its pictures: what is reported, and what the second way says."""

import json

import numpy as np
import pytest

from rfa_model.metrics.field import corner_gradients
from rfa_model.pictures import draw_all
from rfa_model.results import read_results
from rfa_model.simulation import run_scenario
from tests.scenarios.runs import solve

SCENARIO = """
title: pulses
anatomy: {kind: homogeneous, tissue: muscle}
criteria: [isotherm_50C]
arms:
  pulsed:
    probe: conventional_22g_5mm
    protocol:
      - {pulsed: {voltage_V_peak: 45, width_ms: 20, rate_Hz: 2, ceiling_C: 42, duration_s: 4}}
numerics: {resolution: draft, element_order: 1}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("pulsed")
    (place / "s.yaml").write_text(SCENARIO, encoding="utf-8")
    run_scenario(place / "s.yaml", out=place / "r", quiet=True)
    return place / "r"


def test_the_summary_and_the_table_tell_the_field(folder):
    field = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["arms"]["pulsed"]["field"]
    assert field["peak_V"] == pytest.approx(45.0, rel=1e-3)
    assert field["max_V_per_m"] > 2e4
    volumes = [field["volume_mm3"][key] for key in ("1000", "5000", "10000", "20000")]
    assert volumes == sorted(volumes, reverse=True)
    assert volumes[-1] > 0.0
    assert field["nerve"] == {"along": None, "across": None}
    assert field["spike"]["max_K"] > 1.0


def test_the_folder_has_the_picture_and_reads_back_as_it_was(folder):
    assert (folder / "pulsed" / "field.png").stat().st_size > 20_000
    arm = read_results(folder).arms["pulsed"]
    pulse = arm.fields.pulse
    assert pulse is not None
    assert pulse.peak_V == pytest.approx(45.0, rel=1e-3)
    tissue = arm.fields.cell_region == 0
    assert (np.asarray(pulse.heating_K_m2_per_V2)[tissue] > 0.0).all()
    assert not np.asarray(pulse.heating_K_m2_per_V2)[~tissue].any()
    assert folder / "pulsed" / "field.png" in draw_all(folder)


def test_the_power_of_the_field_is_the_generators_in_a_pulse(folder):
    # A second way: σ|E|² integrated over the mesh, from what the folder holds, beside V²/Z.
    arm = read_results(folder).arms["pulsed"]
    fields, pulse = arm.fields, arm.fields.pulse
    tissue = fields.cell_region == 0
    cells, points = fields.cells[tissue], np.asarray(fields.points_mm, dtype=float) * 1e-3
    gradients = corner_gradients(points, cells, pulse.potential_V)[:, 0]
    corners = points[cells]
    volume = np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1])) / 6.0
    # heating = σ·τ/(2ρc) with muscle's ρc.
    sigma = 2.0 * np.asarray(pulse.heating_K_m2_per_V2)[tissue] * 1090.0 * 3421.0 / 0.02
    watts = 0.5 * float((sigma * volume) @ (gradients**2).sum(axis=1))
    impedance_ohm = arm.summary["electrical"]["impedance_ohm"]["start"]
    # Of the power some per cent are beyond the mesh.
    assert watts == pytest.approx(0.5 * 45.0**2 / impedance_ohm, rel=0.06)


def test_without_pulses_there_is_no_field():
    arm = solve("conventional_22g_5mm", [{"power": {"power_W": 0.5, "duration_s": 0.5}}])
    assert arm.summary["field"] is None
    assert arm.fields.pulse is None
