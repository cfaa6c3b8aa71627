"""Exact temperatures in perfused media without end: a step on a half-space's surface, a continuous point source."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfc

from rfa_model.assurance.verification.tools.bioheat import K

Array = NDArray[np.float64]
RHO_C = 1090.0 * 3421.0
"""Heat capacity of muscle, J/m³K."""


def _pair(x_m: Array, t_s: float, w: float) -> Array:
    """½[e^{−mx} erfc(x/2√(αt) − √(βt)) + e^{mx} erfc(x/2√(αt) + √(βt))], m² = w/k, α = k/ρc, β = w/ρc."""
    m, root, late = np.sqrt(w / K), 2.0 * np.sqrt(K / RHO_C * t_s), np.sqrt(w / RHO_C * t_s)
    there, back = erfc(x_m / root - late), erfc(x_m / root + late)
    return np.asarray(0.5 * (np.exp(-m * x_m) * there + np.exp(m * x_m) * back), float)


def half_space_rise(x_m: Array, t_s: float, w: float, step_K: float) -> Array:
    """θ at depth x after the surface went up by ``step_K`` at t = 0."""
    return step_K * _pair(x_m, t_s, w)


def point_source_rise(r_m: Array, t_s: float, w: float, power_W: float) -> Array:
    """θ at distance r from a source switched on at t = 0; without perfusion q/(4πkr)·erfc(r/√(4αt))."""
    return power_W / (4.0 * np.pi * K * r_m) * _pair(r_m, t_s, w)
