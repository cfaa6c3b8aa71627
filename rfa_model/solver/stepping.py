"""The time scheme and its step size: Alexander's L-stable two-stage SDIRK of order 2, with an error-controlled step.

R. Alexander, SIAM J Numer Anal 1977;14:1006. Both stages share one matrix; the last stage is the step's end, so that
a temperature held by the controller is met exactly. The local error is the difference to the third-order quadrature
over the slopes at the start and at both stages.

The standard controller goes by the last step's error, the predictive one also by how it compares with that of the step
before (K. Gustafsson, ACM Trans Math Softw 1994;20:496; E. Hairer & G. Wanner, Solving Ordinary Differential Equations
II, 2nd ed. 1996, IV.8): temperatures settle after a kink, and the same step errs less each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rfa_model.errors import SolveError
from rfa_model.solver.memory import Memory, numbers_of, restore_numbers

Array = NDArray[np.float64]
GAMMA = 1.0 - 1.0 / np.sqrt(2.0)
NODES = (GAMMA, 1.0)
WEIGHTS = (1.0 - GAMMA, GAMMA)
StepControl = Literal["standard", "predictive"]
GROWTH: dict[StepControl, float] = {"standard": 2.5, "predictive": 8.0}
"""A step over the one before it, at most."""
_LEAST_ERROR = 1e-12
_NUMBERS = ("value_s", "rejected", "_last_s", "_last_error")


def _third_order_weights() -> Array:
    nodes = np.array([0.0, *NODES])
    return np.linalg.solve(np.vander(nodes, 3, increasing=True).T, [1.0, 0.5, 1.0 / 3.0])


_ERROR_WEIGHTS = _third_order_weights() - np.array([0.0, *WEIGHTS])


def local_error(step_s: float, start_slope: Array | None, slopes: Sequence[Array]) -> Array:
    """Return the estimated local error of a step, in the unit of the unknown.

    Parameters
    ----------
    step_s : float
    start_slope : array or None
        Slope at the start; None after a kink, where the (larger) error of the implicit Euler method is returned.
    slopes : two arrays
        Slopes at both stages.
    """
    if start_slope is None:
        return step_s * WEIGHTS[0] * (slopes[0] - slopes[1])
    a, b, c = _ERROR_WEIGHTS
    return step_s * (a * start_slope + b * slopes[0] + c * slopes[1])


@dataclass
class StepSize:
    """Chooses the next step from the error of the last one and lands on milestones exactly.

    Attributes
    ----------
    tolerance : float
        Accepted local error.
    initial_s, max_s, min_s : float
        First step after a kink, largest and smallest step.
    cutback : float
        A step over one that was refused, at least.
    control : "standard" or "predictive"
    """

    tolerance: float
    initial_s: float
    max_s: float
    min_s: float = 1e-5
    safety: float = 0.85
    cutback: float = 0.25
    control: StepControl = "standard"
    value_s: float = field(init=False)
    rejected: int = field(init=False, default=0)
    _last_s: float = field(init=False, default=0.0)
    _last_error: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.restart()

    def memory(self) -> Memory:
        return numbers_of(self, _NUMBERS)

    def restore(self, memory: Memory) -> None:
        restore_numbers(self, _NUMBERS, memory)

    def restart(self, floor_s: float = 0.0) -> None:
        """Begin anew after a kink."""
        self.value_s = min(max(self.initial_s, floor_s), self.max_s)
        self._last_s = 0.0

    def propose(self, time_s: float, milestone_s: float) -> float:
        """Return the step to take; two equal steps are taken rather than a full one and a sliver."""
        left = milestone_s - time_s
        if self.value_s >= left * (1.0 - 1e-9):
            return left
        return min(self.value_s, 0.5 * left)

    def accept(self, step_s: float, error: float, order: int, floor_s: float = 0.0, smooth: bool = True) -> bool:
        """Judge a step; set the next one.

        Parameters
        ----------
        step_s, error : float
            The step and the norm of its local error.
        order : int
            Order of that error in the step (3, or 2 after a kink).
        floor_s : float
            A step this short is accepted whatever its error: the interval at which a generator acts.
        smooth : bool
            Whether errors of one step say something about the next; where they do not, nothing is predicted.
        """
        if not np.isfinite(error):
            return self.reject(step_s)
        error = max(error, _LEAST_ERROR)
        control = self.control if smooth else "standard"
        factor = self.safety * (self.tolerance / error) ** (1.0 / order)
        if error > self.tolerance and step_s > floor_s * (1.0 + 1e-9):
            self._refuse(max(step_s * max(self.cutback, min(factor, 0.9)), floor_s))
            return False
        if control == "predictive" and self._last_s > 0.0:
            factor *= step_s / self._last_s * (self._last_error / error) ** (1.0 / order)
        self._last_s, self._last_error = (step_s if smooth and order == 3 else 0.0), error
        # A step cut short by a milestone says nothing against the longer one planned.
        planned = max(step_s * min(GROWTH[control], max(factor, 0.5)), floor_s)
        self._set(max(planned, self.value_s) if step_s < 0.99 * self.value_s and factor > 1.0 else planned)
        return True

    def reject(self, step_s: float) -> bool:
        """Cut the step after a failed solve; always returns False."""
        self._refuse(step_s * self.cutback)
        return False

    def _refuse(self, next_s: float) -> None:
        self.rejected += 1
        self._last_s = 0.0
        self._set(next_s)

    def _set(self, value_s: float) -> None:
        if value_s < self.min_s:
            raise SolveError(f"the time step fell below {self.min_s:g} s")
        self.value_s = min(value_s, self.max_s)
