"""The site builds without a warning, its links lead somewhere, and it shows every number with a source."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from ruamel.yaml import YAML

from rfa_model import library
from rfa_model.metrics.history import Step
from rfa_model.scenario import json_schema
from tests.unit.project.project_files import ROOT

DOCS = ROOT / "docs"
WITHOUT_UNIT = {"water_fraction", "dry_fraction", "level", "living_at_start"}
NO_PROSE = ("script", "style", "pre", "code", "math", "svg")


class Page(HTMLParser):
    """Ids, links, what a browser would load, and the classes of one page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.classes: list[str] = []
        self.formulas = 0
        self.prose: list[str] = []
        self._apart: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        found = {name: value or "" for name, value in attrs}
        self.ids.add(found.get("id", ""))
        self.classes.append(found.get("class", ""))
        self.formulas += tag == "math"
        if tag in NO_PROSE:
            self._apart.append(tag)
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag == "link" and found.get("rel") in ("stylesheet", "icon", "preload"):
            self.loaded.append(found["href"])
        if tag in ("img", "script") and "src" in found:
            self.loaded.append(found["src"])

    def handle_endtag(self, tag):
        if self._apart and self._apart[-1] == tag:
            self._apart.pop()

    def handle_data(self, data):
        if not self._apart:
            self.prose.append(data)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-d",
        folder / "trees",
        DOCS,
        folder / "html",
    ]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return {path: Page(path) for path in (folder / "html").rglob("*.html")}


@pytest.fixture
def numbers(site):
    (page,) = (page for path, page in site.items() if path.name == "numbers.html")
    return page


@pytest.fixture
def extension(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    from _ext import meanings, results_keys, scenario_keys

    return meanings, results_keys, scenario_keys


def test_pages_are_there(site):
    wanted = {"index", "start", "model", "numbers", "limits", "scenarios", "python", "cli", "cite", "contributing"}
    assert wanted <= {path.stem for path in site}


def test_local_links_lead_somewhere(site):
    lost = []
    for path, page in site.items():
        for link in [*page.links, *page.loaded]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            goal = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not goal.exists() or (anchor and goal in site and anchor not in site[goal].ids):
                lost.append(f"{path.name}: {link}")
    assert lost == []


def test_nothing_is_fetched_from_a_network(site):
    remote = [link for page in site.values() for link in page.loaded if urlsplit(link).netloc]
    assert remote == []


def test_every_formula_is_set(site):
    """A formula that Markdown breaks leaves its dollar signs or its commands in the text, or an error in its place."""
    left = [
        f"{path.name}: {words.strip()[:60]}"
        for path, page in site.items()
        for words in page.prose
        if "$" in words or re.search(r"\\[A-Za-z]+\b", words)
    ]
    assert left == []
    assert not {"problematic", "merror", "system-message"} & {
        name for page in site.values() for classes in page.classes for name in classes.split()
    }
    assert {"verification", "model"} <= {path.stem for path, page in site.items() if page.formulas > 20}


def test_every_source_in_the_tables_is_in_the_reference_list(numbers):
    cited = {link.removeprefix("#ref-") for link in numbers.links if link.startswith("#ref-")}
    listed = {name.removeprefix("ref-") for name in numbers.ids if name.startswith("ref-")}
    assert cited
    assert cited - listed == set()
    assert listed == set(library.references())


def entries(node):
    """Count what carries a status in a data file: [..., source, status], or a mapping with the key status."""
    if isinstance(node, dict):
        return ("status" in node) + sum(entries(value) for value in node.values())
    if isinstance(node, list):
        return int(len(node) in (2, 3) and all(isinstance(word, str) for word in node[-2:]))
    return 0


def test_every_number_of_the_data_files_is_shown_with_a_status(numbers):
    data, legend = ROOT / "rfa_model" / "library" / "data", 5
    files = [*data.glob("*.yaml"), ROOT / "rfa_model/anatomy/lumbar/dimensions.yaml"]
    stored = sum(entries(YAML(typ="safe").load(path)) for path in files)
    shown = sum("status" in classes.split() for classes in numbers.classes)
    assert stored > 200
    assert shown == stored + legend


def test_every_number_has_a_unit(extension):
    from _ext.markdown import split_unit

    models = [*library.tissues().values(), *library.probes().values(), *library.damage_laws().values()]
    models += [probe.cooling for probe in library.probes().values() if probe.cooling]
    names = {name for model in models for name in model.sources}
    assert {name for name in names if not split_unit(name)[1]} <= WITHOUT_UNIT


def test_no_meaning_is_left_over(extension):
    meanings, results_keys, _ = extension
    used = {results_keys.group_of(part): set(keys) for part, keys in results_keys.keys_beside().items()}
    assert {group: set(keys) for group, keys in meanings.meanings().items()} == used


def test_every_quantity_has_a_meaning(extension):
    _, results_keys, _ = extension
    rows = [row for part in results_keys.parts_of_summary().values() for row in part]
    assert len(rows) > 40
    assert all(len(meaning) > 4 and not meaning.endswith(".") for _, _, meaning in rows)
    assert "| `margin_worst_mm` | mm | by how much the lesion could shrink" in results_keys.summary_keys()


def test_every_model_of_the_schema_has_a_section(extension):
    _, _, scenario_keys = extension
    assert {name for name, _, _ in _mappings(scenario_keys)} == {"Scenario", *json_schema()["$defs"]}


def _mappings(scenario_keys):
    return [(name, path, schema) for path, name, schema in scenario_keys.mappings()]


def examples():
    """Python blocks of the page that run as they stand (one reads results that are not there)."""
    return re.findall(r"^```python\n(.*?)^```", (DOCS / "python.md").read_text(), re.M | re.S)


def test_first_python_example(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    exec(compile(examples()[0], "python.md", "exec"), {})
    assert "165" in capsys.readouterr().out  # 15 s ramp, 120 s hold, 30 s off


@pytest.mark.slow
def test_second_python_example_and_the_history_it_leaves(tmp_path, extension):
    program = examples()[1] + "\nprint(*needle.history.columns)"
    run = subprocess.run([sys.executable, "-W", "error::SyntaxWarning", "-c", program], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    columns = {re.sub(r"^lesion_\w+_mm3$", "lesion_<criterion>_mm3", c) for c in run.stdout.splitlines()[-1].split()}
    assert columns == {column.key for column in Step.quantities()}


@pytest.mark.slow
def test_the_example_of_many_poses(capsys):
    exec(compile(examples()[3], "python.md", "exec"), {})
    first, second = (float(line.split()[2]) for line in capsys.readouterr().out.splitlines())
    assert second != pytest.approx(first, rel=1e-3)


@pytest.mark.parametrize(
    ("formula", "mathml"),
    [
        (r"\frac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        ("x^23", "<msup><mi>x</mi><mn>2</mn></msup><mn>3</mn>"),
        (r"\lnot", "¬"),
        (r"\max_{s}", "max</mo><mi>s</mi></munder>"),
        ("^{1/3}", "<msup>"),
        (r"\begin{align} a &= b \end{align}", "<mtable"),
    ],
)
def test_formulas_read_as_in_tex(extension, formula, mathml):
    from _ext.mathml import rewritten
    from docutils.utils.math import latex2mathml

    assert mathml in re.sub(r">\s+<", "><", latex2mathml.tex2mathml(rewritten(formula)))


def test_read_the_docs_uses_this_configuration():
    settings = YAML(typ="safe").load(ROOT / ".readthedocs.yaml")
    assert (ROOT / settings["sphinx"]["configuration"]).is_file()
