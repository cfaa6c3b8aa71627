"""Two needles in one treatment: meshed, solved, measured and kept like one."""

from dataclasses import replace

import numpy as np
import pytest

from rfa_model import library
from rfa_model.anatomy import HomogeneousAnatomy
from rfa_model.applicators import Pose, side_by_side
from rfa_model.errors import InputError
from rfa_model.generator import Generator, Hold, Ramp, Voltage
from rfa_model.physics.drives import Bipolar, Monopolar, Separate
from rfa_model.results import ResultsWriter, read_results
from rfa_model.scenario import Numerics
from rfa_model.treatment import Treatment, Workspace

APART_MM = 8.0


def beside(x_mm: float) -> Pose:
    return Pose(np.eye(3), np.array([x_mm, 0.0, 0.0]))


@pytest.fixture(scope="module")
def pair():
    needle = library.probes()["conventional_20g_5mm"].applicator()
    both = {"left": needle.at(beside(-0.5 * APART_MM)), "right": needle.at(beside(0.5 * APART_MM))}
    return Treatment(
        anatomy=HomogeneousAnatomy(tissue="muscle").build(),
        applicator=side_by_side("pair", both),
        pose=Pose.identity(),
        protocol=[Voltage(voltage_V_rms=30.0, duration_s=20.0)],
        numerics=Numerics(resolution="draft", element_order=1),
        drive=Bipolar(("left_tip",), ("right_tip",)),
    )


@pytest.fixture(scope="module")
def workspace():
    return Workspace()


@pytest.fixture(scope="module")
def bipolar(pair, workspace):
    return pair.solve(workspace=workspace)


def test_the_lesion_of_a_bipolar_pair_is_symmetric_and_between_the_needles(bipolar):
    fields = bipolar.arm.fields
    x = bipolar.metrics.surfaces["isotherm_50C"].points_mm[:, 0]
    assert x.max() == pytest.approx(-x.min(), rel=0.03)  # two needles are meshed one by one
    mesh = fields.tissue_mesh
    middles = mesh.points_mm[mesh.tets].mean(axis=1)[:, 0]
    inside = mesh.volumes_mm3 * (fields.peak_temperature_C[mesh.tets].mean(axis=1) > 45.0)
    assert inside[middles < 0].sum() == pytest.approx(inside[middles > 0].sum(), rel=0.03)
    assert bipolar.metrics.lesions["isotherm_50C"].width_mm > APART_MM


def test_a_pair_at_one_voltage_takes_other_power_than_between_them(pair, bipolar, workspace):
    shortly = [Voltage(voltage_V_rms=30.0, duration_s=0.1)]  # in 20 s it would boil
    together = replace(pair, drive=Monopolar(), protocol=shortly).solve(workspace=workspace)
    at_start = [each.arm.history["impedance_ohm"][0] for each in (bipolar, together)]
    # Seen in series, two needles have more than four times the resistance of the two in parallel, less what they share.
    assert 2.0 < at_start[0] / at_start[1] < 4.0


def test_parts_are_named_in_the_fields(bipolar):
    fields = bipolar.arm.fields
    assert fields.region_names == ("tissue", "left_tip", "left_shaft", "right_tip", "right_shaft")
    assert all(fields.in_region(name).any() for name in fields.region_names)


def test_it_is_written_and_read_and_says_that_it_was_made_in_python(bipolar, tmp_path):
    with ResultsWriter(tmp_path / "out", "title: pair\n", {"title": "pair"}) as writer:
        writer.add_arm(bipolar.arm, bipolar.metrics)
    arm = read_results(tmp_path / "out").arms["arm"]
    assert arm.summary["probe"]["contacts"] == {"left_tip": ["left_tip"], "right_tip": ["right_tip"]}
    assert arm.fields.region_names == bipolar.arm.fields.region_names
    with pytest.raises(InputError, match="'pair' was put together in Python"):
        _ = arm.applicator


def test_without_a_sensor_that_controls_it_is_refused(pair):
    blind = replace(pair.applicator, sensors=())
    with pytest.raises(InputError, match="has no sensor that controls"):
        replace(pair, applicator=blind).solve()


HELD_C = 60.0


def held(pair, workspace, **changes):
    """The pair held at a temperature, its right sensor 1.5 mm up the tip, where it reads another one than the left."""
    left, right = pair.applicator.sensors
    x, y, z = right.position_mm
    uneven = replace(pair.applicator, sensors=(left, replace(right, position_mm=(x, y, z + 1.5))))
    protocol = [Ramp(to_C=HELD_C, duration_s=3.0), Hold(temperature_C=HELD_C, duration_s=3.0)]
    return replace(pair, applicator=uneven, **{"protocol": protocol, **changes}).solve(workspace=workspace)


def both_sensors(solution):
    return np.array([solution.arm.history[f"sensor_{side}_sensor_C"] for side in ("left", "right")])


@pytest.mark.parametrize(("control", "told"), [("hotter", np.max), ("mean", np.mean)])
def test_one_voltage_holds_the_hotter_sensor_or_their_mean_exactly(pair, workspace, control, told):
    history = (solution := held(pair, workspace, control=control)).arm.history
    readings = both_sensors(solution)
    assert np.ptp(readings[:, -1]) > 0.5  # a control on one of them would show
    assert told(readings, axis=0)[1:] == pytest.approx(history["set_point_C"][1:], abs=2e-3)
    assert history["sensor_C"] == pytest.approx(told(readings, axis=0), abs=1e-9)


@pytest.fixture(scope="module")
def dual(pair, workspace):
    return held(pair, workspace, control="each", drive=Separate())


def test_each_of_two_generators_has_limits_and_a_cut_off_of_its_own(pair, workspace):
    def shortly(**limits):
        told = [Voltage(voltage_V_rms=30.0, duration_s=0.2)]
        return held(pair, workspace, control="each", drive=Separate(), protocol=told, generator=Generator(**limits)).arm

    free = shortly()
    names = ("left_tip", "right_tip")
    watts, amperes = (np.max([free.history[f"contact_{name}_{what}"] for name in names]) for what in ("W", "A_rms"))
    for limits, what, most in (
        ({"max_power_W": 0.5 * watts}, "W", 0.5 * watts),
        ({"max_current_A_rms": 0.5 * amperes}, "A_rms", 0.5 * amperes),
    ):
        limited = shortly(**limits)
        found = np.array([limited.history[f"contact_{name}_{what}"] for name in names])
        assert found[:, 1:].max(axis=0) == pytest.approx(most, rel=2e-3)
        assert found[:, 1:].sum() > 1.9 * most * (found.shape[1] - 1)
    together_ohm = float(free.history["impedance_ohm"].max())
    assert free.cutoff is None
    assert shortly(impedance_cutoff_ohm=1.3 * together_ohm).cutoff is not None
    assert shortly(impedance_cutoff_ohm=2.5 * together_ohm).cutoff is None


def test_separate_generators_each_hold_their_own_sensor(dual):
    history = dual.arm.history
    for readings in both_sensors(dual):
        assert readings[1:] == pytest.approx(history["set_point_C"][1:], abs=2e-3)
    volts = [history[f"contact_{side}_tip_V_rms"][-1] for side in ("left", "right")]
    assert abs(volts[0] - volts[1]) > 1e-3 * max(volts)
    assert history["voltage_V_rms"][-1] == pytest.approx(max(volts))
    assert dual.arm.balance["energy_residual"] < 1e-3  # the mixed heat is counted, and once


@pytest.mark.parametrize("which", ["bipolar", "dual"])
def test_contacts_add_up_to_the_arm(which, request):
    solution = request.getfixturevalue(which)
    history, entry = solution.arm.history, solution.metrics.to_summary()
    left, right = (history[f"contact_{side}_tip_W"] for side in ("left", "right"))
    assert left + right == pytest.approx(history["power_W"], rel=1e-9)
    contacts = entry["electrical"]["contacts"]
    mean_W = sum(contacts[f"{side}_tip"]["power_W"]["mean"] for side in ("left", "right"))
    assert mean_W == pytest.approx(entry["electrical"]["power_W"]["mean"], rel=1e-9)
    assert contacts["left_tip"]["sensor_max_C"] == history["sensor_left_sensor_C"].max()


def test_a_bipolar_pair_leaves_the_pad_alone(bipolar):
    history, contacts = bipolar.arm.history, bipolar.metrics.to_summary()["electrical"]["contacts"]
    assert history["contact_left_tip_A_rms"] == pytest.approx(-history["contact_right_tip_A_rms"], rel=1e-9)
    assert 0.0 < bipolar.arm.balance["pad_current"] < 1e-6
    poles = [contacts[f"{side}_tip"]["impedance_ohm"]["end_of_heating"] for side in ("left", "right")]
    assert sum(poles) == pytest.approx(history["impedance_ohm"][-1], rel=0.01)  # in series


def test_generators_of_their_own_need_a_sensor_each(pair):
    one = replace(pair.applicator, sensors=pair.applicator.sensors[:1])
    with pytest.raises(InputError, match="takes a sensor in every contact"):
        replace(pair, applicator=one, control="each", drive=Separate()).solve()


def test_below_a_ceiling_both_contacts_have_the_voltage_that_is_told_and_the_hotter_stays_below(pair, workspace):
    ceiling = Voltage(voltage_V_rms=40.0, ceiling_C=55.0, duration_s=1.0)
    protocol = [Ramp(to_C=55.0, duration_s=2.0), ceiling]
    history = held(pair, workspace, protocol=protocol, control="each", drive=Separate()).arm.history
    left, right = (history[f"contact_{side}_tip_V_rms"] for side in ("left", "right"))
    steered, below = history["time_s"] <= 2.0 + 1e-9, history["time_s"] > 2.0 + 1e-9
    assert abs(left[steered][-1] / right[steered][-1] - 1.0) > 1e-3
    assert left[below] == pytest.approx(right[below], rel=1e-9)
    readings = [history[f"sensor_{side}_sensor_C"][below] for side in ("left", "right")]
    assert np.max(readings, axis=0) == pytest.approx(55.0, abs=0.01)
