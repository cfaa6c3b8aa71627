"""One arm's whole controlled transient, in units of one cold electric solve on the same mesh."""

import statistics
from typing import Any

import numpy as np

from benchmarks.performance.flagship import SCENARIO
from benchmarks.performance.measure import repeated, timed
from benchmarks.performance.stopwatch import watched
from benchmarks.performance.targets import Target, number
from rfa_model._markdown import table
from rfa_model.meshing import load_mesh
from rfa_model.physics.electric import ElectricProblem
from rfa_model.plan import Plan
from rfa_model.scenario import Scenario, load_scenario
from rfa_model.simulation import simulate
from rfa_model.solver.domain import Domain
from rfa_model.solver.multigrid import multigrid
from rfa_model.solver.transient import Transient
from rfa_model.solver.unit_potential import RTOL

NAME, TITLE = "transient", "A transient in units of one electric solve"
ARM, LIMIT = "conventional", 30.0
PARTS = ("matrix_s", "assembly_s", "solve_s")


def measure() -> dict[str, Any]:
    """Medians of both, side by side in one process."""
    scenario = load_scenario(SCENARIO)
    cold = cold_solver(scenario)
    runs = repeated(lambda: (solved(scenario), cold()))
    solves = {part: statistics.median(run[1][i] for run in runs) for i, part in enumerate(PARTS)}
    cold_s = statistics.median(sum(run[1]) for run in runs)
    transient_s = statistics.median(run[0][0] for run in runs)
    return {
        "transient_s": transient_s,
        "cold_solve_s": cold_s,
        "cold_solve": solves,
        "ratio": statistics.median(run[0][0] / sum(run[1]) for run in runs),
        "repeats": len(runs),
        **runs[-1][0][1],
    }


def solved(scenario: Scenario) -> tuple[float, dict[str, Any]]:
    """Seconds in all steps, and what was done in them."""
    with watched(steps=(Transient, "_step")) as tallies:
        arm = simulate(scenario, arms=[ARM]).arms[ARM]
    done = {key: arm.solver_info[key] for key in ("steps", "rejected_steps", "electric_solves")}
    if tallies["steps"].calls < done["steps"]:
        raise RuntimeError("the steps that were taken have not been watched")
    return sum(tallies["steps"].seconds), {"dofs": arm.mesh_info["dofs"], **done}


def cold_solver(scenario: Scenario):
    """A function that solves φ once from nothing but the element tables: matrix, assembly, multigrid, iteration."""
    applicator, numerics = scenario.resolved_probe(ARM).applicator(), scenario.numerics
    radius_mm = numerics.domain_radius_mm
    domain = Domain.of(load_mesh(applicator, numerics.resolution, radius_mm), numerics.element_order)
    treatment = Plan.of(scenario, [ARM]).treatment(ARM)
    base = treatment.materials(domain).electric_conductivity_S_per_m
    factor = treatment.laws.electric_conductivity.factor(np.full((4, len(base)), scenario.body.temperature_C))
    tables, cells, facets = domain.tables, domain.cells, domain.facets

    def cold() -> tuple[float, ...]:
        made, problem = timed(
            lambda: ElectricProblem(tables, cells["tissue"], domain.contacts, facets["outer"], 1e-3 * radius_mm)
        )
        assembled, rhs = timed(lambda: (problem.update(base * factor), problem.right_hand_side(np.ones(1)))[1])
        done, _ = timed(lambda: multigrid(problem.matrix, "cold").solve(rhs, None, RTOL))
        return made, assembled, done

    return cold


def targets(data: dict[str, Any]) -> list[Target]:
    """The ratio."""
    reason = f"{data['electric_solves']} electric solves in {data['steps']} steps, and the heat of two stages in each"
    return [Target("one arm's transient ÷ one cold electric solve", data["ratio"], LIMIT, "", reason=reason)]


def section(data: dict[str, Any]) -> str:
    """The page's words."""
    cold = ", ".join(f"{name.removesuffix('_s')} {number(1e3 * data['cold_solve'][name])} ms" for name in PARTS)
    rows = [
        ("15 s ramp, 90 s hold, 30 s cool-down", f"{number(data['transient_s'])} s"),
        ("one cold electric solve", f"{number(data['cold_solve_s'])} s"),
        ("ratio", number(data["ratio"])),
    ]
    return f"""The `{ARM}` arm of the shipped scenario at `standard`, {data["dofs"]} unknowns per quadratic field,
from the first step to the last: {data["steps"]} steps, {data["rejected_steps"]} rejected,
{data["electric_solves"]} electric solves. The unit is the potential solved once to {RTOL:g} with nothing there but
the element tables ({cold}).
Medians of {data["repeats"]} in one process, one beside the other.

{table(("", "wall"), rows)}
"""
