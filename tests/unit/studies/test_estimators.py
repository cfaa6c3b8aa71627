"""Estimators against published intervals, exact cases and repeated draws."""

import numpy as np
import pytest

from rfa_model.studies.estimators import carried_over, mean, paired_difference, probability


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    # R.G. Newcombe, Stat Med 1998;17:857, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_the_published_one(hits, count, low, high):
    one = probability([True] * hits + [False] * (count - hits))
    assert one is not None
    assert (one.low, one.high) == pytest.approx((low, high), abs=5e-5)


def test_nothing_is_said_of_no_trials():
    assert probability([]) is None
    assert mean([1.0]) is None


def test_a_paired_difference_covers_the_truth_as_often_as_it_says_and_is_narrower_than_two_shares():
    rng = np.random.default_rng(1)
    hits, paired_width, apart_width = 0, [], []
    for _ in range(400):
        common = rng.random(80)
        a, b = common < 0.9, common + 0.05 * rng.standard_normal(80) < 0.8
        one, first, second = paired_difference(a, b), probability(a), probability(b)
        truth = 0.1
        hits += one.low <= truth <= one.high
        paired_width.append(one.half_width)
        apart_width.append(np.hypot(first.half_width, second.half_width))
    assert 0.92 <= hits / 400 <= 0.99
    assert np.mean(paired_width) < 0.75 * np.mean(apart_width)


def test_the_control_variate_is_unbiased_and_saves_the_variance_it_claims():
    rng = np.random.default_rng(2)
    found, alone, claimed, covered = [], [], [], 0
    for _ in range(400):
        coarse = rng.standard_normal(200)
        better = 1.0 + 2.0 * coarse[:20] + 0.5 * rng.standard_normal(20)
        one = carried_over(better, coarse[:20], coarse[20:])
        found.append(one.estimate.value)
        alone.append(one.alone.value)
        claimed.append(one.variance_saved)
        covered += one.estimate.low <= 1.0 <= one.estimate.high
    assert np.mean(found) == pytest.approx(1.0, abs=4 * np.std(found) / 20)
    saved = 1.0 - np.var(found) / np.var(alone)
    # 20 of 200 pairs and ρ² = 16/17: 1 - ρ²·0.9.
    assert saved == pytest.approx(16 / 17 * 0.9, abs=0.04)
    assert np.mean(claimed) == pytest.approx(saved, abs=0.04)
    assert covered / 400 > 0.9


def test_a_control_that_never_changes_saves_nothing():
    same = np.ones(5)
    one = carried_over(np.arange(5.0), same, np.ones(20))
    assert one.variance_saved == 0.0
    assert one.estimate == one.alone
