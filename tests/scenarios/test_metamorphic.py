"""What must hold whatever the numbers are; linear elements at draft resolution, for relations ask for no accuracy."""

import copy

import numpy as np
import pytest

from rfa_model import library
from rfa_model.scenario import dump_yaml
from rfa_model.simulation import simulate
from tests.scenarios.runs import (
    NO_LAWS,
    hold,
    lesion_mm3,
    off,
    power,
    ramp,
    scenario,
    solve,
    solve_all,
    treatment,
)

NEEDLE, COOLED = "conventional_18g_10mm", "cooled_17g_4mm"
PLAIN = {"electric_conductivity_S_per_m": 0.446}
PI = {"controller": "pi", "proportional_gain_W_per_K": 0.5, "integral_gain_W_per_Ks": 0.1}
WATER_OFF = {"cooling": {"heat_transfer_coefficient_W_per_m2K": 0}}


class TestScaling:
    @pytest.mark.parametrize("s", [0.5, 2.0])
    def test_conductivity_changes_impedance_and_nothing_else_at_constant_power(self, s):
        base = solve(NEEDLE, [power(4, 15), off(5)], tissues={"muscle": PLAIN})
        scaled = solve(NEEDLE, [power(4, 15), off(5)], tissues={"muscle": {"electric_conductivity_S_per_m": 0.446 * s}})
        assert scaled.history["impedance_ohm"][0] * s == pytest.approx(base.history["impedance_ohm"][0], rel=1e-6)
        assert scaled.history["impedance_ohm"][-1] * s == pytest.approx(base.history["impedance_ohm"][-1], rel=1e-3)
        rise = base.fields.peak_temperature_C - 37.0
        assert rise.max() > 20.0
        assert np.abs(scaled.fields.peak_temperature_C - base.fields.peak_temperature_C).max() < 2e-3 * rise.max()

    def test_without_any_law_temperature_is_linear_in_power(self):
        one, two = (
            solve(NEEDLE, [power(watts, 10)], laws=NO_LAWS).fields.temperature_C[-1] - 37.0 for watts in (1.0, 2.0)
        )
        assert one.max() > 4.0
        assert np.abs(two - 2.0 * one).max() < 0.01 * two.max()


@pytest.fixture(scope="module")
def reference():
    volume = lesion_mm3(solve(NEEDLE, treatment(80, 25)))
    assert volume > 100.0
    return volume


class TestOrder:
    """More of what heats, never less of a lesion."""

    @pytest.mark.parametrize("criterion", ["arrhenius", "arrhenius_99", "isotherm_50C", "isotherm_60C", "cem43_240min"])
    def test_twice_the_perfusion_makes_every_lesion_smaller(self, criterion):
        base, twice = (
            solve(NEEDLE, treatment(80, 60), tissues={"muscle": {"perfusion_W_per_m3K": w}}) for w in (2550.0, 5100.0)
        )
        # Smaller by more than rounding, which alone orders two equal runs; found: 1.2 to 1.7 %.
        assert 0.0 < lesion_mm3(twice, criterion) < 0.995 * lesion_mm3(base, criterion)

    def test_longer(self, reference):
        assert lesion_mm3(solve(NEEDLE, treatment(80, 60))) > 1.1 * reference

    def test_hotter(self, reference):
        assert lesion_mm3(solve(NEEDLE, treatment(85, 25))) > 1.05 * reference

    def test_thicker(self):
        volumes = [lesion_mm3(solve(f"conventional_{g}g_10mm", treatment(80, 25))) for g in (22, 20, 18, 16)]
        assert (np.diff(np.log(volumes)) > 0.05).all(), volumes

    def test_longer_tip(self, reference):
        assert lesion_mm3(solve("conventional_18g_5mm", treatment(80, 25))) < 0.8 * reference

    def test_the_cool_down_adds_damage(self):
        without, with_it = (lesion_mm3(solve(NEEDLE, [ramp(80, 5), hold(80, 25), *rest])) for rest in ([], [off(10)]))
        assert with_it > 1.05 * without


class TestCooling:
    def test_water_off_is_the_same_electrode_without_coolant(self):
        # The lumen stays a hole: with h = 0 the coolant's temperature can no longer matter.
        warm, cold = (
            solve(
                COOLED,
                treatment(60),
                arm={"cooling": {"heat_transfer_coefficient_W_per_m2K": 0, "coolant_temperature_C": c}},
            )
            for c in (37.0, 5.0)
        )
        assert np.array_equal(warm.fields.temperature_C, cold.fields.temperature_C)

    def test_water_off_behaves_like_a_solid_electrode(self):
        dry = solve(COOLED, treatment(60), arm=WATER_OFF)
        solid_metal = {"name": "solid", "kind": "conventional", "cooling": None, "protocol": "conventional_80C_90s"}
        uncooled = library.probes()[COOLED].model_dump() | solid_metal
        solid = solve(uncooled, treatment(60))
        # Metal for the lumen's void conducts a little more of the heat up the shaft; two meshes differ by more.
        assert lesion_mm3(dry) == pytest.approx(lesion_mm3(solid), rel=0.15)
        assert dry.summary["electrical"]["energy_J"] == pytest.approx(solid.summary["electrical"]["energy_J"], rel=0.1)

    def test_less_and_less_exchange_tends_to_none(self):
        exchanges = [{"cooling": {"heat_transfer_coefficient_W_per_m2K": h}} for h in (10.0, 1.0, 0.0)]
        # Stages settle to a twentieth of a step's tolerance, and what is looked at is hundredths of a degree.
        fine = {"time_tolerance_C": 0.005}
        some, little, none = (
            solve(COOLED, [off(10)], arm=arm, numerics=fine).history["sensor_C"][-1] for arm in exchanges
        )
        assert none == pytest.approx(37.0, abs=1e-9)
        assert 37.0 - some == pytest.approx(10.0 * (37.0 - little), rel=0.02)
        assert 36.95 < little < 37.0

    def test_running_water_moves_heat_away_from_the_metal(self):
        wet, dry = solve(COOLED, treatment(60)), solve(COOLED, treatment(60), arm=WATER_OFF)
        assert lesion_mm3(wet) > 2.0 * lesion_mm3(dry)
        assert wet.summary["electrical"]["energy_J"] > 1.5 * dry.summary["electrical"]["energy_J"]
        assert wet.summary["temperature"]["max_C"] > dry.summary["temperature"]["max_C"] + 5.0

    def test_the_coolants_temperature_matters(self):
        cold, warm = (solve(COOLED, treatment(60), arm={"cooling": {"coolant_temperature_C": c}}) for c in (5.0, 35.0))
        assert cold.summary["electrical"]["energy_J"] > 1.1 * warm.summary["electrical"]["energy_J"]
        assert lesion_mm3(cold) > 1.1 * lesion_mm3(warm)

    def test_coolant_alone_cools_tissue_towards_its_own_temperature(self):
        sensors = [
            solve(COOLED, [off(20)], arm={"cooling": {"coolant_temperature_C": c}}).history["sensor_C"][-1]
            for c in (10.0, 22.0, 37.0)
        ]
        assert sensors[2] == pytest.approx(37.0, abs=1e-6)
        # The equation without current is linear up to k(T): as far below 37 °C as the coolant is, in proportion.
        assert (37.0 - sensors[0]) / (37.0 - sensors[1]) == pytest.approx(27.0 / 15.0, rel=0.02)
        assert sensors[0] < 30.0


class TestProtocol:
    def test_a_hold_split_in_two_is_the_same_hold(self):
        whole = solve(NEEDLE, treatment(80, 25))
        split = solve(NEEDLE, [ramp(80, 5), hold(80, 11), hold(80, 14), off(5)])
        for criterion in whole.summary["lesions"]:
            assert lesion_mm3(split, criterion) == pytest.approx(lesion_mm3(whole, criterion), rel=5e-3)
        energy = whole.summary["electrical"]["energy_J"]
        assert split.summary["electrical"]["energy_J"] == pytest.approx(energy, rel=2e-3)

    def test_a_ramp_split_in_two_is_the_same_ramp(self):
        whole = solve(NEEDLE, treatment(80, 25))
        split = solve(NEEDLE, [ramp(54.2, 2.0), ramp(80, 3.0), hold(80, 25), off(5)])
        energy = whole.summary["electrical"]["energy_J"]
        assert split.summary["electrical"]["energy_J"] == pytest.approx(energy, rel=5e-3)
        assert lesion_mm3(split) == pytest.approx(lesion_mm3(whole), rel=1e-2)

    def test_a_hold_split_in_two_is_the_same_hold_for_a_pi_generator(self):
        whole = solve(NEEDLE, [ramp(80, 5), hold(80, 25)], arm={"generator": PI})
        split = solve(NEEDLE, [ramp(80, 5), hold(80, 11), hold(80, 14)], arm={"generator": PI})
        energy = whole.summary["electrical"]["energy_J"]
        assert split.summary["electrical"]["energy_J"] == pytest.approx(energy, rel=2e-3)
        assert split.history["sensor_C"][-1] == pytest.approx(whole.history["sensor_C"][-1], abs=0.05)

    def test_snapshots_do_not_touch_the_solution(self):
        few, many = (solve(NEEDLE, treatment(80, 25), numerics={"snapshot_interval_s": dt}) for dt in (30.0, 1.0))
        assert len(many.fields.times_s) > 5 * len(few.fields.times_s)
        assert few.history["sensor_C"] == pytest.approx(many.history["sensor_C"], rel=1e-9)
        assert few.fields.damage_final == pytest.approx(many.fields.damage_final, rel=1e-9)


class TestIndependence:
    ARMS = {  # noqa: RUF012
        "one": {"probe": NEEDLE, "protocol": treatment(80, 10)},
        "two": {"probe": COOLED, "protocol": treatment(60, 10)},
    }

    def test_order_of_arms(self):
        forward = solve_all(self.ARMS).arms
        backward = simulate(scenario(dict(reversed(self.ARMS.items())))).arms
        assert list(backward) == ["two", "one"]
        for name in self.ARMS:
            assert_same(forward[name], backward[name])

    def test_one_arm_alone(self):
        alone = simulate(scenario(self.ARMS), arms=["two"]).arms
        assert list(alone) == ["two"]
        assert_same(alone["two"], solve_all(self.ARMS).arms["two"])

    def test_the_second_run_in_a_process_is_the_first_one_and_the_scenario_stays_as_it_was(self):
        made = scenario(self.ARMS)
        before, text = copy.deepcopy(made), dump_yaml(made.resolved())
        first = simulate(made).arms["one"]
        assert made == before
        assert dump_yaml(made.resolved()) == text
        assert_same(first, simulate(made).arms["one"])


def assert_same(a, b) -> None:
    assert len(a.history["time_s"]) == len(b.history["time_s"])
    for column, values in a.history.columns.items():
        assert values == pytest.approx(b.history[column], rel=1e-9, abs=1e-9, nan_ok=True), column
    assert np.abs(a.fields.temperature_C - b.fields.temperature_C).max() < 1e-4  # stored in single precision
    assert a.fields.damage_final == pytest.approx(b.fields.damage_final, rel=1e-9, abs=1e-12)
