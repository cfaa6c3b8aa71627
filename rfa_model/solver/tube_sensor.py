"""A sensor in the closed end of a tube that runs up the bore of a hollow needle: a fin, warmed by the needle's wall.

Its reading is a weighted mean of the wall's temperatures, those near the end counting most: the steady solution of the
fin. The tube's lag C/G is left out (0.1 s with fluid in the bore, 3 s with air in that of a 16G needle).

One way only: the tube's conduction and heat capacity are counted with the needle's metal in the field (exact where it
has the wall's temperature), and its own temperature follows from the field. Against a mesh of wall, bore and tube this
errs by 0.1-0.7 °C in the reading where it differs from the wall by 2-12 °C, and by 1 % at most in the lesion's width.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solveh_banded

from rfa_model._fenics import dolfinx
from rfa_model.errors import SolveError
from rfa_model.solver.sensor import PointSensor, PointValues, Thermometer

Array = NDArray[np.float64]
AROUND = 6
"""Points about the axis at each height."""
SPACING_M, FINE_M, GROWTH, LONGEST_M = 2e-4, 15e-3, 1.1, 0.2
"""Of the tube's nodes: even at first, then growing, until they leave the mesh."""


class Tube(Protocol):
    """See :class:`rfa_model.applicators.sensor_tube.SensorTube`."""

    @property
    def conductance_along_Wm_per_K(self) -> float: ...
    @property
    def coupling_W_per_mK(self) -> float: ...
    @property
    def end_coupling_W_per_K(self) -> float: ...
    @property
    def wall_radius_mm(self) -> float: ...
    @property
    def axis(self) -> tuple[float, float, float]: ...


class Placed(Protocol):
    """A sensor where it is."""

    @property
    def position_m(self) -> Array: ...
    @property
    def tube(self) -> Tube | None: ...


def thermometer(V: "dolfinx.fem.FunctionSpace", sensor: Placed, name: str) -> Thermometer:
    """Return what reads a sensor: a tube's closed end, or a point.

    Raises
    ------
    SolveError
        If it lies outside the mesh.
    """
    if sensor.tube is None:
        return PointSensor(V, sensor.position_m, name)
    return TubeSensor(V, sensor.position_m, sensor.tube, name)


class TubeSensor:
    """A thermometer: the temperature of a tube's closed end.

    Parameters
    ----------
    V : dolfinx.fem.FunctionSpace
    point_m : (3,) array
        The closed end.
    tube : Tube
    name : str
        For the error message.

    Attributes
    ----------
    heights_m, weights : (nodes,) arrays
        Heights above the closed end at which the wall is read, and what each counts; the weights sum to 1.

    Raises
    ------
    SolveError
        If the closed end lies outside the mesh.
    """

    def __init__(self, V: "dolfinx.fem.FunctionSpace", point_m: Array, tube: Tube, name: str = "sensor") -> None:
        heights, axis, end = _heights_m(), np.array(tube.axis), np.asarray(point_m, dtype=float)
        across = np.linalg.svd(axis[None])[2][1:]
        angle = np.linspace(0.0, 2.0 * np.pi, AROUND, endpoint=False)
        ring = 1e-3 * tube.wall_radius_mm * (np.column_stack([np.cos(angle), np.sin(angle)]) @ across)
        points = end + heights[:, None, None] * axis + ring
        self._wall = PointValues(V, points)
        count = int(np.argmin(self._wall.found.reshape(-1, AROUND).all(axis=1)))
        if count < 2:
            raise SolveError(f"{name}: its tube at {np.round(end * 1e3, 3)} mm lies outside the mesh; move it")
        self.heights_m = heights[:count]
        self.weights = _weights(self.heights_m, tube)

    @property
    def linear(self) -> tuple[Thermometer, ...]:
        """Itself."""
        return (self,)

    def wall_C(self, temperature_C: Array) -> Array:
        """Return the needle's temperature at each height, °C."""
        read_C: Array = self._wall.read(temperature_C).reshape(-1, AROUND)[: len(self.heights_m)].mean(axis=1)
        return read_C

    def read(self, values: Array) -> float:
        """Return the closed end's value, the same on every process."""
        return float(self.weights @ self.wall_C(values))

    def around(self, values: Array) -> float | None:
        """Return the needle's own value at the closed end's height."""
        return float(self.wall_C(values)[0])


def _weights(heights_m: Array, tube: Tube) -> Array:
    """First row of the steady fin's inverse times the coupling: linear elements along the tube, coupling lumped."""
    steps = np.diff(heights_m)
    coupling = tube.coupling_W_per_mK * 0.5 * (np.append(steps, 0.0) + np.insert(steps, 0, 0.0))
    coupling[0] += tube.end_coupling_W_per_K
    along = tube.conductance_along_Wm_per_K / steps
    band = np.zeros((2, len(heights_m)))
    band[0, 1:] = -along
    band[1] = np.append(along, 0.0) + np.insert(along, 0, 0.0) + coupling
    return coupling * np.asarray(solveh_banded(band, np.eye(1, len(heights_m))[0]))


def _heights_m() -> Array:
    """Heights above the closed end, the last far beyond any sphere."""
    heights = list(np.arange(0.0, FINE_M + 0.5 * SPACING_M, SPACING_M))
    step = SPACING_M
    while heights[-1] < LONGEST_M:
        step *= GROWTH
        heights.append(heights[-1] + step)
    return np.array(heights)
