"""Random poses of one probe, one after the other in one process."""

import statistics
from typing import Any

import numpy as np

from benchmarks.performance.measure import timed
from benchmarks.performance.stopwatch import watched
from benchmarks.performance.targets import Target, number
from rfa_model._markdown import table
from rfa_model.errors import InputError
from rfa_model.meshing import distribute, generate, probe_mesh
from rfa_model.physics.assembly import CellTables, SystemMatrix
from rfa_model.scenario import Scenario
from rfa_model.simulation import simulate
from rfa_model.solver.linear import LinearSolver

NAME, TITLE = "poses", "Many poses"
COUNT, CHECKED, SEED = 20, 3, 1
LIMIT, WITHIN = 10.0, 0.05
SPREAD_MM, SPREAD_DEG = (2.0, 2.0, 1.0), (10.0, 10.0, 0.0)
WATCHED = {
    "meshes generated": (generate, "_mesh_once"),
    "meshes read": (probe_mesh, "read_msh"),
    "meshes handed to DOLFINx": (distribute, "distribute"),
    "element tables": (CellTables, "__init__"),
    "sparsity patterns": (SystemMatrix, "__init__"),
    "linear solvers": (LinearSolver, "__init__"),
}


def scenario(offset_mm: Any, angles_deg: Any, resolution: str) -> Scenario:
    """A needle along the nerve, off its place."""
    return Scenario(
        title="pose",
        anatomy={"kind": "lumbar_medial_branch", "level": "L4", "side": "left"},
        criteria=["arrhenius"],
        arms={
            "needle": {
                "probe": "conventional_18g_10mm",
                "placement": {
                    "approach": "parallel",
                    "offset_mm": np.round(offset_mm, 3).tolist(),
                    "angles_deg": np.round(angles_deg, 3).tolist(),
                },
                "protocol": [
                    {"ramp": {"to_C": 80, "duration_s": 15}},
                    {"hold": {"temperature_C": 80, "duration_s": 90}},
                    {"off": {"duration_s": 30}},
                ],
            }
        },
        numerics={"resolution": resolution},
    )


def lesion_mm3(wanted: Scenario) -> float:
    """Lesion by coagulation."""
    return float(simulate(wanted).arms["needle"].history["lesion_arrhenius_mm3"][-1])


def measure() -> dict[str, Any]:
    """Seconds per pose at draft, what was made anew, and some of the lesions beside those at standard."""
    chance = np.random.default_rng(SEED)
    found: list[tuple[tuple[Any, Any], float, float]] = []
    refused = 0
    with watched(**WATCHED) as tallies:
        while len(found) < COUNT:
            # Away from the bone only: towards it most needles would be refused.
            drawn = chance.uniform(-1.0, 1.0, 6)
            drawn[2] = abs(drawn[2])
            pose = (drawn[:3] * SPREAD_MM, drawn[3:] * SPREAD_DEG)
            try:
                seconds, lesion = timed(lambda pose=pose: lesion_mm3(scenario(*pose, "draft")))
            except InputError:
                refused += 1
                continue
            found.append((pose, seconds, lesion))
    made = {name: {"calls": tally.calls, "total_s": sum(tally.seconds)} for name, tally in tallies.items()}
    checks = [
        {"draft_mm3": lesion, "standard_mm3": lesion_mm3(scenario(*pose, "standard"))}
        for pose, _, lesion in found[:CHECKED]
    ]
    seconds = [s for _, s, _ in found]
    return {
        "poses": COUNT,
        "refused": refused,
        "total_s": sum(seconds),
        "median_s": statistics.median(seconds),
        "first_s": seconds[0],
        "per_minute": 60.0 * COUNT / sum(seconds),
        "lesions_mm3": [lesion for *_, lesion in found],
        "made": made,
        "checks": checks,
    }


def targets(data: dict[str, Any]) -> list[Target]:
    """Poses a minute and how far draft is from standard."""
    reason = f"a pose takes {number(data['median_s'])} s of solving; what is made anew for each stands in the table"
    worst = max(abs(check["draft_mm3"] / check["standard_mm3"] - 1.0) for check in data["checks"])
    return [
        Target("poses a minute at `draft`", data["per_minute"], LIMIT, "", at_least=True, reason=reason),
        Target("their lesions, `draft` beside `standard`", 100.0 * worst, 100.0 * WITHIN, "%"),
    ]


def section(data: dict[str, Any]) -> str:
    """The page's words."""
    made = [
        (name, m["calls"], number(m["total_s"]), number(100.0 * m["total_s"] / data["total_s"]))
        for name, m in data["made"].items()
    ]
    checks = [
        (
            number(c["draft_mm3"]),
            number(c["standard_mm3"]),
            f"{100.0 * (c['draft_mm3'] / c['standard_mm3'] - 1.0):+.1f} %",
        )
        for c in data["checks"]
    ]
    return f"""{data["poses"]} random poses of the 18G × 10 mm needle about the L4 medial branch (shifted by up to
{SPREAD_MM[0]:g} mm, turned by up to {SPREAD_DEG[0]:g}°), ramp, hold and cool-down at `draft`, one after the other
in one process: {number(data["total_s"])} s, {number(data["per_minute"])} a minute; the median is
{number(data["median_s"])} s, the first {number(data["first_s"])} s. Lesions range from
{min(data["lesions_mm3"]):.0f} to {max(data["lesions_mm3"]):.0f} mm³.

One mesh serves every pose. What is made anew for each costs little beside solving, so it is not kept:

{table(("made during these runs", "times", "s in all", "% of all"), made)}

{table(("lesion at `draft`, mm³", "at `standard`, mm³", "difference"), checks)}
"""
