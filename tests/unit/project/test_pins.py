"""requirements.lock, the constraints that `uv run` follows, and the declared dependencies say the same."""

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.unit.project.project_files import LOCK, PYPROJECT, development, locked, runtime


def test_uv_follows_the_pins_of_the_lock():
    constraints = [Requirement(line) for line in PYPROJECT["tool"]["uv"]["constraint-dependencies"]]
    assert {canonicalize_name(c.name): str(c.specifier).removeprefix("==") for c in constraints} == locked()


def test_every_line_of_the_lock_is_a_pin_or_a_hash():
    pin = r"[\w.\-]+==[\w.+!]+ \\"
    digest = r"    --hash=sha256:[0-9a-f]{64}( \\)?"
    strange = [line for line in LOCK.splitlines() if not re.fullmatch(f"{pin}|{digest}", line)]
    assert strange == []  # so neither a download host nor an index option


def test_every_pin_carries_a_hash():
    blocks = re.split(r"^(?=\S)", LOCK, flags=re.M)[1:]
    assert len(blocks) == len(locked())
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("requirement", [*runtime(), *development()], ids=str)
def test_pin_lies_within_the_declared_bounds(requirement):
    assert requirement.specifier.contains(locked()[canonicalize_name(requirement.name)], prereleases=True)


def test_petsc4py_comes_with_the_dolfinx_wheel_alone():
    names = {r.name for r in runtime()} | set(locked())
    assert names.isdisjoint({"petsc4py", "petsc", "dolfinx-solver"})
