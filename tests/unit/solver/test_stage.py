"""When a step's stages have a new preconditioner, and when the last one serves."""

import numpy as np
import pytest

from rfa_model._fenics import dolfinx
from rfa_model.physics.assembly import CellTables
from rfa_model.solver.controllers import ConstantVoltage, Limits
from rfa_model.solver.state import State
from rfa_model.verification.tools.bioheat import BODY_C, bioheat, stage_solver, uniform_heat
from rfa_model.verification.tools.boxes import box

VOLTAGE = ConstantVoltage(1.0, Limits(1e9, 1e9, 1e9, 1e9))


@pytest.fixture
def stages():
    tables = CellTables(dolfinx.fem.functionspace(box((1e-2, 1e-2, 1e-2), (2, 2, 2)), ("Lagrange", 2)))
    return stage_solver(bioheat(tables, capacity=3.8e6), uniform_heat(tables, 1e6), 1e-6)


def made(stages, *steps_s: float) -> list[bool]:
    """Whether each of the steps had a preconditioner of its own."""
    state, found = State.at_rest(np.full(stages.heat.tables.local_size, BODY_C)), []
    refresh = stages.linear.refresh

    def noticed():
        found[-1] = True
        refresh()

    stages.linear.refresh = noticed
    for step_s in steps_s:
        found.append(False)
        stages.solve_step(state, step_s, VOLTAGE, 0.0)
    return found


def test_it_is_kept_while_steps_hardly_shorten_and_do_not_grow_much(stages):
    # Less by a rounding error counts as equal; the fourth is longer by half than the first, for which it was made.
    steps_s = (1.0, 1.0 - 1e-15, 1.2, 1.5, 1.5, 1.3, 1.3)
    assert made(stages, *steps_s) == [True, False, False, True, False, True, False]


def test_none_outlives_boiling(stages):
    boiling = iter([False, True, True, False, False])
    stages.heat.boils = lambda *temperatures_C: next(boiling)
    assert made(stages, 1.0, 1.0, 1.0, 1.0, 1.0) == [True, True, True, True, False]
