"""Contacts at voltages of their own: heat is their quadratic, and what was steered is remembered."""

import numpy as np
import pytest

from rfa_model import library
from rfa_model.assurance.verification.cases.contacts import SPHERES_DOMAIN_MM, _two_balls
from rfa_model.assurance.verification.tools.cannula import Linear
from rfa_model.assurance.verification.tools.contacts import ContactMesh, cold_current
from rfa_model.physics.drives import Separate
from rfa_model.physics.materials import mix
from rfa_model.solver.build import build_current
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems

VOLTS = np.array([1.0, 0.4])


@pytest.fixture(scope="module")
def mesh():
    return _two_balls(0.4)


@pytest.fixture(scope="module")
def current(mesh):
    return cold_current(mesh, SPHERES_DOMAIN_MM, Separate())


def test_heat_is_the_quadratic_of_the_voltages(current):
    one, mixed, other = current.pair_loads()
    current.steer(VOLTS)
    a, b = VOLTS
    assert current.load == pytest.approx(a * a * one + a * b * mixed + b * b * other, abs=1e-9 * np.abs(one).max())
    # By reciprocity and Joule: what the quadratic gives is what the conductances say.
    assert current.conductance_S == pytest.approx(VOLTS @ current.conductance_matrix_S() @ VOLTS, rel=1e-6)


def test_a_drive_is_let_go_of_and_a_steered_one_remembered(mesh, current):
    current.steer(VOLTS)
    kept, power = current.memory(), current.conductance_S
    current.release()
    assert current.voltages == pytest.approx([1.0, 1.0])
    fresh = cold_current(mesh, SPHERES_DOMAIN_MM, Separate())
    fresh.steer(VOLTS[::-1])
    warmer = fresh.pair_loads()
    fresh.restore(kept)
    assert fresh.pair_loads() is not warmer
    assert fresh.voltages == pytest.approx(VOLTS)
    assert fresh.conductance_S == pytest.approx(power, rel=1e-12)
    assert fresh.load.sum() == pytest.approx(fresh.volume_power_W, rel=1e-9)


def test_one_that_was_not_steered_is_not_after_it_is_put_back(mesh):
    current = cold_current(mesh, SPHERES_DOMAIN_MM, Separate())
    kept = current.memory()
    current.steer(VOLTS)
    current.restore(kept)
    assert current.voltages == pytest.approx([1.0, 1.0])


def test_the_current_of_one_among_several_is_never_carried(mesh, monkeypatch):
    current = cold_current(mesh, SPHERES_DOMAIN_MM, Separate())
    monkeypatch.setattr(current, "_law", Linear(0.02))
    current.carried, solves = 0.5, current.solves
    current.carry(np.full(current.tables.local_size, 39.0))
    assert current.solves == solves + 2


def test_a_pair_is_solved_for_as_closely_in_studies(mesh):
    # What goes to the pad would else be told for the error of a solve.
    domain = Domain.of(ContactMesh.of(mesh), 1)
    systems = LinearSystems.of(domain, 0.04)
    materials = mix(np.ones((len(domain.cells["tissue"]), 1)), ["muscle"], library.tissues(), 0.0)
    current = build_current(systems, materials, Linear(0.02), tolerance_C=1.0, of_study=True)
    assert len(systems.electric.contacts) == 2
    assert (current.carried, current.rtol) == (0.0, 1e-7)
