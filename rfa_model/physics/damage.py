"""Thermal damage: Ω and CEM43, integrated along a step's own temperature curve.

Within a step the temperature is the parabola through both end values with the end slope; the damage rate, steep in T,
is integrated along it by five-point Gauss-Legendre quadrature, so that Ω does not depend on the step.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DamageRate = Callable[[Array], Array]
"""dΩ/dt in 1/s at temperatures in °C."""
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(5)


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
    """

    start_C: Array
    end_C: Array
    end_slope_C_per_s: Array
    duration_s: float

    def at(self, s: float) -> Array:
        """Return the temperatures at the fraction ``s`` of the step."""
        back = 1.0 - s
        rise = self.end_C - self.start_C
        return self.end_C - self.end_slope_C_per_s * self.duration_s * back * (1.0 - back) - rise * back * back

    def integrate(self, rate: Callable[[Array], Array], until: float = 1.0) -> Array:
        """Return ∫ rate(T) dt from the start to the fraction ``until`` of the step."""
        half = 0.5 * until
        total = np.zeros_like(self.start_C)
        for point, weight in zip(_POINTS, _WEIGHTS, strict=True):
            total += weight * rate(self.at(half * (1.0 + point)))
        return total * half * self.duration_s


def cem43_rate(temperature_C: Array) -> Array:
    """Return d(CEM43)/dt in equivalent minutes per second (Sapareto & Dewey 1984: R 0.5 above 43 °C, 0.25 below)."""
    base = np.where(temperature_C >= 43.0, 0.5, 0.25)
    return base ** (43.0 - np.minimum(temperature_C, 200.0)) / 60.0
