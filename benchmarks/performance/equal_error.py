"""Peers to the same error of the lesion, each free in mesh, order and step."""

import sys
from dataclasses import asdict
from typing import Any

from benchmarks.performance.measure import REPEATS
from benchmarks.performance.peers import case
from benchmarks.performance.peers.problem import Choice
from benchmarks.performance.peers.run import OTHERS, OURS, PEERS, SCRIPT, solve
from benchmarks.performance.targets import Target, number
from rfa_model._markdown import table

NAME, TITLE = "equal_error", "Peers, equal error"
WITHIN, RISE_WITHIN, SHARE = 0.005, 0.01, 25.0
# What each would try, cheapest first: mesh, order and step. The first within the error is kept and repeated.
FIXED = (
    ("draft", Choice(2, 5.0)),
    ("draft", Choice(2, 2.0)),
    ("standard", Choice(2, 5.0)),
    ("standard", Choice(2, 2.0)),
    ("standard", Choice(2, 1.0)),
    ("fine", Choice(2, 2.0)),
)
ADAPTIVE = tuple(
    (resolution, Choice(2, 20.0, tolerance))
    for resolution, tolerance in (("draft", 0.4), ("draft", 0.1), ("standard", 0.4), ("standard", 0.1), ("fine", 0.1))
)
LINEAR = (("standard", Choice(1, 2.0)), ("fine", Choice(1, 2.0)))
LADDERS = {name: FIXED for name in PEERS} | {OURS: ADAPTIVE, "Kratos": LINEAR}


def measure() -> dict[str, Any]:
    """The reference, then every solver up its ladder."""
    exact, coarser, values = case.reference(), case.reference(2.0, 1.0), case.values()
    solvers, tried = {}, []
    for name, ladder in LADDERS.items():
        for resolution, choice in ladder:
            mesh = case.mesh(resolution)
            found = solve(name, mesh, values, choice, 0)
            error = found.outcome.lesion_mm3 / exact.lesion_mm3 - 1.0
            rise = (found.outcome.end_C - exact.end_C) / (exact.end_C - values.body_C)
            tried.append(
                {
                    "solver": name,
                    "mesh": resolution,
                    "choice": choice.name,
                    "error": error,
                    "rise_error": rise,
                    **found.facts,
                }
            )
            print(tried[-1], file=sys.stderr, flush=True)
            if abs(error) <= WITHIN and abs(rise) <= RISE_WITHIN:
                again = solve(name, mesh, values, choice, REPEATS)
                solvers[name] = {
                    "mesh": resolution,
                    "choice": choice.name,
                    "error": error,
                    "rise_error": rise,
                    **again.facts,
                }
                break
    return {
        "reference": asdict(exact),
        "reference_error": coarser.lesion_mm3 / exact.lesion_mm3 - 1.0,
        "solvers": solvers,
        "tried": tried,
    }


def targets(data: dict[str, Any]) -> list[Target]:
    """How many times quicker than the best of the others."""
    seconds = {name: s["wall_s"] for name, s in data["solvers"].items()}
    others = [name for name in OTHERS if name in seconds]
    if OURS not in seconds or not others:
        missing = "no run of one side was within the error"
        return [Target("equal error: times quicker than the best other", 0.0, SHARE, "×", True, missing)]
    best = min(others, key=lambda name: seconds[name])
    ours, theirs = data["solvers"][OURS], data["solvers"][best]
    reason = f"{theirs['steps']} linear steps of {theirs['choice']} against {ours['steps']} of two coupled stages each"
    return [Target(f"equal error: times quicker than {best}", seconds[best] / seconds[OURS], SHARE, "×", True, reason)]


def section(data: dict[str, Any]) -> str:
    """The page's words."""
    rows = [
        (
            name,
            f"{s['mesh']}, {s['choice']}",
            s["dofs"],
            s["steps"],
            f"{100.0 * s['error']:+.2f} %",
            f"{100.0 * s['rise_error']:+.2f} %",
            number(s["wall_s"]),
            number(s["cpu_s"]),
            number(s["peak_rss_MiB"]),
            s["repeats"],
        )
        for name, s in data["solvers"].items()
    ]
    head = ("", "chosen", "unknowns", "steps", "error", "rise", "wall, s", "CPU, s", "memory, MiB", "runs")
    short = [name for name in PEERS if name not in data["solvers"]]
    missing = f"Not within it on the meshes tried: {', '.join(short)}.\n\n" if short else ""
    return f"""The same case; wanted is the volume that reached 50 °C within {100.0 * WITHIN:g} %. Each climbs its
own ladder of mesh, element order and step, cheapest first, and stops at the first that is good enough. So that two
errors of opposite sign do not pass for none, the rise at the distal end has to be within {100.0 * RISE_WITHIN:g} % as
well. Kratos' elements are linear. The reference, {data["reference"]["lesion_mm3"]:.1f} mm³, is from neither:
quadratic triangles in the meridian plane, BDF2,
factorised ([peers](peers.md) shows that code); at half its fineness in space and time it changes by
{100.0 * abs(data["reference_error"]):.3f} %.

{table(head, rows)}

{missing}![Error of the lesion over time taken, every run
tried; hollow where the rise is off by more than 1 %](performance/equal_error.svg)

{SCRIPT} is the plain script of the section above, with quadratic elements.
"""
