"""A wheel carries the library's data, the shipped meshes and scenarios, and nothing of the workshop."""

import subprocess
import sys
import zipfile

import pytest

from tests.unit.project.project_files import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.mark.parametrize(
    ("source", "pattern", "inside"),
    [
        ("rfa_model", "*.py", "rfa_model"),
        ("rfa_model", "*.yaml", "rfa_model"),
        ("rfa_model/report", "report.*", "rfa_model/report"),
        ("meshes", "*", "rfa_model/_shipped/meshes"),
        ("scenarios", "*.yaml", "rfa_model/_shipped/scenarios"),
    ],
)
def test_carries(wheel, source, pattern, inside):
    files = [p.relative_to(ROOT / source) for p in (ROOT / source).rglob(pattern) if p.is_file()]
    expected = {f"{inside}/{p.as_posix()}" for p in files if "__pycache__" not in p.parts}
    assert expected
    assert expected - set(wheel.namelist()) == set()


def test_is_typed(wheel):
    assert "rfa_model/py.typed" in wheel.namelist()


def test_holds_one_package(wheel):
    assert {name.split("/")[0] for name in wheel.namelist()} == {"rfa_model", "rfa_model-0.1.0.dist-info"}


def test_offers_the_command(wheel):
    assert b"rfa-model = rfa_model.cli:main" in wheel.read("rfa_model-0.1.0.dist-info/entry_points.txt")
