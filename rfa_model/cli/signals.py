"""What ends a run from outside, ends it as Ctrl-C does: unfinished work swept, other processes taken along."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 130


@contextmanager
def heard_as_interrupts() -> Iterator[None]:
    """Raise KeyboardInterrupt where one of ``ENDING`` arrives; what ``nohup`` has silenced stays so.

    A second one, Ctrl-C too, does not wait for what the first makes tidy: the process is left at once, and its next run
    sweeps what it left.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = {signal.SIGINT: signal.default_int_handler, **dict.fromkeys(ENDING, signal.SIG_DFL)}
    heard = {number: handler for number, handler in usual.items() if signal.getsignal(number) == handler}
    for number in heard:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in heard.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    for each in (signal.SIGINT, *ENDING):
        if signal.getsignal(each) == _interrupt:
            signal.signal(each, _leave)
    raise KeyboardInterrupt


def _leave(number: int, frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)
