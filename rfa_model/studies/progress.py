"""How far a study has come: percentage, rate, time left, failures so far."""

from __future__ import annotations

import time
from typing import TextIO

from rfa_model._progress import Line, duration

FIRST = 3
"""Trials of every worker by which it is told how long a study will take."""


class StudyProgress(Line):
    """One line, rewritten on a terminal; elsewhere one for every tenth."""

    def __init__(self, quiet: bool = False, stream: TextIO | None = None, live: bool | None = None) -> None:
        super().__init__(quiet, stream, live)
        self._total, self._done, self._solved, self._failed, self._told = 0, 0, 0, 0, 0
        self._clock = self._warm_at = time.perf_counter()
        self._workers = 1

    def begin(self, total: int, known: int, workers: int = 1) -> None:
        """Begin with so many trials, of which some are known already, for so many workers."""
        self._total, self._done, self._solved, self._failed, self._told = total, 0, 0, 0, 0
        self._clock = self._warm_at = time.perf_counter()
        self._workers = workers
        if known:
            self.say(f"{known} trials are there already")

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self._stay(text)

    def known(self) -> None:
        """One needed no solving."""
        self._done += 1

    def done(self, failed: bool) -> None:
        """One more is solved, or has failed."""
        self._done += 1
        self._solved += 1
        self._failed += failed
        share = self._done / max(self._total, 1)
        self._forecast()
        tenth = int(10.0 * share + 1e-9)
        if self.quiet or (not self._live and tenth == self._told):
            return
        self._told = tenth
        elapsed = time.perf_counter() - self._clock
        left = elapsed * (self._total - self._done) / self._solved
        text = (
            f"{self._done} of {self._total} trials, {60.0 * self._solved / max(elapsed, 1e-9):.3g} a minute, "
            f"{self._failed or 'none'} failed [{100.0 * share:.0f} %, {duration(elapsed)}, {duration(left)} left]"
        )
        if self._live:
            self._rewrite(text)
        else:
            self._print(text)

    def _forecast(self) -> None:
        """Say once how long it will take: by two trials of every worker, its first left out, which makes its mesh."""
        now = time.perf_counter()
        if self._solved == self._workers:
            self._warm_at = now
        left = self._total - self._done
        if self._solved == FIRST * self._workers and left > self._solved:
            each_s = (now - self._warm_at) / ((FIRST - 1) * self._workers)
            self.say(f"by the first {self._solved} trials about {duration(each_s * left)} more")

    def end(self) -> None:
        """Leave the line."""
        if self._live and not self.quiet and self._solved:
            self._print()
