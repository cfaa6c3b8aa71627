"""What resistance do two rings on a lead have, against the body and against each other?

With 1 V on ring j and 0 V on the other the potential φⱼ carries Gᵢⱼ amperes out of ring i:

    Gᵢⱼ = ∫ σ∇φᵢ·∇φⱼ dx + ∫_far (σ/R) φᵢφⱼ ds,

so that Gᵢⱼ = Gⱼᵢ, by whichever ring the current is measured (reciprocity). One ring against the body, the other
floating, has G₁₁ − G₁₂²/G₂₂ siemens; what the matrix says holds for any way of joining the rings to a generator. A
stimulation lead of 1.27 mm with rings of 1.5 mm, half a millimetre apart, in tissue of 0.2 S/m.
"""

import math

import numpy as np

from rfa_model.applicators import Applicator, Contact, PlacedBody, Rod, ThermalSolid
from rfa_model.applicators.needle import POLYMER, STEEL
from rfa_model.laws import ElectricConductivity
from rfa_model.meshing import load_mesh
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.solver.unit_potential import UnitPotential

SIGMA_S_PER_M, RADIUS_M = 0.2, 0.04
SEGMENTS = (("end", 1.0), ("ring_0", 1.5), ("gap", 0.5), ("ring_1", 1.5), ("lead", math.inf))


def lead() -> Applicator:
    """Return the lead: insulation but for two rings of metal."""
    solids = tuple(ThermalSolid.of(STEEL if name.startswith("ring") else POLYMER) for name, _ in SEGMENTS)
    rod = Rod(diameter_mm=1.27, segments=SEGMENTS, distal_rounding_mm=0.635)
    rings = tuple(Contact(name, (name,)) for name, _ in SEGMENTS if name.startswith("ring"))
    return Applicator(bodies=(PlacedBody(rod, solids),), contacts=rings, name="two rings")


def conductance_S() -> np.ndarray:
    """Return the conductance matrix of the two rings."""
    domain = Domain.of(load_mesh(lead(), "draft", RADIUS_M * 1e3), 2)
    systems = LinearSystems.of(domain, RADIUS_M)
    sigma = np.full(len(domain.cells["tissue"]), SIGMA_S_PER_M)
    current = UnitPotential(systems.electric, sigma, ElectricConductivity(), rtol=1e-10)
    current.update(np.full(domain.tables.local_size, 37.0))
    return current.conductance_matrix_S()


def result() -> float:
    """Return G₁₂/G₂₁, which is 1."""
    G = conductance_S()
    return float(G[0, 1] / G[1, 0])


if __name__ == "__main__":
    G = conductance_S()
    print("one ring, the other floating:", f"{1.0 / (G[0, 0] - G[0, 1] ** 2 / G[1, 1]):.0f} ohm")
    print("both together:", f"{1.0 / G.sum():.0f} ohm")
    print("between the rings:", f"{G.sum() / (G[0, 0] * G[1, 1] - G[0, 1] ** 2):.0f} ohm")
