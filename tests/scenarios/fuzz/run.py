"""``python -m tests.scenarios.fuzz.run``: thousands of spoiled files, each read under watch; what is wrong is kept."""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.scenarios.fuzz import cases
from tests.scenarios.fuzz.foreign import FOREIGN
from tests.scenarios.fuzz.format import BASES, case
from tests.scenarios.fuzz.guard import MEMORY_MB, Watch, hold_memory, judged
from tests.scenarios.fuzz.own import OWN

GOOD = {"done", "refused"}
FORMATS = FOREIGN | OWN
COUNTS = {"scenario": 20_000, "folder": 2_000, "mesh": 2_000} | dict.fromkeys(FORMATS, 1_000)
CHUNK = 500
STUCK_S = 60.0


def run(kind: str, count: int, seed: int, keep: Path) -> Counter[str]:
    """Try so many cases of a kind; the outcomes counted. A child does the work, a new one after each that dies."""
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as room:
        make = _maker(kind, Path(room))
        at = seed
        while at < seed + count:
            at = _chunk(make, at, min(at + CHUNK, seed + count), Path(room), keep / kind, found)
            print(f"{kind}: {at - seed} of {count}, {dict(found)}", flush=True)
    return found


def _maker(kind: str, room: Path) -> Callable[[int, Path], cases.Case]:
    os.environ["XDG_CACHE_HOME"] = str(room / "cache")
    if kind == "scenario":
        return cases.scenario
    if kind == "folder":
        return partial(cases.folder, base=cases.made_folder(room / "base"))
    if kind == "mesh":
        return partial(cases.mesh, base=cases.made_mesh(room / "base.msh"))
    making = get_context("spawn").Process(target=_make, args=(kind, room))  # apart: its threads would outlive a fork
    making.start()
    making.join()
    bases = [Path(path) for path in json.loads((room / "made.json").read_text())]
    return partial(case, of=FORMATS[kind], bases=bases)


def _make(kind: str, room: Path) -> None:
    (room / "made.json").write_text(json.dumps([str(path) for path in FORMATS[kind].made(room / BASES)]))


def _chunk(make: Callable[[int, Path], cases.Case], start: int, end: int, room: Path, keep: Path, found) -> int:
    """Cases in a forked child; returns the first that is still to be done."""
    told = room / "told"
    told.write_text("")
    pid = os.fork()
    if pid == 0:
        try:
            _child(make, start, end, room, keep, told)
            os._exit(0)
        except BaseException:  # of the fuzzer itself
            traceback.print_exc(file=sys.__stdout__)
            os._exit(70)
    moved, size, status = time.monotonic(), 0, None
    while status is None:
        done, code = os.waitpid(pid, os.WNOHANG)
        if told.stat().st_size > size:
            moved, size = time.monotonic(), told.stat().st_size
        if done:
            status = code
        elif time.monotonic() - moved > STUCK_S:  # in a library, where no signal of Python's arrives
            os.kill(pid, 9)
        else:
            time.sleep(0.05)
    lines = [json.loads(line) for line in told.read_text().splitlines()]
    found.update(line["outcome"] for line in lines)
    for line in lines:
        if line["outcome"] not in GOOD:
            print(line["seed"], line["outcome"], line["words"][-1500:], file=sys.stderr)
    if status == 0:
        return end
    dead = start + len(lines)
    found[f"process died: {status}"] += 1
    print(dead, "process died", status, file=sys.stderr)
    keep.mkdir(parents=True, exist_ok=True)
    _, _, save = make(dead, room)
    save(keep / str(dead))
    return dead + 1


def _child(make, start: int, end: int, room: Path, keep: Path, told: Path) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(2, 1)  # the fuzzer's own mistakes are told; what the program prints goes nowhere
    os.dup2(nowhere, 2)
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # as long as the process
    os.environ["MPLCONFIGDIR"] = str(room)
    for number in range(5):  # imports, of a report too
        judged(make(10**9 + number, room)[1], Watch(room))
    hold_memory()
    watch = Watch(room)
    for seed in range(start, end):
        _, action, save = make(seed, room)
        outcome, words = judged(action, watch)
        if outcome not in GOOD:
            keep.mkdir(parents=True, exist_ok=True)
            save(keep / str(seed))
        with told.open("a") as stream:
            stream.write(json.dumps({"seed": seed, "outcome": outcome, "words": words}) + "\n")


def main() -> int:
    """Run all kinds, or those named, and print the counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "kinds", nargs="*", metavar="KIND", help=f"of {', '.join(COUNTS)}; all of them if none is named"
    )
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"))
    args = parser.parse_args()
    bad = 0
    for kind in args.kinds or COUNTS:
        count = args.count or COUNTS[kind]
        found = run(kind, count, args.seed, args.keep)
        bad += sum(number for outcome, number in found.items() if outcome not in GOOD)
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(
            f"{kind}: {count} cases, {dict(found)}; {spent.ru_utime + spent.ru_stime:.0f} s of CPU so far, at most "
            f"{spent.ru_maxrss / 1024:.0f} MiB of {MEMORY_MB} MB allowed beyond the start",
            flush=True,
        )
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
