"""The potential-temperature theorem's boundary conditions on a real cannula mesh.

φ and θ = T − T∞ vanish on the same outer sphere; the shaft conducts neither current nor heat.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model import library
from rfa_model.assurance.verification.tools.bioheat import BODY_C, SIGMA, K, bioheat
from rfa_model.assurance.verification.tools.potential_theorem import FORMS, Form
from rfa_model.errors import SolveError
from rfa_model.laws import REFERENCE_TEMPERATURE_C
from rfa_model.meshing import load_mesh
from rfa_model.physics.bioheat import BioheatProblem
from rfa_model.physics.electric import ElectricProblem
from rfa_model.solver.domain import Domain
from rfa_model.solver.multigrid import multigrid
from rfa_model.solver.unit_potential import UnitPotential

Array = NDArray[np.float64]
TIP_METAL_K = 15.0
# Last change of the iteration between φ and T, K: a thousandth of what is promised of a rise of 43 K.
SETTLED_K = 1e-4


@dataclass(frozen=True)
class Linear:
    """σ = σ₀(1 + slope·θ) and never dry: the theorem wants one law throughout."""

    slope_per_C: float

    def factor(self, temperature_C: Array) -> Array:
        """σ/σ₀."""
        return 1.0 + self.slope_per_C * (temperature_C - REFERENCE_TEMPERATURE_C)


@dataclass(frozen=True)
class Solution:
    """Rise θ and unit potential on tissue unknowns, with the tip's rise, K, and the conductance."""

    theta: Array
    phi: Array
    tip_rise: float
    conductance_S: float
    power_residual: float

    @property
    def resistance_ohm(self) -> float:
        return 1.0 / self.conductance_S


def domain_of(probe: str, resolution: str, order: int = 2) -> Domain:
    """The space of a library probe's own mesh."""
    return Domain.of(load_mesh(library.probes()[probe].applicator(), resolution), order)


def grounded_current(domain: Domain, slope_per_C: float = 0.0) -> UnitPotential:
    """1 V on the tip, the outer sphere grounded, σ = σ₀(1 + slope·θ)."""
    problem = ElectricProblem(domain.tables, domain.cells["tissue"], domain.contacts, domain.facets["outer"], None)
    sigma = np.full(len(domain.cells["tissue"]), SIGMA)
    return UnitPotential(problem, sigma, Linear(slope_per_C), tolerance=1e-12, rtol=1e-10)


def grounded_heat(domain: Domain, tip_fixed: bool) -> BioheatProblem:
    """Conduction in tissue and tip, the outer sphere at body temperature."""
    tables, cells = domain.tables, domain.cells
    k, tissue = np.zeros(tables.count), np.zeros(tables.count)
    k[cells["tissue"]], k[cells["tip"]], tissue[cells["tissue"]] = K, TIP_METAL_K, 1.0
    in_tip = np.zeros(tables.local_size, bool)
    in_tip[tables.dofs[cells["tip"]]] = True
    # Unknowns inside the shaft belong to no conducting cell: kept, or the matrix would have empty rows.
    fixed = domain.fixed | ~(domain.tissue_dofs | in_tip) | (in_tip if tip_fixed else False)
    return bioheat(tables, conductivity=k, tissue=tissue, fixed=fixed)


def solve_forms(domain: Domain, forms: Iterable[Form] = FORMS) -> dict[Form, Solution]:
    """Solve forms of the theorem, each at the voltage that makes its hottest place 80 °C."""
    currents: dict[float, UnitPotential] = {}
    solutions = {}
    for form in forms:
        slope = form.slope_per_C
        currents.setdefault(slope, grounded_current(domain, slope))
        solutions[form] = solve(domain, form, currents[slope])
    return solutions


def solve(domain: Domain, form: Form, current: UnitPotential) -> Solution:
    """Solve one form; ``current`` has its σ(T) and may have solved before."""
    heat = grounded_heat(domain, tip_fixed=form.face_rise_C is not None)
    T = np.full(domain.tables.local_size, BODY_C)
    (tip,) = current.problem.on_contact
    T[tip] += form.face_rise_C or 0.0  # an insulated tip's unknowns are free
    T = _steady(heat, current, T, form.voltage_V() ** 2)
    return Solution(
        theta=(T - BODY_C)[domain.tissue_dofs],
        phi=current.potential[domain.tissue_dofs],
        tip_rise=float((T - BODY_C)[tip].max()),
        conductance_S=current.conductance_S,
        power_residual=current.power_residual,
    )


def _steady(heat: BioheatProblem, current: UnitPotential, T: Array, V2: float) -> Array:
    """φ and T in turn; nothing but σ depends on T, so the heat's matrix stays."""
    still = np.zeros_like(T)
    coefficients = heat.coefficients(T, still)
    heat.update_matrix(coefficients, np.zeros(heat.tables.count), np.inf)
    solver = multigrid(heat.matrix, "steady heat")
    for _ in range(60):
        current.update(T)
        residual = heat.passive_load(T, coefficients) + V2 * current.load
        residual[heat.fixed] = 0.0
        change = solver.solve(residual, None, rtol=1e-8, atol=1e-13)
        T = T + change
        if np.abs(change).max() < SETTLED_K:
            return T
    raise SolveError(f"steady heat: φ and T still move by {np.abs(change).max():g} K after 60 turns")
