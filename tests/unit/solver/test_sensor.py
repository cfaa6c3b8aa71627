"""A sensor reads the field where it is, and nowhere but there."""

import numpy as np
import pytest

from rfa_model._fenics import dolfinx
from rfa_model.applicators import SensorTube
from rfa_model.assurance.verification.tools.boxes import box
from rfa_model.errors import SolveError
from rfa_model.solver.sensor import PointSensor
from rfa_model.solver.tube_sensor import TubeSensor

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


# The fin's exact solutions are in the verification case "sensor-tube".
@pytest.fixture
def tube():
    return SensorTube(2e-6, 0.5, 0.1, 1e-5, wall_radius_mm=0.3, axis=(1.0, 0.0, 0.0))


def test_a_tube_in_an_even_needle_has_the_needles_temperature(space, tube):
    sensor = TubeSensor(space, np.array([0.2e-3, 0.5e-3, 0.7e-3]), tube)
    even = np.full(space.dofmap.index_map.size_local, 63.0)
    assert sensor.read(even) == pytest.approx(63.0, abs=1e-9)
    assert sensor.around(even) == pytest.approx(63.0, abs=1e-9)


def test_a_tube_runs_along_its_axis_and_reads_between_its_ends(space, tube):
    sensor = TubeSensor(space, np.array([0.2e-3, 0.5e-3, 0.7e-3]), tube)
    x, y, z = space.tabulate_dof_coordinates().T * 1e3
    # Across the axis a ring has the value of its middle.
    assert sensor.read(y + 2.0 * z) == pytest.approx(0.5 + 1.4, abs=1e-9)
    assert sensor.around(x) == pytest.approx(0.2, abs=1e-9)
    assert 0.2 < sensor.read(x) < 2.0


def test_the_tighter_the_coupling_the_nearer_the_reading(space):
    x = space.tabulate_dof_coordinates()[:, 0] * 1e3
    tubes = [SensorTube(2e-6, 0.5, G, 0.0, 0.3, (1.0, 0.0, 0.0)) for G in (0.1, 10.0, 1e3, 1e5)]
    readings = [TubeSensor(space, np.array([0.2e-3, 0.5e-3, 0.7e-3]), tube).read(x) for tube in tubes]
    assert readings == sorted(readings, reverse=True)
    assert readings[-1] == pytest.approx(0.2, abs=1e-2)


def test_a_tube_outside_the_mesh_is_an_error(space, tube):
    with pytest.raises(SolveError, match=r"sensor: its tube at .* lies outside the mesh"):
        TubeSensor(space, np.array([0.2e-3, 0.5e-3, 9e-3]), tube)
