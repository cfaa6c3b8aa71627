"""A run of two processes that was stopped goes on as two, to the numbers of one that was not; as one it is refused."""

import re

import pytest

from rfa_model.results import read_results
from rfa_model.results.claim import checkpoints_in
from tests.mpi.test_two_processes import python
from tests.scenarios.test_resume import SAME, SCENARIO, farthest

# Pictures would be drawn by one process while the other waits for it at full speed.
PROGRAM = """\
import sys
import rfa_model.simulation.run
from rfa_model.cli import main
from rfa_model.treatment.checkpoint import Checkpoint

rfa_model.simulation.run._draw_all = lambda out: []
steps = iter(range(int(sys.argv[1])))
if sys.argv[1] != "0":
    Checkpoint.is_over = lambda self: self.path.stem == "second" and next(steps, None) is None
sys.exit(main(["run", *sys.argv[2:], "--quiet"]))
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("two") / "two.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def test_stopped_on_two_processes_it_goes_on_on_two(file):
    whole, out = file.parent / "whole", file.parent / "out"
    assert python("-c", PROGRAM, 0, file, "--out", whole, processes=2).returncode == 0
    stopped = python("-c", PROGRAM, 12, file, "--out", out, processes=2)
    # The launcher adds the codes of its processes up.
    assert stopped.returncode != 0
    assert len(re.findall("arm 'second' at t = .* --resume goes on", stopped.stderr)) == 1
    assert list(read_results(out).arms) == ["first"]
    assert checkpoints_in(out) == ["second"]
    alone = python("-c", PROGRAM, 0, file, "--out", out, "--resume", processes=1)
    assert alone.returncode == 2
    assert "was written by 2 processes, and here are 1; continue with as many" in alone.stderr
    resumed = python("-c", PROGRAM, 0, file, "--out", out, "--resume", processes=2)
    assert resumed.returncode == 0, resumed.stderr
    assert farthest(whole, out) < SAME
    assert not list(out.rglob(".*"))
