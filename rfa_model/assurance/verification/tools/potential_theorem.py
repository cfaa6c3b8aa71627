"""The potential-temperature theorem: temperature as a function of the potential alone, for any shape of electrode.

Steady, no perfusion, φ = θ = 0 on the same outer surface (θ = T − T∞), the shaft conducting neither current nor heat.
With ∇·(σ∇φ) = 0, ∇·(σφ∇φ) = σ|∇φ|² is the heat source, so with Kirchhoff's ψ = ∫₀^θ k/σ dθ′ (k∇θ = σ∇ψ) the heat
equation reads ∇·(σ∇u) = 0 for u = ψ + φ²/2: u solves the potential's equation, is 0 outside, flux-free on the shaft.
Insulated tip (∂θ/∂n = 0, φ = V): σ∂u/∂n = V σ∂φ/∂n, so u = Vφ and ψ = Vφ − φ²/2, V²/2 on the tip. It is an isotherm
without heat flux, so metal meshed inside it changes nothing.
Tip held at θₑ: u = (ψₑ/V + V/2)φ, so ψ = ψₑφ/V + φ(V − φ)/2, whose maximum (V²/2 + ψₑ)²/2V² lies off the metal at
φ/V = ½ + ψₑ/V² if that is below 1.
Constant k, σ = σ₀(1 + aθ): ψ = k ln(1 + aθ)/(aσ₀), which tends to kθ/σ₀ for a → 0. S = σ₀V²/2k below.
Moreover Φ = ∫₀^φ σ(θ(φ′))dφ′ is harmonic, so the conductance over that at σ₀ is the mean of 1 + aθ over 0 < φ < V.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.verification.tools.bioheat import SIGMA, K

Array = NDArray[np.float64]

# 37 °C muscle: the hottest place at 80 °C, a held tip at 60 °C.
PEAK_RISE_C, FACE_RISE_C = 43.0, 23.0
SLOPE_PER_C = 0.015


@dataclass(frozen=True)
class Form:
    """One of the theorem's four forms: σ = σ₀(1 + slope·θ), the tip insulated or, with a face's rise, held there."""

    slope_per_C: float = 0.0
    face_rise_C: float | None = None

    @property
    def name(self) -> str:
        tip = "insulated" if self.face_rise_C is None else f"held at {37.0 + self.face_rise_C:g} °C"
        return f"{tip}, {'σ(T)' if self.slope_per_C else 'σ constant'}"

    def kirchhoff(self, rise_C: float) -> float:
        """σ₀ψ/k of a rise, K."""
        return float(np.log1p(self.slope_per_C * rise_C) / self.slope_per_C) if self.slope_per_C else rise_C

    def voltage_V(self, peak_rise_C: float = PEAK_RISE_C) -> float:
        """The voltage at which the hottest place, the insulated tip or a held tip's hot spot, rises by that much."""
        S = peak = self.kirchhoff(peak_rise_C)
        if self.face_rise_C is not None:
            # peak = (face + S)²/4S, the larger root: the hot spot lies off the metal.
            face = self.kirchhoff(self.face_rise_C)
            S = 2.0 * peak - face + 2.0 * np.sqrt(peak * (peak - face))
        return float(np.sqrt(2.0 * K * S / SIGMA))

    def rise(self, phi: Array, voltage_V: float) -> Array:
        """θ where the potential is ``phi`` volts per volt on the tip, K."""
        S = SIGMA * voltage_V**2 / (2.0 * K)
        insulated = self.face_rise_C is None
        y = S * (2.0 * phi - phi**2) if insulated else self._face() * phi + S * phi * (1.0 - phi)
        return np.expm1(self.slope_per_C * y) / self.slope_per_C if self.slope_per_C else y

    def hot_spot(self, voltage_V: float) -> float:
        """φ/V of the hottest surface: 1 on an insulated tip, (face + S)/2S for a held one."""
        S = SIGMA * voltage_V**2 / (2.0 * K)
        return 1.0 if self.face_rise_C is None else (self._face() + S) / (2.0 * S)

    def conductance_factor(self, voltage_V: float) -> float:
        """Conductance over that at body temperature: the mean of σ/σ₀ over the potential."""
        x, weights = np.polynomial.legendre.leggauss(30)
        return float(0.5 * weights @ (1.0 + self.slope_per_C * self.rise(0.5 * (x + 1.0), voltage_V)))

    def _face(self) -> float:
        return self.kirchhoff(self.face_rise_C or 0.0)


INSULATED, HELD = Form(), Form(face_rise_C=FACE_RISE_C)
FORMS = (INSULATED, Form(SLOPE_PER_C), HELD, Form(SLOPE_PER_C, FACE_RISE_C))
