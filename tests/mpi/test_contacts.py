"""Contacts, their conductances and what leaves them are the same whichever process holds them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MPIEXEC = Path(sys.executable).parent / "mpiexec"
PROGRAM = Path(__file__).parent / "contacts_on_processes.py"


def on(processes: int) -> dict[str, list[float] | float]:
    limits = {"OMP_NUM_THREADS": "1", "MPIEXEC_TIMEOUT": "270"}
    command = [MPIEXEC, "-n", str(processes), sys.executable, PROGRAM]
    env = {**os.environ, **limits}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300.0, env=env, check=True)
    return json.loads(done.stdout)


def test_two_processes_find_what_one_finds() -> None:
    one, two = on(1), on(2)
    assert two["cells"] == one["cells"]
    assert abs(one.pop("beyond_S")) < 1e-12
    assert abs(two.pop("beyond_S")) < 1e-12
    for name, value in one.items():
        assert two[name] == pytest.approx(value, rel=1e-9), name
