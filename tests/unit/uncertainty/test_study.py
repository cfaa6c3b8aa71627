"""A small study, truly solved: linear elements, muscle alone, two seconds at constant voltage."""

import csv
import json

import pytest

from rfa_model import load_scenario
from rfa_model.assurance.uncertainty import numerics, sensitivity
from rfa_model.assurance.uncertainty.factors import factors
from rfa_model.assurance.uncertainty.headline import by_criterion, headlines
from rfa_model.assurance.uncertainty.run import run_study
from rfa_model.assurance.uncertainty.trial import VariantOutcome
from rfa_model.errors import InputError, SolveError
from tests.unit.uncertainty.made import entry

SCENARIO = """
title: small
anatomy: {kind: homogeneous, tissue: muscle}
criteria: [isotherm_45C]
arms:
  hot:
    probe: conventional_18g_5mm
    protocol: [{voltage: {voltage_V_rms: 14, duration_s: 2}}]
numerics: {element_order: 1, max_step_s: 1, time_tolerance_C: 1}
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("study") / "small.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def study(path):
    slope = [factor for factor in factors() if factor.label == "rise of electric conductivity"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sensitivity, "factors", lambda: tuple(slope))
        assert run_study(path, out=path.parent / "out", quick=True, workers=1, docs=path.parent / "docs") == 0
    return path.parent


def rows(path):
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_the_parts_add_up(study):
    content = json.loads((study / "out" / "numerics.json").read_text(encoding="utf-8"))
    assert content["scenario"]["resolution"] == "draft"
    found = content["arms"]["hot"]
    assert "lesions.isotherm_45C.volume_mm3" in found
    for row in found.values():
        values = row["values"]
        assert row["value"] == values["draft"]
        assert row["mesh"] == pytest.approx(3.0 * abs(values["standard"] - values["draft"]))
        assert row["domain"] == pytest.approx(2.0 * abs(values["domain"] - values["draft"]))  # 40 mm to 80 mm
        assert row["time"] == pytest.approx(abs(values["time"] - values["draft"]) / (1 - 10 ** (-2 / 3)))
        assert row["uncertainty"] == pytest.approx(row["mesh"] + row["time"] + row["domain"])
    # The runs really differ: impedance hangs on the mesh, temperature on the time step.
    assert found["electrical.impedance_ohm.end"]["mesh"] > 0.01
    assert found["temperature.max_C"]["time"] > 1e-3
    assert {row["path"]: float(row["uncertainty"]) for row in rows(study / "out" / "numerics.csv")} == {
        path: row["uncertainty"] for path, row in found.items()
    }


def test_a_steeper_rise_of_conductivity_draws_more_power(study):
    (power,) = (row for row in rows(study / "out" / "sensitivity.csv") if row["path"] == "electrical.power_W.mean")
    assert float(power["value_low"]) < float(power["value_base"]) < float(power["value_high"])
    assert (power["input_low"], power["input_base"], power["input_high"]) == ("0.01", "0.015", "0.02")


def test_page_and_pictures(study):
    page = (study / "docs" / "uncertainty.md").read_text(encoding="utf-8")
    assert "rise of electric conductivity, 1/°C" in page
    assert "(uncertainty/hot-lesion-volume.svg)" in page
    assert (study / "docs" / "uncertainty" / "hot-lesion-volume.svg").is_file()
    assert (study / "out" / "hot-lesion-volume.png").is_file()


def test_all_three_meshes_unless_quick(path):
    scenario = load_scenario(path)
    anatomy = scenario.anatomy.build()
    full, quick = (numerics.plan(scenario, "hot", anatomy, quick) for quick in (False, True))
    assert (set(full.trials) - set(quick.trials), full.reported, quick.reported) == ({"fine"}, "standard", "draft")
    assert "time_tolerance_C: 0.1" in full.trials["time"].text
    assert "max_step_s: 0.1" in full.trials["time"].text
    assert "domain_radius_mm: 80" in full.trials["domain"].text


def test_the_domain_grows_within_the_body():
    scenario = load_scenario("scenarios/l4_medial_branch.yaml")
    anatomy = scenario.anatomy.build()
    assert 1.0 < numerics.domain_ratio(scenario, "cooled", anatomy) < 1.5
    with pytest.raises(InputError, match="cannot be enlarged"):
        numerics.domain_ratio(numerics.with_numerics(scenario, domain_radius_mm=56.0), "cooled", anatomy)


def made_plan(path):
    scenario = load_scenario(path)
    return numerics.plan(scenario, "hot", scenario.anatomy.build())


CELLS = {"draft": 1000, "standard": 8000, "fine": 64000, "time": 8000, "domain": 9000}  # sizes 4, 2, 1


def test_budget_of_made_up_runs(path):
    outcomes = {name: VariantOutcome(entry(100.0 + 40.0 / n ** (1 / 3), cells=n)) for name, n in CELLS.items()}
    outcomes["time"] = VariantOutcome(entry(102.5))
    outcomes["domain"] = VariantOutcome(entry(101.0))
    volume = numerics.budgets(made_plan(path), outcomes)[0]
    assert volume.headline.label == "lesion volume"
    assert volume.value == pytest.approx(102.0)
    assert volume.grid.order == pytest.approx(1.0)
    assert volume.grid.uncertainty == pytest.approx(1.25 * 2.0)
    assert volume.domain == pytest.approx(2.0)
    assert volume.time == pytest.approx(0.5 / (1 - 10 ** (-2 / 3)))


def test_a_run_that_was_stopped_is_named(path):
    outcomes = dict.fromkeys(made_plan(path).trials, VariantOutcome(entry())) | {
        "fine": VariantOutcome(None, "no convergence")
    }
    with pytest.raises(SolveError, match="arm 'hot', fine mesh: no convergence"):
        numerics.budgets(made_plan(path), outcomes)


def test_a_number_that_one_run_lacks_has_no_budget(path):
    outcomes = {name: VariantOutcome(entry(cells=n)) for name, n in CELLS.items()}
    outcomes["fine"] = VariantOutcome(entry(margin_mm=None, cells=CELLS["fine"]))
    found = {one.headline.path for one in numerics.budgets(made_plan(path), outcomes)}
    places = ("nerves.medial_branch", "nerves.medial_branch.by_criterion.arrhenius")
    known = {one.path for one in [*headlines(entry()), *by_criterion(entry())]}
    assert found == known - {f"{place}.margin_worst_mm" for place in places} < known


def test_headlines_follow_the_main_criterion():
    labels = [f"{one.label}, {one.unit}" for one in headlines(entry())]
    assert labels == [
        "lesion volume, mm³", "lesion width, mm", "lesion length, mm", "medial branch margin, worst point, mm",
        "medial branch margin, best point, mm", "medial branch captured length, mm",
        "spinal nerve peak temperature, °C", "mean power, W", "impedance at the end of the run, ohm",
        "hottest tissue, °C",
    ]  # fmt: skip
    assert headlines(entry())[0].path == "lesions.arrhenius.volume_mm3"
    assert headlines({**entry(), "lesions": {"isotherm_50C": {"volume_mm3": 5.0}}})[0].path.startswith("lesions.iso")


def test_every_criterion_has_its_bracketed_numbers():
    found = {one.path: one.label for one in by_criterion(entry())}
    assert found["lesions.isotherm_50C.volume_mm3"] == "lesion volume by peak ≥ 50 °C"
    assert "nerves.medial_branch.by_criterion.isotherm_50C.margin_worst_mm" in found
    assert "nerves.medial_branch.by_criterion.arrhenius.margin_best_mm" in found
    assert "lesions.arrhenius.volume_mm3" not in found  # among the headlines already
