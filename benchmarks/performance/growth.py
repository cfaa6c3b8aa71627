"""How time and memory grow with the mesh: a few steps of one arm from ten thousand unknowns to a million and a half."""

import json
import sys
from typing import Any

import numpy as np

from benchmarks.performance.measure import run
from benchmarks.performance.targets import Target, number
from rfa_model._markdown import table

NAME, TITLE = "growth", "Growth"
# Resolutions, then factors on the cells of ``fine``; how many steps are timed after the first.
SIZES = {"draft": 8, "standard": 8, "fine": 8, "0.7": 8, "0.55": 5, "0.435": 4}
EXPONENT, LARGEST_DOFS, MEMORY_MiB = 1.1, 1_500_000, 8192.0


def measure() -> dict[str, Any]:
    """Each size in a process of its own, which alone has the memory to show."""
    points = []
    for name, steps in SIZES.items():
        module = "benchmarks.performance.growth_point"
        done = run([sys.executable, "-m", module, name, str(steps)], {"OMP_NUM_THREADS": "1"})
        points.append(json.loads(done.output.splitlines()[-1]))
        print(points[-1], file=sys.stderr, flush=True)
    return {"points": points, "exponent": exponent(points)}


def exponent(points: list[dict[str, Any]]) -> float:
    """Slope of ln(seconds per step) over ln(unknowns)."""
    logs = np.log([[p["dofs"], p["step_s"]] for p in points])
    return float(np.polyfit(logs[:, 0], logs[:, 1], 1)[0])


def targets(data: dict[str, Any]) -> list[Target]:
    """Exponent, and the largest problem's memory."""
    smallest, largest = data["points"][0], data["points"][-1]
    slower = (
        f"not for iterations ({number(smallest['heat_iterations'])} a heat solve at the smallest, "
        f"{number(largest['heat_iterations'])} at the largest): the smallest matrices fit into the cache"
    )
    reason = f"{number(largest['bytes_per_dof'] / 1024.0)} KiB an unknown, most of it element matrices and their places"
    return [
        Target("exponent of seconds per step over unknowns", data["exponent"], EXPONENT, "", reason=slower),
        Target("largest problem, unknowns", largest["dofs"] / 1e6, LARGEST_DOFS / 1e6, "million", at_least=True),
        Target("its memory", largest["peak_MiB"], MEMORY_MiB, "MiB", reason=reason),
    ]


def section(data: dict[str, Any]) -> str:
    """The page's words."""
    rows = [
        (
            p["size"],
            f"{p['dofs']:,}".replace(",", " "),
            p["cells"],
            number(p["step_s"]),
            number(p["step_cpu_s"]),
            number(p["electric_iterations"]),
            number(p["heat_iterations"]),
            number(p["peak_MiB"]),
            f"{p['bytes_per_dof']:.0f}",
            p["steps"],
        )
        for p in data["points"]
    ]
    head = (
        "mesh",
        "unknowns",
        "cells",
        "s a step",
        "CPU, s",
        "electric it.",
        "heat it.",
        "peak, MiB",
        "bytes an unknown",
        "steps",
    )
    return f"""An 18G × 10 mm needle in muscle, the start of a ramp to 80 °C, quadratic elements, meshes from
coarse to fine by one factor on every cell size, one process, one thread. Seconds are per accepted step after the
first; iterations per linear solve. Seconds grow as unknowns to the power {data["exponent"]:.2f}.

{table(head, rows)}

![Seconds per step over unknowns, logarithmic](performance/growth.svg)
"""
