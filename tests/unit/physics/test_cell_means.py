"""Means and extremes that are remembered of fields that can no longer be written, and of no others."""

import numpy as np
import pytest

from rfa_model.physics.cell_means import REMEMBERED, CellMeans, frozen


class Cells:
    """Two cells; counts how often it is asked."""

    asked = 0

    def mean(self, values):
        self.asked += 1
        return np.array([values[:2].mean(), values[2:].mean()])


@pytest.fixture
def cells():
    return Cells()


def test_what_is_frozen_is_worked_out_once(cells):
    means, field = CellMeans(cells), frozen(np.array([1.0, 3.0, 5.0, 9.0]))
    for _ in range(3):
        assert means.mean(field).tolist() == [2.0, 7.0]
        assert means.extremes(field) == (1.0, 9.0)
    assert cells.asked == 1
    with pytest.raises(ValueError, match="read-only"):
        field[0] = 2.0
    with pytest.raises(ValueError, match="read-only"):
        means.mean(field)[0] = 2.0


def test_what_can_be_written_is_worked_out_anew(cells):
    means, field = CellMeans(cells), np.array([1.0, 3.0, 5.0, 9.0])
    assert means.mean(field).tolist() == [2.0, 7.0]
    field[3] = 11.0
    assert means.mean(field).tolist() == [2.0, 8.0]
    assert means.extremes(field) == (1.0, 11.0)
    frozen(field)
    field.flags.writeable = True
    field[0] = -1.0
    assert means.extremes(field) == (-1.0, 11.0)


def test_equal_fields_are_different_ones_and_the_oldest_is_forgotten(cells):
    means = CellMeans(cells)
    fields = [frozen(np.full(4, float(n))) for n in range(REMEMBERED + 1)]
    for field in [*fields, *fields[1:]]:
        assert means.mean(field)[0] == field[0]
    assert cells.asked == len(fields)
    assert means.mean(fields[0])[0] == 0.0
    assert cells.asked == len(fields) + 1
    means.mean(frozen(fields[-1].copy()))
    assert cells.asked == len(fields) + 2
