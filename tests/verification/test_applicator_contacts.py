"""Contacts of whole applicators, meshed as any is: two balls and a lead with eight rings."""

import math

import numpy as np
import pytest

from rfa_model import library
from rfa_model._fenics import MPI
from rfa_model.applicators import Applicator, Pose, side_by_side
from rfa_model.laws import ElectricConductivity
from rfa_model.meshing import load_mesh
from rfa_model.physics.materials import mix
from rfa_model.solver.build import build_current
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems
from tests.rods import ball, lead

RADIUS_MM = 40.0


def conductance_S_per_sigma(applicator: Applicator) -> np.ndarray:
    """Conductance matrix per unit conductivity, m."""
    domain = Domain.of(load_mesh(applicator, "draft", RADIUS_MM, MPI.COMM_SELF), 2)
    muscle = mix(np.ones((len(domain.cells["tissue"]), 1)), ("muscle",), library.tissues(), 0.0)
    current = build_current(LinearSystems.of(domain, 1e-3 * RADIUS_MM), muscle, ElectricConductivity())
    current.rtol = 1e-12
    current.update(np.full(domain.tables.local_size, 37.0))
    return current.conductance_matrix_S() / muscle.electric_conductivity_S_per_m[0]


def test_two_balls_meet_the_resistances_of_spheres() -> None:
    # To (a/d)⁴: 1/4πσa each, 1/4πσd between them (Maxwell's coefficients of potential).
    a_mm, d_mm = 1.0, 8.0
    places = {"left": -0.5 * d_mm, "right": 0.5 * d_mm}
    poses = {name: Pose(np.eye(3), np.array([x, 0.0, -a_mm])) for name, x in places.items()}
    balls = side_by_side("balls", {name: ball(a_mm).at(pose) for name, pose in poses.items()})
    conductance = conductance_S_per_sigma(balls)
    resistance = np.linalg.inv(conductance)
    assert np.diag(resistance) == pytest.approx([1e3 / (4.0 * math.pi * a_mm)] * 2, rel=0.02)
    assert resistance[0, 1] == pytest.approx(1e3 / (4.0 * math.pi * d_mm), rel=0.01)
    assert conductance[0, 1] == pytest.approx(conductance[1, 0], rel=1e-8)


@pytest.mark.slow  # reciprocity and conservation are the quick case eight-rings of `verify` too
def test_eight_rings_are_reciprocal_and_screen_each_other() -> None:
    conductance = conductance_S_per_sigma(lead())
    assert np.abs(conductance - conductance.T).max() < 1e-8 * np.abs(conductance).max()
    off_diagonal = conductance - np.diag(np.diag(conductance))
    assert (off_diagonal <= 0.0).all()
    assert (conductance.sum(axis=1) > 0.0).all()  # what is left goes to the far body
    neighbours = np.diag(off_diagonal, 1)
    assert (np.abs(neighbours) > 3.0 * np.abs(np.diag(off_diagonal, 2).max())).all()
    # the row of rings is nearly mirrored end to end: only the lead's own end differs
    assert neighbours == pytest.approx(neighbours[::-1], rel=0.05)
