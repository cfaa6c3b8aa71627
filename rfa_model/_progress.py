"""Progress on stderr: how far a run, or any work of a known number of pieces, has come, and how long it may still take.

On a terminal one line is rewritten in place. Elsewhere a run tells every 10 % of an arm, work whose pieces are worth a
line tells each, and the rest is silent.
"""

import math
import sys
import time
from collections import deque
from contextlib import suppress
from typing import Self, TextIO

LONG_S = 100.0


def duration(seconds: float) -> str:
    """``8 s``, ``3 min`` or ``2.5 h``."""
    if seconds < LONG_S:
        return f"{seconds:.0f} s"
    return f"{seconds / 60.0:.0f} min" if seconds < 60.0 * LONG_S else f"{seconds / 3600.0:.1f} h"


def how_far(share: float, elapsed_s: float, left_s: float | None) -> str:
    """``25 %, 4 s, about 12 s left``; nothing is said of what is left where it is not known."""
    if share >= 1.0:
        return f"100 %, {duration(elapsed_s)}"
    left = "" if left_s is None else f", about {duration(left_s)} left"
    return f"{100.0 * share:.0f} %, {duration(elapsed_s)}{left}"


def at_this_pace(share: float, elapsed_s: float) -> float | None:
    """Time left, s, were it to go on as so far; None at the very start."""
    return elapsed_s * (1.0 - share) / share if share > 0.0 else None


class Pace:
    """How long what goes on by steps of any size may still take.

    Of the pace of the whole and that of the last half of its time, the geometric mean: steps begin small and grow, and
    begin again. For the 36 and 47 steps of the flagship's arms it is off by 1.8 in the median, that of the whole alone
    by 2, and the median of the last nine steps by 8; where steps are of one size all three are right.
    """

    AFTER_S = 2.0

    def __init__(self) -> None:
        self._first: tuple[float, float] | None = None
        self._marks: deque[tuple[float, float]] = deque()

    def left_s(self, done: float, total: float, elapsed_s: float) -> float | None:
        """Time left, s, once so much is done; None as long as it cannot be told."""
        self._marks.append((elapsed_s, done))
        self._first = self._first or self._marks[0]
        begun_s, before = self._first
        while len(self._marks) > 2 and self._marks[1][0] - begun_s <= 0.5 * (elapsed_s - begun_s):
            self._marks.popleft()
        half_s, half = self._marks[0]
        if elapsed_s - begun_s < self.AFTER_S or done <= half:
            return None
        paces = (done - before) / (elapsed_s - begun_s), (done - half) / (elapsed_s - half_s)
        return (total - done) / math.sqrt(paces[0] * paces[1])


class Line:
    """Where progress is told.

    Parameters
    ----------
    quiet : bool
        Say nothing.
    stream : text stream
        Default: stderr.
    live : bool or None
        Rewrite one line in place; by default where the stream is a terminal.
    """

    def __init__(self, quiet: bool = False, stream: TextIO | None = None, live: bool | None = None) -> None:
        self.quiet = quiet
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty() if live is None else live

    def _rewrite(self, text: str) -> None:
        self._write(f"\r\x1b[K{text}")

    def _print(self, text: str = "") -> None:
        self._write(f"{text}\n")

    def _stay(self, text: str) -> None:
        """Print a line that stays, in place of the one that is being rewritten."""
        if not self.quiet:
            self._print(f"\r\x1b[K{text}" if self._live else text)

    def _write(self, text: str) -> None:
        with suppress(OSError):  # a full disk or a closed terminal takes no words, and no run with it
            self._stream.write(text)
            self._stream.flush()


class Progress(Line):
    """Tells how far an arm has come."""

    _arm, _total_s, _told, _clock, _pace = "", 1.0, -1, 0.0, Pace()

    def start(self, arm: str, total_s: float) -> None:
        """Begin an arm."""
        self._arm, self._total_s, self._told, self._clock = arm, total_s, -1, time.perf_counter()
        self._pace = Pace()

    def resume(self, time_s: float) -> None:
        """Say that the arm that has begun goes on from a time of its protocol."""
        self.say(f"goes on from t = {time_s:.1f} s")

    def say(self, text: str, arm: str = "") -> None:
        """Print one line about the arm that has begun, or about another."""
        self._stay(f"{arm or self._arm}: {text}")

    def step(self, time_s: float, sensor_C: float, power_W: float) -> None:
        """Report the state at a time of the protocol."""
        share, elapsed_s = time_s / self._total_s, time.perf_counter() - self._clock
        left_s = self._pace.left_s(time_s, self._total_s, elapsed_s)
        tenth = int(10.0 * share + 1e-9)
        if self.quiet or (not self._live and tenth == self._told):
            return
        self._told = tenth
        line = (
            f"{self._arm}: {time_s:6.1f} of {self._total_s:.0f} s  sensor {sensor_C:5.1f} °C  "
            f"power {power_W:5.2f} W  [{how_far(share, elapsed_s, left_s)}]"
        )
        if self._live:
            self._rewrite(line)
        else:
            self._print(line)

    def finish(self) -> None:
        """End an arm's line."""
        if self._live and not self.quiet:
            self._print()


class Pieces(Line):
    """Tells how many pieces of work are done; leaving its ``with`` wipes the line that was rewritten.

    Parameters
    ----------
    lasting : bool
        Every piece is worth a line that stays, on a terminal or not.
    """

    def __init__(
        self, quiet: bool = False, stream: TextIO | None = None, live: bool | None = None, *, lasting: bool = False
    ) -> None:
        super().__init__(quiet, stream, live)
        self._lasting, self._total, self._done, self._clock = lasting, 0, 0, time.perf_counter()

    def expect(self, total: int) -> None:
        """Begin, or add further pieces to those expected."""
        self._total += total

    def done(self, words: str) -> None:
        """One more piece is done, in words."""
        self._done += 1
        if self.quiet or not (self._lasting or self._live):
            return
        share, elapsed_s = self._done / max(self._total, self._done), time.perf_counter() - self._clock
        far = how_far(share, elapsed_s, at_this_pace(share, elapsed_s))
        text = f"{words} [{self._done} of {self._total}, {far}]"
        if self._lasting:
            self._print(text)
        else:
            self._rewrite(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Wipe the line that was rewritten."""
        if self._live and not self._lasting and not self.quiet and self._done:
            self._rewrite("")


SILENT = Pieces(quiet=True)
