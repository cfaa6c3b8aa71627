"""Random poses of one probe, one after the other in one process."""

import statistics
from functools import partial
from typing import Any

import numpy as np

from benchmarks.performance.measure import timed
from benchmarks.performance.stopwatch import watched
from benchmarks.performance.targets import Target, number
from rfa_model._markdown import table
from rfa_model.errors import InputError
from rfa_model.meshing import applicator_mesh, distribute, generate
from rfa_model.physics.assembly import CellTables, SystemMatrix
from rfa_model.scenario import Scenario
from rfa_model.simulation import simulate
from rfa_model.solver.linear import LinearSolver
from rfa_model.treatment.workspace import Workspace

NAME, TITLE = "poses", "Many poses"
KEPT, ALONE = "kept", "alone"
COUNT, CHECKED, SEED = 20, 3, 1
LIMIT, WITHIN = 10.0, 0.05
SPREAD_MM, SPREAD_DEG = (2.0, 2.0, 1.0), (10.0, 10.0, 0.0)
WATCHED = {
    "meshes generated": (generate, "_mesh_once"),
    "meshes read": (applicator_mesh, "read_msh"),
    "meshes handed to DOLFINx": (distribute, "distribute"),
    "element tables": (CellTables, "__init__"),
    "sparsity patterns": (SystemMatrix, "__init__"),
    "linear solvers": (LinearSolver, "__init__"),
}


def scenario(offset_mm: Any, angles_deg: Any, resolution: str, **numerics: float) -> Scenario:
    """A needle along the nerve, off its place."""
    return Scenario(
        title="pose",
        anatomy={"kind": "lumbar_medial_branch", "nerve": "L4", "side": "left"},
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
        numerics={"resolution": resolution, **numerics},
    )


def lesion_mm3(wanted: Scenario, workspace: Workspace | None = None) -> float:
    """Lesion by coagulation."""
    arm = simulate(wanted, workspace=workspace).arms["needle"]
    return float(arm.history["lesion_arrhenius_mm3"][-1])


def measure() -> dict[str, Any]:
    """Seconds per pose at draft, each with and without what the poses before left, and some lesions at standard."""
    chance, workspace = np.random.default_rng(SEED), Workspace()
    poses: list[tuple[Any, Any]] = []
    seconds: dict[str, list[float]] = {KEPT: [], ALONE: []}
    lesions: dict[str, list[float]] = {KEPT: [], ALONE: []}
    made = {way: {name: {"calls": 0, "total_s": 0.0} for name in WATCHED} for way in (KEPT, ALONE)}
    refused = 0
    while len(poses) < COUNT:
        # Away from the bone only: towards it most needles would be refused.
        drawn = chance.uniform(-1.0, 1.0, 6)
        drawn[2] = abs(drawn[2])
        pose = (drawn[:3] * SPREAD_MM, drawn[3:] * SPREAD_DEG)
        wanted = scenario(*pose, "draft")
        try:
            for way, room in ((KEPT, workspace), (ALONE, None)):
                with watched(**WATCHED) as tallies:
                    taken, lesion = timed(partial(lesion_mm3, wanted, room))
                seconds[way].append(taken)
                lesions[way].append(lesion)
                for name, tally in tallies.items():
                    made[way][name]["calls"] += tally.calls
                    made[way][name]["total_s"] += sum(tally.seconds)
        except InputError:  # before anything has been solved
            refused += 1
            continue
        poses.append(pose)
    checks = [
        {"draft_mm3": lesion, "standard_mm3": lesion_mm3(scenario(*pose, "standard"))}
        for pose, lesion in zip(poses[:CHECKED], lesions[KEPT], strict=False)
    ]
    # The very first pose in a process pays for imports, whichever way it is solved.
    gain = statistics.median(alone / kept for alone, kept in zip(seconds[ALONE][1:], seconds[KEPT][1:], strict=True))
    return {
        "poses": COUNT,
        "refused": refused,
        "total_s": sum(seconds[KEPT]),
        "median_s": statistics.median(seconds[KEPT]),
        "first_s": seconds[KEPT][0],
        "per_minute": 60.0 * COUNT / sum(seconds[KEPT]),
        "alone_total_s": sum(seconds[ALONE]),
        "gain": gain,
        "largest_difference": float(np.abs(np.divide(lesions[KEPT], lesions[ALONE]) - 1.0).max()),
        "lesions_mm3": lesions[KEPT],
        "made": made,
        "checks": checks,
    }


def targets(data: dict[str, Any]) -> list[Target]:
    """Poses a minute and how far draft is from standard."""
    reason = f"a pose takes {number(data['median_s'])} s, nearly all of it solving"
    worst = max(abs(check["draft_mm3"] / check["standard_mm3"] - 1.0) for check in data["checks"])
    return [
        Target("poses a minute at `draft`", data["per_minute"], LIMIT, "", at_least=True, reason=reason),
        Target("their lesions, `draft` beside `standard`", 100.0 * worst, 100.0 * WITHIN, "%"),
    ]


def section(data: dict[str, Any]) -> str:
    """The page's words."""
    kept, alone = data["made"][KEPT], data["made"][ALONE]
    made = [
        (name, m["calls"], number(m["total_s"]), alone[name]["calls"], number(alone[name]["total_s"]))
        for name, m in kept.items()
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
{number(data["median_s"])} s, the first {number(data["first_s"])} s, imports included. Lesions range from
{min(data["lesions_mm3"]):.0f} to {max(data["lesions_mm3"]):.0f} mm³.

One mesh serves every pose, and a [workspace](python.md#many-poses) keeps it with its element tables, sparsity patterns,
solvers and multigrid's interpolation. The same poses by themselves, each solved in turn with its double, take
{number(data["alone_total_s"])} s: the median gain is {number(100.0 * (data["gain"] - 1.0))} %, and no lesion differs by
more than {data["largest_difference"]:.0e} of itself.

{table(("made during these runs", "times", "s in all", "times without", "s in all"), made)}

{table(("lesion at `draft`, mm³", "at `standard`, mm³", "difference"), checks)}
"""
