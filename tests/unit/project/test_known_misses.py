"""What is said of sizes that miss is what the bench's page says."""

import re

from rfa_model import library
from rfa_model.sourced import table
from tests.unit.project.project_files import ROOT


def rows():
    """Cells of the page's table in short, by band."""
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    short = page.split("## In short", 1)[1].split("\n## ", 1)[0]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in short.splitlines()]
    return {row[0]: row for row in cells if len(row) == 4}, page


def test_the_data_are_the_pages():
    found, (known, page) = table("known_misses"), rows()
    assert re.search(r"\*\*(\d+) of (\d+) asserted", page).groups() == (str(found["held"]), str(found["tried"]))
    assert found["misses"]
    for _, what, here, published in found["misses"]:
        assert (known[what][1], known[what][2]) == (published, here)
        assert known[what][3].startswith("MISSED")


def test_one_sentence_says_it_where_it_is_read():
    sentence = library.known_misses()
    assert sentence.count(". ") == 0
    for _, _, here, published in table("known_misses")["misses"]:
        assert f"{here} here, {published} measured" in sentence
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert sentence in readme
    assert "<!-- insert: known_misses -->" in (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
