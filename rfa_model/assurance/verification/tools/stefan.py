r"""Exact temperature round a line source of heat in a medium that boils over a band of temperatures.

A line gives off Q watts per metre from t = 0 on, in a medium at T_i. Everything depends on r/√t alone: with
k (rT′)′/r = C ∂T/∂t, C constant in a zone, T = a + b E₁(r²C/4kt) and the flow of heat through a circle is
−2πrkT′ = 4πkb e^{−r²C/4kt}. Near the line that is Q.

*Sharp front* (Carslaw & Jaeger §11.6, Özışık): latent heat Λ (J/m³) is taken up at T_m, at r = s = 2λ√(αt) with
α = k/C of the outer zone; the inner zone may have another capacity, γ times that of the outer. In the zones
T = T_m + (Q/4πk)[E₁(γr²/4αt) − E₁(γλ²)] and T = T_i + (T_m − T_i) E₁(r²/4αt)/E₁(λ²). The front takes up the difference
of both flows, Λ·2πs ṡ = 4πkΛ' with s ṡ = 2λ²α, hence

    (Q/4π) e^{−γλ²} − k (T_m − T_i) e^{−λ²}/E₁(λ²) = λ² α Λ.

*Band*: the latent heat is spread over [T_s, T_e], which gives a third zone of capacity C_b between the circles
r = 2λ_e√(αt) and r = 2λ_s√(αt). T and its flow are continuous at both (no heat is taken up at a point), so with
z_e = γ_b λ_e², z_s = γ_b λ_s² (γ_b = C_b/C) and b the band's coefficient

    Q e^{−γλ_e²} = 4πk b e^{−z_e},   T_e − T_s = b [E₁(z_e) − E₁(z_s)],
    b e^{−z_s} E₁(λ_s²) = (T_s − T_i) e^{−λ_s²}.

With b e^{−z_e} known from the first, the second gives λ_s for a trial λ_e, the third closes the system.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import exp1

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LineSource:
    """A line source in a medium that boils; ``width_C`` spreads the latent heat evenly about ``boiling_C``.

    The capacity in the band is what :class:`~rfa_model.physics.laws.EnthalpyLaw` makes it.
    """

    line_power_W_per_m: float
    conductivity_W_per_mK: float
    capacity_J_per_m3K: float
    inner_capacity_J_per_m3K: float
    latent_J_per_m3: float
    initial_C: float
    boiling_C: float
    width_C: float

    @property
    def start_C(self) -> float:
        """Lower end of the band."""
        return self.boiling_C - 0.5 * self.width_C

    @property
    def end_C(self) -> float:
        """Upper end of the band."""
        return self.boiling_C + 0.5 * self.width_C

    @property
    def diffusivity_m2_per_s(self) -> float:
        """α of the outer zone."""
        return self.conductivity_W_per_mK / self.capacity_J_per_m3K

    @property
    def _inner(self) -> float:
        return self.inner_capacity_J_per_m3K / self.capacity_J_per_m3K

    @property
    def _band(self) -> float:
        spread = self.latent_J_per_m3 / self.width_C
        return 0.5 * (1.0 + self._inner) + spread / self.capacity_J_per_m3K

    @cached_property
    def sharp_lambda(self) -> float:
        """λ of the sharp front."""
        k, rise = self.conductivity_W_per_mK, self.boiling_C - self.initial_C

        def apart(x: float) -> float:
            q = x * x
            supplied = self.line_power_W_per_m / (4.0 * np.pi) * np.exp(-self._inner * q)
            taken = q * self.diffusivity_m2_per_s * self.latent_J_per_m3
            return float(supplied - k * rise * np.exp(-q) / exp1(q) - taken)

        return float(brentq(apart, 1e-6, 5.0, xtol=1e-13))

    @cached_property
    def band_lambdas(self) -> tuple[float, float]:
        """λ_e and λ_s, inner and outer edge of the band."""

        def apart(inner: float) -> float:
            outer = self._outer_lambda(inner)
            q, flow = outer**2, self._inner_flow(inner)
            # b e^{−z_s} = (b e^{−z_e}) e^{z_e − z_s}
            arrived = flow * np.exp(self._band * (inner**2 - q))
            return float(arrived * exp1(q) * np.exp(q) - (self.start_C - self.initial_C))

        # Beyond: so little heat reaches the band that no λ_s gives its full width.
        inner = float(brentq(apart, 0.02 * self.sharp_lambda, 1.5 * self.sharp_lambda, xtol=1e-13))
        return inner, self._outer_lambda(inner)

    def _inner_flow(self, inner: float) -> float:
        """Heat that enters the band over 4πk, b e^{−z_e}, in kelvin."""
        k = self.conductivity_W_per_mK
        return float(self.line_power_W_per_m / (4.0 * np.pi * k) * np.exp(-self._inner * inner**2))

    def _outer_lambda(self, inner: float) -> float:
        z, flow = self._band * inner**2, self._inner_flow(inner)

        def apart(more: float) -> float:
            # e^{z}[E₁(z) − E₁(z + more)], without underflow.
            fall = quad(lambda u: np.exp(-u) / (z + u), 0.0, more, epsabs=0.0, epsrel=1e-12, limit=200)[0]
            return float(flow * fall - self.width_C)

        high = 60.0
        if apart(high) < 0.0:
            return float(np.sqrt((z + high) / self._band))
        return float(np.sqrt((z + brentq(apart, 0.0, high, xtol=1e-14)) / self._band))

    def front_m(self, time_s: float, which: float) -> float:
        """Radius of a front with that λ."""
        return float(2.0 * which * np.sqrt(self.diffusivity_m2_per_s * time_s))

    @cached_property
    def boiled_lambda(self) -> float:
        """λ of the circle that would hold all latent heat taken up so far, where it is spread over the band."""
        inner, outer = self.band_lambdas
        scale = 2.0 * np.sqrt(self.diffusivity_m2_per_s)

        def share(q: float) -> float:
            return float((self.band_C(np.array([scale * np.sqrt(q)]), 1.0)[0] - self.start_C) / self.width_C)

        partly = quad(share, inner**2, outer**2, epsabs=0.0, epsrel=1e-9)[0]
        return float(np.sqrt(inner**2 + partly))

    def sharp_C(self, radius_m: Array, time_s: float) -> Array:
        """Temperature round the sharp front, °C."""
        q, front = self._square(radius_m, time_s), self.sharp_lambda**2
        scale = self.line_power_W_per_m / (4.0 * np.pi * self.conductivity_W_per_mK)
        hot = self.boiling_C + scale * (exp1(self._inner * q) - exp1(self._inner * front))
        cold = self.initial_C + (self.boiling_C - self.initial_C) * exp1(q) / exp1(front)
        return np.where(q < front, hot, cold)

    def band_C(self, radius_m: Array, time_s: float) -> Array:
        """Temperature where the latent heat is spread over the band, °C."""
        q, (inner, outer) = self._square(radius_m, time_s), self.band_lambdas
        scale = self.line_power_W_per_m / (4.0 * np.pi * self.conductivity_W_per_mK)
        hot = self.end_C + scale * (exp1(self._inner * q) - exp1(self._inner * inner**2))
        z = self._band * inner**2
        depths = np.clip(self._band * q - z, 0.0, self._band * outer**2 - z)
        falls = [quad(lambda u: np.exp(-u) / (z + u), 0.0, d, epsabs=0.0, epsrel=1e-11)[0] for d in depths]
        boiling = self.end_C - self._inner_flow(inner) * np.array(falls)
        cold = self.initial_C + (self.start_C - self.initial_C) * exp1(q) / exp1(outer**2)
        return np.where(q < inner**2, hot, np.where(q < outer**2, boiling, cold))

    def _square(self, radius_m: Array, time_s: float) -> Array:
        return np.asarray(radius_m, float) ** 2 / (4.0 * self.diffusivity_m2_per_s * time_s)
