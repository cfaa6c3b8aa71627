"""The page, its figures and its files, from made-up numbers."""

import csv
import json
import re
from dataclasses import replace

import pytest

from rfa_model.assurance.validation.bands import bench
from rfa_model.assurance.validation.compare import compare
from rfa_model.assurance.validation.files import CSV_COLUMNS, read_json, write_csv, write_json
from rfa_model.assurance.validation.measure import Solved
from rfa_model.assurance.validation.page import page_parts
from rfa_model.assurance.validation.run import run_bench
from rfa_model.assurance.validation.tables import terminal
from rfa_model.errors import InputError, SolveError
from tests.validation import made

CAPTIONS = {f"{name}.svg": name for name in ("bands", "gauge", "temperature", "time", "shapes")}


@pytest.fixture(scope="module")
def run():
    return made.run()


def page(run, compared):
    return "\n\n".join(page_parts(run, compared, CAPTIONS))


def section(text, title):
    return text.partition(f"### {title}\n")[2].partition("\n### ")[0].partition("\n## ")[0]


def test_every_band_has_its_section_with_its_verdict(run):
    compared = compare(run.solved)
    text = page(run, compared)
    for one in compared:
        part = section(text, one.band.title)
        assert f"Band: {one.band.limits}. Verdict: **{one.verdict}**." in part
        assert one.band.statement in part
        assert all(f"| {point.label or 'here'} |" in part for point in one.judged)


def test_a_discussion_is_printed_where_its_band_is_missed_and_only_there(run):
    compared = compare(run.solved)
    assert {one.missed for one in compared} == {True, False}
    compared = [
        replace(one, band=one.band.model_copy(update={"discussion": f"Why {one.band.key}."})) for one in compared
    ]
    text = page(run, compared)
    for one in compared:
        assert (f"Why {one.band.key}." in text) == one.missed


def test_conditions_and_sources_are_told(run):
    text = page(run, compare(run.solved))
    conditions = bench().conditions
    for reason in (conditions.criterion_reason, conditions.start_reason, conditions.reading_reason):
        assert reason in text
    for key in {band.source for band in bench().bands}:
        assert f"- {key}: " in text
    assert "bench --quick`" in page(made.run(quick=True), compare(run.solved))


def test_tables_have_as_many_cells_in_every_row(run):
    text = page(run, compare(run.solved))
    for block in re.findall(r"(?:^\|.*\|\n)+", text, flags=re.M):
        assert len({line.count("|") for line in block.splitlines()}) == 1, block


def test_files_are_written_and_drawn_from_again(run, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_json(run, tmp_path / "bench.json")
    assert read_json(tmp_path / "bench.json") == run
    assert run_bench(docs=tmp_path / "docs", results=tmp_path / "bench.json") == 0
    assert "MISSED" in capsys.readouterr().out
    assert not (tmp_path / "results").exists()
    text = (tmp_path / "docs" / "validation.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\((validation/[^)]+)\)", text))
    assert linked == {f"validation/{name}" for name in (*CAPTIONS, "joint.svg", "bench.csv")}
    assert all((tmp_path / "docs" / name).stat().st_size > 500 for name in linked)


def test_a_solved_grid_is_kept_for_another_page(run, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("rfa_model.assurance.validation.run.solve_grid", lambda quick, workers, quiet: run)
    assert run_bench(quick=True) == 0
    assert "results/bench/bench.json" in capsys.readouterr().out
    assert read_json(tmp_path / "results" / "bench" / "bench.json") == run
    assert (tmp_path / "results" / "bench" / "bench.csv").stat().st_size > 500
    assert not (tmp_path / "docs").exists()


def test_csv_has_a_line_per_lesion(run, tmp_path):
    write_csv(run.solved, tmp_path / "bench.csv")
    with (tmp_path / "bench.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert len(rows) == sum(len(one.rows) for one in run.solved)
    assert float(rows[0]["width_mm"]) == pytest.approx(run.solved[0].rows[0].sizes["width_mm"], rel=1e-5)


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"schema": "rfa-model/bench/0"}), '{"schema": 1}'])
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "bench.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(str(path))):
        read_json(path)


def test_what_was_not_solved_is_told_and_fails_after_the_page_is_written(run, tmp_path, monkeypatch):
    monkeypatch.setattr("rfa_model.assurance.validation.page.draw_figures", lambda *_: CAPTIONS)
    broken = replace(run, solved=[*run.solved[:-1], Solved(run.solved[-1].trial, failure="did not settle")])
    assert "not solved: " in terminal(broken)
    write_json(broken, tmp_path / "bench.json")
    with pytest.raises(SolveError, match="did not settle"):
        run_bench(docs=tmp_path / "docs", results=tmp_path / "bench.json")
    assert "**Not solved:**" in (tmp_path / "docs" / "validation.md").read_text(encoding="utf-8")
