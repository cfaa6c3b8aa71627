r"""Exact temperature in a half-space that boils, or condenses, over a band of temperatures behind its surface.

From t = 0 on the surface of a half-space at T_i is held at T_0, on the other side of the band. Everything depends on
η = x/(2√t): in each of three zones of constant capacity T = a + b·erf(η/√α). T and its flow are continuous at
both fronts, at η = λ₁ next to the surface and λ₂ (Neumann's solution, Carslaw & Jaeger §11.2, with the latent heat
spread over a band).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import erf, erfc, erfcx

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PlanarFront:
    """A half-space of conductivity k (W/mK); capacities (J/m³K) next to the surface, in the band and beyond.

    ``near_C`` and ``far_C`` are the ends of the band next to the surface and away from it.
    """

    conductivity_W_per_mK: float
    capacities_J_per_m3K: tuple[float, float, float]
    surface_C: float
    near_C: float
    far_C: float
    initial_C: float

    @property
    def _roots(self) -> Array:
        """√α of each zone."""
        return np.sqrt(self.conductivity_W_per_mK / np.array(self.capacities_J_per_m3K))

    @cached_property
    def fronts(self) -> tuple[float, float]:
        """λ₁ and λ₂, m/√s."""
        first, band, beyond = self._roots

        def outer(inner: float) -> float:
            """λ₂ at which the band, entered by the flow that arrives at λ₁, ends."""
            x = inner / first
            slope = (self.near_C - self.surface_C) * np.exp(-(x**2)) / (first * erf(x))
            # b of the band, times e^{−(λ₁/√α)²}, so that nothing overflows.
            scaled = slope * band
            start = inner / band

            def apart(y: float) -> float:
                fall = erfcx(start) - erfcx(y) * np.exp(start**2 - y**2)
                return float(scaled * fall - (self.far_C - self.near_C))

            sign = np.sign(self.far_C - self.near_C)
            return float(band * brentq(lambda y: sign * apart(y), start, start + 40.0, xtol=1e-15))

        def unbalanced(inner: float) -> float:
            second = outer(inner)
            x, y, z = inner / first, inner / band, second / band
            arriving = (self.near_C - self.surface_C) * np.exp(-(x**2)) / (first * erf(x)) * np.exp(y**2 - z**2)
            leaving = (self.initial_C - self.far_C) / (beyond * erfcx(second / beyond))
            return float((arriving - leaving) * np.sign(self.initial_C - self.surface_C))

        # Farther, the band is never left: too little flow arrives.
        widest = brentq(lambda inner: self._reach(inner), 1e-4 * first, 3.0 * first)
        inner = float(brentq(unbalanced, 1e-4 * first, widest * (1.0 - 1e-9), xtol=1e-16))
        return inner, outer(inner)

    def _reach(self, inner: float) -> float:
        """How much more than the band's width the flow that arrives at λ₁ could span."""
        first, band, _ = self._roots
        x = inner / first
        span = abs(self.near_C - self.surface_C) * np.exp(-(x**2)) / (first * erf(x)) * band * erfcx(inner / band)
        return float(span - abs(self.far_C - self.near_C))

    def temperature_C(self, depth_m: Array, time_s: float) -> Array:
        """Temperature at depths, °C."""
        eta, (inner, second) = np.asarray(depth_m) / (2.0 * np.sqrt(time_s)), self.fronts
        first, band, beyond = self._roots
        near = self.surface_C + (self.near_C - self.surface_C) * erf(eta / first) / erf(inner / first)
        start = erfc(inner / band)
        share = (start - erfc(eta / band)) / (start - erfc(second / band))
        boiling = self.near_C + (self.far_C - self.near_C) * share
        far = self.initial_C + (self.far_C - self.initial_C) * erfc(eta / beyond) / erfc(second / beyond)
        return np.where(eta < inner, near, np.where(eta < second, boiling, far))

    def depth_m(self, time_s: float) -> tuple[float, float]:
        """Depths of both fronts."""
        return 2.0 * self.fronts[0] * np.sqrt(time_s), 2.0 * self.fronts[1] * np.sqrt(time_s)
