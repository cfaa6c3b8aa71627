"""Marks every test from the folder it lies in, and keeps test runs quiet, off-screen and repeatable."""

import os
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FOLDERS = frozenset({"unit", "verification", "validation", "scenarios", "mpi"})

for variable, value in {"OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg", "PYVISTA_OFF_SCREEN": "true"}.items():
    os.environ.setdefault(variable, value)


def folder_marker(path: Path) -> str:
    """Return the marker of a test file, the first folder below tests/."""
    folder = path.relative_to(TESTS).parts[0]
    if folder not in FOLDERS:
        raise pytest.UsageError(f"{path}: a test belongs in one of tests/{{{','.join(sorted(FOLDERS))}}}")
    return folder


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(folder_marker(item.path))
