"""environment.yml asks conda-forge for what pyproject.toml asks of PyPI."""

import pytest
from packaging.specifiers import SpecifierSet
from ruamel.yaml import YAML

from tests.unit.project.project_files import PYPROJECT, ROOT, development, runtime

CONDA_NAMES = {
    "dolfinx-solver-real": ["fenics-dolfinx"],
    "gmsh": ["gmsh", "python-gmsh"],
    "matplotlib": ["matplotlib-base"],
    "SimpleITK": ["simpleitk"],
}
ONLY_CONDA = {"python", "petsc", "c-compiler", "pip"}


def environment() -> dict[str, str]:
    """Return the version bounds of environment.yml by conda name."""
    lines = YAML(typ="safe").load(ROOT / "environment.yml")["dependencies"]
    return {name: bounds for name, _, bounds in (line.partition(" ") for line in lines)}


@pytest.mark.parametrize("requirement", [*runtime(), *development()], ids=str)
def test_same_bounds(requirement):
    for name in CONDA_NAMES.get(requirement.name, [requirement.name]):
        assert SpecifierSet(environment()[name]) == requirement.specifier


def test_nothing_more():
    wanted = {name for r in [*runtime(), *development()] for name in CONDA_NAMES.get(r.name, [r.name])}
    assert set(environment()) - wanted == ONLY_CONDA


def test_same_python():
    assert SpecifierSet(environment()["python"]) == SpecifierSet(PYPROJECT["project"]["requires-python"])


def test_real_numbers():
    assert environment()["petsc"] == "* real*"
