"""How far a study has come: percentage, rate, time left, failures so far."""

from __future__ import annotations

import time
from typing import TextIO

from rfa_model._progress import Line, duration


class StudyProgress(Line):
    """One line, rewritten on a terminal; elsewhere one for every tenth."""

    def __init__(self, quiet: bool = False, stream: TextIO | None = None, live: bool | None = None) -> None:
        super().__init__(quiet, stream, live)
        self._total, self._done, self._solved, self._failed, self._told = 0, 0, 0, 0, 0
        self._clock = time.perf_counter()

    def begin(self, total: int, known: int) -> None:
        """Begin with so many trials, of which some are known already."""
        self._total, self._done, self._solved, self._failed, self._told = total, 0, 0, 0, 0
        self._clock = time.perf_counter()
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

    def end(self) -> None:
        """Leave the line."""
        if self._live and not self.quiet and self._solved:
            self._print()
