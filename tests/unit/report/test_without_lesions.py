"""An arm without lesion criteria is measured, written, read, compared, captioned, drawn and reported."""

from types import SimpleNamespace

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from rfa_model.assurance.uncertainty.headline import headlines
from rfa_model.drawing.captions import captions, headline
from rfa_model.pictures.history import PANELS, panels_of
from rfa_model.report.write import write_report
from rfa_model.results import comparison_table, read_results
from rfa_model.results.answer import answer
from tests.unit.report import test_browser
from tests.unit.report.made import LUMBAR, PHANTOM, made_results

OF_LESIONS = ("margin_mm", "captured_length_mm", "full_section_length_mm", "captured_fraction", "time_to_capture_s")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    text = LUMBAR.replace("criteria: [isotherm_60C, arrhenius, isotherm_50C, cem43_240min]", "criteria: []")
    return made_results(tmp_path_factory.mktemp("bare") / "results", text)


@pytest.fixture(scope="module")
def page(folder):
    return write_report(folder)[0].resolve()


@pytest.fixture
def results(folder):
    return read_results(folder)


@pytest.fixture
def entry(results):
    return results.summary["arms"]["conventional"]


def test_nerves_and_structures_keep_what_no_lesion_is_needed_for(results, entry):
    nerve = entry["nerves"]["medial_branch"]
    assert all(nerve[key] is None for key in OF_LESIONS)
    table = results.arms["conventional"].nerve_tables["medial_branch"]
    assert nerve["max_temperature_C"] == pytest.approx(np.nanmax(table["peak_T_C"]))
    assert np.isnan(table["margin_mm"]).all()
    assert not table["inside"].any()
    spared = entry["structures"]["spinal_nerve"]
    assert (spared["clearance_mm"], spared["verdict"]) == (None, "ok")
    assert results.arms["conventional"].lesions == {}


def test_the_table_has_no_row_that_needs_a_lesion_until_another_run_has_one(results, tmp_path):
    table = comparison_table(results)
    assert "peak temperature, °C" in table
    assert not [word for word in ("esion", "margin", "capture") if word in table]
    with_one = read_results(made_results(tmp_path / "phantom", PHANTOM))
    both = comparison_table([results, with_one]).splitlines()
    volume, *_ = (line for line in both if line.startswith("  volume, mm³"))
    assert volume.split()[-3:-1] == ["-", "-"]


def test_words_say_how_hot_it_became(results, entry):
    found = entry["nerves"]["medial_branch"]
    hottest, nerve, called = entry["temperature"]["max_C"], found["max_temperature_C"], found["label"]
    assert headline(entry) == f"hottest tissue {hottest:.0f} °C · {called} at most {nerve:.1f} °C"
    assert "length in lesion" not in dict(captions(entry))
    said = answer(results.summary["arms"], {})
    assert said.question == "How hot does the tissue become?"
    assert f"Conventional {nerve:.1f} °C" in dict(said.lines)[called].removeprefix("At most ")
    assert "hottest tissue" in [one.label for one in headlines(entry)]


def test_the_report_offers_no_criterion(page):
    text = page.read_text(encoding="utf-8")
    assert 'id="criterion"' not in text
    assert 'data-group="lesion"' not in text
    assert "Criteria" not in text


@pytest.mark.skipif(test_browser.CHROMIUM is None, reason="no Chromium is installed")
def test_the_page_is_drawn_without_a_complaint(page):
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=test_browser.CHROMIUM, headless=True, args=test_browser.QUIET)
        visit = test_browser.Visit(browser.new_page(viewport=test_browser.NARROW), page.as_uri())
        assert visit.complaints == []
        assert test_browser.drawn(visit.scene(0)) > 0.02
        assert "power" in visit.page.locator("#reading-0").inner_text()
        browser.close()


def test_no_strip_is_drawn_of_what_the_history_lacks():
    history = {"time_s": np.zeros(1), "power_W": np.zeros(1), "sensor_C": np.zeros(1)}
    shown = panels_of([SimpleNamespace(history=history, lesions=())])
    assert [panel.label for panel in shown] == ["temperature\n(°C)", "power\n(W)"]
    assert len(shown) < len(PANELS)
