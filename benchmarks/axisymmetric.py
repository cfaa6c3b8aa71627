"""An electro-thermal solver in the meridian plane on scikit-fem: quadratic triangles, BDF2, fixed-point coupling.

With r dr dz as measure and T the temperature above the body's,

    ∫ σ(T) ∇φ·∇v + ∮ σ φ v / R = 0,            φ = 1 on the metal, in tissue alone
    ∫ ρc Ṫ v + ∫ k(T) ∇T·∇v + ∫ β(Ω) w T v = V² ∫ σ(T) |∇φ|² v,            T = 0 outside
    Ω̇ = A exp(−Ea / R(T + T_body)).

It shares neither equations' code nor element, time scheme or linear solver with rfa_model: σ, k and β are evaluated at
quadrature points, steps follow a fixed plan, systems are factorised.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse.linalg import LinearOperator, cg, splu
from skfem import Basis, ElementTriP2, FacetBasis, MeshTri
from skfem.element import DiscreteField

from benchmarks.equations import REFERENCE_C, Case, diffusion, joule, losses, transverse_diffusion, weighted_mass
from benchmarks.timeplan import Step

# Rounds shrink the change tenfold, so a tenth of this is left when they end.
SETTLED_C = 1e-3


@dataclass
class State:
    """Nodal rise above body temperature and damage; ``conductance_S`` and ``potential`` at 1 V."""

    rise_C: np.ndarray
    damage: np.ndarray
    potential: np.ndarray
    conductance_S: float = 0.0


@dataclass
class Peer:
    """One case on one mesh.

    Parameters
    ----------
    mesh : MeshTri
        From :func:`benchmarks.meridian.meridian_mesh`.
    case : Case
    """

    mesh: MeshTri
    case: Case
    iterations: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        case, element = self.case, ElementTriP2()
        self.basis = Basis(self.mesh, element, intorder=5)
        part = {name: self.basis.with_elements(cells) for name, cells in self.mesh.subdomains.items()}
        self.tissue = part["tissue"]
        self.tissue_dofs = np.unique(self.tissue.element_dofs)
        capacity = {"tissue": case.heat_capacity_J_per_m3K, "tip": case.tip_heat_capacity_J_per_m3K}
        capacity["shaft"] = case.shaft_heat_capacity_J_per_m3K
        self.mass = sum(weighted_mass.assemble(part[name], c=value) for name, value in capacity.items())
        self.conduction = (
            diffusion.assemble(part["tissue"], k=case.thermal_conductivity_W_per_mK)
            + diffusion.assemble(part["tip"], k=case.tip_conductivity_W_per_mK)
            + transverse_diffusion.assemble(
                part["shaft"],
                radial=case.shaft_radial_conductivity_W_per_mK,
                axial=case.shaft_axial_conductivity_W_per_mK,
            )
        )
        outer = FacetBasis(self.mesh, element, facets=self.mesh.boundaries["outer_tissue"], intorder=5)
        far = case.electric_conductivity_S_per_m / case.far_field_radius_m
        self.far_field = weighted_mass.assemble(outer, c=far)
        every = np.arange(self.basis.N)
        self.warm = np.setdiff1d(every, self.basis.get_dofs("outer").all())
        tip = np.unique(part["tip"].element_dofs)
        self.at_tip = np.zeros(self.basis.N)
        self.at_tip[tip] = 1.0
        self.charged = np.setdiff1d(self.tissue_dofs, tip)
        self._heat_factors: dict[float, object] = {}
        self._electric_factor = None

    def start(self) -> State:
        """At body temperature, φ solved."""
        zero = np.zeros(self.basis.N)
        state = State(zero, zero, self.at_tip)
        _, state.potential, state.conductance_S = self._current(self._field(zero), self.at_tip)
        return state

    def run(self, plan: list[Step], observe: Callable[[float, State], None]) -> State:
        """Go through the steps; ``observe(time_s, state)`` is called at the start and after each."""
        time, state, before = 0.0, self.start(), None
        observe(time, state)
        previous_s = 0.0
        for step in plan:
            ratio = 0.0 if step.restart else step.length_s / previous_s
            state, before = self._step(state, None if step.restart else before, step, ratio), state
            time, previous_s = time + step.length_s, step.length_s
            observe(time, state)
        return state

    def _step(self, old: State, before: State | None, step: Step, ratio: float) -> State:
        """Variable-step BDF2; implicit Euler after a restart (``ratio`` 0)."""
        dt, T0 = step.length_s, old.rise_C
        lead = (1.0 + 2.0 * ratio) / (1.0 + ratio) / dt
        past, guess = T0 / dt, T0
        if before is not None:
            past = ((1.0 + ratio) * T0 - ratio**2 / (1.0 + ratio) * before.rise_C) / dt
            guess = T0 + ratio * (T0 - before.rise_C)
        solve = self._heat_solver(lead)
        T, carried, V2 = guess, self.mass @ past, step.voltage_V_rms**2
        phi, sigma, conductance = old.potential, np.empty(0), old.conductance_S
        for _ in range(50):
            self.iterations += 1
            rise = self._field(T)
            if V2 > 0.0:
                sigma, phi, conductance = self._current(rise, phi)
            damage = old.damage + dt * self._mean_rate(T0, T)
            load = carried + self._heat(rise, damage) + (self._joule(sigma, phi, V2) if V2 > 0.0 else 0.0)
            T_new = np.zeros_like(T)
            T_new[self.warm] = solve(load[self.warm])
            change, T = np.abs(T_new - T).max(), T_new
            if change < SETTLED_C:
                if V2 == 0.0:
                    _, phi, conductance = self._current(self._field(T), phi)
                return State(T, old.damage + dt * self._mean_rate(T0, T), phi, conductance)
        raise RuntimeError(f"the peer's fixed point did not settle within a step of {dt} s: {change:.2g} K left")

    def _field(self, nodal: np.ndarray) -> DiscreteField:
        """A nodal field at the tissue's quadrature points; ``Basis.interpolate`` sorts all dofs at every call."""
        at, shapes = nodal[self.tissue.element_dofs], [shape[0] for shape in self.tissue.basis]
        value = sum(a[:, None] * np.asarray(shape) for a, shape in zip(at, shapes, strict=True))
        return DiscreteField(value, sum(a[:, None] * shape.grad for a, shape in zip(at, shapes, strict=True)))

    def _mean_rate(self, start_C: np.ndarray, end_C: np.ndarray) -> np.ndarray:
        """Mean damage rate of a step whose ln rate is linear in time."""
        a, b = self.case.damage_rate(start_C), self.case.damage_rate(end_C)
        log = np.log(b / a)
        small = np.abs(log) < 1e-6
        return np.where(small, 0.5 * (a + b), (b - a) / np.where(small, 1.0, log))

    def _current(self, rise_C: DiscreteField, guess: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """σ at the quadrature points, φ, and the conductance 2π φᵀAφ."""
        case = self.case
        above = np.asarray(rise_C) + case.body_C - REFERENCE_C
        sigma = case.electric_conductivity_S_per_m * (1.0 + case.conductivity_slope_per_C * above)
        matrix = (diffusion.assemble(self.tissue, k=sigma) + self.far_field).tocsr()
        free = self.charged
        inner, load = matrix[free][:, free], -(matrix @ self.at_tip)[free]
        phi = self.at_tip.copy()
        phi[free] = self._conjugate_gradients(inner, load, guess[free])
        return sigma, phi, float(2.0 * np.pi * phi @ (matrix @ phi))

    def _conjugate_gradients(self, matrix, load: np.ndarray, guess: np.ndarray) -> np.ndarray:
        """φ follows σ slowly: an older factorisation preconditions until it needs too many iterations."""
        count = [0]

        def tell(_: np.ndarray) -> None:
            count[0] += 1

        if self._electric_factor is None:
            self._electric_factor = splu(matrix.tocsc())
        solve = LinearOperator(matrix.shape, self._electric_factor.solve)
        phi, info = cg(matrix, load, guess, rtol=1e-7, M=solve, maxiter=100, callback=tell)
        if info != 0:
            raise RuntimeError("the peer's potential did not converge")
        if count[0] > 6:
            self._electric_factor = None
        return phi

    def _heat(self, rise_C: DiscreteField, damage: np.ndarray) -> np.ndarray:
        """What blood takes, and the conduction that k(T) adds to that of k37."""
        case, log_damage = self.case, np.log(np.maximum(damage, 1e-300))
        alive = case.alive(np.asarray(self._field(log_damage)))
        extra_k = case.thermal_slope_W_per_mK2 * (np.asarray(rise_C) + case.body_C - REFERENCE_C)
        return losses.assemble(self.tissue, T=rise_C, perfusion=case.perfusion_W_per_m3K * alive, k=extra_k)

    def _joule(self, sigma: np.ndarray, phi: np.ndarray, V2: float) -> np.ndarray:
        return joule.assemble(self.tissue, phi=self._field(phi), sigma=V2 * sigma)

    def _heat_solver(self, lead_per_s: float) -> Callable[[np.ndarray], np.ndarray]:
        key = float(np.round(lead_per_s, 9))
        if key not in self._heat_factors:
            matrix = (lead_per_s * self.mass + self.conduction).tocsr()
            self._heat_factors[key] = splu(matrix[self.warm][:, self.warm].tocsc()).solve
        return self._heat_factors[key]
