"""Measure, or write the page: ``python -m benchmarks.performance NAME... [--docs DIR]``."""

import argparse
import importlib
import sys
import time
from pathlib import Path

from benchmarks.performance.page import BENCHMARKS, write_page
from benchmarks.performance.record import save


def main() -> int:
    """Measure each benchmark asked for and leave its JSON; ``page`` makes the page of what was measured so far."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.performance", description=__doc__.partition(":")[0])
    parser.add_argument("names", nargs="+", metavar="NAME", choices=[*BENCHMARKS, "all", "page"], help="%(choices)s")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="folder for performance.md and performance/")
    args = parser.parse_args()
    chosen = list(BENCHMARKS) if "all" in args.names else [name for name in args.names if name != "page"]
    for name in chosen:
        began = time.perf_counter()
        path = save(name, importlib.import_module(BENCHMARKS[name]).measure(), args.docs)
        print(f"{path} [{time.perf_counter() - began:.0f} s]", file=sys.stderr, flush=True)
    if chosen != args.names:
        print(write_page(args.docs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
