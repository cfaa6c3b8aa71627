"""Lint, format, types and the import contract hold for the whole tree."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.project.project_files import ROOT

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        "ruff check --no-cache",
        "ruff format --check --no-cache",
        "lint-imports --no-cache",
        pytest.param("mypy", marks=pytest.mark.slow),  # half a minute, and every commit is held to it
    ],
)
def test_clean(command):
    program, *arguments = command.split()
    run = subprocess.run([BIN / program, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, f"{command}\n{run.stdout}{run.stderr}"
