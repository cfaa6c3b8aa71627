"""Simulations that share a workspace: nothing of a probe is made twice, and nothing of an arm is left to the next."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

import rfa_model.treatment.workspace
from rfa_model import Workspace, simulate
from rfa_model.errors import SolveError
from rfa_model.solver.linear import LinearSolver
from tests.scenarios.runs import LUMBAR, hold, power, ramp, scenario

NEEDLE, COOLED = "conventional_22g_5mm", "cooled_17g_4mm"
NUMERICS = scenario({"arm": {"probe": NEEDLE, "protocol": [power(1, 1)]}}).numerics


def needle(depth_mm: float = 0.0, probe: str = NEEDLE, order: int = 1):
    """A few seconds of a probe beside the nerve, moved along its own axis."""
    placement = {"approach": "parallel", "offset_mm": [0.0, 0.0, depth_mm]}
    arm = {"probe": probe, "placement": placement, "protocol": [ramp(70, 3), hold(70, 3)]}
    return scenario({"arm": arm}, order=order, anatomy=LUMBAR)


def solvers(workspace: Workspace) -> list[LinearSolver]:
    return [s for kept in workspace._kept.values() for s in (kept.systems.electric_solver, kept.systems.heat_solver)]


def levels(solver: LinearSolver) -> list:
    """Interpolations of all levels."""
    pc, found = solver._ksp.getPC(), []
    if pc.getType() == "mg":
        found, pc = [pc.getMGInterpolation(1)], pc.getMGCoarseSolve().getPC()
    return found + [pc.getMGInterpolation(level) for level in range(1, pc.getMGLevels())]


@pytest.mark.parametrize("order", [1, 2])
def test_the_second_pose_finds_what_the_first_has_made_and_the_same_numbers(order):
    workspace = Workspace()
    first = simulate(needle(order=order), workspace=workspace).arms["arm"]
    before = levels(solvers(workspace)[0])
    with patch.object(rfa_model.treatment.workspace, "load_mesh", side_effect=AssertionError("read again")):
        kept = simulate(needle(1.5, order=order), workspace=workspace).arms["arm"]
    assert len(before) >= order
    assert levels(solvers(workspace)[0]) == before
    alone = simulate(needle(1.5, order=order)).arms["arm"]
    assert kept.solver_info["steps"] == alone.solver_info["steps"]
    assert kept.fields.peak_temperature_C == pytest.approx(alone.fields.peak_temperature_C, abs=1e-3)
    # Steps settle to a thousandth of a degree, of tens.
    for column, agree in (("power_W", 1e-4), ("impedance_ohm", 1e-5), ("lesion_arrhenius_mm3", 1e-5)):
        assert kept.history[column] == pytest.approx(alone.history[column], rel=agree, abs=1e-9)
    # Which is worth something only because the poses themselves differ.
    assert np.abs(first.history["impedance_ohm"] / alone.history["impedance_ohm"] - 1.0).max() > 1e-3


def test_where_only_what_changes_no_number_is_kept_a_pose_is_to_the_bit_the_one_solved_by_itself():
    workspace = Workspace(same_numbers=True)
    simulate(needle(order=2), workspace=workspace)
    after = simulate(needle(1.5, order=2), workspace=workspace).arms["arm"]
    alone = simulate(needle(1.5, order=2)).arms["arm"]
    assert all(np.array_equal(after.history[c], alone.history[c], equal_nan=True) for c in alone.history.columns)
    assert np.array_equal(after.fields.peak_temperature_C, alone.fields.peak_temperature_C)
    assert np.array_equal(after.fields.unit_potential, alone.fields.unit_potential)


@pytest.mark.parametrize(
    "change",
    [{"outer_boundary": "grounded"}, {"element_order": 2}, {"resolution": "standard"}, {"domain_radius_mm": 30}],
)
def test_other_numerics_have_systems_of_their_own(change):
    workspace, probe = Workspace(), needle().resolved_probe("arm")
    one = workspace.prepare("one", probe.applicator(), NUMERICS)
    assert workspace.prepare("again", probe.applicator(), NUMERICS) == one
    assert workspace.prepare("other", probe.applicator(), NUMERICS.model_copy(update=change)) != one


def test_a_probe_of_another_shape_has_its_own_and_one_of_other_metal_does_not():
    workspace, probe = Workspace(), needle().resolved_probe("arm")
    one = workspace.prepare("one", probe.applicator(), NUMERICS)
    warmer = probe.metal.model_copy(update={"thermal_conductivity_W_per_mK": 20.0})
    assert workspace.prepare("other metal", probe.model_copy(update={"metal": warmer}).applicator(), NUMERICS) == one
    assert workspace.prepare("cooled", needle(probe=COOLED).resolved_probe("arm").applicator(), NUMERICS) != one


def test_an_arm_that_failed_leaves_nothing_to_the_next():
    workspace = Workspace()
    alone = simulate(needle(), workspace=workspace).arms["arm"]
    for solver in solvers(workspace):
        solver._switch({"pc_type": "jacobi"})  # given up on, as when tissue boils dry
        solver.fallbacks = 7
    with (
        patch.object(LinearSolver, "solve", side_effect=SolveError("did not converge")),
        pytest.raises(SolveError, match="did not converge"),
    ):
        simulate(needle(1.5), workspace=workspace)
    after = simulate(needle(), workspace=workspace).arms["arm"]
    assert after.solver_info["preconditioner_fallbacks"] == 0
    assert [s._options for s in solvers(workspace)] == [s._wanted for s in solvers(workspace)]
    assert after.history["impedance_ohm"] == pytest.approx(alone.history["impedance_ohm"], rel=1e-6)


def test_messages_name_the_arm_that_is_being_solved():
    workspace = Workspace()
    for arm in ("first", "second"):
        workspace.prepare(arm, needle().resolved_probe("arm").applicator(), NUMERICS)
    assert [s.name for s in solvers(workspace)] == ["second: electric potential", "second: temperature"]


def test_a_sensor_is_placed_in_a_mesh_once_and_messages_name_the_arm_that_asks():
    applicator = needle().resolved_probe("arm").applicator()
    thermometers, sensors = Workspace().prepare("first", applicator, NUMERICS).thermometers, applicator.control_sensors
    assert thermometers.of(sensors, "first") == thermometers.of(sensors, "second")
    outside = [replace(sensor, position_mm=(0.0, 0.0, 500.0)) for sensor in sensors]
    for arm in ("first", "second"):
        with pytest.raises(SolveError, match=f"arm '{arm}': .* outside the mesh"):
            thermometers.of(outside, arm)
