"""The layered peer for tissue whose water boils: enthalpy, drying, perfusion until cells die; Newton in every step.

∫ (H(T) − H₀)/Δt v + ∫ k(T) ∇T·∇v + ∫ β w θ v + Σ ∫ h θ v = V² ∫ σ(T)|∇φ|² v with H at quadrature points and implicit
Euler steps; cells die in three states (O'Neill 2011), and β falls about −ln(share not dead) = 1.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse.linalg import splu
from skfem import Basis, BilinearForm, ElementTriP2, FacetBasis, LinearForm, MeshTri
from skfem.helpers import dot, grad

from benchmarks.equations import REFERENCE_C, diffusion, joule, weighted_mass
from benchmarks.layered import field_at

SETTLED_C, ROUNDS = 1e-2, 60


@LinearForm
def _imbalance(v, w):
    kept = w["stored"] + w["perfusion"] * w["T"]
    return w.x[0] * (kept * v + w["k"] * dot(grad(w["T"]), grad(v)))


@BilinearForm
def _tangent(u, v, w):
    return w.x[0] * ((w["capacity"] + w["perfusion"]) * u * v + w["k"] * dot(grad(u), grad(v)))


@dataclass(frozen=True)
class BoilingTissue:
    """One tissue; SI but for °C. ``dry_width_C`` smooths the fall of σ from ``dry_start_C``."""

    electric_conductivity_S_per_m: float
    electric_slope_per_C: float
    dry_start_C: float
    dry_width_C: float
    dry_fraction: float
    thermal_conductivity_W_per_mK: float
    thermal_slope_W_per_mK2: float
    thermal_most_C: float
    heat_capacity_J_per_m3K: float
    gas_heat_capacity_J_per_m3K: float
    latent_J_per_m3: float
    band_C: tuple[float, float]
    perfusion_W_per_m3K: float
    forward_rate_per_s: float = 3.33e-3
    recovery_rate_per_s: float = 7.77e-3
    temperature_scale_C: float = 40.5
    living_at_start: float = 0.99

    def sigma(self, temperature_C: np.ndarray) -> np.ndarray:
        """σ(T)."""
        wet = 1.0 + self.electric_slope_per_C * (np.minimum(temperature_C, self.dry_start_C) - REFERENCE_C)
        s = np.clip((temperature_C - self.dry_start_C) / self.dry_width_C, 0.0, 1.0)
        fall = 1.0 - s * s * (3.0 - 2.0 * s)
        return self.electric_conductivity_S_per_m * (self.dry_fraction + (wet - self.dry_fraction) * fall)

    def k(self, temperature_C: np.ndarray) -> np.ndarray:
        """k(T)."""
        above = np.minimum(temperature_C, self.thermal_most_C) - REFERENCE_C
        return self.thermal_conductivity_W_per_mK + self.thermal_slope_W_per_mK2 * above

    def enthalpy(self, temperature_C: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """H and dH/dT."""
        low, high = self.band_C
        wet, gas = self.heat_capacity_J_per_m3K, self.gas_heat_capacity_J_per_m3K
        band = 0.5 * (wet + gas) + self.latent_J_per_m3 / (high - low)
        T = temperature_C
        H = wet * np.minimum(T, low) + band * np.clip(T - low, 0.0, high - low) + gas * np.maximum(T - high, 0.0)
        return H, np.where(low > T, wet, np.where(high >= T, band, gas))

    def dying(self, living: np.ndarray, dead: np.ndarray, temperature_C: np.ndarray, step_s: float):
        """Shares of living and dead cells a step later, by the midpoint rule."""
        rate = self.forward_rate_per_s * np.exp(temperature_C / self.temperature_scale_C)

        def slopes(a, d):
            hurt = rate * (1.0 - a)
            return self.recovery_rate_per_s * (1.0 - a - d) - hurt * a, hurt * (1.0 - a - d)

        one, two = slopes(living, dead)
        one, two = slopes(living + 0.5 * step_s * one, dead + 0.5 * step_s * two)
        return living + step_s * one, dead + step_s * two

    @staticmethod
    def flowing(dead: np.ndarray) -> np.ndarray:
        """β: a cubic from 1 to 0 over 2 in ln Ω about Ω = −ln(1 − D) = 1."""
        damage = -np.log1p(-np.clip(dead, 1e-12, 1.0 - 1e-12))
        s = np.clip(0.5 * np.log(damage) + 0.5, 0.0, 1.0)
        return 1.0 - s * s * (3.0 - 2.0 * s)


@dataclass
class BoilingPeer:
    """A needle in one tissue; the needle carries no heat, its face is cooled by ``cooling_W_per_m2K`` towards 37 °C."""

    mesh: MeshTri
    tissue: BoilingTissue
    cooling_W_per_m2K: float = 0.0
    rounds: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.basis = Basis(self.mesh, ElementTriP2(), intorder=4)
        self.part = self.basis.with_elements(self.mesh.subdomains["tissue"])
        self.sinks = 0.0 * weighted_mass.assemble(self.part, c=0.0)
        if self.cooling_W_per_m2K:
            face = FacetBasis(self.mesh, ElementTriP2(), facets=self.mesh.boundaries["tip|tissue"], intorder=4)
            self.sinks = weighted_mass.assemble(face, c=self.cooling_W_per_m2K)
        inside = np.unique(self.part.element_dofs)
        outer = self.basis.get_dofs("outer").all()
        self.warm = np.setdiff1d(inside, outer)
        tip = np.unique(self.basis.with_elements(self.mesh.subdomains["tip"]).element_dofs)
        self.at_tip = np.zeros(self.basis.N)
        self.at_tip[tip] = 1.0
        self.charged = np.setdiff1d(self.warm, tip)

    def run(
        self,
        duration_s: float,
        step_s: float,
        voltage: Callable[[float, float], float],
        observe: Callable[[float, np.ndarray, float, float], None],
    ) -> None:
        """Go through equal steps; ``voltage(time, impedance)`` holds for the next, ``observe`` gets T in °C."""
        rise = np.zeros(self.basis.N)
        living, dead = np.full(self.basis.N, self.tissue.living_at_start), np.zeros(self.basis.N)
        _, conductance, _ = self._current(rise)
        observe(0.0, REFERENCE_C + rise, 1.0 / conductance, 0.0)
        for n in range(round(duration_s / step_s)):
            V = voltage(n * step_s, 1.0 / conductance)
            new = self._step(rise, dead, V, step_s)
            mean = REFERENCE_C + 0.5 * (rise + new)
            living, dead = self.tissue.dying(living, dead, mean, step_s)
            rise = new
            _, conductance, _ = self._current(rise)
            observe((n + 1) * step_s, REFERENCE_C + rise, 1.0 / conductance, V)

    def _step(self, start: np.ndarray, dead: np.ndarray, V: float, dt: float) -> np.ndarray:
        tissue, part, T = self.tissue, self.part, start.copy()
        H0, _ = tissue.enthalpy(REFERENCE_C + np.asarray(field_at(part, start)))
        w = tissue.perfusion_W_per_m3K * tissue.flowing(np.clip(np.asarray(field_at(part, dead)), 0.0, 1.0))
        heat, previous = np.zeros(self.basis.N), np.inf
        for n in range(ROUNDS):
            self.rounds += 1
            if V > 0.0 and n < ROUNDS // 2:
                _, _, unit = self._current(T)
                heat = V**2 * unit
            at = field_at(part, T)
            H, capacity = tissue.enthalpy(REFERENCE_C + np.asarray(at))
            k = tissue.k(REFERENCE_C + np.asarray(at))
            residual = heat - _imbalance.assemble(part, T=at, stored=(H - H0) / dt, perfusion=w, k=k) - self.sinks @ T
            matrix = (_tangent.assemble(part, capacity=capacity / dt, perfusion=w, k=k) + self.sinks).tocsr()
            free = self.warm
            change = np.zeros_like(T)
            change[free] = splu(matrix[free][:, free].tocsc()).solve(residual[free])
            size = float(np.abs(change).max())
            # Points that enter and leave the band in turn are slowed down.
            T = T + (change if size < previous or size < 1.0 else 0.5 * change)
            previous = size
            if size < SETTLED_C:
                return T
        raise RuntimeError(f"the boiling peer did not settle within a step of {dt} s: {size:.2g} K left")

    def _current(self, rise: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
        sigma = self.tissue.sigma(REFERENCE_C + np.asarray(field_at(self.part, rise)))
        matrix = diffusion.assemble(self.part, k=sigma).tocsr()
        free, phi = self.charged, self.at_tip.copy()
        phi[free] = splu(matrix[free][:, free].tocsc()).solve(-(matrix @ self.at_tip)[free])
        heat = joule.assemble(self.part, phi=field_at(self.part, phi), sigma=sigma)
        return phi, float(2.0 * np.pi * phi @ (matrix @ phi)), heat
