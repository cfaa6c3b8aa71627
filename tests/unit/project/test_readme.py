"""What README and CONTRIBUTING show works and exists."""

import re

import pytest

import rfa_model
from tests.unit.project.project_files import PYPROJECT, ROOT

DOCUMENTS = ["README.md", "CONTRIBUTING.md"]


def blocks(document: str, language: str) -> list[str]:
    """Return the fenced blocks of a document in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", (ROOT / document).read_text(), re.M | re.S)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document):
    links = re.findall(r"\]\(([^)#]+)", (ROOT / document).read_text())
    local = [link for link in links if "://" not in link]
    assert local
    assert [link for link in local if not (ROOT / link).exists()] == []


def test_scenario_is_accepted(tmp_path):
    (text,) = blocks("README.md", "yaml")
    path = tmp_path / "readme.yaml"
    path.write_text(text)
    assert set(rfa_model.load_scenario(path).arms) == {"conventional", "cooled"}


@pytest.mark.parametrize("code", blocks("README.md", "python"))
def test_python_example_uses_what_exists(code):
    compile(code, "README.md", "exec")
    calls = set(re.findall(r"rfa_model\.(\w+)\(", code))
    assert [name for name in calls if not hasattr(rfa_model, name)] == []
    imports = [line for line in code.splitlines() if "import" in line]
    assert imports
    exec("\n".join(imports), {})


@pytest.mark.parametrize("document", DOCUMENTS)
def test_shown_scenarios_exist(document):
    shown = re.findall(r"scenarios/\w+\.yaml", (ROOT / document).read_text())
    assert [path for path in shown if not (ROOT / path).is_file()] == []


def test_the_two_commands_come_first():
    first, second = re.findall(r"^(?:pip install -q uv && )?uv run .*", (ROOT / "README.md").read_text(), re.M)[:2]
    assert first == "pip install -q uv && uv run rfa-model run scenarios/l4_medial_branch.yaml"
    assert second == "uv run --group dev pytest"


def test_ci_runs_the_readmes_test_command():
    assert re.search(r"^uv run --group dev pytest", (ROOT / ".ci/run").read_text(), re.M)


def test_command_is_installed_under_the_name_shown():
    assert PYPROJECT["project"]["scripts"] == {"rfa-model": "rfa_model.cli:main"}
