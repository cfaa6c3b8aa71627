"""Several generators at once, each with a contact and a sensor of its own: which voltages put every sensor right.

All generators are in phase. Contact i at a_i volts heats by Σ_ij a_i a_j h_ij, so that within a stage every reading is
a quadratic of the voltages. Voltage after voltage is put where its own sensor meets the set point, exactly, given the
others, until none moves: needles apart hardly feel each other, and a few rounds do. A generator whose sensor is too hot
with nothing of its own is off; limits hold for each.
"""

from collections.abc import Callable, Sequence
from itertools import combinations_with_replacement
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from rfa_model.errors import SolveError
from rfa_model.generator.controllers import Limits
from rfa_model.solver.memory import Memory, array_of
from rfa_model.solver.sensor import Thermometer
from rfa_model.solver.unit_potential import UnitPotential

Array = NDArray[np.float64]
ROUNDS, SETTLED = 200, 1e-10
HALVINGS = 50
LEAST_SEEN = 1e-3
"""Share of a contact's own conductance: of one that the others all but push back, current and power say nothing."""
LITTLE = 0.01
"""Share of the power below which a generator's impedance is not looked at: an assumption."""


def within(limits: Limits, volts: float, own_S: float, from_others_A: float) -> float:
    """Return a generator's voltage, or the highest below it that its limits allow.

    What it sees is its current over its own voltage, ``own_S`` · V + ``from_others_A``: the others push back.
    """

    def allowed(tried: float) -> bool:
        seen = max(own_S + from_others_A / tried, LEAST_SEEN * own_S)
        return limits.clip(tried**2, seen) >= tried**2 * (1.0 - SETTLED)

    if volts <= 0.0 or allowed(volts):
        return volts
    low, high = 0.0, volts
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if allowed(middle) else (low, middle)
    return low


class SeparateGenerators:
    """One generator per contact.

    Parameters
    ----------
    current : UnitPotential
        With a drive that has every contact's solution (:class:`rfa_model.physics.drives.Separate`).
    sensors : sequence of Thermometer
        Linear ones, in the order of the contacts.
    """

    def __init__(self, current: UnitPotential, sensors: Sequence[Thermometer]) -> None:
        self.current, self.sensors = current, tuple(sensors)
        self._pairs = list(combinations_with_replacement(range(len(self.sensors)), 2))
        self._answers: Array | None = None
        self._fresh = False

    def scale(self, ratio: float) -> None:
        """Take over answers to a stage of another length as a first guess."""
        self._fresh = False
        if self._answers is not None:
            self._answers = self._answers * ratio

    def steer(
        self, respond: Callable[[Array, Array | None], Array], T: Array, V2: float, set_point_C: float, limits: Limits
    ) -> tuple[float, Array]:
        """Set the contacts' voltages; return the largest squared, and what that changes of the temperature.

        Parameters
        ----------
        respond : callable
            From a load per V² and a guess to the temperature's answer over the stage.
        T : array
            Temperature with the voltages as they are, the largest being √V2.
        set_point_C : float
            Of every sensor.
        limits : Limits
            Of every generator.

        Raises
        ------
        SolveError
            If a sensor does not answer to its contact, or the voltages do not settle.
        """
        if not self._fresh or self._answers is None:
            before = self._answers
            loads = self.current.pair_loads()
            guesses = [None] * len(loads) if before is None else list(before)
            self._answers = np.array([respond(load, guess) for load, guess in zip(loads, guesses, strict=True)])
            self._fresh = True
        answers = self._answers
        gains = np.array([[sensor.read(answer) for sensor in self.sensors] for answer in answers])
        now = self.weights(sqrt(V2) * self.current.shares)
        base = np.array([sensor.read(T) for sensor in self.sensors]) - now @ gains
        wanted = self._settled(gains, base - set_point_C, sqrt(V2) * self.current.shares, limits)
        largest = float(wanted.max())
        change: Array = (self.weights(wanted) - now) @ answers
        if largest > 0.0:
            self.current.steer(wanted / largest)
        return largest**2, change

    @property
    def most_seen_S(self) -> float:
        """Power per V² of the generator that has most to deliver, all at one voltage."""
        return float((self.current.currents_S / self.current.voltages).max())

    @property
    def highest_impedance_ohm(self) -> float:
        """Highest voltage over current of a generator, of those that deliver enough to tell.

        Of one that is nearly off it says how much the others push back, and nothing of tissue.
        """
        volts, amperes = self.current.voltages, self.current.currents_S
        told = volts * amperes > LITTLE * float(volts @ amperes)
        return float((volts[told] / amperes[told]).max())

    def weights(self, volts: Array) -> Array:
        """Return a_i a_j of every pair of contacts, i ≤ j; the loads of unlike pairs hold both orders."""
        return np.array([volts[i] * volts[j] for i, j in self._pairs])

    def memory(self) -> Memory:
        """Return what the next guesses depend on."""
        return {} if self._answers is None else {"answers": self._answers}

    def restore(self, memory: Memory) -> None:
        """Put back a memory."""
        self._answers, self._fresh = array_of(memory, "answers"), False

    def _settled(self, gains: Array, excess_C: Array, volts: Array, limits: Limits) -> Array:
        """Voltages at which every reading's excess Σ a_i a_j g_ij + ``excess_C`` is 0, or its generator at a limit."""
        count = len(excess_C)
        square = np.zeros((count, count, count))
        for (i, j), gain in zip(self._pairs, gains, strict=True):
            square[i, j] += 0.5 * gain
            square[j, i] += 0.5 * gain
        if (np.einsum("kkk->k", square) <= 0.0).any():
            raise SolveError("a sensor does not answer to its own contact; place each where its needle heats")
        conductance = self.current.conductance_matrix_S()
        volts = np.array(volts)
        for _ in range(ROUNDS):
            before = volts.copy()
            for k in range(count):
                others = np.where(np.arange(count) == k, 0.0, volts)
                a, b = square[k, k, k], 2.0 * float(square[k, :, k] @ others)
                c = float(others @ square[:, :, k] @ others) + float(excess_C[k])
                volts[k] = (sqrt(b * b - 4.0 * a * c) - b) / (2.0 * a) if c < 0.0 else 0.0
                volts[k] = within(limits, volts[k], float(conductance[k, k]), float(conductance[k] @ others))
            if np.abs(volts - before).max() <= SETTLED * max(float(volts.max()), 1.0):
                return volts
        raise SolveError("the voltages of several generators did not settle; the needles are too near to each other")
