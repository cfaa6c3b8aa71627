"""Where trials are solved: here one after the other, on the cores of this machine, or on a cluster that runs (Dask)."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

from rfa_model.errors import InputError
from rfa_model.parallel.workers import available_cores
from rfa_model.results.provenance import in_words
from rfa_model.studies.inputs import send
from rfa_model.studies.needs import needed
from rfa_model.studies.trial import Outcome, Trial, load, solve, solve_alike, solving_versions

if TYPE_CHECKING:
    from distributed import Client, Future

DASK_CONFIG = Path(__file__).with_name("dask.yaml")
# Ctrl-C reaches every process of the terminal; the one that asked ends its workers, without a traceback from each.
DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
DASHBOARD_PORT = 8787
PATIENCE_S = 30.0
COUNTED_EVERY_S = 2.0
QUEUED_EACH = 3
"""Trials that are out at a time for every worker: so the scheduler holds few, however many there are."""


class Engine(Protocol):
    """Solves trials in any order."""

    @property
    def workers(self) -> int:
        """How many are solved at a time."""
        ...

    @property
    def words(self) -> str:
        """Where, for the user."""
        ...

    def run(self, trials: Iterable[Trial]) -> Iterator[tuple[Trial, Outcome]]:
        """Yield every trial with its outcome as it is solved."""
        ...


class InTurn:
    """In this process, one after the other."""

    workers = 1
    words = "in this process"

    def run(self, trials: Iterable[Trial]) -> Iterator[tuple[Trial, Outcome]]:
        """In the order given."""
        for trial in trials:
            yield trial, solve(trial)


class OnDask:
    """On the workers of a Dask scheduler; one that dies is done without, and its trial is solved by another."""

    def __init__(
        self, client: Client, words: str, solved: Callable[[Trial, dict[str, str | None]], Outcome] = solve_alike
    ) -> None:
        self.client, self.words, self._solved = client, words, solved
        self._count, self._counted_at = 0, -COUNTED_EVERY_S

    @property
    def workers(self) -> int:
        """Workers there were a moment ago; more may join at any time."""
        if time.monotonic() - self._counted_at > COUNTED_EVERY_S:
            self._count = max(len(_workers(self.client)), 1)
            self._counted_at = time.monotonic()
        return self._count

    def run(self, trials: Iterable[Trial]) -> Iterator[tuple[Trial, Outcome]]:
        """As they are finished; only a few are handed out at a time."""
        distributed = needed("distributed")
        todo, wanted = iter(trials), solving_versions()
        out: dict[Future, Trial] = {}
        finished = distributed.as_completed(loop=self.client.loop)

        def hand_out() -> None:
            while len(out) < QUEUED_EACH * self.workers and (trial := next(todo, None)) is not None:
                future = self.client.submit(self._solved, trial, wanted, key=f"{trial.arm}-{trial.key}", pure=False)
                out[future] = trial
                finished.add(future)

        hand_out()
        try:
            for future in finished:
                trial = out.pop(future)
                error = future.exception()
                yield trial, Outcome("lost", {}, _reason(error)) if error is not None else future.result()
                hand_out()
        finally:
            self.client.cancel(list(out))


def _reason(error: BaseException) -> str:
    if type(error).__name__ == "KilledWorker":
        return "its worker died, again and again, perhaps for want of memory"
    return f"{type(error).__name__}: {error}"


@contextmanager
def engine_for(scheduler: str | None, workers: int | None, files: Mapping[str, str] | None = None) -> Iterator[Engine]:
    """Return where to solve: on the scheduler at an address, else on so many processes of this machine.

    Parameters
    ----------
    scheduler : str or None
        ``tcp://host:port``.
    workers : int or None
        Processes (default: one per core); 1 is this process. Not with a scheduler, whose workers are there already.
    files : mapping of str to str
        Files of the anatomy and their SHA-256, which a scheduler's workers are sent.

    Raises
    ------
    InputError
        If nobody answers at the address, its workers are of other versions, or the files cannot be sent.
    """
    count = workers or available_cores()
    if scheduler is None and count == 1:
        yield InTurn()
        return
    distributed = needed("distributed")
    with ExitStack() as open_until_the_end:
        if scheduler is None:
            client = open_until_the_end.enter_context(_local(count))
            words = f"on {count} processes of this machine, dashboard {client.dashboard_link}"
        else:
            client = open_until_the_end.enter_context(_joined(distributed.Client, scheduler))
            words = f"on {scheduler}, dashboard {client.dashboard_link}"
            send(client, scheduler, files or {})
        yield OnDask(client, words)


@contextmanager
def _local(count: int) -> Iterator[Client]:
    import dask

    distributed = needed("distributed")
    with (
        dask.config.set(_local_settings(dask.config)),
        distributed.LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            dashboard_address=f"localhost:{_free(DASHBOARD_PORT)}",
            silence_logs=logging.ERROR,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        # While this process makes trials; kept, since what nobody waits for is not done.
        loading = [client.submit(load, workers=[worker], pure=False) for worker in _workers(client)]
        yield client
        client.cancel(loading)


def _workers(client: Client) -> list[str]:
    """Addresses of the workers there are."""
    return list(client.scheduler_info(n_workers=-1)["workers"])


def _local_settings(config: ModuleType) -> dict[str, Any]:
    """Dask's settings with those of :data:`DASK_CONFIG`, deaf to Ctrl-C."""
    deaf = {"distributed": {"worker": {"preload": [DEAF]}}}
    merged = config.merge(config.config, *config.collect_yaml([str(DASK_CONFIG)]), deaf)
    return {"distributed": merged["distributed"]}


def _free(port: int) -> int:
    """The port where nobody listens, else any."""
    with socket.socket() as probe:
        try:
            probe.bind(("localhost", port))
        except OSError:
            return 0
    return port


def _refuse_closed(address: str) -> None:
    """Raise OSError at once where nobody listens; Dask by itself would go on trying."""
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    if address.startswith("tcp://") and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE_S / 3).close()


@contextmanager
def _joined(client_of: type[Client], address: str) -> Iterator[Client]:
    try:
        _refuse_closed(address)
        client = client_of(address, timeout=PATIENCE_S / 3, set_as_default=False)
    except (OSError, ValueError, OverflowError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"--scheduler {address}: no Dask scheduler answers there ({reason}); start one with `dask scheduler`, "
            "and give the address that it prints, tcp://host:port"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE_S)
        except TimeoutError:
            raise InputError(
                f"--scheduler {address}: it has no workers; start some with `dask worker {address} --nthreads 1`"
            ) from None
        _check_workers(client, address)
        yield client


def _check_workers(client: Client, address: str) -> None:
    wanted = solving_versions()
    try:
        found = client.run(_described)
    except Exception as error:
        raise InputError(
            f"--scheduler {address}: a worker cannot load rfa_model ({type(error).__name__}: {error}); install the "
            "same version there"
        ) from None
    for worker, (versions, slow) in found.items():
        if versions != wanted:
            raise InputError(
                f"--scheduler {address}: worker {worker} has {in_words(versions)}, and here is {in_words(wanted)}; "
                "numbers would not be the same, install the same versions"
            )
        if slow:
            logging.getLogger(__name__).warning("worker %s %s", worker, slow)


def _described() -> tuple[dict[str, str | None], str]:
    """Return a worker's versions, and what makes it slow, with the cure."""
    import dask

    slow = ""
    if int(os.environ.get("MALLOC_TRIM_THRESHOLD_", 2**30)) < 2**20:
        slow = "gives memory back at every step (MALLOC_TRIM_THRESHOLD_) and is half as fast"
    elif dask.config.get("distributed.worker.profile.enabled"):
        slow = "looks after itself a hundred times a second and is an eighth slower"
    return solving_versions(), slow and f"{slow}; start it with DASK_CONFIG={DASK_CONFIG}"
