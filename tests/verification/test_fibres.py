"""Fibres: their frame, their mixture, and the resistance of a ball in fibred tissue."""

import numpy as np
import pytest

from rfa_model import library
from rfa_model.applicators.pose import Pose
from rfa_model.assurance.verification.tools.bioheat import BODY_C, SIGMA, muscle_tables
from rfa_model.assurance.verification.tools.shells import sphere_electrode
from rfa_model.laws import ElectricConductivity
from rfa_model.library import Fibres
from rfa_model.physics.electric import ElectricProblem
from rfa_model.physics.fibres import electric_directions
from rfa_model.scenario import TissueOverride
from rfa_model.solver.unit_potential import UnitPotential


def fibred(ratio: float, direction=(0.0, 0.0, 1.0)) -> dict:
    known = library.tissues()
    fibres = Fibres(direction=direction, along_over_across=ratio)
    return known | {"muscle": known["muscle"].overridden({"fibres": fibres})}


def turned(degrees: float) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def test_no_tissue_prefers_a_direction_unless_told() -> None:
    names = list(library.tissues())
    assert electric_directions(np.eye(len(names)), names, library.tissues(), np.eye(3)) is None


def test_fibres_are_the_patients_whatever_the_needle() -> None:
    (found,) = electric_directions(np.ones((1, 1)), ["muscle"], fibred(1.5, (0.0, 0.0, 2.0)), turned(90.0))
    # The patient's z is the needle's y after a quarter turn about x.
    assert found == pytest.approx(np.diag([1.0, 1.5, 1.0]))
    axis = Pose(turned(30.0), np.zeros(3)).rotation.T @ [0.0, 0.0, 1.0]
    (found,) = electric_directions(np.ones((1, 1)), ["muscle"], fibred(1.5), turned(30.0))
    assert axis @ found @ axis == pytest.approx(1.5)
    assert np.linalg.eigvalsh(found) == pytest.approx([1.0, 1.0, 1.5])


def test_a_cell_shared_with_another_tissue_prefers_by_its_share_of_the_current() -> None:
    tissues = fibred(2.0)
    (found,) = electric_directions(np.array([[0.5, 0.5]]), ["muscle", "fat"], tissues, np.eye(3))
    muscle, fat = (tissues[name].electric_conductivity_S_per_m for name in ("muscle", "fat"))
    assert found[2, 2] * (muscle + fat) == pytest.approx(2.0 * muscle + fat)
    assert found[0, 0] == pytest.approx(1.0)


BALLS = [(2.0, (0.0, 0.0, 1.0)), (2.0, (1.0, 1.0, 0.0)), (4.0, (1.0, 0.0, 0.0))]


@pytest.mark.parametrize(("ratio", "direction"), BALLS)
def test_a_ball_in_fibred_tissue_has_the_resistance_of_a_spheroid(ratio: float, direction) -> None:
    """Lengths along the fibres over √r make the tissue isotropic with σ⊥√r, and of the ball an oblate spheroid.

    R = arccos(1/√r) / (4πσ⊥a√(r − 1)), of which 2 % lie beyond the domain.
    """
    shells = sphere_electrode(2, 18, 0.5, 1.0, 60.0)
    problem = ElectricProblem(
        muscle_tables(shells.mesh, 2), shells.tissue, {"ball": shells.metal}, shells.outer, 60.0e-3
    )
    cells = np.ones((len(shells.tissue), 1))
    problem.follow(electric_directions(cells, ["muscle"], fibred(ratio, direction), np.eye(3)))
    constant = ElectricConductivity(slope_per_C=0.0)
    current = UnitPotential(problem, np.full(len(shells.tissue), SIGMA), constant, rtol=1e-10)
    current.update(np.full(problem.tables.local_size, BODY_C))
    exact = np.arccos(1.0 / np.sqrt(ratio)) / (4.0 * np.pi * SIGMA * 1e-3 * np.sqrt(ratio - 1.0))
    assert 1.0 / current.conductance_S == pytest.approx(exact, rel=6e-3)
    assert current.power_residual < 1e-8
    problem.follow(None)
    current = UnitPotential(problem, np.full(len(shells.tissue), SIGMA), constant, rtol=1e-10)
    current.update(np.full(problem.tables.local_size, BODY_C))
    assert 1.0 / current.conductance_S == pytest.approx(1.0 / (4.0 * np.pi * SIGMA * 1e-3), rel=6e-3)


def test_a_direction_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="direction"):
        TissueOverride(fibres={"direction": [0.0, 0.0, 0.0], "along_over_across": 1.5})
