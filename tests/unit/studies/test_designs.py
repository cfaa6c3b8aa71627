"""Distributions and designs against what they are defined by."""

import numpy as np
import pytest
from scipy import stats

from rfa_model.studies.designs import DESIGNS, Space
from rfa_model.studies.distributions import DISTRIBUTIONS
from tests.unit.studies.made import planned

SHARES = np.array([1e-6, 0.03, 0.5, 0.9, 1.0 - 1e-6])


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ({"normal": {"mean": 2.0, "sd": 3.0}}, stats.norm(2, 3)),
        ({"truncated_normal": {"mean": 1.0, "sd": 2.0, "low": 0.0, "high": 2.0}}, stats.truncnorm(-0.5, 0.5, 1, 2)),
        ({"truncated_normal": {"mean": 0.0, "sd": 1.0, "low": 5.0, "high": 9.0}}, stats.truncnorm(5, 9)),
        ({"log_normal": {"median": 2500.0, "sigma": 0.4}}, stats.lognorm(0.4, scale=2500)),
        ({"uniform": {"low": -1.0, "high": 3.0}}, stats.uniform(-1, 4)),
    ],
)
def test_distributions_are_those_of_scipy(said, same):
    mine = [DISTRIBUTIONS.read(said).at(float(share)) for share in SHARES]
    assert mine == pytest.approx(same.ppf(SHARES), rel=1e-9)


def test_a_log_normal_that_is_cut_off_keeps_its_shape_below():
    cut = DISTRIBUTIONS.read({"log_normal": {"median": 1.0, "sigma": 1.0, "high": np.e}})
    whole = stats.lognorm(1.0)
    assert [cut.at(share) for share in (0.1, 0.7, 1.0)] == pytest.approx(
        whole.ppf(np.array([0.1, 0.7, 1.0]) * whole.cdf(np.e))
    )


def test_weights_are_shares_of_draws():
    three = DISTRIBUTIONS.read({"discrete": {"values": ["a", "b", "c"], "weights": [1.0, 2.0, 1.0]}})
    assert [three.at(share) for share in (0.0, 0.2499, 0.25, 0.7499, 0.75, 1.0)] == ["a", "a", "b", "b", "c", "c"]


def space(count: int) -> Space:
    return Space({name: DISTRIBUTIONS.read({"uniform": {"low": 0.0, "high": 1.0}}) for name in "abcdef"[:count]})


@pytest.mark.parametrize(
    ("few", "many"),
    [
        ({"random": {"samples": 10, "seed": 4}}, 50),
        ({"sobol_points": {"samples": 10, "seed": 4}}, 50),
        ({"latin_hypercube": {"samples": 10, "seed": 4}}, 25),
        ({"morris": {"trajectories": 3, "seed": 4}}, 6),
        ({"sobol_indices": {"base_samples": 8, "seed": 4}}, 32),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_more_samples_keep_the_earlier_ones_and_another_seed_none(few, many):
    design = DESIGNS.read(few)
    first, longer = design.draws(space(3)), design.with_samples(many).draws(space(3))
    assert len(longer) > len(first)
    assert longer[: len(first)] == first
    (kind,) = few
    assert DESIGNS.read({kind: few[kind] | {"seed": 5}}).draws(space(3))[0] != first[0]


def test_a_latin_hypercube_has_one_draw_in_every_layer():
    draws = DESIGNS.read({"latin_hypercube": {"samples": 20, "seed": 1}}).draws(space(2))
    for name in "ab":
        assert sorted(int(20 * draw[name]) for draw in draws) == list(range(20))


def test_sobol_points_integrate_better_than_random_ones():
    def error(kind: str) -> float:
        points = DESIGNS.read({kind: {"samples": 512, "seed": 1}}).draws(space(4))
        return abs(float(np.mean([np.prod([3 * draw[name] ** 2 for name in "abcd"]) for draw in points])) - 1.0)

    assert error("sobol_points") < 0.2 * error("random")


def test_correlated_values_are_correlated_by_so_much_and_keep_their_own_distributions():
    study = planned(design={"sobol_points": {"samples": 2048}}, correlated=[{"pair": ["along", "across"], "rho": -0.6}])
    drawn = np.array([[draw["along"], draw["across"]] for draw in study.draws])
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(-0.6, abs=0.02)
    assert drawn.std(axis=0) == pytest.approx([1.0, 2.0], rel=0.02)


def test_a_grid_is_every_combination_and_one_at_a_time_changes_one():
    grid = planned(design={"grid": {"levels": 3}}).draws
    assert len(grid) == 9
    assert len({(draw["along"], draw["across"]) for draw in grid}) == 9
    single = planned(design={"one_at_a_time": {"share": 0.9}}).draws
    assert [len(draw) for draw in single] == [0, 1, 1, 1, 1]
    assert single[1]["along"] == pytest.approx(-1.645, abs=1e-3)


def test_saltellis_scheme_changes_one_value_at_a_time_between_its_two_draws():
    draws = DESIGNS.read({"sobol_indices": {"base_samples": 4}}).draws(space(3))
    first, *mixed, last = draws[:5]
    for name, one in zip("abc", mixed, strict=True):
        assert one == {**first, name: last[name]}
