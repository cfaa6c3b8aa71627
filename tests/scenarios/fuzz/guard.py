"""One case at a time under watch: 5 s of CPU, 1 GB of memory, nothing executed, nothing written elsewhere."""

from __future__ import annotations

import io
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from types import FrameType

from rfa_model.errors import RfaModelError

CPU_S, MEMORY_MB = 5.0, 1000
EXECUTES = {"pickle.find_class", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect"}
WRITES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}
PASSED_ON = {("numpy", "dtype"), ("numpy._core.numeric", "_frombuffer")}
"""What mpi4py looks up where processes of one run pass arrays on, which this process has packed itself."""
_STARVED = ("too little memory", "too few file handles")


class Hang(BaseException):
    """A case took too long."""


class Watch:
    """What the cases do that they may not, by Python's audit events; an audit hook stays to the end of the process."""

    def __init__(self, allowed: Path) -> None:
        self.allowed, self.seen, self.on = os.path.realpath(allowed), [], False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[object, ...]) -> None:
        if not self.on:
            return
        if event == "pickle.find_class" and args[:2] in PASSED_ON:
            return
        if event in EXECUTES:
            self.seen.append(f"{event}: {args[:2]!r:.200}")
        elif args and isinstance(args[0], str | bytes) and (event in WRITES or (event == "open" and _writing(args))):
            self._written(event, args[0])

    def _written(self, event: str, path: str | bytes) -> None:
        where = os.path.realpath(os.fsdecode(path))
        if not where.startswith((self.allowed + os.sep, os.devnull)) and where != self.allowed:
            self.seen.append(f"{event}: {where}")

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Listen inside the `with`."""
        self.seen, self.on = [], True
        try:
            yield
        finally:
            self.on = False


def _writing(args: tuple[object, ...]) -> bool:
    mode, flags = args[1], args[2]
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


@contextmanager
def limited() -> Iterator[None]:
    """No more CPU than a case may take; raises Hang."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, CPU_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


def hold_memory() -> None:
    """Let this process grow by ``MEMORY_MB`` and no more."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY_MB * 10**6
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def judged(action: Callable[[], int], watch: Watch) -> tuple[str, str]:
    """``done``, ``refused`` or what was wrong, and the words of it."""
    said = io.StringIO()
    try:
        with redirect_stderr(said), watch.watching(), limited():
            code = action()
        words = said.getvalue()
        outcome = {0: "done", 2: "refused", 3: "refused"}.get(code, f"exit code {code}")
    except RfaModelError as error:
        outcome, words = "refused", str(error)
    except Hang:
        return "hang", traceback.format_exc()
    except BaseException as error:
        return f"traceback: {type(error).__name__}", traceback.format_exc()
    if watch.seen:
        return "did what it may not", "; ".join(watch.seen)
    if any(starved in words for starved in _STARVED):
        return "memory", words
    return outcome, words
