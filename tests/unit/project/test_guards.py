"""The tests named as guards exist, every verb is run by one, and the table of defects follows the code."""

import ast
from functools import cache

import pytest

from benchmarks.mutations import TABLE
from rfa_model.cli import parser
from tests.guards import DEFECTS, METAMORPHIC, VERBS
from tests.unit.project.project_files import ROOT

GUARDED = {
    **METAMORPHIC,
    **DEFECTS,
    **{defect.name: defect.guards for defect in TABLE},
    **{f"verb {verb}": (test,) for verb, test in VERBS.items()},
}
PYTHON = sorted((ROOT / "rfa_model").rglob("*.py"))


@cache
def names_in(file: str) -> frozenset[str]:
    """Return the tests of a file as ``name`` or ``Class::name``."""
    found = set()
    for node in ast.parse((ROOT / file).read_text()).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        found |= {prefix + item.name for item in inside if isinstance(item, ast.FunctionDef)}
    return frozenset(found)


@pytest.mark.parametrize("item", GUARDED)
def test_guards_exist(item):
    assert GUARDED[item]
    for guard in GUARDED[item]:
        file, _, name = guard.partition("::")
        assert name.rpartition("::")[2].startswith("test_"), guard
        assert (ROOT / file).is_file(), guard
        assert name in names_in(file), guard


def test_every_verb_is_run_by_a_test():
    # Defect: a command line whose verbs are stubs.
    (verbs,) = (action.choices for action in parser()._actions if action.dest == "verb")
    assert set(VERBS) == set(verbs)
    for verb, test in VERBS.items():
        source = (ROOT / test.partition("::")[0]).read_text()
        assert f'"{verb}"' in source or f"run_{verb}(" in source, verb


def test_nothing_is_left_to_be_implemented():
    # Defect: a command line whose verbs are stubs.
    words = ("raise notimplemented", "not implemented", "coming soon")
    assert PYTHON
    assert [path.name for path in PYTHON if any(word in path.read_text().lower() for word in words)] == []


@pytest.mark.parametrize("defect", TABLE, ids=lambda defect: defect.name)
def test_the_table_of_defects_follows_the_code(defect):
    sound = (ROOT / defect.file).read_text()
    broken = defect.put_into(sound)
    assert broken != sound
    compile(broken, defect.file, "exec")


def test_a_defect_that_no_longer_fits_is_refused():
    with pytest.raises(ValueError, match="found 0 times"):
        TABLE[0].put_into("nothing of the kind")
