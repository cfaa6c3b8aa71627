"""The benchmarks' own arithmetic: exponent, memory of a process tree, targets, the page made from measurements."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.performance import equal_error, equal_step, growth, measure, page
from benchmarks.performance.peers import case
from benchmarks.performance.peers.problem import Choice, read, write
from benchmarks.performance.peers.run import MODULES, OURS, SCRIPT, solve
from benchmarks.performance.targets import Target

HOLD_MEMORY = "import time; held = bytearray(60 * 2**20); time.sleep(0.6)"
TWO_CHILDREN = f"""
import subprocess, sys
children = [subprocess.Popen([sys.executable, "-c", {HOLD_MEMORY!r}]) for _ in range(2)]
sys.exit(max(child.wait() for child in children))
"""


def test_exponent_of_a_power_law():
    points = [{"dofs": n, "step_s": 3e-6 * n**1.25} for n in (1e4, 1e5, 1e6)]
    assert growth.exponent(points) == pytest.approx(1.25)


def test_memory_is_the_sum_over_all_children():
    found = measure.run([sys.executable, "-c", TWO_CHILDREN])
    assert 125.0 < found.peak_MiB < 250.0
    assert found.wall_s >= 0.6


def test_a_command_that_fails_is_no_measurement():
    with pytest.raises(RuntimeError, match=r"(?s)ended with 3.*broken"):
        measure.run([sys.executable, "-c", "print('broken'); raise SystemExit(3)"])


def test_what_takes_long_is_repeated_twice(monkeypatch):
    calls = []
    assert len(measure.repeated(lambda: calls.append(1))) == 5
    assert len(calls) == 6
    monkeypatch.setattr(measure, "LONG_S", -1.0)
    assert len(measure.repeated(lambda: calls.append(1))) == 2


@pytest.mark.parametrize(
    ("found", "at_least", "reached"), [(1.0, False, True), (2.1, False, False), (2.1, True, True), (1.0, True, False)]
)
def test_a_target_is_reached_or_not(found, at_least, reached):
    target = Target("speed", found, 2.0, "s", at_least, "too slow")
    assert target.reached is reached
    assert target.cells()[-2:] == (("reached", "") if reached else ("**not reached**", "too slow"))


def test_a_case_comes_back_from_its_file(tmp_path):
    mesh, values = case.mesh("draft"), case.values()
    write(tmp_path / "case.npz", mesh, values)
    again, numbers = read(tmp_path / "case.npz")
    assert numbers == values
    assert np.array_equal(again.tets, mesh.tets)


@pytest.mark.parametrize("order", [1, 2])
def test_lesion_of_a_plane_ahead_of_the_needle(order):
    mesh = case.mesh("draft")
    found = case.outcome(mesh, order, 50.0 - 1e3 * mesh.samples(order)[:, 2])
    # A cap 35 mm high: the sphere's centre is 5 mm behind the distal end; its facets lie a little inside.
    cap = np.pi * 35.0**2 * (3 * 40.0 - 35.0) / 3.0
    assert 0.93 * cap < found.lesion_mm3 < cap
    assert found.end_C == pytest.approx(50.0, abs=0.05)  # facets are pushed out to keep the volume


def test_package_and_plain_script_agree_on_a_coarse_mesh():
    mesh, values = case.mesh("draft"), case.values()
    solvers = {}
    for name in (OURS, SCRIPT):
        found = solve(name, mesh, values, Choice(1, 4.0), 0)
        solvers[name] = {"lesion_mm3": found.outcome.lesion_mm3, "end_C": found.outcome.end_C}
    differences = equal_step.differences(solvers)
    # Steps of 4 s, of order 1 in the script: a few per cent behind.
    assert abs(differences["lesion_difference"][OURS]) < 0.05
    assert abs(differences["rise_difference"][OURS]) < 0.03


def test_every_solver_has_a_ladder_and_a_program():
    assert set(equal_error.LADDERS) == set(MODULES)


def test_the_page_shows_what_was_measured_and_nothing_else(tmp_path):
    folder = tmp_path / "performance"
    folder.mkdir()
    conditions = {"cores": 2, "processor": "P", "memory_GiB": 8, "versions": {"numpy": "2"}, "git": "abc", "date": "D"}
    command = {"wall_s": 0.25, "cpu_s": 0.2, "peak_MiB": 20.0, "repeats": 9}
    commands = dict.fromkeys(page.importlib.import_module(page.BENCHMARKS["startup"]).COMMANDS, command)
    commands["list probes"] = {**command, "wall_s": 0.75}
    (folder / "startup.json").write_text(json.dumps({"conditions": conditions, "commands": commands}))
    text = page.write_page(tmp_path).read_text()
    assert "**2 of 3 reached.**" in text
    assert "| `rfa-model list probes` | ≤ 0.5 s | 0.75 s | **not reached** |" in text
    assert "revision `abc`" in text
    assert "## Growth" not in text


def test_the_page_says_what_was_measured(tmp_path):
    docs = Path(__file__).parents[3] / "docs"
    shutil.copytree(docs / "performance", tmp_path / "performance")
    assert page.write_page(tmp_path).read_bytes() == (docs / "performance.md").read_bytes()


def test_a_near_miss_is_not_rounded_into_a_hit():
    assert Target("speed-up", 1.6964, 1.7, "×", at_least=True).cells()[2:4] == ("1.6964 ×", "**not reached**")
    assert Target("speed-up", 1.6964, 1.6, "×", at_least=True).cells()[2] == "1.7 ×"
