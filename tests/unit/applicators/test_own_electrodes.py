"""An electrode that protrudes, and a window in a needle's side: read, refused, and meshed at their own size."""

import numpy as np
import pytest

from rfa_model.applicators import Pose
from rfa_model.applicators.sector import Sector
from rfa_model.applicators.tine_words import ELECTRODE
from rfa_model.applicators.windowed_rod import BACK, WINDOW
from rfa_model.drawing.orthographic import look_from
from rfa_model.drawing.placed_applicator import PlacedApplicator
from rfa_model.errors import InputError
from rfa_model.imaging.steel import steel_paths_mm
from rfa_model.meshing.generate import generate_mesh
from rfa_model.meshing.sizes import mesh_sizes
from rfa_model.plan import Plan
from rfa_model.scenario import dump_yaml, parse_scenario

HEAD = "title: own\nanatomy: {kind: homogeneous, tissue: muscle}\narms:\n  own:\n"
AHEAD = "    applicator: {protruding: {probe: conventional_18g_5mm, protrusion_mm: 3, protrusion_diameter_mm: 0.5}}\n"
ASIDE = (
    "    applicator: {side_exposed: {probe: conventional_18g_5mm, window_start_mm: 3, window_length_mm: 4, "
    "window_angle_deg: 120, window_middle_deg: 90}}\n"
)


def chosen(words):
    return parse_scenario(HEAD + words, "own.yaml").arms["own"].chosen


def sizes(mesh):
    """Volume of each group of cells and area of each group of facets."""
    volumes, areas = np.abs(mesh.volumes_mm3()), mesh.areas_mm2()
    return (
        {name: volumes[mesh.tet_tags == tag].sum() for name, tag in mesh.groups.cells.items()},
        {name: areas[mesh.triangle_tags == tag].sum() for name, tag in mesh.groups.facets.items()},
    )


@pytest.mark.parametrize("words", [AHEAD, ASIDE], ids=["protruding", "side_exposed"])
def test_they_are_read_and_written_back_and_are_one_contact(words):
    scenario = parse_scenario(HEAD + words, "own.yaml")
    assert parse_scenario(dump_yaml(scenario)) == scenario
    assert parse_scenario(dump_yaml(scenario.resolved())) == scenario.resolved()
    assert len(scenario.arms["own"].chosen.applicator().contacts) == 1


@pytest.mark.parametrize(
    ("words", "change", "what"),
    [
        (AHEAD, ("protrusion_mm: 3", "protrusion_mm: 0"), "protruding.protrusion_mm: expected a number above 0"),
        (AHEAD, ("protrusion_mm: 3", "protrusion_mm: 0.3"), "protruding.protrusion_mm: expected at least the electr"),
        (AHEAD, ("r_mm: 0.5", "r_mm: 1.2"), "protruding.protrusion_diameter_mm: expected at most 0.8 of the needle"),
        (AHEAD, ("r_mm: 0.5", "r_mm: 0.5, sensor_height_mm: 9"), "protruding.sensor_height_mm: expected a sensor in"),
        (ASIDE, ("start_mm: 3", "start_mm: 0.5"), "side_exposed.window_start_mm: expected a window in the side"),
        (ASIDE, ("length_mm: 4", "length_mm: 0"), "side_exposed.window_length_mm: expected a number of at least 0.2"),
        (ASIDE, ("angle_deg: 120", "angle_deg: 0"), "side_exposed.window_angle_deg: expected a number of at least 30"),
        (ASIDE, ("angle_deg: 120", "angle_deg: 350"), "side_exposed.window_angle_deg: expected at most 330"),
        (ASIDE, ("conventional_18g_5mm", "cooled_17g_4mm"), "side_exposed.probe: expected a needle without cooling"),
    ],
)  # fmt: skip
def test_what_has_no_metal_or_no_room_is_refused_where_it_stands(words, change, what):
    with pytest.raises(InputError, match=rf"own.yaml:5:\d+: arms.own.applicator.{what}"):
        chosen(words.replace(*change))


def test_the_electrodes_end_is_the_applicators_and_the_needles_is_behind_it():
    applicator = chosen(AHEAD).applicator()
    assert applicator.distance_mm([[0.0, 0.0, 0.0]]) == pytest.approx(0.0, abs=1e-12)
    assert applicator.distance_mm([[0.0, 0.0, -1.0]]) == pytest.approx(1.0)
    assert applicator.contact_distance_mm([[0.635, 0.0, 5.0]]) == pytest.approx(0.0, abs=1e-9)  # 2 mm up the needle
    assert applicator.contact_distance_mm([[0.635, 0.0, 8.5]]) == pytest.approx(0.5)  # on the shaft
    assert applicator.contact_extent_mm == pytest.approx((0.0, 8.0))
    assert applicator.sensors[0].position_mm == pytest.approx((0.0, 0.0, 0.25))  # in the electrode's end


def test_a_sensor_beyond_the_sphere_is_refused_by_the_plan():
    words = HEAD + ASIDE.replace("start_mm: 3", "start_mm: 3, sensor_height_mm: 80")
    with pytest.raises(InputError, match=r"arms.own.applicator.side_exposed: numerics.domain_radius_mm = 40 is too sm"):
        Plan.of(parse_scenario(words, "own.yaml"))


def test_a_protruding_electrode_is_meshed_at_its_own_size():
    """A cylinder of 0.25 mm radius from the needle's rounded end on, and half a ball."""
    body, mesh = chosen(AHEAD).body(), generate_mesh(chosen(AHEAD).applicator(), mesh_sizes("draft"), 40.0)
    r, needle = 0.25, 0.635
    recess = np.pi * r**2 * needle - 2.0 * np.pi / 3.0 * (needle**3 - (needle**2 - r**2) ** 1.5)  # ahead of the dome
    exact = np.pi * r**2 * (3.0 - r) + 2.0 / 3.0 * np.pi * r**3 + recess
    assert body.tines.volume_mm3(body.rod) == pytest.approx(exact, rel=1e-3)
    side = 3.0 - r + needle - np.sqrt(needle**2 - r**2)
    area = 2.0 * np.pi * r * side + 2.0 * np.pi * r**2
    assert body.tines.area_mm2(body.rod) == pytest.approx(area, rel=1e-9)
    volumes, areas = sizes(mesh)
    assert volumes[ELECTRODE] == pytest.approx(exact, rel=0.02)
    assert areas[f"{ELECTRODE}_surface"] == pytest.approx(area, rel=0.02)
    assert volumes["tip"] == pytest.approx(body.rod.volume_mm3("tip"), rel=0.01)
    assert mesh.qualities().min() >= 0.10


def test_a_window_has_its_share_of_a_rings_area_and_volume():
    mesh = generate_mesh(chosen(ASIDE).applicator(), mesh_sizes("draft"), 40.0)
    volumes, areas = sizes(mesh)
    ring_area, ring_volume = 2.0 * np.pi * 0.635 * 4.0, np.pi * 0.635**2 * 4.0
    assert areas[f"{WINDOW}_surface"] == pytest.approx(ring_area / 3.0, rel=0.01)
    assert areas[f"{BACK}_surface"] == pytest.approx(2.0 * ring_area / 3.0, rel=0.01)
    assert volumes[WINDOW] == pytest.approx(ring_volume / 3.0, rel=0.01)
    nodes = mesh.points_mm[np.unique(mesh.marked(f"{WINDOW}_surface"))]
    about = np.degrees(np.arctan2(nodes[:, 1], nodes[:, 0]))
    assert (about.min(), about.max()) == pytest.approx((30.0, 150.0), abs=1e-3)  # 60 on either side of +y
    assert (nodes[:, 2].min(), nodes[:, 2].max()) == pytest.approx((3.0, 7.0), abs=1e-6)
    assert mesh.qualities().min() >= 0.10


def test_a_window_all_around_is_a_ring():
    ring = chosen(ASIDE.replace("angle_deg: 120", "angle_deg: 360")).applicator()
    assert ring.bodies[0].body.segments == (("end", 3.0), (WINDOW, 4.0), ("shaft", np.inf))
    half = Sector(90.0, 180.0)
    x, y = np.random.default_rng(0).uniform(-1.0, 1.0, (2, 500))
    both = np.minimum(half.distance_mm(x, y, 0.6), half.rest.distance_mm(x, y, 0.6))
    outside = np.hypot(x, y) > 0.6
    assert both[outside] == pytest.approx(np.hypot(x, y)[outside] - 0.6)
    assert half.distance_mm(x, y, 0.6) == pytest.approx(half.rest.distance_mm(x, -y, 0.6))


def test_an_x_ray_sees_the_electrode_and_not_the_window():
    looking = look_from(np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0]), 0.2, (3, 3))
    assert steel_paths_mm(PlacedApplicator(chosen(AHEAD).applicator(), Pose.identity()), looking)[1, 1] == (
        pytest.approx(0.5, rel=0.01)
    )
    beside = look_from(np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 5.0]), 0.2, (3, 3))
    seen = steel_paths_mm(PlacedApplicator(chosen(ASIDE).applicator(), Pose.identity()), beside)[1, 1]
    assert seen == pytest.approx(1.27, rel=0.01)
