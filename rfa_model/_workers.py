"""Independent pieces of work, spread over processes of this machine."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context


def available_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))


def spread[T, R](work: Callable[[T], R], items: Iterable[T], workers: int | None = None) -> Iterator[tuple[T, R]]:
    """Yield each item with ``work(item)`` as it is finished, in any order.

    Parameters
    ----------
    work : callable
        A function at module level: it, the items and the outcomes travel between processes.
    workers : int or None
        At most as many processes, each on one core (default: one per core); 1 works here, in order.

    Raises
    ------
    Exception
        Whatever ``work`` raises, as soon as it is known; work not yet begun is dropped.
    """
    todo = list(items)
    count = min(workers or available_cores(), len(todo))
    if count <= 1:
        yield from ((item, work(item)) for item in todo)
        return
    # Fresh interpreters: a forked copy of an initialised MPI is undefined.
    with ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_one_thread) as pool:
        futures = {pool.submit(work, item): item for item in todo}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _one_thread() -> None:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
