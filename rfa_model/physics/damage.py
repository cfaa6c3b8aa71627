"""Thermal damage: Ω and CEM43, integrated along a step's own temperature curve.

Within a step the temperature is the parabola through both end values with the end slope; the damage rate, steep in T,
is integrated along it by five-point Gauss-Legendre quadrature, so that Ω does not depend on the step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol, cast, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_leggauss = cache(np.polynomial.legendre.leggauss)


@dataclass(frozen=True)
class StepCurve:
    """Temperature within one step: T(s) for s = (t − t0)/Δt in [0, 1].

    Parameters
    ----------
    start_C, end_C : (n,) arrays
        Temperatures at both ends.
    end_slope_C_per_s : (n,) array
        dT/dt at the end.
    duration_s : float
        Δt.
    points : int
        Of the quadrature.
    """

    start_C: Array
    end_C: Array
    end_slope_C_per_s: Array
    duration_s: float
    points: int = 5

    def at(self, s: float) -> Array:
        """Return the temperatures at the fraction ``s`` of the step."""
        back = 1.0 - s
        rise = self.end_C - self.start_C
        return self.end_C - self.end_slope_C_per_s * self.duration_s * back * (1.0 - back) - rise * back * back

    def integrate(self, rate: Callable[[Array], Array], until: float = 1.0) -> Array:
        """Return ∫ rate(T) dt from the start to the fraction ``until`` of the step."""
        half = 0.5 * until
        total = np.zeros_like(self.start_C)
        for point, weight in zip(*_leggauss(self.points), strict=True):
            total += weight * rate(self.at(half * (1.0 + point)))
        return total * half * self.duration_s


def cem43_rate(temperature_C: Array) -> Array:
    """Return d(CEM43)/dt in equivalent minutes per second (Sapareto & Dewey 1984: R 0.5 above 43 °C, 0.25 below)."""
    above = np.minimum(temperature_C, 200.0) - 43.0
    # As a power of 2 in half the time that 0.5 and 0.25 to a power of every node's own would take.
    return np.exp2(np.where(above >= 0.0, above, 2.0 * above)) / 60.0


class DamageLaw(Protocol):
    """dΩ/dt as a function of temperature alone."""

    def rate(self, temperature_C: Array) -> Array:
        """Return dΩ/dt in 1/s."""
        ...


@runtime_checkable
class CellDeathLaw(Protocol):
    """Damage that follows from states of the law's own, such as the shares of living and of vulnerable cells."""

    def at_rest(self, count: int) -> Array:
        """Return the states of ``count`` intact points, (states, count)."""
        ...

    def advance(self, states: Array, curve: StepCurve, until: float = 1.0) -> Array:
        """Return the states at the fraction ``until`` of a step along its temperature curve, (states, n)."""
        ...

    def damage(self, states: Array) -> Array:
        """Return Ω, (n,); −ln of the living share for laws that count cells."""
        ...


def advanced(
    law: DamageLaw | CellDeathLaw, damage: Array, states: Array | None, curve: StepCurve, until: float = 1.0
) -> tuple[Array, Array | None]:
    """Return Ω and the law's states at the fraction ``until`` of a step.

    Parameters
    ----------
    damage : (n,) array
        Ω at the step's start.
    states : (states, n) array or None
        Of the law at the step's start; None before any step, and always for a law that has none.
    """
    if not _has_states(type(law)):
        return damage + curve.integrate(cast(DamageLaw, law).rate, until), None
    law = cast(CellDeathLaw, law)
    found = law.advance(law.at_rest(len(damage)) if states is None else states, curve, until)
    return law.damage(found), found


@cache
def _has_states(law: type) -> bool:
    """Asking a protocol anew takes as long as a few hundred nodes."""
    return issubclass(law, CellDeathLaw)
