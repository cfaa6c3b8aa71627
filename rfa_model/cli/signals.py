"""What ends a run from outside, ends it as Ctrl-C does: unfinished work swept, other processes taken along."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def heard_as_interrupts() -> Iterator[None]:
    """Raise KeyboardInterrupt where one of ``ENDING`` arrives; what ``nohup`` has silenced stays so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in ENDING}
    heard = {number: handler for number, handler in before.items() if handler == signal.SIG_DFL}
    for number in heard:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in heard.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
