"""Some spoiled scenarios in every test run; thousands of each kind by ``python -m tests.scenarios.fuzz.run``."""

import sys
from subprocess import run

import pytest


def fuzz(tmp_path, **counts: int) -> None:
    options = [word for kind in ("scenario", "folder", "mesh") for word in (f"--{kind}", str(counts.get(kind, 0)))]
    command = [
        sys.executable,
        "-m",
        "tests.scenarios.fuzz.run",
        *options,
        "--seed",
        "700000",
        "--keep",
        str(tmp_path / "found"),
    ]
    done = run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert not (tmp_path / "found").exists()


def test_spoiled_scenarios_are_read_or_refused(tmp_path):
    fuzz(tmp_path, scenario=300)


@pytest.mark.slow
@pytest.mark.parametrize("counts", [{"scenario": 20_000}, {"folder": 2_000}, {"mesh": 2_000}], ids=str)
def test_thousands(tmp_path, counts):
    fuzz(tmp_path, **counts)
