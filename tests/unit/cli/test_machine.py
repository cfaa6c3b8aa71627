"""What the machine refuses is said by its name: handles, memory, processes, disk; never as a missing font."""

import errno
import os
import resource
import subprocess
import sys

import pytest

from rfa_model._files import whole_file
from rfa_model._machine import refuse_limits, refuse_scarcity, scarcity_words, told_apart
from rfa_model.cli.verbs import VERBS
from rfa_model.drawing import opengl
from rfa_model.errors import InputError

WORDS = {
    errno.EMFILE: "too few file handles: this process may open .* files; raise that .ulimit -n",
    errno.ENFILE: "the machine has no file handles left",
    errno.ENOMEM: "too little memory",
    errno.EAGAIN: "no further process or thread may be started",
    errno.ENOSPC: "No space left on device; make room",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "no file may grow that large; raise that .ulimit -f",
    errno.EROFS: "that disk is read-only",
}


def refused(number: int) -> OSError:
    return OSError(number, os.strerror(number), "LastResortHE-Regular.ttf")


@pytest.mark.parametrize("number", WORDS)
def test_what_ran_out_is_named(number):
    with pytest.raises(InputError, match=WORDS[number]) as said, told_apart():
        raise refused(number)
    assert "LastResort" not in str(said.value)


def test_an_error_that_came_of_it_is_told_by_it(tmp_path):
    picture = whole_file(tmp_path / "picture.png")
    with pytest.raises(InputError, match=r"picture\.png: cannot be written: too few file handles"), picture:
        raise refused(errno.EMFILE)
    later = OSError("no font")
    later.__context__ = MemoryError()
    with pytest.raises(InputError, match="too little memory"), told_apart():
        raise later


def test_other_errors_go_through():
    assert scarcity_words(refused(errno.ENOENT)) is None
    with pytest.raises(FileNotFoundError), told_apart():
        raise refused(errno.ENOENT)


def lowered(limit: int, to: int, code: str) -> subprocess.CompletedProcess:
    def lower() -> None:
        resource.setrlimit(limit, (to, to))

    return subprocess.run([sys.executable, "-c", code], preexec_fn=lower, capture_output=True, text=True, check=False)


USE_UP = """
import os
from rfa_model._machine import refuse_scarcity
from rfa_model.errors import InputError
try:
    while True: os.open(os.devnull, os.O_RDONLY)
except OSError: pass
try: refuse_scarcity()
except InputError as error: print(error)
"""


def test_handles_that_are_used_up_are_noticed_whatever_a_library_says():
    refuse_scarcity()
    said = lowered(resource.RLIMIT_NOFILE, 40, USE_UP).stdout
    assert said == "too few file handles: this process may open 40 files; raise that (ulimit -n 1024)\n"


def test_no_display_is_not_said_of_a_process_without_handles(monkeypatch):
    class Window:
        def GetClassName(self):
            return opengl.LAST_RESORT

    monkeypatch.setattr(opengl, "_loads", lambda library: False)
    with pytest.raises(InputError, match="no OpenGL"):
        opengl.require(Window())
    monkeypatch.setattr(os, "open", lambda *args: (_ for _ in ()).throw(refused(errno.EMFILE)))
    with pytest.raises(InputError, match="too few file handles"):
        opengl.require(Window())


@pytest.mark.parametrize(
    ("limit", "to", "said"),
    [
        (resource.RLIMIT_AS, 1000 * 2**20, "too little memory: this process is held to 1000 MiB of address space and"),
        (resource.RLIMIT_NOFILE, 20, "too few file handles: this process may open 20 files; raise that (ulimit -n"),
    ],
    ids=["memory", "handles"],
)
def test_a_run_is_not_begun_where_libraries_would_abort(tmp_path, limit, to, said):
    argv = ["run", "bench_muscle_conventional", "--out", str(tmp_path / "out")]
    code = f"from rfa_model.cli import main; raise SystemExit(main({argv}))"
    done = lowered(limit, to, code)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"rfa-model: error: {said}")
    assert done.stderr.count("\n") == 1


def test_what_every_verb_needs_is_had_here():
    for verb in VERBS:
        assert refuse_limits(verb.needs.memory_MiB, verb.needs.handles) is None
