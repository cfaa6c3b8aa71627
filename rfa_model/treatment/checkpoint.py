"""An arm's state on disk: renewed while the arm is being solved, and gone on from by another process."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rfa_model._fenics import MPI
from rfa_model.errors import InputError, SolveError
from rfa_model.generator import PhaseRun
from rfa_model.generator.controllers import Controller
from rfa_model.solver.run_state import RunState
from rfa_model.solver.state import State
from rfa_model.solver.state_file import (
    Arrays,
    Stamp,
    read_beside,
    read_run_state,
    read_stamp,
    write_beside,
    write_run_state,
)
from rfa_model.solver.transient import Transient

EVERY_S = 30.0
SHARE = 0.01
ANEW = "without --resume the arm begins anew"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checkpoint:
    """Where, how often and until when an arm leaves its state; it travels to the process that solves the arm.

    Attributes
    ----------
    path : Path
    stamp : mapping
        What the arm will be known by: program, scenario, mesh.
    every_s : float
        Wall time between two writings; more where they would take more than ``SHARE`` of the run. 0: none are written,
        but for the one at ``stop_at_s``.
    resume : bool
        Go on from what is there.
    stop_at_s : float or None
        Of :func:`time.monotonic`, when to stop.
    begins : bool
        Whether the arm is begun, and takes one step, even if that time is over: one arm of a run does, so that a run
        whose start takes longer than it is given comes to an end after some attempts.
    """

    path: Path
    stamp: Stamp
    every_s: float = EVERY_S
    resume: bool = False
    stop_at_s: float | None = None
    begins: bool = False

    def is_over(self) -> bool:
        """Whether it is time to stop; the same on every process."""
        return bool(MPI.COMM_WORLD.bcast(self.stop_at_s is not None and time.monotonic() >= self.stop_at_s))


@dataclass(frozen=True)
class Behind:
    """What an arm of several lesions has behind it when one of them is begun.

    Attributes
    ----------
    lesions : int
        How many have been made.
    time_s : float
        When the next begins.
    left_s : float
        Duration of what comes after that.
    arrays : mapping of str to array
        All that is needed of those made, as written beside the state of the one under way.
    """

    lesions: int = 0
    time_s: float = 0.0
    left_s: float = 0.0
    arrays: Arrays = field(default_factory=dict)

    def keep(self, checkpoint: Checkpoint, arm: str, next_s: float) -> None:
        """Write them down before the next, which takes ``next_s``, is begun.

        Raises
        ------
        OutOfTime
            If it is time to stop.
        InputError
            If they cannot be written then; at other times that is a warning.
        """
        over = checkpoint.is_over()
        if not over and checkpoint.every_s <= 0.0:
            return
        stamp = {**checkpoint.stamp, "time_s": self.time_s, "lesion": self.lesions, "wall_s": 0.0}
        try:
            write_beside(checkpoint.path, stamp, self.arrays)
        except InputError as error:
            if over:
                raise
            _log.warning("arm %s: no checkpoint after lesion %d: %s", arm, self.lesions, error)
        if over:
            raise OutOfTime((arm, self.time_s, self.time_s + next_s + self.left_s))


NOTHING = Behind()


def made_before(checkpoint: Checkpoint | None) -> Arrays:
    """Return what :class:`Behind` wrote for the arm that is to be gone on with; nothing where there is nothing.

    Raises
    ------
    InputError
        If it is damaged, or another version's.
    """
    if checkpoint is None or not checkpoint.resume or not checkpoint.path.exists():
        return {}
    try:
        return read_beside(checkpoint.path)
    except InputError as error:
        raise InputError(f"{error}; {ANEW}") from error


class OutOfTime(SolveError):
    """The wall time that a run was given is over; ``reached`` has each arm with its time and its duration, s."""

    def __init__(self, *reached: tuple[str, float, float]) -> None:
        super().__init__(*reached)
        self.reached = reached

    def __str__(self) -> str:
        arms = [
            f"arm '{name}' at t = {time_s:.1f} of {duration_s:.0f} s" if time_s > 0.0 else f"arm '{name}' not begun"
            for name, time_s, duration_s in self.reached
        ]
        return f"the wall time given is over: {', '.join(arms)}; the same command with --resume goes on"


class Keeper:
    """Steps of a transient, written down as the checkpoint says; ``say`` is told what cannot be.

    Attributes
    ----------
    earlier_s : float
        Wall time that went into what is gone on from.
    """

    def __init__(
        self,
        transient: Transient,
        phases: Sequence[PhaseRun],
        checkpoint: Checkpoint | None,
        say: Callable[[str], None] = lambda words: None,
        behind: Behind = NOTHING,
    ) -> None:
        self._transient, self._phases, self._checkpoint, self._say = transient, phases, checkpoint, say
        self._behind = behind
        self.earlier_s = 0.0
        self._began = self._written = time.monotonic()
        self._costs_s: list[float] = []
        self._failed = False

    def resumed(self) -> RunState | None:
        """Return what there is to go on from, and put the transient and its observers into it.

        Raises
        ------
        InputError
            If it is not this run's.
        """
        kept = self._checkpoint
        if kept is None or not kept.resume or not MPI.COMM_WORLD.bcast(kept.path.exists()):
            return None
        try:
            stamp = read_stamp(kept.path, MPI.COMM_WORLD.size)
            if stamp["lesion"] != self._behind.lesions + 1:
                return None
            run = read_run_state(kept.path, self._transient, self._phases)
        except InputError as error:
            raise InputError(f"{error}; {ANEW}") from error
        self.earlier_s = float(stamp["wall_s"])
        return run

    def steps(self, start: State | RunState, off: Callable[[], Controller]) -> Iterator[RunState]:
        """Yield the run's state after every step; see :meth:`Transient.steps`.

        Raises
        ------
        OutOfTime
            At the end of a step, once the state has been written.
        InputError
            If it cannot be written then; at other times that is a warning.
        """
        for run in self._transient.steps(start, self._phases, off):
            if self._checkpoint is not None:
                self._keep(self._checkpoint, run)
            yield run

    def _keep(self, checkpoint: Checkpoint, run: RunState) -> None:
        duration_s = sum(phase.duration_s for phase in self._phases)
        if run.time_s >= duration_s * (1.0 - 1e-12):
            return
        if checkpoint.is_over():
            self._write(checkpoint, run)
            before_s, after_s = self._behind.time_s, self._behind.left_s
            raise OutOfTime((self._transient.name, before_s + run.time_s, before_s + duration_s + after_s))
        if MPI.COMM_WORLD.bcast(self._is_due(checkpoint.every_s)):
            try:
                self._write(checkpoint, run)
            except InputError as error:
                _log.warning("arm %s: no checkpoint at t = %.3f s: %s", self._transient.name, run.time_s, error)
                if not self._failed:
                    self._say(f"no checkpoint, so that --resume would begin earlier: {error}")
                self._failed, self._written = True, time.monotonic()

    def _is_due(self, every_s: float) -> bool:
        now = time.monotonic()
        if every_s <= 0.0 or now - self._written < every_s:
            return False
        next_cost_s = self._costs_s[-1] if self._costs_s else 0.0
        return sum(self._costs_s) + next_cost_s <= SHARE * (now - self._began)

    def _write(self, checkpoint: Checkpoint, run: RunState) -> None:
        clock = time.monotonic()
        stamp = {
            **checkpoint.stamp,
            "time_s": self._behind.time_s + run.time_s,
            "lesion": self._behind.lesions + 1,
            "wall_s": self.earlier_s + clock - self._began,
        }
        write_run_state(checkpoint.path, self._transient, self._phases, run, stamp, self._behind.arrays)
        self._written = time.monotonic()
        self._costs_s.append(self._written - clock)
        _log.info("arm %s: checkpoint at t = %.3f s, %.3f s", self._transient.name, run.time_s, self._costs_s[-1])
