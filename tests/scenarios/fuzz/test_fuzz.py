"""Some spoiled scenarios in every test run; thousands of each kind by ``python -m tests.scenarios.fuzz.run``."""

import sys
from subprocess import run

import pytest

from tests.scenarios.fuzz.run import COUNTS


def fuzz(tmp_path, kind: str, count: int) -> None:
    options = ["--count", str(count), "--seed", "700000", "--keep", str(tmp_path / "found")]
    command = [sys.executable, "-m", "tests.scenarios.fuzz.run", kind, *options]
    done = run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert not (tmp_path / "found").exists()


def test_spoiled_scenarios_are_read_or_refused(tmp_path):
    fuzz(tmp_path, "scenario", 150)


@pytest.mark.slow
@pytest.mark.parametrize("kind", COUNTS)
def test_thousands(tmp_path, kind):
    fuzz(tmp_path, kind, COUNTS[kind])
