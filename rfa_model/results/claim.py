"""A results folder claimed by one run: nobody else writes there meanwhile, and what a dead run left is swept."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import time
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from rfa_model._files import writing
from rfa_model.errors import InputError

ROOM = ".rfa-model"
"""Hidden folder of a run at work within its results folder; where none is, it holds the checkpoints of one that ended."""
CHECKPOINTS = "checkpoints"
LOG = "run.log"


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

    def take(self, resume: bool = False) -> None:
        """Claim the folder, and sweep what a dead run left there: all of it, unless its work is to be resumed.

        Raises
        ------
        InputError
            If another run holds it, which is named, or nothing can be written there.
        """
        self._made = [place for place in (self.folder, *self.folder.parents) if not place.exists()]
        try:
            with writing(self.folder):
                self._lock = _locked(self.room)
                self._lock.truncate(0)
                since = f"since {datetime.now(UTC):%F %T} UTC"
                self._lock.write(f"process {os.getpid()} on {socket.gethostname()} {since}\n")
                self._lock.flush()
        except BaseException:
            if self._lock is not None:
                self.release()
            for place in (self.room, *self._made):  # another run's room is not empty
                with suppress(OSError):
                    place.rmdir()
            raise
        empty(self.room, kept=(CHECKPOINTS, LOG) if resume else ())
        for path in unfinished_in(self.folder):
            path.unlink(missing_ok=True)

    def release(self) -> None:
        """Remove the room, but for checkpoints that are still wanted, and the folder where nothing came of it."""
        if checkpoints_in(self.folder):
            with suppress(OSError):
                empty(self.room, kept=(CHECKPOINTS, LOG))
        else:
            shutil.rmtree(self.room, ignore_errors=True)
        if self._lock is not None:
            with suppress(OSError):  # on a full disk
                self._lock.close()
            self._lock = None
        for place in self._made:
            with suppress(OSError):
                place.rmdir()


def checkpoint_path(folder: Path, arm: str) -> Path:
    """Where an unfinished arm leaves its state."""
    return folder / ROOM / CHECKPOINTS / f"{arm}.npz"


def checkpoints_in(folder: Path) -> list[str]:
    """Names of the arms that have left a state in a results folder."""
    found = (folder / ROOM / CHECKPOINTS).glob("*.npz")
    return sorted(path.stem for path in found if not path.name.startswith("."))


def empty(room: Path, kept: Collection[str] = ()) -> None:
    """Remove what lies in a claimed room, but not its lock nor what is kept, and files that were never finished."""
    for left in room.iterdir():
        if left.name not in ("lock", *kept):
            _remove(left)
    for unfinished in (room / CHECKPOINTS).glob(".*"):
        _remove(unfinished)


def unfinished_in(folder: Path) -> list[Path]:
    """Files of this program in a results folder that were never finished."""
    found = (*folder.glob(".*.partial*"), *folder.glob("*/.*.partial*"))
    return [path for path in found if path.is_file()]


def sweep(top: Path, checkpoints: bool = False) -> list[Path]:
    """Remove, at any depth, the rooms that dead runs left, and files of this program that were never finished.

    Checkpoints stay, and their rooms with them, unless they are asked for.

    Returns
    -------
    What was removed.
    """
    rooms = [room for room in top.rglob(ROOM) if (room / "lock").is_file() and holder(room.parent) is None]
    kept = [room for room in rooms if checkpoints_in(room.parent) and not checkpoints]
    removed = [room for room in rooms if room not in kept]
    for room in removed:
        shutil.rmtree(room)
    for room in kept:
        empty(room, kept=(CHECKPOINTS, LOG))
    folders = {path.parent for path in top.rglob("summary.json")}
    unfinished = [path for folder in sorted(folders) if holder(folder) is None for path in unfinished_in(folder)]
    for path in unfinished:
        path.unlink()
    return [*removed, *unfinished]


def holder(folder: Path) -> str | None:
    """Who is writing a folder at this moment, in words, or None."""
    with suppress(OSError), (folder / ROOM / "lock").open("r+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return lock.read().strip() or "another process"
    return None


def _remove(path: Path) -> None:
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return
    for _ in range(20):  # a worker whose parent was killed may write for a moment longer
        with suppress(OSError):
            shutil.rmtree(path)
            return
        time.sleep(0.1)
    shutil.rmtree(path)


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
