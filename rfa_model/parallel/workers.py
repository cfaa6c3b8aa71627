"""Independent pieces of work, spread over processes of this machine."""

import atexit
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import parent_process
from multiprocessing.context import BaseContext, ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess

BACKGROUND = 5
"""Niceness of processes whose work nobody waits for yet."""
LAUNCHER_VARIABLES = ("PMI_RANK", "OMPI_COMM_WORLD_RANK")


def available_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))


def launched_first() -> bool:
    """Whether this is the only process or the first that a launcher started, without importing MPI to tell."""
    return all(os.environ.get(name, "0") == "0" for name in LAUNCHER_VARIABLES)


def under_mpiexec() -> bool:
    """Whether an MPI launcher started this process: its children would take themselves for the same rank."""
    return any(name in os.environ for name in LAUNCHER_VARIABLES)


def spread[T, R](
    work: Callable[[T], R], items: Iterable[T], workers: int | None = None, executor: Executor | None = None
) -> Iterator[tuple[T, R]]:
    """Yield each item with ``work(item)`` as it is finished, in any order.

    Parameters
    ----------
    work : callable
        A function at module level: it, the items and the outcomes travel between processes.
    workers : int or None
        At most as many processes, each on one core (default: one per core); 1 works here, in order.
    executor : concurrent.futures.Executor or None
        Takes the work instead, and is left open: a pool that is already there, or one on other machines.

    Raises
    ------
    Exception
        Whatever ``work`` raises, as soon as it is known; all other work is stopped.
    """
    todo = list(items)
    if executor is not None:
        yield from _as_finished(executor, work, todo)
        return
    count = min(workers or available_cores(), len(todo))
    if count <= 1:
        yield from ((item, work(item)) for item in todo)
        return
    # Where there are processes enough, one that has done its work gives its memory back; an empty one takes its place.
    with processes(count, tasks_each=1 if count == len(todo) else None) as pool:
        yield from _as_finished(pool, work, todo)


def _as_finished[T, R](executor: Executor, work: Callable[[T], R], todo: list[T]) -> Iterator[tuple[T, R]]:
    futures = {executor.submit(work, item): item for item in todo}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        for future in futures:
            future.cancel()


@contextmanager
def processes(
    count: int, tasks_each: int | None = None, *, background: bool = False, loaded: str | None = None
) -> Iterator[ProcessPoolExecutor]:
    """Processes of this machine to submit work to, each on one core; an exception inside the `with` ends them.

    A process that has done `tasks_each` pieces of work ends, and another takes its place. Those in the background give
    way to all others. A module that is `loaded` is loaded once for all pools of this process, where Linux forks: it
    must start no threads, and no MPI.
    """
    main, before = threading.current_thread() is threading.main_thread(), signal.getsignal(signal.SIGPIPE)
    if main:
        # As Python starts; PETSc would end this process at the broken pipe of one that was ended.
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    context = _Fresh() if loaded is None or sys.platform != "linux" else _Forked(loaded)
    pool = ProcessPoolExecutor(
        count, mp_context=context, initializer=_prepare, initargs=(background,), max_tasks_per_child=tasks_each
    )
    try:
        yield pool
    except BaseException:
        # Work that is under way would hold up the message by minutes.
        for child in context.children:
            if child.is_alive():  # one that could not be started is not
                child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        if main and before is not None:  # None: not Python's, so it cannot be put back
            signal.signal(signal.SIGPIPE, before)


@contextmanager
def loading(module: str, count: int, tasks_each: int | None = None) -> Iterator[ProcessPoolExecutor | None]:
    """Processes that load a module while this one goes on; None where one is enough, or an MPI launcher began this.

    Parameters are otherwise as of :func:`processes`.
    """
    if count <= 1 or under_mpiexec():
        yield None
        return
    with processes(count, tasks_each=None if tasks_each is None else tasks_each + 1) as pool:
        for _ in range(count):
            pool.submit(_load, module)
        yield pool


def _load(module: str) -> None:
    import_module(module)


class _Remembering(BaseContext):
    """Knows the processes it has started."""

    def __init__(self) -> None:
        super().__init__()
        self.children: list[BaseProcess] = []

    def Process(self, *, target: Callable[..., object], args: tuple[object, ...]) -> BaseProcess:
        child: BaseProcess = super().Process(target=target, args=args)  # type: ignore[misc]  # of the other base
        self.children.append(child)
        return child


class _Fresh(_Remembering, SpawnContext):  # type: ignore[misc]  # Process as ProcessPoolExecutor asks for one
    """Fresh interpreters, for a forked copy of an initialised MPI is undefined."""


class _Forked(_Remembering, ForkServerContext):  # type: ignore[misc]
    """Forks of one process that has loaded a module, and nothing of this one."""

    def __init__(self, module: str) -> None:
        super().__init__()
        self.set_forkserver_preload(["rfa_model.parallel.fork_server", module])


def end_at_once() -> None:
    """Let this process end without a search for cycles among all that its libraries hold: a third of a second."""
    atexit.register(gc.freeze)


def on_one_core() -> None:
    """Before anything that would start threads is loaded: work on one core, and end at once."""
    end_at_once()
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def _prepare(background: bool) -> None:
    if background:
        os.nice(BACKGROUND)
    on_one_core()
    # Ctrl-C reaches every process of the terminal; the parent ends its workers, without a traceback from each.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """Nobody would read what a worker finds once its parent has been killed."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
