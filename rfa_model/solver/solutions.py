"""Potentials for given voltages of the contacts, on one problem's matrix as it is."""

import numpy as np
from numpy.typing import NDArray

from rfa_model.physics.electric import ElectricProblem
from rfa_model.solver.linear import LinearSolver

Array = NDArray[np.float64]


class Solutions:
    """Potentials for given voltages of the contacts, each solved from what it was before.

    Attributes
    ----------
    patterns : (m, contacts) array
        The voltages.
    potentials : (m, local_size) array
    currents_A : (m, contacts) array
        Out of every contact.
    """

    def __init__(self, problem: ElectricProblem, patterns: Array) -> None:
        self._problem, self.patterns = problem, patterns
        self.potentials: Array = np.array([problem.lift(pattern) for pattern in patterns])
        self.currents_A: Array = np.zeros_like(patterns)

    def solve(self, solver: LinearSolver, rtol: float) -> int:
        """Solve them all with the problem's matrix as it is; return how many that were."""
        problem, fixed = self._problem, self._problem.constrained
        for k, pattern in enumerate(self.patterns):
            guess = np.where(fixed, 0.0, self.potentials[k])
            free = solver.solve(problem.right_hand_side(pattern), guess, rtol=rtol)
            self.potentials[k] = np.where(fixed, problem.lift(pattern), free)
        self.measure()
        return len(self.patterns)

    def measure(self) -> None:
        """Take the currents of the potentials as they are."""
        for k, potential in enumerate(self.potentials):
            self.currents_A[k] = self._problem.currents_A(potential)
