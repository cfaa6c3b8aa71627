"""What is known at the end of a step, and who is told."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model.generator.controllers import Pulse
from rfa_model.physics.damage import StepCurve
from rfa_model.solver.state import State

Array = NDArray[np.float64]


@dataclass(frozen=True)
class StepReport:
    """What is known at the end of an accepted step.

    ``cannula_C`` is the needle's own temperature where the sensor is; None where nothing parts them. ``pulse`` is one
    of those that the voltage is the mean of. ``conductance_S`` is NaN where it is not followed
    (:class:`.Transient`, ``watches``).
    """

    state: State
    voltage_V_rms: float
    power_W: float
    conductance_S: float
    sensor_C: float
    set_point_C: float | None
    energy_J: float
    cannula_C: float | None = None
    pulse: Pulse | None = None


class Observer(Protocol):
    """Told about every accepted step; ``curve`` is the temperature within it and ``before`` the state at its start."""

    def __call__(self, report: StepReport, before: State | None, curve: StepCurve | None) -> None: ...
