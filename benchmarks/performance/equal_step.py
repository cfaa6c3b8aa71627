"""Peers on the same mesh with the same sixty steps of one second, linear elements."""

from dataclasses import asdict
from typing import Any

from benchmarks.performance.peers import case
from benchmarks.performance.peers.problem import Choice
from benchmarks.performance.peers.run import OTHERS, OURS, PEERS, SCRIPT, solve
from benchmarks.performance.targets import Target, number
from rfa_model._markdown import table

NAME, TITLE = "equal_step", "Peers, equal steps"
RESOLUTION, CHOICE, REPEATS = "fine", Choice(order=1, step_s=1.0), 5
AGREEMENT, SHARE_OF_OTHERS, SHARE_OF_SCRIPT = 0.01, 10.0, 4.0


def measure() -> dict[str, Any]:
    """Every solver in turn, on one mesh."""
    mesh, values = case.mesh(RESOLUTION), case.values()
    solvers = {}
    for name in PEERS:
        found = solve(name, mesh, values, CHOICE, REPEATS)
        solvers[name] = {**asdict(found.outcome), **found.facts}
    return {"solvers": solvers, "body_C": values.body_C, "voltage_V_rms": values.voltage_V_rms, **differences(solvers)}


def differences(solvers: dict[str, dict[str, Any]], body_C: float = 37.0) -> dict[str, Any]:
    """Every solver's lesion and rise beside the DOLFINx script's, as shares."""
    base = solvers[SCRIPT]
    return {
        "lesion_difference": {name: s["lesion_mm3"] / base["lesion_mm3"] - 1.0 for name, s in solvers.items()},
        "rise_difference": {
            name: (s["end_C"] - base["end_C"]) / (base["end_C"] - body_C) for name, s in solvers.items()
        },
    }


def targets(data: dict[str, Any]) -> list[Target]:
    """How many times quicker, and whether all say the same."""
    seconds = {name: s["wall_s"] for name, s in data["solvers"].items()}
    best = min(OTHERS, key=lambda name: seconds[name])
    solves = sum(data["solvers"][OURS]["iterations"].values())
    reason = f"it settles two stages a step ({solves} iterations), where the others take one linear step"
    gap = max(abs(d) for d in data["lesion_difference"].values())
    return [
        Target(
            f"equal steps: times quicker than {best}", seconds[best] / seconds[OURS], SHARE_OF_OTHERS, "×", True, reason
        ),
        Target(
            "equal steps: times quicker than a plain DOLFINx script",
            seconds[SCRIPT] / seconds[OURS],
            SHARE_OF_SCRIPT,
            "×",
            True,
            reason,
        ),
        Target("equal steps: largest difference of a lesion", 100.0 * gap, 100.0 * AGREEMENT, "%"),
    ]


def section(data: dict[str, Any]) -> str:
    """The page's words."""
    rows = [
        (
            name,
            number(s["wall_s"]),
            number(s["cpu_s"]),
            number(s["peak_rss_MiB"]),
            f"{s['lesion_mm3']:.1f}",
            f"{100.0 * data['lesion_difference'][name]:+.2f} %",
            f"{s['end_C']:.2f}",
            f"{100.0 * data['rise_difference'][name]:+.2f} %" + (_MISSED if _far(data, name) else ""),
            s["repeats"],
        )
        for name, s in data["solvers"].items()
    ]
    head = ("", "wall, s", "CPU, s", "memory, MiB", "lesion, mm³", "", "distal end, °C", "rise", "runs")
    dofs = data["solvers"][OURS]["dofs"]
    return f"""One case for five solvers: an 18G × 10 mm needle in muscle that neither bleeds nor boils,
{data["voltage_V_rms"]:g} V for 60 s, σ rising by 1.5 % per kelvin, metal and shaft conducting heat (the shaft
isotropic here), φ and the rise 0 at 40 mm. The same mesh ({dofs} linear unknowns, handed over as arrays), sixty
steps of 1 s, one thread. Each is timed from its own mesh to the end, forms included, after a warm-up. *Lesion* is
what reached 50 °C: it needs no integral, so it measures the solve alone. Differences are from the DOLFINx script.

The others take backward Euler steps with σ of the step before, and solve to 10⁻⁶; rfa-model takes its own steps of
order 2 with current and heat settled to 10⁻³ °C in each, and integrates damage besides. DOLFINx: CG with GAMG;
scikit-fem: CG with PyAMG's smoothed aggregation; NGSolve: CG with its Jacobi preconditioner, quicker here than its
multigrid, BDDC or AMG; Kratos: AMGCL. A hierarchy for the electric matrix is kept for ten steps where the tool
can; the heat matrix never changes and is set up once.

{table(head, rows)}

Kratos' elements take conductivity from the nodes, which blurs the needle's outermost cells; that is its distance.
"""


_MISSED = " (above 1 %)"


def _far(data: dict[str, Any], name: str) -> bool:
    return abs(data["rise_difference"][name]) > AGREEMENT
