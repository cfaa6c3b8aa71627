"""Compare rfa_model with an independent solver: ``python -m benchmarks.peer_axisymmetric [--docs DIR]``.

Prints the tables, writes ``docs/peers.md``, and exits with 1 if a number differs by more than a per cent or the peer's
own answer depends on its mesh or step by more than a thousandth.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peer_comparison import AGREEMENT, INDEPENDENCE, Row, cells, rows, verdict
from benchmarks.peer_page import HEAD, closing, study_rows, write_page
from benchmarks.peer_runs import Protocol, Run, run_ours, run_peer
from rfa_model.library.tables import aligned
from rfa_model.parallel.workers import spread

# The peer's cells (a factor) and longest step (s); each study doubles one of them.
PEER = {"peer": (1.0, 0.5), "cells": (2.0, 0.5), "steps": (1.0, 1.0)}


@dataclass(frozen=True)
class Found:
    """All runs, what was compared, and the peer's changes when its cells or steps are halved."""

    protocol: Protocol
    runs: dict[str, Run]
    comparison: list[Row]
    studies: dict[str, list[Row]]

    @property
    def passed(self) -> bool:
        """Whether everything holds."""
        held = [verdict(row, AGREEMENT) for row in self.comparison]
        held += [verdict(row, INDEPENDENCE) for study in self.studies.values() for row in study]
        return set(held) == {"ok"}


def solve(name: str) -> Run:
    """One of the runs, by name: for a process of its own."""
    return run_ours(Protocol(), "standard") if name == "rfa-model" else run_peer(Protocol(), *PEER[name])


def compare(workers: int | None = None) -> Found:
    """Solve all and compare."""
    began, runs = time.perf_counter(), {}
    for name, run in spread(solve, ["peer", "rfa-model", *(n for n in PEER if n != "peer")], workers):
        runs[name] = run
        print(f"{name}: {run.wall_s:.0f} s [{time.perf_counter() - began:.0f} s]", file=sys.stderr)
    protocol, peer = Protocol(), runs["peer"]
    studies = {name: rows(runs[name], peer, protocol) for name in PEER if name != "peer"}
    return Found(protocol, runs, rows(runs["rfa-model"], peer, protocol), studies)


def report(found: Found) -> str:
    """The tables for the terminal."""
    head = ("halved", "largest change of the peer's", "change", "")
    return "\n\n".join(
        [
            aligned([HEAD, *(cells(row, AGREEMENT) for row in found.comparison)]),
            aligned([head, *study_rows(found.studies)]),
            closing(found.comparison),
        ]
    )


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="folder for peers.md and its figure")
    docs = parser.parse_args().docs
    found = compare()
    print(report(found))
    print(f"\n{write_page(found.protocol, found.runs, found.comparison, found.studies, docs)}")
    return 0 if found.passed else 1


if __name__ == "__main__":
    sys.exit(main())
