"""The peer's problem: its numbers, its laws and its weak forms in (r, z), r dr dz being the measure."""

from dataclasses import dataclass

import numpy as np
from skfem import BilinearForm, LinearForm
from skfem.helpers import dot, grad

REFERENCE_C = 37.0


@dataclass(frozen=True)
class Case:
    """The numbers of one problem, SI but for temperatures in °C."""

    electric_conductivity_S_per_m: float
    conductivity_slope_per_C: float
    thermal_conductivity_W_per_mK: float
    thermal_slope_W_per_mK2: float
    heat_capacity_J_per_m3K: float
    perfusion_W_per_m3K: float
    body_C: float
    frequency_factor_per_s: float
    activation_energy_J_per_mol: float
    shutdown_width: float
    tip_heat_capacity_J_per_m3K: float
    tip_conductivity_W_per_mK: float
    shaft_heat_capacity_J_per_m3K: float
    shaft_radial_conductivity_W_per_mK: float
    shaft_axial_conductivity_W_per_mK: float
    far_field_radius_m: float

    def damage_rate(self, rise_C: np.ndarray) -> np.ndarray:
        """dΩ/dt in 1/s."""
        kelvin = rise_C + self.body_C + 273.15
        return self.frequency_factor_per_s * np.exp(-self.activation_energy_J_per_mol / (8.314462618 * kelvin))

    def alive(self, log_damage: np.ndarray) -> np.ndarray:
        """β: a cubic from 1 to 0 over ``shutdown_width`` in ln Ω, centred on Ω = 1."""
        s = np.clip(log_damage / self.shutdown_width + 0.5, 0.0, 1.0)
        return 1.0 - s**2 * (3.0 - 2.0 * s)


@BilinearForm
def diffusion(u, v, w):
    return w.x[0] * w["k"] * dot(grad(u), grad(v))


@BilinearForm
def transverse_diffusion(u, v, w):
    return w.x[0] * (w["radial"] * grad(u)[0] * grad(v)[0] + w["axial"] * grad(u)[1] * grad(v)[1])


@BilinearForm
def weighted_mass(u, v, w):
    return w.x[0] * w["c"] * u * v


@LinearForm
def joule(v, w):
    return w.x[0] * w["sigma"] * dot(grad(w["phi"]), grad(w["phi"])) * v


@LinearForm
def losses(v, w):
    return -w.x[0] * (w["perfusion"] * w["T"] * v + w["k"] * dot(grad(w["T"]), grad(v)))
