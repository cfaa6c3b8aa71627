"""What the file holds, and what is said where it cannot be written."""

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from rfa_model.cli import main
from rfa_model.errors import InputError
from rfa_model.report import pdf, write
from rfa_model.report.further import FurtherPart
from rfa_model.report.write import write_report
from rfa_model.results import read_results
from rfa_model.results.comparison import comparison_table
from tests.unit.report.made import TITLE, draw_square

SECTIONS = ["answer", "comparison", "scene", "nerve", "course", "pictures", "scenario", "sources"]
MOST_BYTES = 15_000_000


class Outline(HTMLParser):
    """Elements with their attributes, and the text outside scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._silent = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self._silent = tag in ("script", "style")

    def handle_endtag(self, tag):
        self._silent = False

    def handle_data(self, data):
        self.text += "" if self._silent else data

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="module")
def outline(page) -> Outline:
    return Outline(page.read_text(encoding="utf-8"))


def test_a_further_part_stands_among_the_others_and_brings_its_own_pictures(lumbar, tmp_path):
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><path d="M0 0H40V30Z"/></svg>'
    part = FurtherPart(
        "tolerance", "What <if>?", "Elsewhere", ["2 mm off & held."], "How far", ["arm", "mm"], [["one", "2.1"]],
        [(drawing, "A map")],
    )  # fmt: skip
    page = Outline(write_report(lumbar, tmp_path / "r.html", further=[part])[0].read_text(encoding="utf-8"))
    assert [section["id"] for section in page.all("section")] == [*SECTIONS[:4], "tolerance", *SECTIONS[4:]]
    assert "What <if>?" in page.text
    assert "2 mm off & held." in page.text
    assert {"href": "#tolerance"} in page.all("a")
    assert [image["src"][:26] for image in page.all("img") if image["alt"] == "A map"] == ["data:image/svg+xml;base64,"]


def test_sections_come_in_their_order(outline):
    assert [section["id"] for section in outline.all("section")] == SECTIONS
    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[:2] == [1, 2]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_it_loads_nothing_and_is_small(page, outline):
    loaded = [a.get("src") or a.get("href") or "" for a in outline.all("img", "script", "link", "iframe", "a")]
    assert [address for address in loaded if address and not address.startswith(("data:", "#"))] == []
    assert "default-src 'none'" in str(outline.all("meta"))
    assert page.stat().st_size < MOST_BYTES


def test_titles_are_text_not_markup(outline):
    assert TITLE in outline.text
    assert "two" not in {tag for tag, _ in outline.elements}


def test_the_table_says_what_the_comparison_says(lumbar, outline):
    numbers = re.findall(r"[-+]?\d+\.\d+", comparison_table(read_results(lumbar)))
    assert len(numbers) > 20
    assert [number for number in numbers if number not in outline.text] == []
    assert {cell.get("scope") for cell in outline.all("th")} == {"col", "row", "rowgroup"}
    assert "verdict ok" in {span.get("class") for span in outline.all("span")}


def test_every_picture_of_the_folder_is_there_with_its_words(outline):
    said = [image["alt"] for image in outline.all("img")]
    assert all(said)
    assert any(words.startswith("Simulated fluoroscopic views of bone and needle of arm cooled") for words in said)
    assert sum(image["src"].startswith("data:image/webp") for image in outline.all("img")) == 3 + 1  # one for paper


def test_sources_limits_and_scenario_are_there(lumbar, outline):
    assert "Jacques SL, Gaeeni MO" in outline.text
    assert "not a medical device" in outline.text
    assert re.search(r"took\d+ s\n", outline.text)  # MPI processes are named where there are several
    assert (lumbar / "scenario.yaml").read_text(encoding="utf-8").strip() in outline.text


def test_a_phantom_has_no_nerve_bone_or_muscle_to_switch(phantom):
    outline = Outline(write_report(phantom)[0].read_text(encoding="utf-8"))
    assert "How large does the lesion become" in outline.text
    assert [s["id"] for s in outline.all("section")] == [s for s in SECTIONS if s not in ("nerve", "pictures")]
    groups = {box["data-group"] for box in outline.all("input") if "data-group" in box}
    assert groups == {"needle", "lesion", "isotherm_50C", "isotherm_60C"}


def test_the_verb_says_what_it_wrote(phantom, tmp_path, capsys):
    out = tmp_path / "made" / "page.html"  # its folder is made
    assert main(["report", str(phantom), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_paper_has_pages_and_still_pictures(phantom, tmp_path):
    try:
        pdf.require()
    except InputError:
        pytest.skip(f"WeasyPrint or a library below it is not installed: {pdf.MISSING}")
    html, paper = write_report(phantom, tmp_path / "page.html", pdf=True)
    assert (html.name, paper.name) == ("page.html", "page.pdf")
    content = paper.read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


def test_without_weasyprint_the_extra_is_named_before_anything_is_written(phantom, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(
        InputError, match=r"the optional extra 'pdf': `uv sync --extra pdf`, or `pip install '\.\[pdf\]'`"
    ):
        write_report(phantom, tmp_path / "page.html", pdf=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("out", "message"),
    [("file/page.html", "is a file, expected a folder"), (".", "is a folder, expected the name of a file")],
)
def test_a_place_that_cannot_be_written_is_named(phantom, tmp_path, capsys, out, message):
    (tmp_path / "file").touch()
    assert main(["report", str(phantom), "--out", str(tmp_path / out)]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert message in said.err


def test_a_folder_without_write_permission_is_named(phantom, capsys, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write anywhere
    assert main(["report", str(phantom)]) == 2
    assert f"{phantom} is not writable, choose another folder" in capsys.readouterr().err


def test_a_full_disk_is_named_and_leaves_nothing(phantom, tmp_path, monkeypatch):
    def full(path, content):
        with path.open("wb") as stream:
            stream.write(content[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write.Path, "write_bytes", full)
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        write_report(phantom, tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def copy(phantom, tmp_path):
    return shutil.copytree(phantom, tmp_path / "copy", ignore=shutil.ignore_patterns("report.*"))


def damage_history(folder):
    (folder / "hot/history.csv").write_text("time_s\nx\n", encoding="utf-8")


def damage_fields(folder):
    next((folder / "hot/fields").glob("*.vtu")).write_bytes(b"")


def damage_scenario(folder):
    (folder / "scenario.yaml").write_text("title: x\n", encoding="utf-8")


def damage_picture(folder):
    draw_square(folder / "comparison.png").write_bytes(b"no picture")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (damage_history, "history.csv: not a readable table"),
        (damage_fields, ".vtu"),
        (damage_scenario, "scenario.yaml"),
        (damage_picture, "comparison.png: not a readable picture"),
        (lambda folder: shutil.rmtree(folder / "hot"), "the folder of arm 'hot' is missing"),
        (lambda folder: (folder / "summary.json").unlink(), "is not a results folder"),
    ],
    ids=["history", "fields", "scenario", "picture", "arm", "summary"],
)
def test_a_damaged_folder_costs_one_line(copy, capsys, damage, message):
    damage(copy)
    assert main(["report", str(copy)]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.startswith("rfa-model: error: ")
    assert "Traceback" not in said
    assert not (copy / "report.html").exists()


def test_no_folder_from_a_real_process(tmp_path):
    command = [sys.executable, "-m", "rfa_model", "report", str(tmp_path / "none")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"rfa-model: error: {tmp_path}/none is not a results folder: it has no summary.json\n"


NERVE = "conventional/nerve_medial_branch.csv"


def forget_nerve(folder):
    path = folder / "summary.json"
    summary = json.loads(path.read_text(encoding="utf-8"))
    del summary["arms"]["cooled"]["nerves"]["medial_branch"]
    path.write_text(json.dumps(summary), encoding="utf-8")


def forget_rows(folder):
    header, *_ = (folder / NERVE).read_text(encoding="utf-8").splitlines()
    (folder / NERVE).write_text(f"{header}\n", encoding="utf-8")


def forget_column(folder):
    text = (folder / NERVE).read_text(encoding="utf-8")
    (folder / NERVE).write_text(text.replace("damage", "other"), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (forget_nerve, "summary.json: arm 'cooled' has no nerve 'medial_branch'; run the scenario again"),
        (forget_rows, f"{NERVE} holds no temperature; run the scenario again"),
        (forget_column, f"{NERVE} has no column 'damage'; run the scenario again"),
    ],
)
def test_a_damaged_nerve_is_named(lumbar, tmp_path, damage, message):
    folder = shutil.copytree(lumbar, tmp_path / "copy")
    damage(folder)
    with pytest.raises(InputError) as caught:
        write_report(folder)
    assert str(caught.value) == f"{folder}/{message}"
