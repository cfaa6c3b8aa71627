"""A results folder from before nerves were called by their roots is still shown whole, with the nerve's true name."""

import json
import shutil
from pathlib import Path

import pytest

from rfa_model.cli import main
from rfa_model.exports.run import export_results
from rfa_model.pictures.draw import Gallery
from rfa_model.report.content import report_content
from rfa_model.results import read_results


@pytest.fixture(scope="module")
def old(lumbar, tmp_path_factory) -> Path:
    """The made-up results as an earlier version wrote them, with the bone under the needle as its level."""
    folder = tmp_path_factory.mktemp("old") / "results"
    shutil.copytree(lumbar, folder)
    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    assert "nerve: L4" in text
    (folder / "scenario.yaml").write_text(text.replace("nerve: L4", "level: L4"), encoding="utf-8")
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    for arm in summary["arms"].values():
        del arm["way"]
        for key in ("label", "place"):
            del arm["nerves"]["medial_branch"][key]
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return folder


def test_an_old_folder_is_compared(old, capsys):
    assert main(["compare", str(old)]) == 0
    table = capsys.readouterr().out
    assert "Nerve: medial branch" in table
    assert "Way of the needle" not in table


def test_an_old_folder_is_reported_and_drawn_on_the_bone_it_was_solved_on(old):
    results = read_results(old)
    content = report_content(results, old)
    assert content["nerves"][0]["name"] == "L3 medial branch, on the L4 transverse process"
    gallery = Gallery(results)
    assert set(gallery.picture("conventional").bone_marks) == {"L3", "L4", "L5"}


def test_an_old_folder_is_exported(old, tmp_path):
    written = export_results(old, tmp_path / "out", ("stl",))
    assert {"nerve_medial_branch.stl", "bone.stl"} <= {path.name for path in written}
