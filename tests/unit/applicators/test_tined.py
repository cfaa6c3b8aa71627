"""Tines: read, refused where they cannot be, as long, thick and far out as asked for, and meshed at their own size."""

from types import SimpleNamespace

import numpy as np
import pytest

from rfa_model.applicators import Pose
from rfa_model.applicators.bend import Bend
from rfa_model.applicators.tine_words import TINES
from rfa_model.drawing.orthographic import look_from
from rfa_model.drawing.placed_applicator import PlacedApplicator
from rfa_model.errors import InputError
from rfa_model.exports.parts import arm_parts
from rfa_model.imaging.steel import steel_paths_mm
from rfa_model.meshing.generate import generate_mesh
from rfa_model.meshing.sizes import mesh_sizes
from rfa_model.scenario import dump_yaml, parse_scenario

HEAD = "title: tined\nanatomy: {kind: homogeneous, tissue: muscle}\narms:\n  tined:\n"
WORDS = (
    "    applicator: {tined: {probe: conventional_18g_5mm, tines: 3, tine_length_mm: 3, tine_diameter_mm: 0.35, "
    "tine_angle_deg: 45, tine_exit_mm: 2.5}}\n"
)


CURVED = WORDS.replace("tine_angle_deg: 45", "tine_angle_deg: 30, tine_bend_deg: 60").replace("h_mm: 3", "h_mm: 4")


def read(arm=WORDS):
    return parse_scenario(HEAD + arm, "tined.yaml")


@pytest.fixture(scope="module")
def body():
    return read().arms["tined"].chosen.body()


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
        (("h_mm: 3", "h_mm: 2, tine_bend_deg: 150"), "tine_bend_deg: expected an arc of a radius of 2 diameters"),
        (("h_mm: 3", "h_mm: 9, tine_bend_deg: -150"), "tine_bend_deg: expected tines that keep clear of each other"),
        (
            ("tine_angle_deg: 45", "tine_angle_deg: 120, tine_bend_deg: 180"),
            "tine_bend_deg: expected tines that keep clear of the shaft",
        ),
    ],
)
def test_tines_that_cannot_be_are_refused_where_they_stand(change, what):
    words = WORDS.replace("0.35", "0.6") if "apart" in what else WORDS
    words = words.replace("18g", "22g") if "0.8" in what else words
    words = words.replace("h_mm: 3", "h_mm: 5") if "of the shaft" in what else words
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
    assert body.tines.volume_mm3(body.rod) == pytest.approx(inside.mean() * (2.0 * r) ** 2 * length, rel=0.005)


def test_a_curved_tine_turns_by_its_bend_on_a_circle_and_keeps_its_length():
    body = read(CURVED).arms["tined"].chosen.body()
    wire, pose = body.limbs()[0]
    z = np.linspace(wire.heights_mm[-1], 0.0, 4001)
    axis = pose.to_patient(wire.bent_mm(np.column_stack([0.0 * z, 0.0 * z, z])))
    steps = np.diff(axis, axis=0)
    assert np.linalg.norm(steps, axis=1).sum() == pytest.approx(wire.heights_mm[-1], rel=1e-6)
    ahead = np.degrees(np.arccos(-steps[[0, -1], 2] / np.linalg.norm(steps[[0, -1]], axis=1)))
    assert ahead == pytest.approx([30.0, 90.0], abs=1e-3)  # leaves at 30 degrees, and turns by 60 to square off
    radius = wire.bend.arc_mm / np.radians(60.0)
    assert wire.bend.radius_mm == pytest.approx(radius)
    assert body.distance_mm(axis[-1:]) == pytest.approx(0.0, abs=1e-12)
    assert body.distance_mm(body._ends) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("bend_deg", [60.0, -50.0, 150.0])
def test_bending_a_wire_and_straightening_it_are_each_others_inverse(bend_deg):
    bend = Bend(length_mm=7.0, straight_mm=1.5, cap_mm=0.2, angle_deg=bend_deg)
    points = np.random.default_rng(2).uniform([-0.3, -0.3, 0.0], [0.3, 0.3, 7.0], (2000, 3))
    bent = bend.bent_mm(points)
    assert bend.straightened_mm(bent) == pytest.approx(points, abs=1e-9)
    off_axis = np.hypot(points[:, 0], points[:, 1])
    assert bend.distance_mm(bent)[points[:, 2] > 0.2] == pytest.approx(off_axis[points[:, 2] > 0.2], abs=1e-9)
    distance = bend.distance_function()
    assert [distance(*point) for point in bent[:50].tolist()] == pytest.approx(bend.distance_mm(bent[:50]), abs=1e-12)


def test_a_curved_tines_volume_is_that_of_the_distance_function():
    """Pappus: that of the straight one; by points thrown at a box about it, to 0.5 %."""
    body = read(CURVED).arms["tined"].chosen.body()
    wire, pose = body.limbs()[0]
    samples = wire.samples_mm(wire.heights_mm[-1], 0.1)
    low, high = samples.min(axis=0) - 0.01, samples.max(axis=0) + 0.01
    points = np.random.default_rng(1).uniform(low, high, (400_000, 3))
    inside = (body.distance_mm(pose.to_patient(points), TINES) < 0.0) & (wire.distance_mm(points) <= 0.0)
    assert body.tines.volume_mm3(body.rod) == pytest.approx(inside.mean() * np.prod(high - low), rel=0.01)


@pytest.mark.parametrize("words", [WORDS, CURVED], ids=["straight", "curved"])
def test_the_mesh_has_the_tines_own_size_and_passes_the_gate(words):
    chosen = read(words).arms["tined"].chosen
    body, mesh = chosen.body(), generate_mesh(chosen.applicator(), mesh_sizes("draft"), 40.0)
    tags = mesh.groups
    corners = mesh.points_mm[mesh.tets]
    volumes = np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1])) / 6.0
    of = {name: volumes[mesh.tet_tags == tag].sum() for name, tag in tags.cells.items()}
    assert of[TINES] == pytest.approx(3.0 * body.tines.volume_mm3(body.rod), rel=0.02)
    assert of["tip"] == pytest.approx(body.rod.volume_mm3("tip"), rel=0.01)
    a, b, c = np.moveaxis(mesh.points_mm[mesh.marked(f"{TINES}_surface")], 1, 0)
    area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()
    assert area == pytest.approx(3.0 * body.tines.area_mm2(body.rod), rel=0.02)
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


def test_an_x_ray_of_a_curved_tine_has_its_volume():
    """The paths' integral over the picture is the volume of wire and shaft; of the shaft alone, as it is without."""
    curved = read(CURVED.replace("tines: 3", "tines: 1")).arms["tined"].chosen
    looking = look_from(np.array([0.0, 1.0, 0.0]), np.array([2.0, 0.0, 0.0]), 6.0, (600, 600))
    with_tine, bare = (
        steel_paths_mm(PlacedApplicator(applicator, Pose.identity()), looking).sum() / looking.px_per_mm**2
        for applicator in (curved.applicator(), curved.needle.applicator())
    )
    # The wire within the shaft counts twice.
    wire, _ = curved.body().limbs()[0]
    whole = np.pi * wire.radius_mm**2 * (wire.heights_mm[-1] - wire.radius_mm / 3.0)
    assert with_tine - bare == pytest.approx(whole, rel=0.01)


def test_every_tine_is_exported_under_a_name_of_its_own():
    arm = SimpleNamespace(
        lesions={}, applicator=read(CURVED).arms["tined"].chosen.applicator(), earlier_poses=(), pose=Pose.identity()
    )
    names = [part.name for part in arm_parts(arm)]
    assert names == ["needle_active_tip", "needle_shaft", "needle_tines", "needle_tines_2", "needle_tines_3"]


def test_long_tines_need_a_sphere_about_their_ends_and_not_eight_times_as_wide():
    long = read(WORDS.replace("tine_length_mm: 3", "tine_length_mm: 8")).arms["tined"].chosen.applicator()
    reach = np.linalg.norm(long._ends_mm(contacts_only=False) - long.centre_mm, axis=1).max()
    assert 2.0 * reach < long.smallest_domain_mm < 2.0 * reach + 6.0
