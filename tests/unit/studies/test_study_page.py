"""The pictures and the page of a study, looked at in Chromium as well."""

import json
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import sync_playwright

from rfa_model.studies import run_study
from rfa_model.studies.page import write_page
from rfa_model.studies.sentences import sentences
from rfa_model.studies.trial import Outcome
from tests.unit.studies.made import Answered, by_distance, offset_mm, planned

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def with_worst(trial):
    said = by_distance(trial)
    margin = said.row["margin_best_mm"]
    whole = {"margin_worst_mm": margin - 1.0, "capture_whole": margin >= 1.0, "harm": margin < -2.0}
    return Outcome("solved", {**said.row, **whole})


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    study = planned(title="Where <needles> & nerves meet")
    done = run_study(study, folder, engine=Answered(with_worst))
    # What the verb `surrogate` leaves, and what another may have put there instead of `optimise`.
    (folder / "surrogate").mkdir()
    shutil.copy(Path(__file__).with_name("square.svg"), folder / "surrogate" / "map.svg")
    told = {"sentences": ["2 mm off & held."], "pictures": {"map": "Margin over displacements"}}
    (folder / "surrogate" / "told.json").write_text(json.dumps(told))
    (folder / "optimum").mkdir()
    (folder / "optimum" / "optimum.json").write_text('{"sentences": 3, "pictures": {"../x": 1}}')
    return write_page(done)[0]


def test_it_says_what_the_numbers_say_and_draws_what_there_is(page):
    text = page.read_text(encoding="utf-8")
    assert "Where &lt;needles&gt; &amp; nerves meet" in text
    assert "Of 100 trials like these, conventional takes the nerve (a whole section of its target) in" in text
    assert "2 mm off &amp; held." in text
    assert 'alt="Margin over displacements"' in text
    assert "Where to aim" not in text
    for name in ("capture_map", "margins", "convergence"):
        assert f'id="{name}"' in text
        with Image.open(page.parent / f"{name}.png") as picture:
            assert min(picture.size) > 400
            assert len(picture.convert("RGB").getcolors(1 << 20)) > 50


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian: apt install chromium)")
def test_a_browser_shows_it_without_a_complaint_or_a_request_and_on_a_telephone(page):
    complaints, requests = [], []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=["--no-sandbox"])
        shown = browser.new_context(viewport={"width": 390, "height": 800}, offline=True).new_page()
        shown.on("console", lambda message: complaints.append(message.text))
        shown.on("request", lambda request: requests.append(request.url))
        shown.goto(page.as_uri())
        widths = shown.evaluate("[...document.images].map(image => image.naturalWidth)")
        too_wide = shown.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        browser.close()
    assert len(widths) == 4
    assert min(widths) > 300
    assert not too_wide
    assert complaints == []
    assert [url for url in requests if not url.startswith("data:")] == [page.as_uri()]


@pytest.mark.parametrize(
    ("design", "picture"),
    [
        ({"sobol_indices": {"base_samples": 16}}, "effects"),
        ({"morris": {"trajectories": 3}}, "effects"),
        ({"one_at_a_time": {}}, "effects"),
        ({"grid": {"levels": 3}}, "sweep"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_every_design_has_its_picture(tmp_path, design, picture):
    def straight(trial):
        along, across, _ = offset_mm(trial)
        return Outcome("solved", {"margin_best_mm": along + across, "margin_worst_mm": across, "capture": True})

    done = run_study(planned(design=design), tmp_path, engine=Answered(straight), pictures=True)
    assert (tmp_path / f"{picture}.png").stat().st_size > 5000
    assert f'id="{picture}"' in (tmp_path / "study.html").read_text(encoding="utf-8")
    assert bool(done.summary["indices"]) == (picture == "effects")


def test_a_grid_says_what_happened_and_between_what_each_quantity_lies(tmp_path):
    def straight(trial):
        along, across, _ = offset_mm(trial)
        return Outcome("solved", {"margin_worst_mm": 1500.0 * along + across, "capture": across > 0.0})

    said = sentences(run_study(planned(design={"grid": {"levels": 3}}), tmp_path, engine=Answered(straight)))
    assert said[0] == "Of 9 combinations solved, conventional: 3 take the nerve [draft mesh]."
    assert said[1].startswith("Conventional: margin, worst point of the target, mm: -")
    low, high = re.findall(r"along (\S+), across (\S+)\)", said[1])
    assert [float(value) for value in low] == [-float(value) for value in high]
    drawn = run_study(planned(), tmp_path / "drawn", engine=Answered())
    assert not any("combinations" in line for line in sentences(drawn))
