"""How much does one ring of a lead feel of another?

Ring j held at 1 V, the other at 0, the shaft between them insulating: the currents out of all rings are a column of the
conductance matrix G, and R = G⁻¹ holds each ring's resistance to the far body and, off its diagonal, what one ring's
potential rises by per ampere out of another. From far away a ring is a point source, φ = I/(4πσd), so

    R_12 → 1/(4πσd)    for rings small against their distance d,

whatever the rings' own size. Here an applicator of our own, two rings 20 mm apart on a lead, against that.
"""

import math

import numpy as np

from rfa_model import library
from rfa_model.applicators import Applicator, Contact, PlacedBody, Rod, ThermalSolid
from rfa_model.applicators.needle import POLYMER, STEEL
from rfa_model.laws import ElectricConductivity
from rfa_model.meshing import load_mesh
from rfa_model.physics.materials import mix
from rfa_model.solver.build import build_current
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems

RING_MM, APART_MM, RADIUS_MM = 1.5, 20.0, 40.0
METAL, SLEEVE = ThermalSolid.of(STEEL), ThermalSolid.of(POLYMER)


def lead() -> Applicator:
    """Return a lead of 1.27 mm: a rounded end, a ring, insulation, a ring, insulation on and out of the body."""
    segments = (("end", 1.0), ("first", RING_MM), ("gap", APART_MM - RING_MM), ("second", RING_MM), ("shaft", math.inf))
    solids = (SLEEVE, METAL, SLEEVE, METAL, SLEEVE)
    contacts = (Contact("first", ("first",)), Contact("second", ("second",)))
    return Applicator((PlacedBody(Rod(1.27, segments, distal_rounding_mm=0.3), solids),), contacts, name="lead")


def resistance_ohm(applicator: Applicator) -> np.ndarray:
    """Return R among the contacts in muscle at 37 °C."""
    domain = Domain.of(load_mesh(applicator, "draft", RADIUS_MM), 2)
    systems = LinearSystems.of(domain, 1e-3 * RADIUS_MM)
    muscle = mix(np.ones((len(domain.cells["tissue"]), 1)), ("muscle",), library.tissues(), 0.0)
    current = build_current(systems, muscle, ElectricConductivity())
    current.update(np.full(domain.tables.local_size, 37.0))
    return np.linalg.inv(current.conductance_matrix_S())


def result() -> float:
    """Return R_12 as a share of the point source's."""
    sigma = library.tissues()["muscle"].electric_conductivity_S_per_m
    return float(resistance_ohm(lead())[0, 1] * 4e-3 * math.pi * sigma * APART_MM)


if __name__ == "__main__":
    print(np.array2string(resistance_ohm(lead()), precision=1), "Ω")
    print(f"the second ring feels {result():.3f} of what it would of a point")
