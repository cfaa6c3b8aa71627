"""A treatment composed by hand is the scenario's, and each of its parts can be replaced."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from rfa_model import library
from rfa_model.anatomy import LumbarAnatomy
from rfa_model.errors import InputError
from rfa_model.generator import Hold, Off, Ramp
from rfa_model.physics.drives import Bipolar
from rfa_model.placement import place
from rfa_model.plan import Plan
from rfa_model.scenario import Numerics, Placement
from rfa_model.simulation import simulate
from rfa_model.treatment import Treatment
from tests.unit.project.project_files import ROOT

FLAGSHIP = ROOT / "scenarios" / "l4_medial_branch.yaml"


@pytest.fixture(scope="module")
def by_hand():
    anatomy = LumbarAnatomy(nerve="L4", side="left").build()
    needle = library.probes()["conventional_18g_10mm"].applicator()
    return Treatment(
        anatomy=anatomy,
        applicator=needle,
        pose=place(needle, Placement(approach="parallel"), anatomy),
        protocol=[Ramp(to_C=80, duration_s=15), Hold(temperature_C=80, duration_s=90), Off(duration_s=30)],
        numerics=Numerics(resolution="draft", element_order=1, time_tolerance_C=0.5, max_step_s=20),
    )


@pytest.fixture(scope="module")
def solved(by_hand):
    return by_hand.solve()


def test_the_flagships_arm_by_hand_gives_the_scenarios_numbers(by_hand, solved):
    scenario = Plan.of(FLAGSHIP, ["conventional"]).scenario
    numerics = scenario.numerics.model_copy(update={"resolution": "draft", "element_order": 1})
    made = Plan.of(scenario.model_copy(update={"numerics": numerics}), ["conventional"])
    entry = simulate(made).arms["conventional"].summary
    # The same operations in the same order: to the last digits.
    lesion = solved.metrics.lesions["arrhenius"]
    assert lesion.volume_mm3 == pytest.approx(entry["lesions"]["arrhenius"]["volume_mm3"], rel=1e-12)
    assert solved.metrics.electrical.energy_J == pytest.approx(entry["electrical"]["energy_J"], rel=1e-12)
    assert solved.metrics.nerves["medial_branch"].margin_mm == pytest.approx(
        entry["nerves"]["medial_branch"]["margin_mm"], rel=1e-9
    )
    assert solved.metrics.structures["spinal_nerve"].verdict == entry["structures"]["spinal_nerve"]["verdict"] == "ok"


def test_an_observer_is_told_about_every_step(by_hand):
    times = []
    short = replace(by_hand, protocol=[Ramp(to_C=60, duration_s=3)])
    done = short.solve([lambda report, before, curve: times.append(report.state.time_s)])
    assert times == done.arm.history["time_s"].tolist()


def test_a_sparse_history_is_the_same_where_it_tells_something_and_changes_nothing_else(by_hand, solved):
    sparse, whole = by_hand.solve(sparsely=True), solved.arm
    thin, full = sparse.arm.history.columns, whole.history.columns
    ends, off = np.isin(full["time_s"], (0.0, 15.0, 105.0, 135.0)), full["time_s"] > 105.0
    assert list(thin) == list(full)
    for name, values in full.items():
        told = (
            ends if name.startswith("lesion_") else ~off | ends if name == "impedance_ohm" else np.full(len(ends), True)
        )
        assert (np.isnan(thin[name]) == (~told | np.isnan(values))).all(), name
        # The last solution for the current starts from an earlier one.
        assert thin[name][told] == pytest.approx(values[told], rel=1e-5 if name == "impedance_ohm" else 0, nan_ok=True)
    for of in ("peak_temperature_C", "damage_final", "cem43_min"):
        assert (getattr(sparse.arm.fields, of) == getattr(whole.fields, of)).all()
    heated, started = sparse.metrics.electrical.impedance_heated_ohm, sparse.metrics.electrical.impedance_start_ohm
    assert heated == solved.metrics.electrical.impedance_heated_ohm != started


def test_lesions_in_turn_are_the_same_with_a_sparse_history(by_hand):
    # Of these samples the last comes a rounding error before the phase's end.
    sampled = by_hand.generator.model_copy(update={"controller": "sampled_pi", "sampling_Hz": 14.8})
    one = replace(by_hand, protocol=[Hold(temperature_C=60, duration_s=2.5)], generator=sampled)
    whole, sparse = (replace(one, before=(one,)).solve(lazily=True, sparsely=thin).arm for thin in (False, True))
    assert 2.5 not in whole.history["time_s"]
    assert pytest.approx(whole.history["time_s"][37], rel=1e-12) == 2.5
    assert [made.end_mm3 for made in sparse.in_turn] == [made.end_mm3 for made in whole.in_turn]
    assert sparse.in_turn[1].taken_up_mm3 == whole.in_turn[1].taken_up_mm3
    assert sparse.in_turn[1].left_mm3 == whole.in_turn[1].left_mm3
    assert np.isnan(sparse.history["lesion_arrhenius_mm3"]).any()


def test_another_law_of_damage_is_an_object_handed_in(by_hand):
    """Twice the rate is twice the damage, for damage does not act back but through perfusion."""
    short = replace(
        by_hand,
        protocol=[Ramp(to_C=70, duration_s=5)],
        body=by_hand.body.model_copy(update={"perfusion": False}),
    )

    class Twice:
        def rate(self, temperature_C):
            return 2.0 * by_hand.laws.damage.rate(temperature_C)

    once = short.solve().arm.fields.damage_final
    double = replace(short, laws=replace(short.laws, damage=Twice())).solve().arm.fields.damage_final
    assert double == pytest.approx(2.0 * once, rel=1e-12)


class Transformer:
    """The contact at half the generator's voltage."""

    def uses_conductance(self, contacts):
        return False

    def pattern(self, contacts, conductance_S):
        assert contacts == ("tip",)
        return np.array([0.5])


def test_another_drive_is_an_object_handed_in(by_hand):
    short = replace(by_hand, protocol=[Ramp(to_C=50, duration_s=3)])
    direct, halved = (each.solve().arm for each in (short, replace(short, drive=Transformer())))
    assert halved.history["impedance_ohm"] == pytest.approx(4.0 * direct.history["impedance_ohm"], rel=1e-5)
    assert halved.history["power_W"] == pytest.approx(direct.history["power_W"], rel=1e-5)
    assert halved.fields.unit_potential.max() == pytest.approx(0.5)


def test_a_drive_that_names_no_contact_of_the_applicator_is_refused(by_hand):
    with pytest.raises(InputError, match="no contact 'left_tip'; its contacts are tip"):
        replace(by_hand, drive=Bipolar(("tip",), ("left_tip",))).solve()


def test_an_executor_that_is_handed_in_takes_the_arms():
    scenario = Plan.of(FLAGSHIP).scenario
    arms = {
        name: arm.model_copy(update={"protocol": [Ramp(to_C=50, duration_s=1)]}) for name, arm in scenario.arms.items()
    }
    numerics = scenario.numerics.model_copy(update={"resolution": "draft", "element_order": 1})
    short = scenario.model_copy(update={"arms": arms, "numerics": numerics})
    seen = []

    class Counting(ThreadPoolExecutor):
        def submit(self, *args, **kwargs):
            seen.append(args[1].treatment.name)
            return super().submit(*args, **kwargs)

    with Counting(1) as executor:
        there = simulate(short, executor=executor)
    here = simulate(short)
    assert seen == list(there.arms) == ["conventional", "cooled"]
    for name, arm in here.arms.items():
        energy = arm.summary["electrical"]["energy_J"]
        assert there.arms[name].summary["electrical"]["energy_J"] == pytest.approx(energy, rel=1e-9)
