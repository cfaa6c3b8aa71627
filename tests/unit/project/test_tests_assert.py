"""Every test can fail: it asserts something, expects an error, or calls a helper that does."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.project.project_files import ROOT

FILES = sorted((ROOT / "tests").rglob("test_*.py"))
EXPECTING = {"raises", "warns", "fail"}


def functions(tree: ast.AST) -> dict[str, ast.FunctionDef]:
    """Return the functions of a module and of its classes by name."""
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def helpers(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """Return the module's functions and those it imports from other modules of the tests."""
    found = functions(tree)
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or not str(node.module).startswith("tests"):
            continue
        module = ROOT / str(node.module).replace(".", "/")
        for alias in node.names:
            # `from tests.x import helper`, or `from tests import x` and then x.helper.
            file = module.with_suffix(".py") if module.with_suffix(".py").is_file() else module / f"{alias.name}.py"
            source = functions(ast.parse(file.read_text()))
            found |= {alias.asname or alias.name: source[alias.name]} if alias.name in source else source
    return found


def called(node: ast.AST) -> set[str]:
    """Return the last names of everything called within a node."""
    calls = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)]
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def asserts(node: ast.FunctionDef, known: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> bool:
    """Whether a function can fail by itself or through a helper; ``assert`` of a constant cannot."""
    conditions = [n.test for n in ast.walk(node) if isinstance(n, ast.Assert)]
    if any(not isinstance(test, ast.Constant | ast.JoinedStr) for test in conditions):
        return True
    names = called(node)
    if names & EXPECTING or any(name.startswith("assert_") for name in names):
        return True
    return any(asserts(known[name], known, seen | {name}) for name in names & set(known) - seen - {node.name})


def silent(source: str) -> Iterator[str]:
    """Return the tests of a module that cannot fail."""
    tree = ast.parse(source)
    known = helpers(tree)
    for name, node in functions(tree).items():
        if name.startswith("test_") and not asserts(node, known):
            yield name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "tests")))
def test_no_test_prints_and_asserts_nothing(path: Path) -> None:
    assert list(silent(path.read_text())) == []


@pytest.mark.parametrize(
    "body",
    ["print(answer())", "assert True", "assert 'words'", "helper(answer())", "with suppress(ValueError): answer()"],
)
def test_the_scan_sees_a_test_that_asserts_nothing(body: str) -> None:
    assert list(silent(f"def helper(x):\n    print(x)\n\n\ndef test_it():\n    {body}\n")) == ["test_it"]


@pytest.mark.parametrize(
    "body",
    [
        "assert answer() == 42",
        "helper(answer())",
        "with pytest.raises(ValueError): answer()",
        "np.testing.assert_allclose(answer(), 42)",
    ],
)
def test_the_scan_sees_a_test_that_can_fail(body: str) -> None:
    assert list(silent(f"def helper(x):\n    assert x\n\n\ndef test_it():\n    {body}\n")) == []
