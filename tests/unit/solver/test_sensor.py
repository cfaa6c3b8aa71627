"""A sensor reads the field where it is, and nowhere but there."""

import numpy as np
import pytest

from rfa_model._fenics import dolfinx
from rfa_model.assurance.verification.tools.boxes import box
from rfa_model.errors import SolveError
from rfa_model.solver.sensor import PointSensor

SIZE_M = (2e-3, 1e-3, 1.5e-3)


@pytest.fixture(params=[1, 2], ids=["P1", "P2"])
def space(request):
    return dolfinx.fem.functionspace(box(SIZE_M, (3, 2, 2), shake=0.2), ("Lagrange", request.param))


def test_a_linear_field_is_read_exactly(space):
    x = space.tabulate_dof_coordinates() * 1e3
    values = 37.0 + 3.0 * x[:, 0] - 2.0 * x[:, 1] + 5.0 * x[:, 2]
    for point in ([0.3, 0.4, 0.5], [1.99, 0.01, 1.4], [0.0, 0.0, 0.0], [2.0, 1.0, 1.5], [1.0, 0.5, 0.0]):
        expected = 37.0 + 3.0 * point[0] - 2.0 * point[1] + 5.0 * point[2]
        assert PointSensor(space, np.array(point) * 1e-3).read(values) == pytest.approx(expected, abs=1e-9)


# Defect: a point outside the mesh silently given a neighbour's value. The last one is in mm, taken for m.
@pytest.mark.parametrize("point_m", [[2.001e-3, 5e-4, 5e-4], [1e-3, -1e-6, 5e-4], [1.0, 0.5, 0.5]])
def test_a_point_outside_is_an_error_not_a_neighbours_value(space, point_m):
    with pytest.raises(SolveError, match=r"tip sensor: point .* lies outside the mesh"):
        PointSensor(space, np.array(point_m), "tip sensor")
