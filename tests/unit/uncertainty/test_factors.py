"""The data file fits the scenario's models, and a changed scenario differs in that one place alone."""

import pytest

from rfa_model import library
from rfa_model._shipped import shipped_scenarios
from rfa_model.assurance.uncertainty.changes import changed, content, value_at
from rfa_model.assurance.uncertainty.factors import SIDES, factors
from rfa_model.assurance.uncertainty.sensitivity import BASE, chosen, plan
from rfa_model.errors import InputError
from rfa_model.scenario import Scenario, dump_yaml, load_scenario

FACTORS = {factor.label: factor for factor in factors()}


@pytest.fixture(scope="module")
def flagship() -> Scenario:
    return load_scenario(shipped_scenarios()["l4_medial_branch"])


@pytest.fixture(scope="module")
def anatomy(flagship):
    return flagship.anatomy.build()


def differences(a, b, path=()):
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() != b.keys():
        return [path]
    if isinstance(a, dict | list) and type(a) is type(b):
        keys = a if isinstance(a, dict) else range(len(a))
        return [found for key in keys for found in differences(a[key], b[key], (*path, key))]
    return [] if a == b else [path]


def test_labels_are_unique_and_sources_known():
    assert len(FACTORS) == len(factors())
    assert {factor.source[0] for factor in factors()} <= set(library.references())


@pytest.mark.parametrize("label", FACTORS)
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("arm", ["conventional", "cooled"])
def test_each_end_is_a_valid_scenario_changed_in_one_place(flagship, anatomy, label, side, arm):
    factor = FACTORS[label]
    if factor not in chosen(flagship, arm, anatomy):
        assert set(factor.only) == {"arms.{arm}.probe.kind"}
        return
    before, after = content(flagship), content(factor.at(side, flagship, arm))
    where = factor.where(arm)
    found = {path[: len(where)] for path in differences(before, after)}
    if not isinstance(factor.low, float):
        default = factor.text(getattr(factor, side)) == factor.base(before, arm)
        assert found == (set() if default else {where})
        assert factor.base(after, arm) == factor.text(getattr(factor, side))
    else:
        assert found == (set() if value_at(before, where) == getattr(factor, side) else {where})
        start = value_at(before, where) if factor.shift else 0.0
        assert value_at(after, where) == pytest.approx(start + getattr(factor, side))


@pytest.mark.parametrize("label", FACTORS)
def test_ranges_bracket_the_default(flagship, label):
    factor = FACTORS[label]
    base = factor.base(content(flagship), factor.only.get("arms.{arm}.probe.kind", "cooled"))
    if factor.shift:
        assert factor.low == -factor.high < 0
    elif isinstance(base, str):
        assert base in (factor.text(factor.low), factor.text(factor.high))
    else:
        assert factor.low <= base <= factor.high


def test_what_does_not_apply_is_left_out(flagship, anatomy):
    cooled = {factor.label for factor in chosen(flagship, "cooled", anatomy)}
    conventional = {factor.label for factor in chosen(flagship, "conventional", anatomy)}
    assert cooled | conventional == set(FACTORS)
    assert cooled - conventional == {"coolant heat transfer", "place of the cooled sensor"}
    assert conventional - cooled == {"filling of the bore"}
    bench = load_scenario(shipped_scenarios()["bench_muscle_conventional"])
    on_the_bench = {factor.label for factor in chosen(bench, "conventional", bench.anatomy.build())}
    assert conventional - on_the_bench == {
        "muscle perfusion", "law of perfusion", "nerve electric conductivity",
        "needle along the nerve", "needle across the nerve", "needle away from bone",
    }  # fmt: skip


def test_a_factor_of_a_law_that_the_scenario_does_not_have_is_left_out(flagship, anatomy):
    steep = changed(flagship, {("laws", "electric_conductivity"): {"kind": "spinal_muscle"}})
    left, before = ({factor.label for factor in chosen(one, "cooled", anatomy)} for one in (steep, flagship))
    assert before - left == {"rise of electric conductivity"}
    assert FACTORS["law of electric conductivity"].base(content(steep), "cooled") == "spinal_muscle"


def test_an_end_that_is_the_scenario_itself_is_not_another_run(flagship, anatomy):
    trials = plan(flagship, "cooled", anatomy)
    own = [("damage law", "high"), ("law of perfusion", "low"), ("law of electric conductivity", "low")]
    own.append(("muscle along over across its fibres", "low"))
    assert {trials[key].text for key in own} == {trials[BASE].text}
    assert len({trial.text for trial in trials.values()}) == len(trials) - len(own)
    assert "resolution: draft" in trials[BASE].text


def test_a_change_leaves_the_scenario_alone(flagship):
    before = dump_yaml(flagship.resolved())
    changed(flagship, {("tissues", "muscle", "perfusion_W_per_m3K"): 0.0})
    assert dump_yaml(flagship.resolved()) == before


@pytest.mark.parametrize(
    ("path", "value", "match"),
    [
        (("tissues", "muscle", "perfusion_W_per_m3K"), -1.0, "perfusion_W_per_m3K"),
        (("tissues", "muscle", "perfusoin"), 1.0, "nothing at tissues.muscle.perfusoin"),
        (("arms", "conventional", "probe", "cooling", "coolant_temperature_C"), 5.0, "nothing at"),
    ],
)
def test_a_change_is_checked(flagship, path, value, match):
    with pytest.raises(InputError, match=match):
        changed(flagship, {path: value})
