"""A fixed small arm costs a counted amount of work: what doubles it does not go unseen.

Counts do not depend on the machine. The bounds are what was counted when they were written, and half as much again; who
makes the solver cheaper lowers them.
"""

from unittest.mock import patch

import pytest

from benchmarks.performance.stopwatch import watched
from rfa_model.physics.bioheat import BioheatProblem
from rfa_model.solver.linear import LinearSolver
from rfa_model.solver.stage import StageSolver
from rfa_model.solver.stepping import StepSize
from rfa_model.solver.unit_potential import UnitPotential
from tests.scenarios.runs import hold, power, ramp, scenario, simulate

TREATED = [ramp(80, 5), hold(80, 5)]
RUNS = {"linear": (1, TREATED), "quadratic": (2, TREATED), "boiling": (1, [power(30, 0.25)])}
"""Element order and protocol of each run."""
COUNTED = {
    "linear": {
        "steps": 14,
        "rejected steps": 0,
        "electric solves": 24,
        "heat matrices": 14,
        "linear solves": 73,
        "linear iterations": 440,
    },
    "quadratic": {
        "steps": 14,
        "rejected steps": 0,
        "electric solves": 25,
        "heat matrices": 14,
        "linear solves": 76,
        "linear iterations": 518,
    },
    "boiling": {
        "steps": 14,
        "rejected steps": 7,
        "electric solves": 183,
        "heat matrices": 67,
        "linear solves": 422,
        "linear iterations": 2270,
    },
}
MARGIN = 1.5


def work(run: str) -> dict[str, int]:
    """Counts of one run with a small needle in muscle, draft mesh."""
    iterations, (order, protocol) = [], RUNS[run]
    attempt = LinearSolver._attempt

    def counting(self, *args):
        before = self.iterations
        reason = attempt(self, *args)
        iterations.append(self.iterations - before)
        return reason

    with patch.object(LinearSolver, "_attempt", counting), watched(heat=(BioheatProblem, "update_matrix")) as tallies:
        arms = {"arm": {"probe": "conventional_22g_5mm", "protocol": protocol}}
        done = simulate(scenario(arms, order=order)).arms["arm"].solver_info
    return {
        "steps": done["steps"],
        "rejected steps": done["rejected_steps"],
        "electric solves": done["electric_solves"],
        "heat matrices": tallies["heat"].calls,
        "linear solves": len(iterations),
        "linear iterations": sum(iterations),
    }


def above_the_bounds(run: str) -> set[str]:
    return {name for name, count in work(run).items() if count > MARGIN * COUNTED[run][name] + 1}


@pytest.mark.parametrize("run", RUNS)
def test_no_more_work_than_counted(run):
    assert above_the_bounds(run) == set()


def half_steps():
    propose = StepSize.propose
    return patch.object(StepSize, "propose", lambda self, now, end: min(propose(self, now, end), 0.5 * self.value_s))


def current_solved_twice():
    update = UnitPotential.update

    def again(self, temperature_C):
        done = update(self, temperature_C)
        if done:
            self._factor = None
            update(self, temperature_C)
        return done

    return patch.object(UnitPotential, "update", again)


def heat_assembled_twice():
    assemble = StageSolver._assemble

    def again(self, *args):
        assemble(self, *args)
        assemble(self, *args)

    return patch.object(StageSolver, "_assemble", again)


def loose_preconditioner():
    return patch.dict("rfa_model.solver.multigrid.ALGEBRAIC", {"pc_type": "jacobi"})


def no_coarse_level():
    return patch.dict("rfa_model.solver.multigrid.NESTED", {"mg_coarse_pc_type": "jacobi"})


@pytest.mark.parametrize(
    ("run", "defect", "seen"),
    [
        ("linear", half_steps, "steps"),
        ("linear", current_solved_twice, "electric solves"),
        ("linear", heat_assembled_twice, "heat matrices"),
        ("linear", loose_preconditioner, "linear iterations"),
        ("quadratic", no_coarse_level, "linear iterations"),
    ],
)
def test_doubled_work_is_seen(run, defect, seen):
    with defect():
        assert seen in above_the_bounds(run)
