"""An electro-thermal solver in the meridian plane for layered media on scikit-fem: quadratic triangles, BDF2.

With r dr dz as measure and θ = T − 37 °C,

    ∫ σ(θ) ∇φ·∇v = 0 outside metal and shaft,    φ = 1 on the metal, 0 on the outside
    ∫ ρc θ̇ v + ∫ k(θ) ∇θ·∇v + ∫ w θ v + Σ ∫ h θ v = V² ∫ σ(θ) |∇φ|² v,    θ given outside

σ and k rise by a share of their own value at 37 °C per degree, in every medium. Σ is over faces with convection, such
as where blood meets a wall. Within a step θ is linear in V², so that a generator whose V² hangs on a temperature needs
no iteration of its own. Equations, elements, time scheme and linear solver are none of rfa_model's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse.linalg import splu
from skfem import Basis, ElementTriP2, FacetBasis, MeshTri
from skfem.element import DiscreteField

from benchmarks.equations import REFERENCE_C, diffusion, joule, weighted_mass

SETTLED_C = 1e-3


@dataclass(frozen=True)
class Medium:
    """One medium at 37 °C; ``conducts``: whether current flows in it; ``warms``: whether it takes part in the heat."""

    electric_conductivity_S_per_m: float
    thermal_conductivity_W_per_mK: float
    heat_capacity_J_per_m3K: float
    perfusion_W_per_m3K: float = 0.0
    conducts: bool = True
    warms: bool = True
    electric_slope_per_C: float = 0.0
    thermal_slope_per_C: float = 0.0


@dataclass
class Moment:
    """Nodal rise above 37 °C, potential at 1 V, conductance, and the voltage of the step that ended here."""

    rise_C: np.ndarray
    potential: np.ndarray
    conductance_S: float = 0.0
    voltage_V_rms: float = 0.0


def field_at(part: Basis, nodal: np.ndarray) -> DiscreteField:
    """A nodal field at a part's quadrature points; ``Basis.interpolate`` sorts all dofs at every call."""
    at, shapes = nodal[part.element_dofs], [shape[0] for shape in part.basis]
    value = sum(a[:, None] * np.asarray(shape) for a, shape in zip(at, shapes, strict=True))
    return DiscreteField(value, sum(a[:, None] * shape.grad for a, shape in zip(at, shapes, strict=True)))


@dataclass
class Layered:
    """One case on one mesh.

    Parameters
    ----------
    mesh : MeshTri
        Metres; a subdomain per medium (and ``tip``, the metal), a boundary ``outer``.
    media : mapping of str to Medium
    convection : mapping of str to float
        h, W/m²K, on boundaries of the mesh, towards 37 °C.
    held_C : mapping of str to float
        Temperatures of boundaries other than ``outer``.
    contact : tuple of str
        Media at 1 V.
    """

    mesh: MeshTri
    media: Mapping[str, Medium]
    convection: Mapping[str, float] = field(default_factory=dict)
    held_C: Mapping[str, float] = field(default_factory=dict)
    contact: tuple[str, ...] = ("tip",)

    def __post_init__(self) -> None:
        self.basis = Basis(self.mesh, ElementTriP2(), intorder=5)
        self.part = {name: self.basis.with_elements(self.mesh.subdomains[name]) for name in self.media}
        self.heated = {name: part for name, part in self.part.items() if self.media[name].warms}
        self.mass = self._sum(weighted_mass, lambda m: {"c": m.heat_capacity_J_per_m3K})
        self.sinks = self._sum(weighted_mass, lambda m: {"c": m.perfusion_W_per_m3K})
        for name, h in self.convection.items():
            facets = FacetBasis(self.mesh, ElementTriP2(), facets=self.mesh.boundaries[name], intorder=5)
            self.sinks = self.sinks + weighted_mass.assemble(facets, c=h)
        self.given = np.zeros(self.basis.N)
        outside = self.basis.get_dofs("outer").all()
        for name, temperature_C in self.held_C.items():
            self.given[self.basis.get_dofs(name).all()] = temperature_C - REFERENCE_C
            outside = np.union1d(outside, self.basis.get_dofs(name).all())
        every = np.unique(np.concatenate([part.element_dofs.ravel() for part in self.heated.values()]))
        self.warm = np.setdiff1d(every, outside)
        current = [name for name, medium in self.media.items() if medium.conducts]
        self.conductors = {name: self.part[name] for name in current}
        tip = np.unique(np.concatenate([self.part[name].element_dofs.ravel() for name in self.contact]))
        self.at_tip = np.zeros(self.basis.N)
        self.at_tip[tip] = 1.0
        reached = np.unique(np.concatenate([part.element_dofs.ravel() for part in self.conductors.values()]))
        self.charged = np.setdiff1d(np.setdiff1d(reached, tip), self.basis.get_dofs("outer").all())

    def run(
        self,
        duration_s: float,
        step_s: float,
        voltage_squared: Callable[[Callable[[float], np.ndarray]], float],
        observe: Callable[[float, Moment], None],
    ) -> Moment:
        """Go through equal steps.

        Parameters
        ----------
        voltage_squared : callable
            Given the temperature (nodal rise) at the step's end for a V², which V² the generator applies.
        observe : callable
            Told time and moment at the start and after each step.
        """
        now = Moment(self.given.copy(), self.at_tip)
        now.potential, now.conductance_S, _ = self._current(now.rise_C)
        before: Moment | None = None
        observe(0.0, now)
        for n in range(round(duration_s / step_s)):
            now, before = self._step(now, before, step_s, voltage_squared), now
            observe((n + 1) * step_s, now)
        return now

    def _step(self, old: Moment, before: Moment | None, dt: float, voltage_squared) -> Moment:
        lead, past, T = 1.0 / dt, old.rise_C / dt, old.rise_C
        if before is not None:
            lead, past = 1.5 / dt, (2.0 * old.rise_C - 0.5 * before.rise_C) / dt
            T = 2.0 * old.rise_C - before.rise_C
        carried, free = self.mass @ past, self.warm
        for _ in range(40):
            phi, conductance, heat = self._current(T)
            matrix = (lead * self.mass + self._conduction(T) + self.sinks).tocsr()
            factor = splu(matrix[free][:, free].tocsc())
            passive, per_V2 = self.given.copy(), np.zeros_like(T)
            passive[free] = factor.solve((carried - matrix @ self.given)[free])
            per_V2[free] = factor.solve(heat[free])
            V2 = voltage_squared(lambda V2, a=passive, b=per_V2: a + V2 * b)
            T_new = passive + V2 * per_V2
            change, T = np.abs(T_new - T).max(), T_new
            if change < SETTLED_C:
                return Moment(T, phi, conductance, float(np.sqrt(V2)))
        raise RuntimeError(f"the layered peer did not settle within a step of {dt} s: {change:.2g} K left")

    def _sum(self, form, values):
        return sum(form.assemble(part, **values(self.media[name])) for name, part in self.heated.items())

    def _conduction(self, rise_C: np.ndarray):
        total = 0
        for name, part in self.heated.items():
            medium = self.media[name]
            k = medium.thermal_conductivity_W_per_mK
            if medium.thermal_slope_per_C:
                k = k * (1.0 + medium.thermal_slope_per_C * np.asarray(field_at(part, rise_C)))
            total = total + diffusion.assemble(part, k=k)
        return total

    def _current(self, rise_C: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
        """φ, the conductance, and the heat of 1 V."""
        sigma = {
            name: self.media[name].electric_conductivity_S_per_m
            * (1.0 + self.media[name].electric_slope_per_C * np.asarray(field_at(part, rise_C)))
            for name, part in self.conductors.items()
        }
        matrix = sum(diffusion.assemble(part, k=sigma[name]) for name, part in self.conductors.items()).tocsr()
        free, phi = self.charged, self.at_tip.copy()
        phi[free] = splu(matrix[free][:, free].tocsc()).solve(-(matrix @ self.at_tip)[free])
        heat = sum(
            joule.assemble(part, phi=field_at(part, phi), sigma=sigma[name])
            for name, part in self.conductors.items()
            if name in self.heated
        )
        return phi, float(2.0 * np.pi * phi @ (matrix @ phi)), heat
