"""Orders and limits are recovered from values made by the formula that is fitted."""

import pytest

from rfa_model.assurance.uncertainty.grid import LARGEST_ORDER, extrapolated, grid_uncertainty, observed_order

SIZES = (0.5, 0.8, 1.7)  # ratios 1.6 and 2.125


def made(p: float, limit: float = 7.0, factor: float = -0.3) -> list[float]:
    return [limit + factor * h**p for h in SIZES]


@pytest.mark.parametrize("p", [0.2, 0.5, 1.0, 1.37, 2.0, 3.9])
@pytest.mark.parametrize("factor", [-0.3, 12.0])
def test_order_and_limit_are_recovered(p, factor):
    values = made(p, factor=factor)
    assert observed_order(SIZES, values) == pytest.approx(p, rel=1e-9)
    assert extrapolated(SIZES, values, p) == pytest.approx(7.0, rel=1e-12)


@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("p", [0.6, 1.0, 2.0])
def test_it_is_five_quarters_of_the_error(at, p):
    found = grid_uncertainty(SIZES, made(p), at)
    assert found.rule == "order"
    assert found.extrapolated == pytest.approx(7.0)
    assert found.uncertainty == pytest.approx(1.25 * 0.3 * SIZES[at] ** p)


def test_the_order_of_the_meshes_does_not_matter():
    turned = grid_uncertainty(SIZES[::-1], made(1.3)[::-1], 0)
    assert turned == grid_uncertainty(SIZES, made(1.3), 2)


def test_a_textbook_triple():
    # Celik et al. 2008, table 1, first column: reattachment length on 18000, 8000 and 4500 cells in two dimensions,
    # published p = 1.53, extrapolated 6.1685, fine-grid index 2.2 % (of 6.063).
    sizes = [cells**-0.5 for cells in (18000, 8000, 4500)]
    values = [6.063, 5.972, 5.863]
    assert observed_order(sizes, values) == pytest.approx(1.53, abs=0.01)
    assert extrapolated(sizes, values, 1.53) == pytest.approx(6.1685, abs=0.0005)
    assert grid_uncertainty(sizes, values, 0).uncertainty / 6.063 == pytest.approx(0.022, abs=0.0005)


def test_an_order_too_good_is_not_believed():
    found = grid_uncertainty(SIZES, made(6.0), 1)
    assert found.order == pytest.approx(6.0)
    assert found.extrapolated == pytest.approx(extrapolated(SIZES, made(6.0), LARGEST_ORDER))
    assert found.uncertainty > 1.25 * 0.3 * SIZES[1] ** 6.0


@pytest.mark.parametrize(
    "values",
    [
        (1.0, 1.4, 1.1),  # oscillates
        (1.0, 2.0, 2.1),  # the finest step is the largest
        (1.0, 1.0, 1.4),  # stands still
    ],
)
def test_without_an_order_the_range_counts_three_times(values):
    found = grid_uncertainty(SIZES, values, 1)
    assert (found.rule, found.order, found.extrapolated) == ("range", None, None)
    assert found.uncertainty == pytest.approx(3.0 * (max(values) - min(values)))


def test_a_slow_order_is_shown_but_not_used():
    values = made(0.3)
    found = grid_uncertainty(SIZES, values, 1)
    assert found.rule == "range"
    assert found.order == pytest.approx(0.3)
    assert found.uncertainty == pytest.approx(3.0 * (max(values) - min(values)))


def test_two_meshes_give_no_order():
    found = grid_uncertainty((1.0, 2.0), (5.0, 5.5), 0)
    assert (found.rule, found.order) == ("range", None)
    assert found.uncertainty == pytest.approx(1.5)


def test_equal_values_have_no_uncertainty():
    assert grid_uncertainty(SIZES, (4.0, 4.0, 4.0), 1).uncertainty == 0.0


def test_equal_meshes_are_refused():
    with pytest.raises(ValueError, match="different cell sizes"):
        observed_order((1.0, 1.0, 2.0), (1.0, 1.1, 1.2))
