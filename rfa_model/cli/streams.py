"""Standard output and error that stop no verb: what was solved is drawn and kept, whether or not it can be printed."""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from io import TextIOBase
from typing import TextIO, cast

PLAIN = {
    "²": "2", "³": "3", "°": " deg", "±": "+/-", "×": "x", "·": ".", "–": "-", "—": "-", "−": "-", "→": "->",
    "≥": ">=", "≤": "<=", "≈": "~", "Δ": "d", "σ": "sigma", "Ω": "Omega", "µ": "u", "…": "...", "’": "'",
}  # fmt: skip
_PLAIN_ERRORS = "rfa_model.plain"


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Signs that a terminal's encoding does not have, in letters."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    letters = "".join(PLAIN.get(sign) or unicodedata.normalize("NFKD", sign) for sign in text)
    return letters.encode("ascii", "replace").decode("ascii"), error.end


codecs.register_error(_PLAIN_ERRORS, _plain)


class _Patient(TextIOBase):
    """A stream that remembers the first thing that went wrong, and takes all else in silence."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.failure: OSError | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a plain attribute of the base
        return self._stream.encoding

    def fileno(self) -> int:
        return self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream.isatty()

    def write(self, text: str) -> int:
        if self.failure is None:
            try:
                self._stream.write(text)
            except OSError as error:
                self.failure = error
        return len(text)

    def flush(self) -> None:
        if self.failure is None:
            try:
                self._stream.flush()
            except OSError as error:
                self.failure = error

    def silence(self) -> None:
        """Let the interpreter's last flush go nowhere."""
        with suppress(OSError, ValueError), open(os.devnull, "w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), self._stream.fileno())


@contextmanager
def patient_streams() -> Iterator[_Patient]:
    """Both streams made patient inside the `with`; yields standard output, whose ``failure`` is to be looked at.

    Of a stream that was closed by whoever called nothing is made but its number, lest a file be given that.
    """
    _fill_numbers()
    if sys.stdout is None or sys.stderr is None:
        nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # as long as the process
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors=_PLAIN_ERRORS)
    out, err = _Patient(sys.stdout), _Patient(sys.stderr)
    with redirect_stdout(cast(TextIO, out)), redirect_stderr(cast(TextIO, err)):
        try:
            yield out
        finally:
            for stream in (out, err):
                stream.flush()
                if stream.failure is not None:
                    stream.silence()


def _fill_numbers() -> None:
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
