"""What a machine, or a limit set on this process, refuses: in words that say what ran out, and what helps."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rfa_model.errors import InputError

SPARE_HANDLES, SPARE_MIB = 4, 64
_CURES = {
    errno.EMFILE: "too few file handles: this process may open {handles} files; raise that (ulimit -n 1024)",
    errno.ENFILE: "the machine has no file handles left; end other programs",
    errno.ENOMEM: "too little memory{memory}; raise that, try --workers 1, or a coarser numerics.resolution",
    errno.EAGAIN: "no further process or thread may be started; raise that (ulimit -u), or try --workers 1",
    errno.ENOSPC: "No space left on device; make room, or choose another place",
    errno.EDQUOT: "the disk quota is used up; make room, or choose another place",
    errno.EFBIG: "no file may grow that large; raise that (ulimit -f unlimited), or choose another place",
    errno.EROFS: "that disk is read-only; choose another place",
}


def scarcity_words(error: BaseException) -> str | None:
    """What has run out, and what helps, where that is what an error, or the one it came from, is about."""
    seen: BaseException | None = error
    while seen is not None:
        number = errno.ENOMEM if isinstance(seen, MemoryError) else getattr(seen, "errno", None)
        if number in _CURES:
            return _words(number)
        seen = seen.__cause__ or seen.__context__
    return _scarce_now() if isinstance(error, ImportError) else None


def refuse_scarcity() -> None:
    """Raise InputError if handles or memory have all but run out, as libraries do not say that fail for it."""
    if words := _scarce_now():
        raise InputError(words)


def refuse_limits(memory_MiB: int, handles: int) -> None:
    """Raise InputError if this process may not have so much; libraries in C end a process instead of telling.

    Parameters
    ----------
    memory_MiB : int
        Address space.
    handles : int
        Open files.
    """
    may_MiB = _limit(resource.RLIMIT_AS) / 2**20
    if may_MiB < memory_MiB:
        raise InputError(
            f"too little memory: this process is held to {may_MiB:.0f} MiB of address space and needs {memory_MiB}; "
            "raise that (ulimit -v unlimited)"
        )
    if _limit(resource.RLIMIT_NOFILE) < handles:
        raise InputError(f"{_words(errno.EMFILE)}, at least {handles} are needed")


@contextmanager
def told_apart() -> Iterator[None]:
    """Turn what the machine refuses inside the `with` into InputError; all else goes through as it is."""
    try:
        yield
    except (OSError, MemoryError, ImportError) as error:
        if (words := scarcity_words(error)) is None:
            raise
        raise InputError(words) from error


@contextmanager
def memory_held(growth_MiB: int) -> Iterator[None]:
    """Let this process grow by no more inside the `with`: beyond it, what is asked for is MemoryError.

    For readers that make room for whatever a file says it holds.
    """
    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + growth_MiB * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (int(min(most, _limit(resource.RLIMIT_AS))), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _words(number: int) -> str:
    held = _limit(resource.RLIMIT_AS)
    memory = f": this process is held to {held / 2**20:.0f} MiB (ulimit -v)" if held < float("inf") else ""
    return _CURES[number].format(handles=resource.getrlimit(resource.RLIMIT_NOFILE)[0], memory=memory)


def _limit(which: int) -> float:
    soft, _ = resource.getrlimit(which)
    return float("inf") if soft == resource.RLIM_INFINITY else float(soft)


def _scarce_now() -> str | None:
    opened: list[int] = []
    try:
        for _ in range(SPARE_HANDLES):
            opened.append(os.open(os.devnull, os.O_RDONLY))
        bytearray(SPARE_MIB * 2**20)
    except (OSError, MemoryError) as error:
        number = errno.ENOMEM if isinstance(error, MemoryError) else error.errno
        return _words(number) if number in _CURES else None
    finally:
        for handle in opened:
            os.close(handle)
    return None
