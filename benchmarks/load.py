"""Many runs: in one process, one after the other, and at once; memory, file handles, PETSc's objects, numbers.

``python -m benchmarks.load [in-turn] [at-once] [soak]`` prints a line of JSON for each and exits with 1 where something
is lost or a number differs.
"""

import argparse
import gc
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from rfa_model.scenario import Scenario
from rfa_model.simulation import simulate
from rfa_model.treatment import Workspace

RUNS, AT_ONCE, SOAK = 200, 24, 2000
WARM, GROWTH = 10, 1.05
PROBES = ("conventional_22g_5mm", "conventional_18g_5mm")


@dataclass(frozen=True)
class Held:
    """What a process holds."""

    memory_MiB: float
    file_handles: int
    petsc_objects: int
    petsc_options: int

    @classmethod
    def now(cls) -> "Held":
        """Count, after a collection."""
        from rfa_model._fenics import PETSc

        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return cls(
            pages * resource.getpagesize() / 2**20,
            len(os.listdir("/proc/self/fd")),
            sum(isinstance(thing, PETSc.Object) for thing in gc.get_objects()),
            len(PETSc.Options().getAll()),
        )


def scenario(n: int = 0, duration_s: float = 10.0) -> Scenario:
    """A short hold in muscle at draft, with linear elements; probes take turns."""
    probe = PROBES[n % len(PROBES)]
    return Scenario.model_validate(
        {
            "title": "load",
            "anatomy": {"kind": "homogeneous", "tissue": "muscle"},
            "criteria": ["arrhenius", "isotherm_50C"],
            "arms": {
                "arm": {
                    "probe": probe,
                    "protocol": [
                        {"ramp": {"to_C": 70, "duration_s": 0.3 * duration_s}},
                        {"hold": {"temperature_C": 70, "duration_s": 0.7 * duration_s}},
                    ],
                }
            },
            "numerics": {"resolution": "draft", "element_order": 1},
        }
    )


def lesion_mm3(n: int = 0, workspace: Workspace | None = None, duration_s: float = 10.0) -> float:
    """Solve one; what reached 50 °C."""
    arm = simulate(scenario(n, duration_s), workspace=workspace).arms["arm"]
    return float(arm.history["lesion_isotherm_50C_mm3"][-1])


def in_turn(count: int, solve: Callable[[int], float], warm: int = WARM) -> dict[str, object]:
    """Run one after the other in this process; what is held after the first ``warm`` may not grow.

    Returns
    -------
    dict
        ``same``: whether equal runs gave equal numbers to the bit; ``held``, ``lost``: what was held then and at the
        end, and what of it is too much; CPU seconds of a run.
    """
    lesions: list[float] = []
    first = last = Held.now()
    began = time.process_time()
    for n in range(count):
        lesions.append(solve(n))
        if n + 1 == warm:
            first = Held.now()
    last = Held.now()
    lost = [
        name
        for name, before in asdict(first).items()
        if asdict(last)[name] > before * (GROWTH if name == "memory_MiB" else 1.0)
    ]
    return {
        "runs": count,
        "cpu_s_each": (time.process_time() - began) / count,
        "same": all(lesion == lesions[n % len(PROBES)] for n, lesion in enumerate(lesions)),
        "held": asdict(first),
        "held_at_end": asdict(last),
        "lost": lost,
    }


def at_once(count: int) -> dict[str, object]:
    """Run in so many processes at the same time, one run in each."""
    began, alone = time.perf_counter(), lesion_mm3()
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        lesions = list(pool.map(lesion_mm3, [0] * count))
    return {
        "runs": count,
        "wall_s": time.perf_counter() - began,
        "same": all(lesion == alone for lesion in lesions),
        "lost": [],
    }


def soak(count: int) -> dict[str, object]:
    """Short arms that share a workspace, as a worker of a long study solves them."""
    kept = Workspace(same_numbers=True)
    return in_turn(count, lambda n: lesion_mm3(n, kept, 1.0))


def main() -> int:
    """Run what is asked for."""
    ways = {
        "in-turn": lambda: in_turn(RUNS, lesion_mm3),
        "at-once": lambda: at_once(AT_ONCE),
        "soak": lambda: soak(SOAK),
    }
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__.partition(":")[0])
    parser.add_argument(
        "ways", nargs="*", default=["in-turn", "at-once"], choices=[*ways], metavar="WAY", help=", ".join(ways)
    )
    right = True
    for way in parser.parse_args().ways:
        found = ways[way]()
        right &= bool(found["same"]) and not found["lost"]
        print(json.dumps({"way": way, **found}), flush=True)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
