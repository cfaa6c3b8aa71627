"""What one generator is told by several sensors: the hottest reading, or their mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import dolfinx
from rfa_model.solver.sensor import Thermometer
from rfa_model.solver.tube_sensor import Placed, Tube, thermometer

Array = NDArray[np.float64]
MOST_KEPT = 16


class Named(Placed, Protocol):
    """A sensor where it is, with its name."""

    @property
    def name(self) -> str: ...


class Thermometers:
    """What reads sensors in one mesh, made once for all arms that are solved on it.

    Parameters
    ----------
    V : dolfinx.fem.FunctionSpace
    """

    def __init__(self, V: "dolfinx.fem.FunctionSpace") -> None:
        self._V = V
        self._made: dict[tuple[bytes, Tube | None], Thermometer] = {}

    def of(self, sensors: Sequence[Named], arm: str) -> dict[str, Thermometer]:
        """Return what reads each sensor, by its name.

        Raises
        ------
        SolveError
            If one lies outside the mesh; the message names the arm.
        """
        several = len(sensors) > 1
        called = [f"arm '{arm}': {sensor.name if several else 'sensor'}" for sensor in sensors]
        return {one.name: self._thermometer(one, words) for one, words in zip(sensors, called, strict=True)}

    def _thermometer(self, sensor: Named, words: str) -> Thermometer:
        key = sensor.position_m.tobytes(), sensor.tube
        if key not in self._made:
            if len(self._made) >= MOST_KEPT:
                self._made.clear()
            self._made[key] = thermometer(self._V, sensor, words)
        return self._made[key]


def told_by(members: Sequence[Thermometer], mean: bool) -> Thermometer:
    """Return what a generator is told by these: the one there is, the mean, or the hottest."""
    if len(members) == 1:
        return members[0]
    return Mean(members) if mean else Hottest(members)


@dataclass(frozen=True)
class Hottest:
    """A thermometer: the largest of several readings."""

    members: Sequence[Thermometer]

    @property
    def linear(self) -> tuple[Thermometer, ...]:
        """The members' own."""
        return tuple(one for member in self.members for one in member.linear)

    def read(self, values: Array) -> float:
        """Return the largest reading."""
        return max(member.read(values) for member in self.members)

    def around(self, values: Array) -> float | None:
        """Return the hottest field around a sensor."""
        return _around(self.members, values, max)


@dataclass(frozen=True)
class Mean:
    """A thermometer: the mean of several linear readings."""

    members: Sequence[Thermometer]

    @property
    def linear(self) -> tuple[Thermometer, ...]:
        """Itself."""
        return (self,)

    def read(self, values: Array) -> float:
        """Return the mean reading."""
        return _mean([member.read(values) for member in self.members])

    def around(self, values: Array) -> float | None:
        """Return the mean of the field around the sensors."""
        return _around(self.members, values, _mean)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _around(members: Sequence[Thermometer], values: Array, of: Callable[[Sequence[float]], float]) -> float | None:
    """None where no member parts the reading from the field."""
    found = [member.around(values) for member in members]
    if all(value is None for value in found):
        return None
    readings = (member.read(values) for member in members)
    return of([reading if value is None else value for value, reading in zip(found, readings, strict=True)])
