"""A results folder claimed by one run: nobody else writes there meanwhile, and what a dead run left is swept."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from rfa_model._files import writing
from rfa_model.errors import InputError

ROOM = ".rfa-model"
"""Hidden folder of a run at work within its results folder; not there when none is."""


class Claim:
    """Holds a folder from :meth:`take` to :meth:`release`, or to the end of the process, however it ends.

    Parameters
    ----------
    folder : Path
        Made if it is not there, and removed again if nothing was put into it.

    Attributes
    ----------
    room : Path
        For unfinished work, on the same disk.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.room = folder / ROOM
        self._lock: IO[str] | None = None
        self._made: list[Path] = []

    def take(self) -> None:
        """Claim the folder.

        Raises
        ------
        InputError
            If another run holds it, which is named, or nothing can be written there.
        """
        self._made = [place for place in (self.folder, *self.folder.parents) if not place.exists()]
        with writing(self.folder):
            self._lock = _locked(self.room)
            self._lock.truncate(0)
            self._lock.write(f"process {os.getpid()} on {socket.gethostname()} since {datetime.now(UTC):%F %T} UTC\n")
            self._lock.flush()
        empty(self.room)

    def release(self) -> None:
        """Remove the room, and the folder where nothing came of it."""
        shutil.rmtree(self.room, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        for place in self._made:
            with suppress(OSError):
                place.rmdir()


def empty(room: Path) -> None:
    """Remove what lies in a claimed room, but not its lock."""
    for left in room.iterdir():
        if left.name != "lock":
            shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()


def sweep(top: Path) -> list[Path]:
    """Remove, at any depth, the rooms that dead runs left, and files of this program that were never finished.

    Returns
    -------
    What was removed.
    """
    found = [room for room in top.rglob(ROOM) if (room / "lock").is_file() and holder(room.parent) is None]
    for room in found:
        shutil.rmtree(room)
    folders = {path.parent for path in top.rglob("summary.json")}
    unfinished = [
        path
        for folder in sorted(folders)
        if holder(folder) is None
        for path in (*folder.glob(".*.partial*"), *folder.glob("*/.*.partial*"))
        if path.is_file()
    ]
    for path in unfinished:
        path.unlink()
    return [*found, *unfinished]


def holder(folder: Path) -> str | None:
    """Who is writing a folder at this moment, in words, or None."""
    with suppress(OSError), (folder / ROOM / "lock").open("r+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return lock.read().strip() or "another process"
    return None


def refuse_held(folder: Path) -> None:
    """Raise InputError, naming the run, if one is writing a folder."""
    if who := holder(folder):
        raise InputError(f"{folder} is being written by {who}; wait for it, or choose another folder with --out")


def _locked(room: Path) -> IO[str]:
    while True:
        room.mkdir(parents=True, exist_ok=True)
        try:
            lock = (room / "lock").open("a+", encoding="utf-8")
        except FileNotFoundError:
            continue  # removed by the run that has just ended
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            refuse_held(room.parent)
            continue  # released meanwhile
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock.fileno()), (room / "lock").stat()):
                return lock
        lock.close()  # removed by its last holder between opening and locking
