"""One version, in every file that names it."""

import re
from importlib.metadata import version

from ruamel.yaml import YAML

from tests.unit.project.project_files import PYPROJECT, ROOT

VERSION = PYPROJECT["project"]["version"]


def test_citation():
    citation = YAML(typ="safe").load(ROOT / "CITATION.cff")
    assert (citation["version"], citation["license"]) == (VERSION, PYPROJECT["project"]["license"])


def test_changelog():
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert headings[0] == VERSION


def test_installed_package():
    assert version("rfa-model") == VERSION


def test_python_version_file():
    assert PYPROJECT["project"]["requires-python"].startswith(">=" + (ROOT / ".python-version").read_text().strip())
