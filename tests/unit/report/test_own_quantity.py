"""A quantity of one's own is in everything that is made of the catalogue."""

import json

import pytest

from rfa_model.assurance.uncertainty.headline import headlines
from rfa_model.drawing.captions import captions
from rfa_model.metrics.catalogue import quantity, register
from rfa_model.metrics.lesion import LesionMetrics
from rfa_model.report.write import write_report
from rfa_model.results import comparison_table, read_results
from tests.unit.project.project_files import ROOT
from tests.unit.report.made import PHANTOM, made_results


@pytest.fixture(scope="module")
def aspect():
    @register(LesionMetrics)
    @quantity(label="length over width", digits=3, caption="aspect", study="aspect", study_digits=4)
    def aspect(lesion: LesionMetrics) -> float | None:
        """Length along the needle over width across it."""
        return lesion.length_mm / lesion.width_mm if lesion.length_mm and lesion.width_mm else None

    yield aspect
    del LesionMetrics.aspect


@pytest.fixture(scope="module")
def folder(aspect, tmp_path_factory):
    return made_results(tmp_path_factory.mktemp("own") / "results", PHANTOM)


@pytest.fixture
def entry(folder):
    return read_results(folder).summary["arms"]["hot"]


def test_it_is_in_the_summary(entry):
    for lesion in entry["lesions"].values():
        expected = lesion["length_mm"] / lesion["width_mm"] if lesion["width_mm"] else None
        assert lesion["aspect"] == expected
    assert entry["lesions"]["visible_edge"]["aspect"] == pytest.approx(1.0, abs=0.1)  # a ball


def test_it_is_in_the_table_and_the_report(folder, entry):
    shown = f"{entry['lesions']['visible_edge']['aspect']:.3f}"
    (row,) = (line for line in comparison_table(read_results(folder)).splitlines() if "length over width" in line)
    assert row.split()[-1] == shown
    page = write_report(folder)[0].read_text(encoding="utf-8")
    assert f'length over width</th><td class="number">{shown}</td>' in page


def test_it_is_in_captions_and_in_the_study(entry):
    drawn = entry["lesions"]["visible_edge"]  # what pictures draw
    assert ("aspect", f"{drawn['aspect']:.3f}") in captions(entry)
    (headline,) = (one for one in headlines(entry) if one.label == "lesion aspect")
    assert headline.path == "lesions.visible_edge.aspect"
    assert headline.text(headline.of(entry)) == f"{entry['lesions']['visible_edge']['aspect']:.4f}"


def test_it_is_in_the_documentation(aspect, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    from _ext import results_keys

    assert "| `aspect` | – | length along the needle over width across it |" in results_keys.summary_keys()


def test_results_from_before_are_shown_without_it(folder, tmp_path):
    results = read_results(folder)
    summary = json.loads(json.dumps(results.summary))
    for lesion in summary["arms"]["hot"]["lesions"].values():
        del lesion["aspect"]
    assert "length over width" not in comparison_table(summary)
    assert "aspect" not in dict(captions(summary["arms"]["hot"]))
