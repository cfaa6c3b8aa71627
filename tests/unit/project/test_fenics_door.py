"""Whoever imports DOLFINx, MPI or PETSc goes through `rfa_model._fenics` first, or the wheel does not load."""

import ast

import pytest

from tests.unit.project.project_files import ROOT

FENICS = {"dolfinx", "mpi4py", "petsc4py"}
PYTHON = sorted(p for p in (ROOT / "rfa_model").rglob("*.py") if p.name != "_fenics.py")


def imported(node: ast.AST) -> list[str]:
    """Return the full names that an import statement binds or reads."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), names=names):
            return [module, *(f"{module}.{alias.name}" for alias in names)]
    return []


def before_the_door(source: str) -> list[str]:
    """Return the DOLFINx imports that run on loading a module whose first import of `rfa_model._fenics` comes later."""
    found: list[str] = []
    for node in ast.parse(source).body:
        if "rfa_model._fenics" in imported(node):
            return found
        found += [name for name in imported(node) if name.split(".")[0] in FENICS]
    return found


@pytest.mark.parametrize("path", PYTHON, ids=lambda p: str(p.relative_to(ROOT)))
def test_door_comes_first(path):
    assert before_the_door(path.read_text()) == []


def test_the_check_sees_a_wrong_order():
    assert before_the_door("from dolfinx import fem\nimport rfa_model._fenics\n") == ["dolfinx", "dolfinx.fem"]
    assert before_the_door("import rfa_model._fenics\nfrom dolfinx import fem\n") == []
