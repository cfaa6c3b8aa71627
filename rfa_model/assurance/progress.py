"""Work spread over processes, with a line on stderr for each piece that is done."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence

from rfa_model.parallel.workers import spread


def spread_telling[T, R](
    work: Callable[[T], R], items: Sequence[T], workers: int | None, tell: Callable[[T, R], str]
) -> Iterator[tuple[T, R]]:
    """As :func:`~rfa_model.parallel.workers.spread`; ``tell`` puts an item and its outcome into words."""
    began = time.perf_counter()
    for done, (item, outcome) in enumerate(spread(work, items, workers), start=1):
        elapsed = time.perf_counter() - began
        print(f"{tell(item, outcome)} [{done} of {len(items)}, {elapsed:.0f} s]", file=sys.stderr, flush=True)
        yield item, outcome
