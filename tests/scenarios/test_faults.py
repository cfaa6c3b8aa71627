"""What a machine can do to a run: disk, memory, handles, processes, folders, clock, people. Each has its outcome.

Arms are solved once and handed out, so that what surrounds them is what is tested; limits and files are real.
"""

import errno
import io
import multiprocessing.util
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rfa_model.cli import main
from rfa_model.errors import InputError
from rfa_model.metrics.data import History
from rfa_model.parallel.workers import spread
from rfa_model.plan import Plan
from rfa_model.results import read_results
from rfa_model.results.claim import ROOM, Claim
from rfa_model.results.keeping import older_summary
from rfa_model.treatment import Treatment
from tests.scenarios.test_side_by_side import PATIENCE_S, QUICK, SLOW, scenario, with_many_steps

FULL = "/dev/full"
SHORT = "criteria: [isotherm_60C]\n"
_solved: dict[str, object] = {}


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A scenario of two arms that are solved already; nothing is drawn."""
    made = scenario(tmp_path / "two.yaml", one=QUICK, two=QUICK)
    made.write_text(SHORT + made.read_text(), encoding="utf-8")
    if not _solved:
        _solved["one"] = Plan.of(made).treatment("one").solve()

    def solved(self, *args, **options):
        solution = _solved["one"]
        return replace(solution, arm=replace(solution.arm, name=self.name))

    monkeypatch.setattr(Treatment, "solve", solved)
    monkeypatch.setattr("rfa_model.simulation.run._draw_all", lambda out: [])
    return made


def run(file: Path, *more: str, workers: int = 1) -> int:
    return main(["run", str(file), "--quiet", "--workers", str(workers), "--out", str(file.parent / "out"), *more])


def arms_in(out: Path) -> list[str]:
    """Arms of a folder, each read whole; none where there is no folder, or one that says it has none."""
    if not out.exists():
        return []
    if not older_summary(out).get("arms"):
        assert older_summary(out)  # nothing that the next run takes for somebody else's
        with pytest.raises(InputError, match="none was finished; run the scenario again"):
            read_results(out)
        return []
    found = read_results(out)
    for arm in found.arms.values():
        assert len(arm.fields.times_s) > 1
        assert len(arm.history["time_s"]) > 1
        assert arm.lesions
    assert ROOM not in os.listdir(out)
    return list(found.arms)


class Disk:
    """Counts what is opened for writing below a folder; from the n-th on the disk is full, or the like."""

    def __init__(self, monkeypatch, folder: Path, fails_from: int = 10**9, number: int = errno.ENOSPC) -> None:
        self.count, self.folder, self.fails_from, self.number = 0, str(folder), fails_from, number
        self._open, self._mkdir = io.open, os.mkdir
        monkeypatch.setattr("io.open", self.open)
        monkeypatch.setattr("builtins.open", self.open)
        monkeypatch.setattr("os.mkdir", self.mkdir)

    def _refuses(self, path: object) -> bool:
        if not isinstance(path, str | Path) or not str(path).startswith(self.folder):
            return False
        self.count += 1
        return self.count >= self.fails_from

    def open(self, path, mode="r", *args, **options):
        if any(letter in mode for letter in "wax+") and self._refuses(path):
            if self.number == errno.ENOSPC and "a" not in mode:  # the kernel's own refusal, at the first flush
                return self._open(FULL, mode.replace("x", "w"), *args, **options)
            raise OSError(self.number, os.strerror(self.number), str(path))
        return self._open(path, mode, *args, **options)

    def mkdir(self, path, *args, **options):
        if self._refuses(path):
            raise OSError(self.number, os.strerror(self.number), str(path))
        return self._mkdir(path, *args, **options)


def writes_of_a_run(file: Path) -> int:
    with pytest.MonkeyPatch.context() as patch:
        disk = Disk(patch, file.parent / "out")
        assert run(file) == 0
    assert arms_in(file.parent / "out") == ["one", "two"]
    shutil.rmtree(file.parent / "out")
    return disk.count


@pytest.mark.skipif(not Path(FULL).exists(), reason=f"needs {FULL}")
@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.slow)])
def test_a_disk_full_at_every_write(file, capsys, every):
    out = file.parent / "out"
    writes = writes_of_a_run(file)
    capsys.readouterr()
    kept = []
    for n in range(1, writes + 1, every):
        with pytest.MonkeyPatch.context() as patch:
            Disk(patch, out, n)
            code = run(file)
        printed, said = capsys.readouterr()
        # What is lost of the log alone is no reason to lose the run.
        assert (code, said.count("\n")) == (2, 1) or (code, said) == (0, ""), (n, printed, said)
        assert code == 0 or "No space left on device" in said
        kept.append(len(arms_in(out)))
        assert code == 0 or n % 5 or run(file) == 0  # nothing that is left is in the way
        capsys.readouterr()
        shutil.rmtree(out, ignore_errors=True)
    assert kept == sorted(kept)
    assert set(kept) >= {0, 1}
    assert run(file) == 0


REFUSALS = {
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "that disk is read-only",
    errno.EFBIG: "no file may grow that large",
    errno.EMFILE: "too few file handles: this process may open",
    errno.EIO: "Input/output error",
}


@pytest.mark.parametrize("number", REFUSALS, ids=errno.errorcode.get)
def test_a_disk_that_refuses_between_two_arms(file, capsys, number):
    out = file.parent / "out"
    half = writes_of_a_run(file) * 2 // 3
    with pytest.MonkeyPatch.context() as patch:
        Disk(patch, out, half, number)
        assert run(file) == 2
    assert REFUSALS[number] in capsys.readouterr().err
    assert arms_in(out) == ["one"]


@contextmanager
def soft_limit(which: int, to: int):
    before = resource.getrlimit(which)
    resource.setrlimit(which, (to, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(which, before)


LIMITS = {
    "file size": (resource.RLIMIT_FSIZE, 20_000, "no file may grow that large; raise that (ulimit -f unlimited)"),
    "memory": (resource.RLIMIT_AS, 10**9, "too little memory: this process is held to 954 MiB of address space and"),
    "handles": (resource.RLIMIT_NOFILE, 24, "too few file handles: this process may open 24 files; raise that (ulimit"),
}


@pytest.mark.parametrize("what", LIMITS)
def test_a_limit_of_this_process(file, capsys, what):
    which, to, words = LIMITS[what]
    with soft_limit(which, to):
        code = run(file)
    assert (code, words in capsys.readouterr().err) == (2, True)
    assert arms_in(file.parent / "out") == []


def raising(error: BaseException) -> Callable:
    def solve(self, *args, **options):
        if self.name == "two":
            raise error
        return _solved["one"]

    return solve


def gone(folder: str) -> Callable:
    def solve(self, *args, **options):
        if self.name == "two":
            shutil.rmtree(folder)
        return replace(_solved["one"], arm=replace(_solved["one"].arm, name=self.name))

    return solve


def powerless():
    arm = _solved["one"].arm
    columns = {**arm.history.columns, "power_W": np.full(len(arm.history["time_s"]), np.nan)}
    return replace(arm, history=History(columns))


WHILE_SOLVING = {
    "memory runs out": (MemoryError(), 2, "too little memory"),
    "handles run out": (OSError(errno.EMFILE, "Too many open files", "libscotch.so"), 2, "too few file handles"),
    "no thread may be started": (BlockingIOError(errno.EAGAIN, "Resource"), 2, "no further process or thread"),
    "a library is not mapped": (ImportError("x.so: failed to map segment"), 2, "too little memory"),
    "Ctrl-C": (KeyboardInterrupt(), 130, "rfa-model: interrupted"),
}


@pytest.mark.parametrize("what", WHILE_SOLVING)
def test_what_happens_to_the_second_arm_leaves_the_first(file, capsys, monkeypatch, what):
    error, code, words = WHILE_SOLVING[what]
    monkeypatch.setattr(Treatment, "solve", raising(error))
    if isinstance(error, ImportError):
        monkeypatch.setattr("rfa_model._machine.SPARE_MIB", 10**9)
    assert run(file) == code
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said
    assert arms_in(file.parent / "out") == ["one"]


def test_the_folder_is_gone_between_two_arms(file, capsys, monkeypatch):
    out = file.parent / "out"
    monkeypatch.setattr(Treatment, "solve", gone(str(out)))
    assert run(file) == 2
    assert "run again with --arm one" in capsys.readouterr().err or arms_in(out) == ["two"]


def test_the_working_folder_is_gone_between_two_arms(file, capsys, monkeypatch, tmp_path):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(Treatment, "solve", gone(str(tmp_path / "here")))
    assert run(file) == 0
    assert arms_in(file.parent / "out") == ["one", "two"]


def test_a_folder_that_may_not_be_written(file, capsys, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write anywhere
    assert run(file) == 2
    assert "is not writable, choose another folder" in capsys.readouterr().err


def test_a_clock_set_back(file, monkeypatch):
    now = iter(range(10**9, 0, -3600))
    monkeypatch.setattr(time, "time", lambda: float(next(now)))
    assert run(file) == 0
    summary = read_results(file.parent / "out").summary
    assert summary["provenance"]["wall_s"] >= 0.0


def test_a_second_run_is_told_who_is_there(file, capsys):
    out = file.parent / "out"
    claim = Claim(out)
    claim.take()
    assert run(file) == 2
    assert f"is being written by process {os.getpid()} on " in capsys.readouterr().err
    claim.release()
    assert run(file) == 0


def test_the_room_of_a_dead_run_is_taken_over(file):
    room = file.parent / "out" / ROOM
    (room / "arms" / "one").mkdir(parents=True)
    (room / "lock").write_text("process 1 on nowhere since 2020-01-01 00:00:00 UTC\n")
    assert run(file) == 0
    assert arms_in(file.parent / "out") == ["one", "two"]


def test_a_folder_that_became_a_file(file, capsys, monkeypatch):
    out = file.parent / "out"

    def solve(self, *args, **options):
        if self.name == "two":
            shutil.rmtree(out)
            out.write_text("mine")
        return replace(_solved["one"], arm=replace(_solved["one"].arm, name=self.name))

    monkeypatch.setattr(Treatment, "solve", solve)
    assert run(file) == 2
    assert str(out) in capsys.readouterr().err
    assert out.read_text() == "mine"


def test_a_result_that_is_none(file, capsys, monkeypatch):
    def solve(self, *args, **options):
        if self.name == "two":
            self._measured(False, powerless())
        return _solved["one"]

    monkeypatch.setattr(Treatment, "solve", solve)
    assert run(file) == 3
    assert "the power is no finite number, so that none of its numbers can be relied on" in capsys.readouterr().err
    assert arms_in(file.parent / "out") == ["one"]


def test_a_worker_cannot_be_started(file, capsys, monkeypatch):
    def refused(*args):
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(multiprocessing.util, "spawnv_passfds", refused)
    assert run(file, workers=2) == 2
    assert "no further process or thread may be started; raise that (ulimit -u)" in capsys.readouterr().err
    assert arms_in(file.parent / "out") == []


def _die(item: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return item


def test_a_killed_worker_is_noticed():
    with pytest.raises(BrokenProcessPool):
        list(spread(_die, [1, 2], 2))


@pytest.mark.skipif(not Path(FULL).exists(), reason=f"needs {FULL}")
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_full_stream_costs_no_picture(file, monkeypatch, stream):
    drawn = []
    monkeypatch.setattr("rfa_model.simulation.run._draw_all", lambda out: drawn.append(out) or [])
    with Path(FULL).open("w") as full:
        monkeypatch.setattr(sys, stream, full)
        assert run(file) == (2 if stream == "stdout" else 0)
    assert drawn == [file.parent / "out"]


def test_the_disk_is_full_when_pictures_are_drawn(file, capsys, monkeypatch):
    def refused(out):
        raise InputError(f"{out}/scene.png: cannot be written: No space left on device")

    monkeypatch.setattr("rfa_model.simulation.run._draw_all", refused)
    assert run(file) == 2
    out, err = capsys.readouterr()
    assert "isotherm" in out or "peak ≥ 60 °C" in out
    assert "scene.png: cannot be written" in err
    assert arms_in(file.parent / "out") == ["one", "two"]


def test_a_snapshot_cannot_be_read(file, capsys, monkeypatch):
    assert run(file) == 0
    read = Path.open

    def refused(self, *args, **options):
        if self.suffix == ".vtp":
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(self))
        return read(self, *args, **options)

    monkeypatch.setattr(Path, "open", refused)
    assert main(["export", str(file.parent / "out"), "--quiet"]) == 2
    assert "Input/output error" in capsys.readouterr().err


def test_no_compiler_no_display_and_no_home(tmp_path):
    """A run compiles nothing and needs neither display nor home; this one is real."""
    file = scenario(tmp_path / "one.yaml", arm=QUICK)
    file.write_text(SHORT + file.read_text())
    bare = {"PATH": "/nonexistent", "HOME": "/nonexistent", "OMP_NUM_THREADS": "1", "CC": "/nonexistent/cc"}
    command = [sys.executable, "-m", "rfa_model", "run", str(file), "--out", str(tmp_path / "out"), "--quiet"]
    done = subprocess.run(command, env=bare, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert (tmp_path / "out" / "arm" / "scene.png").exists()


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_once_and_twice(tmp_path, times):
    file = with_many_steps(scenario(tmp_path / "one.yaml", arm=SLOW.replace("duration_s: 20", "duration_s: 2000")))
    command = [sys.executable, "-m", "rfa_model", "run", str(file), "--out", str(tmp_path / "out")]
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command[1:3] = ["-c", f"import sys; {heed}\nfrom rfa_model.cli import main\nsys.exit(main())"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        assert "unknowns per field" in running.stderr.readline()
        for _ in range(times):
            running.send_signal(signal.SIGINT)
        rest = running.stderr.read()
        assert running.wait(PATIENCE_S) == 130
    assert "Traceback" not in rest
    assert "PETSC" not in rest
    assert main(["clean", str(tmp_path)]) == 0
    assert not list(tmp_path.rglob(".*"))
