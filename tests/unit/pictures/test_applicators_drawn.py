"""A pair of needles, a lead and balls are drawn body by body, each part as the contact or the insulation it is."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import pyvista as pv
from matplotlib.colors import to_rgb
from PIL import Image
from scipy.ndimage import center_of_mass, label

from rfa_model import library
from rfa_model.anatomy.homogeneous import HomogeneousBlock
from rfa_model.applicators import Applicator, Pose, side_by_side
from rfa_model.applicators.labels import labels_of
from rfa_model.applicators.pose import rotation_about
from rfa_model.drawing import render, style
from rfa_model.drawing.arm_picture import ArmPicture
from rfa_model.drawing.collect import collect
from rfa_model.drawing.orthographic import View, look_from
from rfa_model.drawing.placed_applicator import PlacedApplicator
from rfa_model.drawing.section import Plane, axial_plane, body_outlines
from rfa_model.exports.parts import arm_parts
from rfa_model.imaging.steel import steel_paths_mm
from rfa_model.metrics.evaluate import evaluate
from rfa_model.pictures import fluoroscopy, scene
from rfa_model.pictures.draw import common_view, slice_half_height
from rfa_model.pictures.slice import PLOT_BOX_PX, draw_slice
from rfa_model.report import parts
from rfa_model.results.reader import ArmResults
from tests.rods import BALL_RADIUS_MM, ball, bevelled, lead, needle, pair
from tests.synthetic import synthetic_arm
from tests.unit.pictures.golden_pictures import without_lesion
from tests.unit.pictures.made import made_picture

ORIGIN = Pose.identity()
APART_MM, RINGS = 8.0, 8
TURNED = Pose(rotation_about((1.0, 2.0, 3.0), 40.0), np.array([3.0, -2.0, 1.0]))


def picture_of(applicator: Applicator, pose: Pose = ORIGIN) -> ArmPicture:
    """The made-up arm, without anatomy and lesion, with another applicator."""
    bare = without_lesion(made_picture(anatomy=False))
    return replace(bare, applicator=PlacedApplicator(applicator, pose))


def balls() -> Applicator:
    """Two balls, 10 mm apart."""
    places = {name: Pose(np.eye(3), np.array([x, 0.0, 0.0])) for name, x in (("left", -5.0), ("right", 5.0))}
    return side_by_side("balls", {name: ball().at(pose) for name, pose in places.items()})


def insulation(picture: ArmPicture, half_height_mm: float, path) -> tuple[np.ndarray, np.ndarray]:
    """Where the slice shows insulation as labelled regions, and the regions' middles (row, column)."""
    with Image.open(draw_slice(picture, half_height_mm, path)) as image:
        pixels = np.asarray(image.convert("RGB"), dtype=float) / 255.0
    left, top, width, height = PLOT_BOX_PX
    box = pixels[top : top + height, left : left + width]
    regions, count = label(np.abs(box - to_rgb(style.INSULATION)).max(axis=2) < 0.02)
    large = [index for index in range(1, count + 1) if (regions == index).sum() > 50]
    return regions, np.array(center_of_mass(regions > 0, regions, large))


@pytest.mark.parametrize("pose", [ORIGIN, TURNED])
def test_a_slice_shows_both_needles_of_a_pair_where_they_stand(pose, tmp_path):
    _, middles = insulation(picture_of(pair(APART_MM), pose), 10.0, tmp_path / "slice.png")
    px_per_mm = PLOT_BOX_PX[3] / 20.0
    assert len(middles) == 2
    assert np.diff(np.sort(middles[:, 1]))[0] == pytest.approx(APART_MM * px_per_mm, abs=2.0)
    assert middles[:, 1].mean() == pytest.approx(PLOT_BOX_PX[2] / 2, abs=2.0)


def test_a_slice_shows_the_insulation_between_a_leads_rings(tmp_path):
    picture = picture_of(lead(RINGS))
    _, middles = insulation(picture, slice_half_height([picture]), tmp_path / "slice.png")
    assert len(middles) == RINGS + 1
    assert np.ptp(middles[:, 1]) < 2.0


def test_a_slice_is_as_wide_as_its_needles_stand_apart():
    near, far = (slice_half_height([picture_of(pair(apart))]) for apart in (8.0, 36.0))
    assert near == 10.0
    assert far * PLOT_BOX_PX[2] / PLOT_BOX_PX[3] > 18.0 + 3.0


def test_the_plane_of_a_pair_holds_both_needles_and_that_of_a_lead_the_nerve():
    two = replace(
        made_picture(), applicator=PlacedApplicator(pair(), Pose(rotation_about((0, 0, 1), 70.0), np.zeros(3)))
    )
    across = two.applicator.pose.rotation[:, 0]
    assert abs(axial_plane(two).across @ across) == pytest.approx(1.0)
    one = replace(made_picture(), applicator=PlacedApplicator(lead(), ORIGIN))
    assert axial_plane(one).across == pytest.approx(axial_plane(made_picture()).across)


@pytest.mark.parametrize("angle_deg", [0.0, 25.0, 60.0, 90.0])
def test_a_needle_askew_to_the_plane_is_cut_in_an_ellipse(angle_deg):
    tilt = np.deg2rad(angle_deg)
    normal = np.array([0.0, np.sin(tilt), np.cos(tilt)])
    plane = Plane(np.array([0.0, 0.0, 20.0]), np.array([1.0, 0.0, 0.0]), np.cross(normal, [1.0, 0.0, 0.0]))
    (body,) = PlacedApplicator(needle(), ORIGIN).bodies(40.0)
    shaft = body.parts[1]
    (outline,) = body_outlines(body, shaft, plane)
    x, y = outline.T
    area = 0.5 * abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))
    expected = 0.9 * 35.0 if angle_deg == 90.0 else np.pi * 0.45**2 / np.cos(tilt)
    assert area == pytest.approx(expected, rel=0.01)


def test_a_bevel_is_cut_as_it_lies_in_the_plane():
    """Along y a slanted end, along x a blunt one at the height of the axis; the same where the plane passes beside."""
    (body,) = PlacedApplicator(bevelled(1.0, 45.0), ORIGIN).bodies(40.0)
    for offset_mm in (0.0, 0.1):
        slanted = Plane(np.array([offset_mm, 0.0, 0.0]), np.eye(3)[1], np.eye(3)[2])
        (outline,) = body_outlines(body, body.parts[0], slanted)
        half = np.sqrt(0.25 - offset_mm**2)
        for side in (-1.0, 1.0):
            beside = outline[outline[:, 0] * side > half - 2e-3]
            assert beside[:, 1].min() == pytest.approx(0.5 + side * half, abs=2e-3)
    blunt = Plane(np.zeros(3), np.eye(3)[0], np.eye(3)[2])
    (outline,) = body_outlines(body, body.parts[0], blunt)
    assert outline[:, 1].min() == pytest.approx(0.5)


def test_an_x_ray_runs_through_the_metal_that_a_bevel_leaves():
    needle = bevelled(1.0, 30.0)
    for direction in (np.array([1.0, 0.0, 0.0]), np.array([0.3, 0.8, -0.5])):
        view = look_from(direction, np.array([0.0, 0.0, 5.0]), 14.0, (280, 280))
        steel = steel_paths_mm(PlacedApplicator(needle, ORIGIN), view, shaft_mm=10.0).sum() / view.px_per_mm**2
        assert steel == pytest.approx(needle.bodies[0].body.volume_mm3("tip"), rel=0.01)


def test_a_plane_beside_a_body_shows_nothing_of_it():
    (body,) = PlacedApplicator(needle(), ORIGIN).bodies(40.0)
    beside = Plane(np.array([0.0, 3.0, 0.0]), np.eye(3)[0], np.eye(3)[2])
    assert body_outlines(body, body.parts[0], beside) == []


def seen(picture: ArmPicture) -> np.ndarray:
    """Brightness of the rendered scene, 0 to 255; white where there is nothing."""
    view = look_from(np.array([0.0, -1.0, 0.0]), np.array([0.0, 0.0, 5.0]), 30.0, scene.scene_size_px())
    (image,) = render.render([picture], view)
    return image.astype(float).mean(axis=2)


def test_a_scene_shows_both_needles_of_a_pair_and_the_tip_of_each():
    brightness = seen(picture_of(pair(APART_MM)))
    bodies, count = label(brightness < 240)
    assert count == 2
    tips = [((bodies == body) & (brightness > 90)).sum() for body in (1, 2)]
    shafts = [((bodies == body) & (brightness < 70)).sum() for body in (1, 2)]
    assert min(tips) > 300
    assert min(shafts) > 1000
    assert max(tips) < 1.2 * min(tips)


def test_a_scene_shows_the_rings_of_a_lead():
    brightness = seen(picture_of(lead(RINGS)))
    column = brightness[:, brightness.shape[1] // 2]
    metal = (column > 90) & (column < 240)
    assert label(metal)[1] == RINGS


def test_every_part_is_coloured_by_whether_it_is_a_contact():
    plotter = pv.Plotter(off_screen=True)
    for applicator, colours in (
        (pair(), [style.METAL, style.INSULATION] * 2),
        (lead(2), [style.INSULATION, style.METAL, style.INSULATION, style.METAL, style.INSULATION]),
    ):
        actors = render.add_applicator(plotter, PlacedApplicator(applicator, ORIGIN))
        assert [actor.prop.color.hex_rgb.upper() for actor in actors] == colours
    plotter.close()


def view_from(direction, height_mm: float = 30.0) -> View:
    return look_from(np.array(direction, dtype=float), np.array([0.0, 0.0, 6.0]), height_mm, (300, 300))


def test_xrays_run_through_both_needles_where_one_lies_behind_the_other():
    behind, beside = view_from((1.0, 0.0, 0.0)), view_from((0.0, 1.0, 0.0))
    two, one = PlacedApplicator(pair(APART_MM), ORIGIN), PlacedApplicator(needle(), ORIGIN)
    alone = steel_paths_mm(one, behind)
    assert steel_paths_mm(two, behind) == pytest.approx(2.0 * alone, abs=1e-9)
    assert alone.max() == pytest.approx(0.9, rel=0.02)
    apart = steel_paths_mm(two, beside)
    assert apart.max() == pytest.approx(0.9, rel=0.02)
    assert label(apart > 0.0)[1] == 2


@pytest.mark.parametrize("direction", [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.2, -0.5, 0.9), (0.0, 0.0, 1.0)])
def test_xrays_see_a_ball_as_a_ball(direction):
    view = view_from(direction, 24.0)
    steel = steel_paths_mm(PlacedApplicator(balls(), ORIGIN), view)
    assert steel.sum() / view.px_per_mm**2 == pytest.approx(2.0 * 4.0 / 3.0 * np.pi * BALL_RADIUS_MM**3, rel=0.01)
    overlap = 2.0 if direction == (1.0, 0.0, 0.0) else 1.0
    assert steel.max() == pytest.approx(overlap * 2.0 * BALL_RADIUS_MM, rel=0.03)


@pytest.mark.parametrize("direction", [(0.0, 1.0, 0.0), (0.2, -0.5, 0.4)])
def test_a_leaning_pair_has_the_metal_of_two_needles(direction):
    view = view_from(direction)
    leaning = PlacedApplicator(pair(APART_MM, 30.0), ORIGIN)
    metal = steel_paths_mm(leaning, view, shaft_mm=5.0).sum() / view.px_per_mm**2
    assert metal == pytest.approx(2.0 * needle().bodies[0].body.volume_mm3("tip"), rel=0.01)


def test_what_the_ticks_mark_is_said():
    said = {one.name: fluoroscopy.edge_label(PlacedApplicator(one, ORIGIN)) for one in (needle(), pair(), lead())}
    assert said == {
        "needle": "the active tip begins (5 mm from its end)",
        "pair": "the active tips begin (5 mm from their ends)",
        "lead": "a contact begins or ends",
    }


def test_legends_call_needles_by_their_own_words_and_others_by_what_they_are():
    assert scene.legend(picture_of(pair()))[:2] == [(style.METAL, "active tips"), (style.INSULATION, "shafts")]
    assert scene.legend(picture_of(lead()))[:2] == [(style.METAL, "contacts"), (style.INSULATION, "insulation")]
    assert [labels_of(one).whole for one in (needle(), pair(), lead())] == ["needle", "needles", "applicator"]


@pytest.mark.parametrize(
    ("several", "words"),
    [
        ((needle, needle), ("active tip", "shaft")),
        ((needle, pair), ("active tips", "shafts")),
        ((pair, lead, needle), ("contacts", "insulation")),
    ],
)
def test_one_legend_of_several_arms_names_a_colour_once(several, words):
    entries = scene.common_legend(picture_of(make()) for make in several)
    assert entries == list(zip((style.METAL, style.INSULATION), words, strict=True))


def test_the_common_view_shows_every_body():
    picture = picture_of(pair(14.0), TURNED)
    view = common_view([picture])
    for body in picture.applicator.bodies():
        ends = view.project(np.array([body.on_axis(0.0), body.on_axis(body.edges_mm[0])]))
        assert np.all((ends > 0) & (ends < view.size_px))


def test_an_applicator_put_together_in_python_is_drawn_from_memory(tmp_path):
    anatomy = HomogeneousBlock("muscle")
    arm = replace(synthetic_arm(pose=TURNED, n=10), probe=pair(APART_MM))
    kept = ArmResults.from_memory(arm, evaluate(arm, anatomy, list(library.criteria().values())))
    picture = collect(kept, anatomy, [], kept.summary, 37.0, library.criteria())
    assert picture.probe_label == "pair (composed)"
    assert len(insulation(picture, slice_half_height([picture]), tmp_path / "slice.png")[1]) == 2


def test_an_export_holds_every_part_of_every_body():
    arm = SimpleNamespace(lesions={}, applicator=pair(APART_MM), earlier_poses=(), pose=TURNED)
    exported = {part.name: part for part in arm_parts(arm)}
    names = [f"needle_{side}_{part}" for side in ("left", "right") for part in ("active_tip", "shaft")]
    assert list(exported) == names
    assert [part.colour for part in exported.values()] == [style.METAL, style.INSULATION] * 2
    one, other = (exported[f"needle_{side}_active_tip"] for side in ("left", "right"))
    assert one.mesh().volume == pytest.approx(needle().bodies[0].body.volume_mm3("tip"), rel=0.01)
    apart = np.asarray(other.mesh().center) - np.asarray(one.mesh().center)
    assert apart == pytest.approx(APART_MM * TURNED.rotation[:, 0], abs=1e-6)
    assert all(part.mesh().n_open_edges == 0 for part in exported.values())


def test_an_export_of_a_lead_names_its_rings():
    arm = SimpleNamespace(lesions={}, applicator=lead(3), earlier_poses=(), pose=ORIGIN)
    exported = list(arm_parts(arm))
    rings = [part.name for part in exported if part.colour == style.METAL]
    assert rings == ["needle_ring_1", "needle_ring_2", "needle_ring_3"]
    ends = [np.ptp(part.points_mm[:, 2]) for part in exported if part.name in rings]
    assert ends == pytest.approx([1.5] * 3)


def test_the_report_draws_every_part_and_marks_both_shafts():
    traces = list(parts.applicator(PlacedApplicator(pair(APART_MM), TURNED), np.zeros(3)))
    named = ["left active tip", "left shaft", "right active tip", "right shaft", "10 mm marks"]
    assert [trace["name"] for trace in traces] == named
    assert [trace["color"] for trace in traces] == [style.METAL, style.INSULATION] * 2 + [style.METAL]
    alone = list(parts.applicator(PlacedApplicator(needle(), TURNED), np.zeros(3)))
    assert [trace["name"] for trace in alone] == ["active tip", "shaft", "10 mm marks"]
    sizes = [len(str(trace["x"])) for trace in (traces[-1], alone[-1])]
    assert sizes[0] == pytest.approx(2 * sizes[1], rel=0.05)
