"""Contacts on the meshes that applicators are given: the facts of the verification's own meshes hold there too."""

import numpy as np
import pytest

from rfa_model.applicators import Applicator, Pose, side_by_side
from rfa_model.applicators.side_exposed import SideExposed
from rfa_model.assurance.verification.tools.bioheat import BODY_C, SIGMA
from rfa_model.assurance.verification.tools.two_spheres import capacitances
from rfa_model.laws import ElectricConductivity
from rfa_model.meshing import load_mesh
from rfa_model.physics.drives import Bipolar, Drive
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.solver.sensor import PointValues
from rfa_model.solver.unit_potential import UnitPotential
from tests.rods import BALL_RADIUS_MM, ball, bevelled, pair

DOMAIN_MM, APART_MM = 40.0, 4.0


def current(applicator: Applicator, resolution: str, drive: Drive | None = None) -> UnitPotential:
    domain = Domain.of(load_mesh(applicator, resolution, DOMAIN_MM), 2)
    systems, sigma = LinearSystems.of(domain, 1e-3 * DOMAIN_MM), np.full(len(domain.cells["tissue"]), SIGMA)
    made = UnitPotential(systems.electric, sigma, ElectricConductivity(slope_per_C=0.0), drive, rtol=1e-12)
    made.update(np.full(domain.tables.local_size, BODY_C))
    return made


@pytest.mark.parametrize(("resolution", "tolerance"), [("draft", 0.03), ("standard", 0.006)])
def test_two_balls_have_their_exact_conductances(resolution: str, tolerance: float) -> None:
    sides = {"left": -0.5 * APART_MM, "right": 0.5 * APART_MM}
    balls = {side: ball().at(Pose(np.eye(3), np.array([x, 0.0, 0.0]))) for side, x in sides.items()}
    found = current(side_by_side("balls", balls), resolution).conductance_matrix_S()
    own, other = 4.0 * np.pi * SIGMA * 1e-3 * np.array(capacitances(BALL_RADIUS_MM, APART_MM))
    assert found == pytest.approx(np.array([[own, other], [other, own]]), rel=tolerance)
    assert found[0, 1] == pytest.approx(found[1, 0], rel=1e-9)


def test_a_pair_of_needles_is_symmetric_and_sends_nothing_to_the_pad() -> None:
    between = current(pair(), "draft", Bipolar(("left_tip",), ("right_tip",)))
    into_body = between.problem.far_field_current_A(between.potential)
    assert abs(into_body) < 1e-6 * between.currents_S[0]
    assert between.voltages == pytest.approx([0.5, -0.5], rel=1e-3)
    assert between.power_residual < 1e-9
    left, right = current(pair(), "draft").currents_S
    assert left == pytest.approx(right, rel=1e-3)


@pytest.mark.slow
def test_a_window_lets_through_less_than_a_ring_more_than_its_share_and_to_its_own_side() -> None:
    """Three windows make the ring: of capacities, that of the whole is at most the sum (subadditive), at least each."""
    probe = {"probe": "conventional_18g_5mm", "window_start_mm": 3.0, "window_length_mm": 4.0}
    words = [{**probe, "window_angle_deg": angle, "window_middle_deg": 90.0} for angle in (120.0, 360.0)]
    window, ring = (current(SideExposed.model_validate(each).applicator(), "draft") for each in words)
    assert ring.conductance_S / 3.0 < window.conductance_S < 0.9 * ring.conductance_S
    x, z = 1.2, 5.0
    sides = [(x, 1.0, z), (-x, 1.0, z), (0.0, 1.5, z), (0.0, -1.5, z), (0.0, 1.5, z + 2.0), (0.0, 1.5, z - 2.0)]
    values = PointValues(window.tables.V, 1e-3 * np.array(sides))
    left, right, ahead, behind, above, below = values.read(window.potential).tolist()
    assert left == pytest.approx(right, rel=0.02)  # mirrored in the plane through the window's middle
    assert above == pytest.approx(below, rel=0.05)  # nearly: the shaft goes on above
    assert ahead > 2.0 * behind


def test_the_field_of_a_bevelled_needle_is_symmetric_about_its_plane_and_leaves_by_the_point() -> None:
    """At points mirrored in x = 0 alike within what a draft mesh can; higher ahead of the point than of the heel."""
    found = current(bevelled(1.27, 30.0), "draft")
    around = np.linspace(-0.45 * np.pi, 0.45 * np.pi, 25)
    sides = [np.column_stack([2.0 * side * np.cos(around), 2.0 * np.sin(around), 4.0 * around]) for side in (-1.0, 1.0)]
    values = PointValues(found.tables.V, 1e-3 * np.concatenate([*sides, [[0.0, -0.635, -1.0], [0.0, 0.635, -1.0]]]))
    *mirrored, point, heel = values.read(found.potential).tolist()
    left, right = np.split(np.array(mirrored), 2)
    assert left == pytest.approx(right, abs=0.01 * right.max())
    assert point > 1.05 * heel
