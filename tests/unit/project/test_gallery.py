"""The gallery shows shipped scenarios, and its page is what the command writes."""

import re

import pytest
from PIL import Image

from benchmarks import gallery
from rfa_model._shipped import shipped_scenarios
from rfa_model.errors import InputError
from rfa_model.results import Results
from tests.unit.project.project_files import ROOT


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Folders with a picture each, in place of solved runs."""
    monkeypatch.setattr(
        gallery, "read_results", lambda folder: Results({"scenario": {"title": folder.name}}, "", {}, folder)
    )
    for entry in gallery.ENTRIES:
        for picture in entry.pictures:
            path = tmp_path / "results" / entry.scenario / picture
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (1600, 800), "orange").save(path)
    return tmp_path / "results"


def test_entries_are_shipped_scenarios():
    assert {entry.scenario for entry in gallery.ENTRIES} <= set(shipped_scenarios())
    assert 4 <= len(gallery.ENTRIES) <= 16  # a page one still looks through: one for each technique, anatomy and mode


def test_the_page_shows_every_picture_made_smaller(results, tmp_path):
    path = gallery.page(gallery.ENTRIES, results, tmp_path / "docs")
    shown = re.findall(r"\]\((gallery/[^)]+)\)", path.read_text(encoding="utf-8"))
    assert len(shown) == len(set(shown)) == sum(len(entry.pictures) for entry in gallery.ENTRIES)
    for name in shown:
        with Image.open(tmp_path / "docs" / name) as image:
            assert image.size == (1000, 500)


def test_a_missing_picture_is_named(results, tmp_path):
    (results / "l4_medial_branch" / "comparison.png").unlink()
    with pytest.raises(InputError, match=r"comparison\.png is missing; run rfa-model run l4_medial_branch again"):
        gallery.page(gallery.ENTRIES, results, tmp_path / "docs")


def test_the_page_in_the_checkout_is_of_modest_size():
    text = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    shown = re.findall(r"\]\((gallery/[^)]+)\)", text)
    assert len(shown) == sum(len(entry.pictures) for entry in gallery.ENTRIES)
    assert sum((ROOT / "docs" / name).stat().st_size for name in shown) < 160_000 * len(shown) < 5_200_000
