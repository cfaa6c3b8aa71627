"""A run that is killed at any moment leaves a folder that can be read, and one that --resume ends as if nothing was."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rfa_model.errors import InputError
from rfa_model.results import read_results
from rfa_model.results.keeping import older_summary
from tests.scenarios.test_resume import SAME, farthest, numbers, run
from tests.scenarios.test_side_by_side import alive

SCENARIO = """\
title: To be killed
anatomy: {kind: homogeneous, tissue: muscle}
numerics: {resolution: draft, element_order: 1, max_step_s: 0.25}
arms:
  first:
    probe: conventional_18g_10mm
    protocol: [{ramp: {to_C: 70, duration_s: 3}}, {hold: {temperature_C: 70, duration_s: 6}}]
  second:
    probe: cooled_17g_4mm
    protocol: [{ramp: {to_C: 55, duration_s: 3}}, {hold: {temperature_C: 55, duration_s: 6}}]
"""
SEED = 15
pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="counts CPU seconds of processes under /proc")


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("killed") / "killed.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def cpu_s(group: int) -> float:
    """CPU time of the processes of a group that are there, and of their children that have ended."""
    ticks = [line.rpartition(")")[2].split()[11:15] for line in alive(group)]
    return sum(float(spent) for process in ticks for spent in process) / os.sysconf("SC_CLK_TCK")


def killed(command: list[str], after_cpu_s: float, with_workers: bool) -> tuple[int, str]:
    """Return code and stderr of a run that is killed once it has used so much CPU time, if it gets there."""
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        try:
            while running.poll() is None and cpu_s(running.pid) < after_cpu_s:
                time.sleep(0.02)
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL) if with_workers else running.kill()
        except BaseException:
            os.killpg(running.pid, signal.SIGKILL)
            raise
        said = running.stderr.read()
    return running.returncode, said


def whole_so_far(out: Path, whole: Path) -> int:
    """How many arms the folder holds; each is readable, to its last field, with the numbers of an uninterrupted run."""
    if not older_summary(out).get("arms"):
        with pytest.raises(InputError, match=r"it has no summary.json|none was finished"):
            read_results(out)
        return 0
    results = read_results(out)
    expected = read_results(whole).summary["arms"]
    for name, arm in results.arms.items():
        assert len(arm.fields.times_s) > 1
        assert len(arm.history.columns["time_s"]) > 1
        assert arm.lesions
        assert dict(numbers(arm.summary)) == pytest.approx(dict(numbers(expected[name])), rel=SAME, abs=SAME)
    return len(results.arms)


def test_a_run_killed_three_times_is_resumed_to_its_end(file, tmp_path, monkeypatch):
    monkeypatch.setattr("rfa_model.simulation.run._draw_all", lambda out: [])
    whole, out = tmp_path / "whole", tmp_path / "out"
    clock = time.process_time()
    assert run(file, whole, "--quiet") == 0
    solving_s, chance = time.process_time() - clock, random.Random(SEED)
    for kill in range(3):
        words = ["run", str(file), "--out", str(out), "--workers", "1", "--checkpoint-every", "0.1", "--quiet"]
        # A process takes some two seconds of its own to begin.
        code, said = killed(
            [sys.executable, "-m", "rfa_model", *words, *(["--resume"] if kill else [])],
            after_cpu_s=1.0 + chance.uniform(0.0, solving_s),
            with_workers=True,
        )
        assert (code, said) in ((-signal.SIGKILL, ""), (0, ""))
        whole_so_far(out, whole)
    assert run(file, out, "--resume", "--quiet") == 0
    assert farthest(whole, out) < SAME
    assert not list(out.rglob(".*"))


@pytest.mark.slow
def test_thirty_kills_at_random_moments(file, tmp_path, capsys):
    whole, chance = tmp_path / "whole", random.Random(SEED)
    command = [sys.executable, "-m", "rfa_model", "run", str(file), "--checkpoint-every", "0.1", "--out"]
    begun = time.monotonic()
    with subprocess.Popen([*command, str(whole)], stderr=subprocess.DEVNULL, stdout=subprocess.PIPE) as running:
        table = running.stdout.read()
    assert running.returncode == 0
    used = os.times()
    whole_cpu_s = used.children_user + used.children_system
    pictures = sorted(path.relative_to(whole) for path in whole.rglob("*.png"))
    kills, ends, found, apart = 0, 0, [], []
    while kills < 30:
        out = tmp_path / f"out{ends}"
        resume: list[str] = []
        while True:
            moment, with_workers = chance.uniform(0.0, whole_cpu_s), chance.random() < 0.5
            code, said = killed([*command, str(out), *resume], moment if kills < 30 else 1e9, with_workers)
            assert "error" not in said
            assert "Traceback" not in said
            if code == 0:
                break
            assert code == -signal.SIGKILL
            kills += 1
            found.append((round(moment, 2), whole_so_far(out, whole) if out.exists() else 0, "goes on" in said))
            resume = ["--resume"]
        ends += 1
        apart.append(farthest(whole, out))
        assert apart[-1] < SAME
        assert not list(out.rglob(".*"))
        assert sorted(path.relative_to(out) for path in out.rglob("*.png")) == pictures
        shutil.rmtree(out)
    assert table
    with capsys.disabled():
        print(f"\n{kills} kills, {ends} ends, farthest {max(apart):.1e}, {time.monotonic() - begun:.0f} s: {found}")
