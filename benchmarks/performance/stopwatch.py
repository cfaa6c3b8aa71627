"""Seconds and calls of named methods while a block runs."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from unittest.mock import patch


@dataclass
class Tally:
    """Of one method: calls, and seconds in them (calls within calls count twice)."""

    calls: int = 0
    seconds: list[float] = field(default_factory=list)


@contextmanager
def watched(**methods: tuple[Any, str]) -> Iterator[dict[str, Tally]]:
    """Watch ``name=(owner, attribute)``; yields the tallies by name."""
    tallies = {name: Tally() for name in methods}
    with ExitStack() as stack:
        for name, (owner, attribute) in methods.items():
            stack.enter_context(patch.object(owner, attribute, _timed(getattr(owner, attribute), tallies[name])))
        yield tallies


def _timed(method: Any, tally: Tally) -> Any:
    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        tally.calls += 1
        began = time.perf_counter()
        try:
            return method(*args, **kwargs)
        finally:
            tally.seconds.append(time.perf_counter() - began)

    return call
