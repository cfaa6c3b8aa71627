"""Tines: read, refused where they cannot be, as long, thick and far out as asked for, and meshed at their own size."""

import numpy as np
import pytest

from rfa_model.applicators import Pose
from rfa_model.applicators.tined import TINES
from rfa_model.drawing.orthographic import look_from
from rfa_model.drawing.placed_applicator import PlacedApplicator
from rfa_model.errors import InputError
from rfa_model.imaging.steel import steel_paths_mm
from rfa_model.meshing.generate import generate_mesh
from rfa_model.meshing.sizes import mesh_sizes
from rfa_model.scenario import dump_yaml, parse_scenario

HEAD = "title: tined\nanatomy: {kind: homogeneous, tissue: muscle}\narms:\n  tined:\n"
WORDS = (
    "    applicator: {tined: {probe: conventional_18g_5mm, tines: 3, tine_length_mm: 3, tine_diameter_mm: 0.35, "
    "tine_angle_deg: 45, tine_exit_mm: 2.5}}\n"
)


def read(arm=WORDS):
    return parse_scenario(HEAD + arm, "tined.yaml")


@pytest.fixture(scope="module")
def body():
    return read().arms["tined"].chosen.body()


@pytest.fixture(scope="module")
def mesh():
    return generate_mesh(read().arms["tined"].chosen.applicator(), mesh_sizes("draft"), 40.0)


def test_tined_is_read_written_back_and_one_contact():
    scenario = read()
    assert parse_scenario(dump_yaml(scenario)) == scenario
    assert parse_scenario(dump_yaml(scenario.resolved())) == scenario.resolved()
    applicator = scenario.arms["tined"].chosen.applicator()
    assert [(contact.name, contact.parts) for contact in applicator.contacts] == [("tip", ("tip", TINES))]
    assert len(applicator.outlines(30.0)) == 4  # the shaft and each tine
    assert applicator.centre_mm[:2] == pytest.approx([0.0, 0.0])  # pictures cut through the axis


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (("tines: 3", "tines: 7"), "tines: expected a number of at most 6"),
        (("tine_exit_mm: 2.5", "tine_exit_mm: 0.5"), "tine_exit_mm: expected tines that start between"),
        (("tine_exit_mm: 2.5", "tine_exit_mm: 6"), "tine_exit_mm: expected tines that start between"),
        (("tine_diameter_mm: 0.35", "tine_diameter_mm: 0.6"), "tine_diameter_mm: expected less than 0.8"),
        (("tines: 3", "tines: 6"), "tines: expected tines that leave the shaft apart"),
        (("tine_angle_deg: 45", "tine_angle_deg: 10"), "tine_angle_deg: expected a number of at least 20"),
    ],
)
def test_tines_that_cannot_be_are_refused_where_they_stand(change, what):
    words = WORDS.replace("0.35", "0.6") if "apart" in what else WORDS
    words = words.replace("18g", "22g") if "0.8" in what else words
    with pytest.raises(InputError, match=rf"tined.yaml:5:\d+: arms.tined.applicator.tined.{what}"):
        read(words.replace(*change))


def test_a_tines_end_is_as_far_out_as_length_and_angle_say(body):
    tines, radius = body.tines, body.rod.radius_mm
    ends = body._ends
    out, ahead = radius + 3.0 * np.sin(np.pi / 4), 2.5 - (radius + 3.0 * np.sin(np.pi / 4))
    assert np.hypot(ends[:, 0], ends[:, 1]) == pytest.approx(out)
    assert ends[:, 2] == pytest.approx(ahead)
    assert body.distance_mm(ends) == pytest.approx(0.0, abs=1e-12)
    assert body.distance_mm(ends - tines.radius_mm * tines.ways, TINES) == pytest.approx(-tines.radius_mm)
    turns = np.degrees(np.arctan2(ends[:, 1], ends[:, 0])) % 360.0
    assert np.sort(turns) == pytest.approx([0.0, 120.0, 240.0], abs=1e-9)


def test_a_tines_volume_is_that_of_the_distance_function(body):
    """By points thrown at the box about one tine; 300 000 of them count to 0.1 %."""
    wire, pose = body.limbs()[0]
    r, length = wire.radius_mm, wire.heights_mm[-1]
    points = np.random.default_rng(1).uniform([-r, -r, 0.0], [r, r, length], (300_000, 3))
    inside = body.distance_mm(pose.to_patient(points), TINES) < 0.0
    assert body.tine_volume_mm3() == pytest.approx(inside.mean() * (2.0 * r) ** 2 * length, rel=0.005)


def test_the_mesh_has_the_tines_own_size_and_passes_the_gate(mesh, body):
    tags = mesh.groups
    corners = mesh.points_mm[mesh.tets]
    volumes = np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1])) / 6.0
    of = {name: volumes[mesh.tet_tags == tag].sum() for name, tag in tags.cells.items()}
    assert of[TINES] == pytest.approx(3.0 * body.tine_volume_mm3(), rel=0.02)
    assert of["tip"] == pytest.approx(body.rod.volume_mm3("tip"), rel=0.01)
    a, b, c = np.moveaxis(mesh.points_mm[mesh.marked(f"{TINES}_surface")], 1, 0)
    area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()
    assert area == pytest.approx(3.0 * body.tine_area_mm2(), rel=0.02)
    assert mesh.qualities().min() >= 0.10


def test_an_x_ray_goes_through_a_tine_once_and_through_the_shaft_as_without_tines(body):
    applicator = read().arms["tined"].chosen.applicator()
    tine, pose = body.limbs()[0]
    middle = pose.to_patient([0.0, 0.0, 1.0])  # 1 mm from its end; seen from behind nothing else lies there
    looking = look_from(np.array([0.0, 1.0, 0.0]), middle, 0.2, (3, 3))
    seen = steel_paths_mm(PlacedApplicator(applicator, Pose.identity()), looking)[1, 1]
    assert seen == pytest.approx(2.0 * tine.radius_mm, rel=0.01)
    above = look_from(np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 12.0]), 0.2, (3, 3))
    shaft = steel_paths_mm(PlacedApplicator(applicator, Pose.identity()), above)[1, 1]
    bare = read().arms["tined"].chosen.needle.applicator()
    assert shaft == pytest.approx(steel_paths_mm(PlacedApplicator(bare, Pose.identity()), above)[1, 1], rel=1e-9)


def test_long_tines_need_a_sphere_about_their_ends_and_not_eight_times_as_wide():
    long = read(WORDS.replace("tine_length_mm: 3", "tine_length_mm: 8")).arms["tined"].chosen.applicator()
    reach = np.linalg.norm(long._ends_mm(contacts_only=False) - long.centre_mm, axis=1).max()
    assert 2.0 * reach < long.smallest_domain_mm < 2.0 * reach + 6.0
