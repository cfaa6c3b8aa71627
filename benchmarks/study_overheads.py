"""What a study costs beside solving: time and bytes a trial, the scheduler's memory.

Trials of the shipped placement study are handed out and answered at once, by a scheduler and two workers started as
separate commands: ``python -m benchmarks.study_overheads [COUNT]...``
"""

from __future__ import annotations

import os
import pickle
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rfa_model.studies import load_study, shipped_studies
from rfa_model.studies.engine import OnDask, engine_for
from rfa_model.studies.store import Store
from rfa_model.studies.trial import Outcome, Trial
from rfa_model.studies.trials import trials_of

COUNTS = (100, 1_000, 10_000)


def answered(trial: Trial, wanted: dict[str, str | None]) -> Outcome:
    """An outcome of usual size."""
    return Outcome("solved", {f"margin_{index}_mm": 0.1 * index for index in range(60)})


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, int]]:
    """Address and process of a scheduler with two workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, log = f"tcp://127.0.0.1:{port}", (folder / "log").open("wb")
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> int:
        command = [sys.executable, "-m", *words, "--no-dashboard"]
        started.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=Path.cwd(), env=dict(os.environ)))
        return started[-1].pid

    scheduler = start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port))
    time.sleep(5.0)
    for _ in range(2):
        start("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny")
    try:
        yield address, scheduler
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def resident_MiB(pid: int) -> float:
    """Resident memory of a process."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024.0


def cpu_s(pid: int) -> float:
    """Processor time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(counts: list[int]) -> None:
    """Print a line for every count."""
    planned = load_study(shipped_studies()["placement_l4"])
    usual = list(trials_of(planned, 0, 2))
    clock = time.process_time()
    made = sum(1 for _ in trials_of(planned, 0, 64))
    print(f"making a trial: {1e3 * (time.process_time() - clock) / made:.2f} ms")
    print(f"bytes a trial: {len(pickle.dumps(usual[0]))} out, {len(pickle.dumps(answered(usual[0], {})))} back")
    with (
        tempfile.TemporaryDirectory() as folder,
        cluster(Path(folder)) as (address, scheduler),
        engine_for(address, None) as engine,
    ):
        assert isinstance(engine, OnDask)
        for count in counts:
            trials = (replace(usual[i % 8], index=i % 256, key=f"{count}-{i}") for i in range(count))
            store = Store(Path(folder) / str(count), planned)
            wall, own, theirs = time.perf_counter(), time.process_time(), cpu_s(scheduler)
            for trial, outcome in OnDask(engine.client, "", answered).run(trials):
                store.add(trial, outcome)
            store.flush()
            print(
                f"{count} trials: {1e3 * (time.perf_counter() - wall) / count:.2f} ms each, of which this process "
                f"{1e3 * (time.process_time() - own) / count:.2f} and the scheduler "
                f"{1e3 * (cpu_s(scheduler) - theirs) / count:.2f} ms of processor; "
                f"scheduler {resident_MiB(scheduler):.0f} MiB, this process {resident_MiB(os.getpid()):.0f} MiB"
            )


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or list(COUNTS))
