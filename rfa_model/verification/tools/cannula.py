"""The potential-temperature theorem's boundary conditions on a real cannula mesh.

φ and θ = T − T∞ vanish on the same outer sphere; the shaft conducts neither current nor heat.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rfa_model import library
from rfa_model.meshing import load_probe_mesh
from rfa_model.physics.bioheat import BioheatProblem
from rfa_model.physics.electric import ElectricProblem
from rfa_model.physics.laws import ConductivityLaw
from rfa_model.solver.current import UnitCurrent
from rfa_model.solver.domain import Domain
from rfa_model.verification.tools.bioheat import BODY_C, SIGMA, K, bioheat, lift, solve_steady

Array = NDArray[np.float64]
TIP_METAL_K = 15.0
# σ's drying is moved out of the way: the theorem wants one law throughout.
NEVER_DRY = 1e6


@dataclass(frozen=True)
class Solution:
    """Rise θ and unit potential on tissue unknowns, with the tip's rise and the conductance."""

    theta: Array
    phi: Array
    tip_rise: float
    conductance_S: float
    power_residual: float
    dofs: int

    @property
    def resistance_ohm(self) -> float:
        return 1.0 / self.conductance_S


@cache
def domain_of(probe: str, resolution: str, order: int = 2) -> Domain:
    return Domain.of(load_probe_mesh(library.probes()[probe], resolution), order)


def grounded_current(domain: Domain, slope_per_C: float = 0.0) -> UnitCurrent:
    problem = ElectricProblem(
        domain.tables, domain.cells["tissue"], domain.cells["tip"], domain.facets["outer"], far_field_radius_m=None
    )
    sigma = np.full(len(domain.cells["tissue"]), SIGMA)
    law = ConductivityLaw(slope_per_C, dry_start_C=NEVER_DRY)
    return UnitCurrent(problem, sigma, law, tolerance=1e-12, rtol=1e-12)


def grounded_heat(domain: Domain, tip_fixed: bool) -> BioheatProblem:
    tables, cells = domain.tables, domain.cells
    k, tissue = np.zeros(tables.count), np.zeros(tables.count)
    k[cells["tissue"]], k[cells["tip"]], tissue[cells["tissue"]] = K, TIP_METAL_K, 1.0
    in_tip = np.zeros(tables.local_size, bool)
    in_tip[tables.dofs[cells["tip"]]] = True
    # Unknowns inside the shaft belong to no conducting cell: kept, or the matrix would have empty rows.
    fixed = domain.fixed | ~(domain.tissue_dofs | in_tip) | (in_tip if tip_fixed else False)
    return bioheat(tables, conductivity=k, tissue=tissue, fixed=fixed)


@cache
def solve(
    probe: str,
    resolution: str,
    voltage_V: float,
    slope_per_C: float = 0.0,
    face_rise_C: float | None = None,
    order: int = 2,
) -> Solution:
    """Solve at a voltage with σ = σ₀(1 + slope·θ); ``face_rise_C`` holds the tip there, None leaves it insulated."""
    domain = domain_of(probe, resolution, order)
    current = grounded_current(domain, slope_per_C)
    heat = grounded_heat(domain, tip_fixed=face_rise_C is not None)
    start = np.full(domain.tables.local_size, BODY_C)
    tip = current.problem.tip
    if face_rise_C is not None:
        start = lift(start, tip, BODY_C + face_rise_C)
    T = solve_steady(heat, np.zeros_like(start), start, current, voltage_V**2)
    return Solution(
        theta=(T - BODY_C)[domain.tissue_dofs],
        phi=current.potential[domain.tissue_dofs],
        tip_rise=float((T - BODY_C)[tip].max()),
        conductance_S=current.conductance_S,
        power_residual=current.power_residual,
        dofs=domain.dofs,
    )


def voltage_for(rise_C: float, slope_per_C: float = 0.0) -> float:
    """The voltage at which an insulated tip rises by ``rise_C``: θ = S, or (exp(aS) − 1)/a, with S = σV²/2k."""
    S = rise_C if slope_per_C == 0.0 else np.log1p(slope_per_C * rise_C) / slope_per_C
    return float(np.sqrt(2.0 * K * S / SIGMA))
