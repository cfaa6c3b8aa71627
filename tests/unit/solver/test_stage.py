"""When stages have a new preconditioner, and when the last one serves; where water boils, Newton's method settles."""

import warnings
from collections.abc import Iterable
from itertools import repeat

import numpy as np
import pytest

from rfa_model.assurance.verification.tools.bioheat import (
    BODY_C,
    UNLIMITED,
    GivenHeat,
    bioheat,
    muscle_tables,
    stage_solver,
    uniform_heat,
)
from rfa_model.assurance.verification.tools.boxes import box
from rfa_model.generator.controllers import ConstantVoltage
from rfa_model.solver.stage import continued
from rfa_model.solver.state import State
from rfa_model.solver.stepping import GAMMA

VOLTAGE = ConstantVoltage(1.0, UNLIMITED)


@pytest.fixture
def stages():
    tables = muscle_tables(box((1e-2, 1e-2, 1e-2), (2, 2, 2)), 2)
    stages = stage_solver(bioheat(tables, capacity=3.8e6, latent_J_per_m3=1.6e9), uniform_heat(tables, 1e6), 1e-6)
    stages.plain_below_s = 0.0
    return stages


def made(stages, *steps_s: float, starts_C: Iterable[float] = repeat(BODY_C)) -> list[bool]:
    """Whether each of the steps had a preconditioner of its own."""
    found = []
    refresh = stages.linear.refresh

    def noticed():
        found[-1] = True
        refresh()

    stages.linear.refresh = noticed
    for step_s, start_C in zip(steps_s, starts_C, strict=False):
        found.append(False)
        stages.solve_step(State.at_rest(np.full(stages.heat.tables.local_size, start_C)), step_s, VOLTAGE, 0.0)
    return found


def test_it_is_kept_while_steps_neither_shorten_nor_grow_much(stages):
    # The fourth is more than four times as long as the first, for which it was made; the sixth is too short for it.
    steps_s = (1.0, 0.5, 3.9, 4.1, 1.2, 1.0, 1.0)
    assert made(stages, *steps_s) == [True, False, False, True, False, True, False]


def test_boiling_has_its_own_and_leaves_it_alone(stages):
    starts_C = (BODY_C, 99.9, 99.9, BODY_C, BODY_C)
    assert made(stages, *[1.0] * 5, starts_C=starts_C) == [True, False, False, False, False]
    assert stages.plain.solves > 0


def test_short_stages_have_none_until_they_take_long():
    tables = muscle_tables(box((1e-2, 1e-2, 1e-2), (8, 8, 8), shake=0.2), 2)
    heat, start = bioheat(tables, capacity=3.8e6), 1e3 * tables.V.tabulate_dof_coordinates()[:, 0]
    stages = stage_solver(heat, uniform_heat(tables, 1e6), 1e-6)

    def solved(step_s: float) -> tuple[bool, bool]:
        before = stages.plain.solves if stages.plain else 0, stages.linear.solves
        stages.solve_step(State.at_rest(BODY_C + start), step_s, VOLTAGE, 0.0)
        return stages.plain.solves > before[0], stages.linear.solves > before[1]

    assert solved(0.01) == (True, False)
    assert stages.plain_below_s == np.inf
    # It is noticed on the way, and taken to heart from the next step on.
    assert solved(3000.0) == (True, False)
    assert stages.plain_below_s == pytest.approx(GAMMA * 3000.0)
    assert solved(3000.0) == (False, True)
    assert solved(6000.0) == (False, True)
    assert solved(0.01) == (True, False)


@pytest.mark.parametrize(
    ("start_C", "heat_W_per_m3"), [(BODY_C, 2.2e9), (400.0, -2.4e9)], ids=["boiling", "condensing"]
)
@pytest.mark.parametrize("degree", [1, 2])
def test_many_cells_cross_the_boiling_band_in_one_step(degree, start_C, heat_W_per_m3):
    tables = muscle_tables(box((8e-3, 2e-3, 2e-3), (16, 4, 4), shake=0.2), degree)
    heat = bioheat(tables, capacity=3.8e6, latent_J_per_m3=1.6e9, conductivity_slope=0.0012)
    along = tables.corners[:, :, 0].mean(axis=1) / 8e-3
    source = GivenHeat(tables.scatter((tables.nodes, tables.apply_mean(heat_W_per_m3 * along))))
    stages = stage_solver(heat, source, 1e-3)
    start = np.full(tables.local_size, start_C)
    _, end = stages.solve_step(State.at_rest(start), 1.0, VOLTAGE, 0.0)
    law, mean = heat.enthalpy, tables.mean(end.temperature_C)
    boiling = (mean > law.start_C) & (mean < law.end_C)
    assert [some.sum() > 0.05 * tables.count for some in (mean < law.start_C, boiling, mean > law.end_C)] == [True] * 3
    supplied = source.volume_power_W
    gained = (law.enthalpy(mean) - law.enthalpy(np.full(tables.count, start_C))) @ tables.volume_m3
    assert gained == pytest.approx(supplied, rel=1e-6)
    # A change cut short for all cells where one of them would jump the band does not settle in 40 rounds.
    assert stages.iterations <= 24


def test_slopes_go_on_as_they_fall_straight_as_they_rise_and_rest_once_they_have_turned():
    def falling(t: float) -> float:
        return 3.0 * np.exp(-0.7 * t)

    before = np.array([falling(0.0), -falling(0.0), 1.0, -1.0, 2.0, 0.0, 0.0, -0.0, 4.0, 1e-310])
    now = np.array([falling(0.5), -falling(0.5), 1.5, -1.0, -0.1, 0.0, 2.0, -2.0, 0.0, 1.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = continued(before, now, 2.0)
    assert found == pytest.approx([falling(1.5), -falling(1.5), 2.5, -1.0, 0.0, 0.0, 6.0, -6.0, 0.0, 3.0])
