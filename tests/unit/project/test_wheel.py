"""A wheel carries the library's data, the shipped meshes and scenarios, and nothing of the workshop."""

import os
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
        ("scenarios/data", "*", "rfa_model/_shipped/scenarios/data"),
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


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["l4_visible_human_surfaces", "l4_visible_human_labels"])
def test_the_visible_human_is_found_outside_the_checkout(wheel, scenario, tmp_path):
    wheel.extractall(tmp_path / "installed")
    program = "import rfa_model, sys; print(rfa_model.__file__); from rfa_model.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "validate", scenario]
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    said = subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True).stdout
    assert said.startswith(str(tmp_path / "installed"))
    assert f"{tmp_path / 'installed'}/rfa_model/_shipped/scenarios/data/visible_human" in said
    assert "L4 medial branch (estimated)" in said
