"""Progress on stderr: one line per arm, rewritten in place on a terminal, every 10 % elsewhere."""

import sys
import time
from typing import TextIO


class Progress:
    """Tells how far an arm has come.

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
        self._arm, self._total_s, self._told, self._clock = "", 1.0, -1, time.perf_counter()

    def start(self, arm: str, total_s: float) -> None:
        """Begin an arm."""
        self._arm, self._total_s, self._told, self._clock = arm, total_s, -1, time.perf_counter()

    def say(self, text: str) -> None:
        """Print one line about the arm."""
        if not self.quiet:
            print(f"{self._arm}: {text}", file=self._stream, flush=True)

    def step(self, time_s: float, sensor_C: float, power_W: float) -> None:
        """Report the state at a time of the protocol."""
        tenth = int(10.0 * time_s / self._total_s + 1e-9)
        if self.quiet or (not self._live and tenth == self._told):
            return
        self._told = tenth
        elapsed = time.perf_counter() - self._clock
        line = (
            f"{self._arm}: {time_s:6.1f} of {self._total_s:.0f} s  sensor {sensor_C:5.1f} °C  "
            f"power {power_W:5.2f} W  [{elapsed:.0f} s]"
        )
        print(f"\r\x1b[K{line}" if self._live else line, end="" if self._live else "\n", file=self._stream, flush=True)

    def finish(self) -> None:
        """End an arm's line."""
        if self._live and not self.quiet:
            print(file=self._stream, flush=True)
