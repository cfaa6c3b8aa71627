"""Cells that die in three states: alive ⇌ vulnerable → dead.

O'Neill DP et al., Ann Biomed Eng 2011;39:570, fitted to cultures of liver and lung cells that were heated for minutes.
With A the living share, D the dead one and V = 1 − A − D the vulnerable one,

    dA/dt = −f A + kb V,    dD/dt = f V,    f = kf exp(T/Tk) (1 − A),

T in °C. Hurt cells hurt their neighbours, hence the factor 1 − A, and the shoulder: death sets in late, then fast.
"""

import math
from typing import Annotated, ClassVar, Protocol

import numpy as np
from pydantic import Field

from rfa_model.laws.damage import DAMAGE_LAWS, DamageBase
from rfa_model.laws.law import Array
from rfa_model.sourced import Number, bounds

LONGEST_TURN = 0.1
"""Of the fastest reaction within one substep: keeps the fourth-order method's error below 1e-6 of a share."""


class Course(Protocol):
    """Temperature within a step."""

    @property
    def duration_s(self) -> float: ...
    def at(self, s: float) -> Array: ...


@DAMAGE_LAWS.register
class ThreeStateLaw(DamageBase):
    """Living, vulnerable and dead cells (O'Neill 2011); Ω is −ln of the share that is not dead."""

    kind: ClassVar[str] = "three_state"

    forward_rate_per_s: bounds.Rate
    recovery_rate_per_s: bounds.Rate
    temperature_scale_C: bounds.Scale
    living_at_start: Annotated[Number, Field(gt=0, lt=1)]

    def rate(self, temperature_C: Array) -> Array:
        """Return dΩ/dt in 1/s of tissue that nothing has happened to yet."""
        return self._forward(temperature_C) * (1.0 - self.living_at_start) ** 2

    def at_rest(self, count: int) -> Array:
        """Return the shares of living and of dead cells of intact tissue, (2, count)."""
        return np.stack([np.full(count, self.living_at_start), np.zeros(count)])

    def advance(self, states: Array, curve: Course, until: float = 1.0) -> Array:
        """Return the shares at the fraction ``until`` of a step, by the classical Runge–Kutta method in substeps."""
        duration_s = until * curve.duration_s
        hottest = float(max(np.max(curve.at(s), initial=0.0) for s in (0.0, 0.5 * until, until)))
        fastest = float(self._forward(np.array(hottest))) + self.recovery_rate_per_s
        substeps = max(1, math.ceil(fastest * duration_s / LONGEST_TURN))
        h = 1.0 / substeps
        start = self._forward(curve.at(0.0))
        for n in range(substeps):
            middle, end = self._forward(curve.at((n + 0.5) * h * until)), self._forward(curve.at((n + 1) * h * until))
            dt = h * duration_s
            first = self._slopes(start, states)
            second = self._slopes(middle, states + 0.5 * dt * first)
            third = self._slopes(middle, states + 0.5 * dt * second)
            fourth = self._slopes(end, states + dt * third)
            states = states + dt / 6.0 * (first + 2.0 * second + 2.0 * third + fourth)
            start = end
        return states

    def damage(self, states: Array) -> Array:
        """Return Ω = −ln(1 − D), (n,)."""
        return -np.log1p(-np.clip(states[1], 0.0, 1.0 - 1e-15))

    def _forward(self, temperature_C: Array) -> Array:
        return self.forward_rate_per_s * np.exp(np.minimum(temperature_C, 300.0) / self.temperature_scale_C)

    def _slopes(self, forward: Array, states: Array) -> Array:
        living, dead = states
        vulnerable, hurt = 1.0 - living - dead, forward * (1.0 - living)
        return np.stack([self.recovery_rate_per_s * vulnerable - hurt * living, hurt * vulnerable])
