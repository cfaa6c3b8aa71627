"""What ships fits what ships; what is stale, damaged or somebody else's adds nothing to a run."""

import copy
import json

import pytest

from rfa_model._shipped import shipped, shipped_scenarios
from rfa_model.errors import InputError
from rfa_model.metrics.entry import look_up
from rfa_model.plan import at_resolution
from rfa_model.results import comparison_table, evidence
from rfa_model.results.evidence import evidence_key, find_evidence, read_evidence, uncertainty_of
from rfa_model.scenario import dump_yaml, load_scenario
from rfa_model.simulation import simulate
from tests.unit.uncertainty.made import entry

SHIPPED = sorted((shipped("scenarios") / "evidence").glob("*.json"))
ANEW = "run rfa-model study {0} and copy its numerics.json to scenarios/evidence/{0}.json"
ROWS = {
    "lesions.arrhenius.volume_mm3": {"value": 1213.0, "uncertainty": 3.2},
    "nerves.medial_branch.margin_worst_mm": {"value": 3.6, "uncertainty": 0.041},
    "electrical.power_W.mean": {"value": 2.74, "uncertainty": 0.0},
}


def resolved(name: str, resolution: str | None = None) -> str:
    scenario = at_resolution(load_scenario(shipped_scenarios()[name]), resolution)
    return dump_yaml(scenario.resolved())


def test_the_flagship_has_evidence():
    assert "l4_medial_branch" in {path.stem for path in SHIPPED}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_evidence_is_of_the_shipped_scenario(path):
    assert read_evidence(path)["key"] == evidence_key(resolved(path.stem)), ANEW.format(path.stem)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_evidence_covers_every_arm_and_headline(path):
    found = find_evidence(resolved(path.stem))
    assert set(found) == set(load_scenario(shipped_scenarios()[path.stem]).arms)
    for rows in found.values():
        ends = {name.rpartition(".")[2] for name in rows}
        assert {
            "volume_mm3",
            "width_mm",
            "length_mm",
            "margin_worst_mm",
            "margin_best_mm",
            "captured_length_mm",
            "end",
            "mean",
        } <= ends
        assert "structures.spinal_nerve.max_temperature_C" in rows
        for row in rows.values():
            assert row["uncertainty"] == pytest.approx(row["mesh"] + row["time"] + row["domain"])
            assert row["value"] == row["values"]["standard"]


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_run_still_agrees_with_its_shipped_evidence(path):
    results = simulate(load_scenario(shipped_scenarios()[path.stem]))
    for arm, rows in read_evidence(path)["arms"].items():
        entry = results.summary["arms"][arm]
        for name, row in rows.items():
            assert look_up(entry["uncertainty"], name.split(".")) == row["uncertainty"], (arm, ANEW.format(path.stem))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder that ships made-up evidence of the flagship alone."""
    made = {"schema": evidence.SCHEMA, "key": evidence_key(resolved("l4_medial_branch")), "arms": {"cooled": ROWS}}
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "l4.json").write_text(json.dumps(made), encoding="utf-8")
    monkeypatch.setattr(evidence, "shipped", lambda kind: tmp_path)
    return tmp_path / "evidence"


def test_another_resolution_or_nerve_has_none(folder):
    assert find_evidence(resolved("l4_medial_branch")) == {"cooled": ROWS}
    assert find_evidence(resolved("l4_medial_branch", "draft")) == {}
    assert find_evidence(resolved("l4_medial_branch").replace("nerve: L4", "nerve: L3")) == {}


@pytest.mark.parametrize("stale", [("version", "0.0.1"), ("resolved_sha256", "0" * 64)])
def test_stale_evidence_is_ignored(folder, stale):
    content = json.loads((folder / "l4.json").read_text(encoding="utf-8"))
    content["key"][stale[0]] = stale[1]
    (folder / "l4.json").write_text(json.dumps(content), encoding="utf-8")
    assert find_evidence(resolved("l4_medial_branch")) == {}


@pytest.mark.parametrize("damage", ["", "[]", '{"schema": "rfa-model/uncertainty/1"}'])
def test_damaged_evidence_is_named(folder, damage):
    (folder / "l4.json").write_text(damage, encoding="utf-8")
    with pytest.raises(InputError, match=r"l4\.json: not evidence of this program"):
        find_evidence(resolved("l4_medial_branch"))


def test_uncertainties_stand_where_their_numbers_do():
    assert uncertainty_of(ROWS, entry()) == {
        "lesions": {"arrhenius": {"volume_mm3": 3.2}},
        "nerves": {"medial_branch": {"margin_worst_mm": 0.041}},
        "electrical": {"power_W": {"mean": 0.0}},
    }
    assert uncertainty_of({}, entry()) is None


def test_a_number_that_has_moved_carries_none():
    moved = uncertainty_of(ROWS, entry(volume_mm3=1217.0, margin_mm=None))
    assert moved == {"electrical": {"power_W": {"mean": 0.0}}}
    assert "lesions" in uncertainty_of(ROWS, entry(volume_mm3=1216.0))


def table(**changes):
    arms = {"one": entry() | changes, "two": entry()}
    return comparison_table({"scenario": {"title": "made up"}, "arms": arms})


def row(text, label):
    line = next(line for line in text.splitlines() if line.strip().startswith(label))
    return line.strip().removeprefix(label).split("  ")


def test_the_table_shows_it_rounded_up():
    shown = table(uncertainty=uncertainty_of(ROWS, entry()))
    cells = {
        label: [cell.strip() for cell in row(shown, label) if cell]
        for label in ("volume, mm³", "margin, worst", "mean")
    }
    assert cells["volume, mm³"] == ["1213 ± 4", "1213"]
    assert cells["margin, worst"][-2:] == ["+3.6 ± 0.1", "+3.6"]
    assert cells["mean"][-2:] == ["2.74 ± 0.00", "2.74"]
    assert shown.splitlines()[-1].startswith("± is the numerical uncertainty")
    assert max(map(len, shown.splitlines())) <= 100


def test_without_evidence_the_table_is_as_it_was():
    assert "±" not in table(uncertainty=None)
    assert table(uncertainty=None) == table()
    assert copy.deepcopy(entry()) == entry()
