"""Applicators: what bodies, contacts and poses amount to together, and what is refused."""

import math
from dataclasses import replace

import numpy as np
import pytest

from rfa_model import library
from rfa_model.applicators import Applicator, Contact, PlacedBody, Pose, Rod, side_by_side
from rfa_model.applicators.pose import rotation_about
from rfa_model.errors import InputError
from tests.rods import METAL, PLASTIC, ball, lead, needle, pair

POSE = Pose(rotation_about((1.0, 2.0, 0.5), 35.0), np.array([1.0, -2.0, 3.0]))


def test_the_needle_is_what_the_library_says() -> None:
    probe = library.probes()["cooled_17g_4mm"]
    applicator = probe.applicator()
    assert applicator.part_names == ("tip", "shaft")
    assert applicator.contacts == (Contact("tip", ("tip",)),)
    assert applicator.centre_mm == pytest.approx([0, 0, 2.0])
    assert applicator.contact_extent_mm == (0.0, 4.0)
    assert applicator.axial_radius_mm == 0.5 * probe.outer_diameter_mm
    assert probe.cooling is not None
    coolant = applicator.coolants["lumen"]
    assert coolant is not None
    assert coolant.temperature_C == probe.cooling.coolant_temperature_C
    assert [tuple(sensor.position_mm) for sensor in applicator.control_sensors] == [(0, 0, -probe.sensor_offset_mm)]
    assert applicator.parts[0].solid.axial_conductivity_W_per_mK == 15.0


def test_distance_is_the_nearest_bodys_and_moves_along() -> None:
    two = pair(8.0, 20.0)
    points = np.random.default_rng(5).uniform(-8, 8, (500, 3))
    own = [placed.body.distance_mm(placed.pose.to_probe(points)) for placed in two.bodies]
    assert two.distance_mm(points) == pytest.approx(np.minimum(*own))
    moved = two.at(POSE)
    assert moved.distance_mm(POSE.to_patient(points)) == pytest.approx(two.distance_mm(points), abs=1e-12)
    tips = [two.contact_distance_mm(points, name) for name in ("left_tip", "right_tip")]
    assert two.contact_distance_mm(points) == pytest.approx(np.minimum(*tips))
    assert np.all(two.contact_distance_mm(points) >= two.distance_mm(points) - 1e-12)
    with pytest.raises(InputError, match="no contact 'middle'; it has left_tip, right_tip"):
        two.contact_distance_mm(points, "middle")


def test_a_pair_is_symmetric_about_its_middle() -> None:
    two = pair(8.0)
    points = np.random.default_rng(1).uniform(-8, 8, (200, 3))
    assert two.centre_mm == pytest.approx([0, 0, 2.5])
    assert two.contact_extent_mm == (0.0, 5.0)
    assert two.axial_radius_mm == 0.0
    assert two.distance_mm(points) == pytest.approx(two.distance_mm(points * [-1, 1, 1]), abs=1e-12)


def test_the_leads_contacts_are_its_rings() -> None:
    eight = lead()
    assert [contact.name for contact in eight.contacts] == [f"ring_{i}" for i in range(1, 9)]
    assert eight.contact_extent_mm == pytest.approx((1.0, 1.0 + 8 * 1.5 + 7 * 0.5))
    assert ball().contact_extent_mm == (0.0, 2.0)
    on_third = np.array([[0.635 + 2.0, 0.0, 1.0 + 2 * 2.0 + 0.7]])
    assert eight.contact_distance_mm(on_third, "ring_3")[0] == pytest.approx(2.0)
    assert eight.contact_distance_mm(on_third, "ring_1")[0] > 3.0


def test_applicators_are_equal_by_content() -> None:
    assert pair(8.0) == pair(8.0)
    assert hash(pair(8.0)) == hash(pair(8.0))
    assert pair(8.0).shape != pair(8.1).shape
    warm = replace(needle(), name="other", sensors=())
    assert (warm == needle(), warm.shape == needle().shape) == (False, True)


def test_mesh_content_knows_shapes_and_metal_and_nothing_else() -> None:
    two = pair()
    renamed = side_by_side("others", {"a": needle().at(two.bodies[0].pose), "b": needle().at(two.bodies[1].pose)})
    placed = needle().bodies[0]
    warmer = replace(needle(), bodies=(replace(placed, solids=(PLASTIC, METAL)),), sensors=())
    assert renamed.mesh_content() == two.mesh_content()
    assert warmer.mesh_content() == needle().mesh_content()
    other_metal = replace(needle(), contacts=(Contact("shaft", ("shaft",)),))
    contents = [pair(8.0), pair(8.1), pair(8.0, 1.0), needle(), needle().at(POSE), other_metal, ball(), lead(4)]
    assert len({str(applicator.mesh_content()) for applicator in contents}) == len(contents)


def rod(*names: str) -> PlacedBody:
    return PlacedBody(Rod(1.0, tuple((name, 2.0) for name in names)), (METAL,) * len(names))


@pytest.mark.parametrize(
    ("bodies", "contacts", "message"),
    [
        ((), (Contact("a", ("a",)),), "no body"),
        ((rod("a"),), (), "needs a contact"),
        ((rod("a"),), (Contact("a", ()),), "needs a contact"),
        (
            (rod(*(f"ring_{k}" for k in range(9))),),
            tuple(Contact(f"ring_{k}", (f"ring_{k}",)) for k in range(9)),
            "it has 9 contacts, at most 8",
        ),
        ((rod("a"),), (Contact("a", ("b",)),), "no part b; it has a"),
        ((rod("tissue"),), (Contact("a", ("tissue",)),), "names of their own"),
        ((rod("a"), replace(rod("a"), pose=POSE)), (Contact("a", ("a",)),), "names of their own"),
        ((rod("a", "b"),), (Contact("one", ("a",)), Contact("two", ("a", "b"))), "two contacts"),
        ((rod("a", "b"),), (Contact("one", ("a",)), Contact("two", ("b",))), "one and two touch"),
        ((replace(rod("a"), solids=()),), (Contact("a", ("a",)),), "a solid per part"),
        ((rod("a"), replace(rod("b"), name="other")), (Contact("a", ("a",)),), "run into each other"),
    ],
)
def test_what_fits_no_mesh_is_refused(
    bodies: tuple[PlacedBody, ...], contacts: tuple[Contact, ...], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        Applicator(bodies, contacts)


def test_crossing_needles_are_refused() -> None:
    with pytest.raises(InputError, match="'left' and 'right' run into each other"):
        pair(8.0, -30.0)  # they meet 15 mm up


def test_outlines_bound_the_bodies() -> None:
    for applicator in (needle(), lead(), ball(), pair(6.0, 15.0)):
        for outline in applicator.outlines(30.0):
            profile = np.concatenate([part.profile_mm for part in outline.parts])
            points = np.column_stack([profile[:, 0], np.zeros(len(profile)), profile[:, 1]])
            placed = applicator.distance_mm(outline.pose.to_patient(points))
            assert placed == pytest.approx(np.zeros(len(points)), abs=1e-9)
            assert outline.metal <= {part.part for part in outline.parts}
            assert math.isclose(profile[:, 1].min(), 0.0, abs_tol=1e-12)
