from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rfa_model import library
from rfa_model.anatomy import LumbarAnatomy
from rfa_model.applicators import Applicator, Pose
from rfa_model.drawing import bone_names, style
from rfa_model.drawing.orthographic import View, look_from
from rfa_model.drawing.placed_applicator import PlacedApplicator
from rfa_model.errors import InputError
from rfa_model.imaging.projections import PROJECTIONS, projection_named, side_of, view_of
from rfa_model.imaging.rays import CORTEX_MM, bone_paths_mm, sample_distance
from rfa_model.imaging.steel import steel_paths_mm
from rfa_model.pictures import fluoroscopy
from rfa_model.pictures.draw import Gallery
from rfa_model.pictures.fluoroscopy import PANEL_PX, Fluoroscope, draw_fluoroscopy, draw_projection, edge_names
from rfa_model.placement import place
from rfa_model.scenario.placed import Placement
from tests.unit.pictures.made import made_picture
from tests.unit.pictures.test_pictures import pixels, share_near

ASKEW = np.array([0.3, 0.8, -0.5])
BOX_MM = np.array([13.0, 13.0, 13.0])


def view(direction=ASKEW, size_px=(61, 51), height_mm=25.5) -> View:
    return look_from(np.asarray(direction, dtype=float), np.array([0.5, -0.3, 0.2]), height_mm, size_px)


def off_axis_mm(looking: View) -> np.ndarray:
    """How far each pixel's ray passes from the origin."""
    columns, rows = np.meshgrid(np.arange(looking.size_px[0]) + 0.5, np.arange(looking.size_px[1]) + 0.5)
    middle = looking.project(np.zeros((1, 3)))[0]
    return np.hypot(columns - middle[0], rows - middle[1]) / looking.px_per_mm


def paths(distance, looking: View):
    return bone_paths_mm(sample_distance(distance, np.zeros(3), BOX_MM, spacing_mm=0.75), looking)


def chord(radius_mm, off_mm):
    return 2.0 * np.sqrt(np.maximum(radius_mm**2 - off_mm**2, 0.0))


@pytest.mark.parametrize("direction", [(0.0, 1.0, 0.0), (1.0, 0.0, 0.0), ASKEW])
def test_rays_through_a_ball_run_its_chords(direction):
    radius = 10.0
    looking = view(direction)
    cortex, spongy = paths(lambda p: np.linalg.norm(p, axis=1) - radius, looking)
    off = off_axis_mm(looking)
    inner, outer = chord(radius - CORTEX_MM, off), chord(radius, off)
    clear = (np.abs(off - radius) > 1.0) & (
        np.abs(off - radius + CORTEX_MM) > 1.0
    )  # a grazing ray's chord is all or nothing
    assert clear.mean() > 0.6
    assert (cortex + spongy)[clear] == pytest.approx(outer[clear], abs=0.12)
    assert spongy[clear] == pytest.approx(inner[clear], abs=0.12)
    # All that is seen through is the ball's volume.
    assert (cortex + spongy).sum() / looking.px_per_mm**2 == pytest.approx(4 / 3 * np.pi * radius**3, rel=0.005)


@pytest.mark.parametrize("tilt_deg", [0.0, 20.0, 55.0])
def test_rays_through_a_slab_run_its_thickness_over_the_cosine(tilt_deg):
    tilt = np.deg2rad(tilt_deg)
    looking = view((0.0, np.cos(tilt), -np.sin(tilt)), size_px=(9, 9), height_mm=4.0)
    cortex, spongy = paths(lambda p: np.abs(p[:, 1]) - 4.0, looking)
    assert cortex == pytest.approx(np.full((9, 9), 2 * CORTEX_MM / np.cos(tilt)), abs=0.05)
    assert cortex + spongy == pytest.approx(np.full((9, 9), 8.0 / np.cos(tilt)), abs=0.05)


def lopsided(points):
    """Signed distance to three balls that no turn or mirror carries onto themselves."""
    balls = (((0.0, 0.0, 0.0), 5.0), ((6.0, 1.0, 2.0), 3.0), ((-2.0, -3.0, 7.0), 2.5))
    return np.minimum.reduce([np.linalg.norm(points - np.array(c), axis=1) - r for c, r in balls])


def test_turning_the_view_about_its_axis_only_turns_the_picture():
    upright = view(size_px=(60, 60))
    lying = replace(upright, up=upright.right)
    for straight, turned in zip(paths(lopsided, upright), paths(lopsided, lying), strict=True):
        assert turned == pytest.approx(np.rot90(straight), abs=1e-4)
        assert np.abs(straight - np.rot90(straight)).max() > 3.0


def test_the_detector_beyond_the_patient_sees_the_mirror_image():
    front = view(size_px=(60, 60))
    back = replace(front, towards_viewer=-front.towards_viewer)
    for ahead, behind in zip(paths(lopsided, front), paths(lopsided, back), strict=True):
        # Steps fall elsewhere along the ray from behind, which moves a chord by a hundredth of a millimetre or two.
        assert np.abs(behind - ahead[:, ::-1]).mean() < 0.02


def placed(applicator: Applicator, direction=(0.0, 0.0, 1.0)) -> PlacedApplicator:
    axis = np.asarray(direction) / np.linalg.norm(direction)
    side = np.cross(axis, [0.3, 0.9, 0.1])
    side /= np.linalg.norm(side)
    pose = Pose(np.column_stack([side, np.cross(axis, side), axis]), np.array([0.4, -0.2, -3.0]))
    return PlacedApplicator(applicator, pose)


def needle_of(name: str, direction=(0.0, 0.0, 1.0)) -> PlacedApplicator:
    return placed(library.probes()[name].applicator(), direction)


@pytest.mark.parametrize("name", ["conventional_18g_10mm", "cooled_17g_4mm"])
@pytest.mark.parametrize("direction", [(0.0, 0.0, 1.0), (0.4, -0.5, 0.6), ASKEW])
def test_what_is_seen_through_the_tip_is_its_metal(name, direction):
    needle = needle_of(name, direction)
    looking = view(size_px=(220, 220), height_mm=22.0)
    steel = steel_paths_mm(needle, looking, shaft_mm=needle.contact_extent_mm[1])
    metal = library.probes()[name].rod().volume_mm3("tip")
    assert steel.sum() / looking.px_per_mm**2 == pytest.approx(metal, rel=0.01)


def test_a_needle_across_the_rays_is_as_thick_as_it_is():
    looking = view((0.0, 1.0, 0.0), size_px=(200, 200), height_mm=10.0)
    needle = needle_of("conventional_18g_10mm")
    steel = steel_paths_mm(needle, looking)
    assert steel.max() == pytest.approx(1.27, rel=1e-3)
    assert (steel[0] > 0).sum() == pytest.approx(1.27 * looking.px_per_mm, abs=1.5)


@pytest.mark.parametrize("projection", PROJECTIONS.values(), ids=lambda p: p.name)
def test_the_tip_falls_where_the_matrix_puts_it(projection):
    looking = replace(view_of(projection, np.array([20.0, 5.0, 0.0]), (320, 240)), focal_mm=np.zeros(3))
    needle = needle_of("cooled_17g_4mm", (0.3, 0.4, 0.5))
    rotation = np.stack([looking.right, -looking.up])
    tip = (rotation @ needle.foot_mm) * 240 / looking.height_mm + np.array([160, 120])
    assert looking.project(needle.foot_mm)[0] == pytest.approx(tip)
    rows, columns = np.nonzero(steel_paths_mm(needle, looking))
    shaft = rotation @ needle.axis
    lengthwise = ((np.column_stack([columns, rows]) + 0.5 - tip) @ shaft) / np.linalg.norm(shaft) / looking.px_per_mm
    # The flat end's near edge leads the tip's middle by its radius times the tilt towards the viewer.
    lead = needle.applicator.axial_radius_mm * abs(needle.axis @ looking.towards_viewer)
    assert lengthwise.min() == pytest.approx(-lead, abs=0.5)


def test_angles_are_those_of_the_table():
    assert PROJECTIONS["ap"].direction(1.0) == pytest.approx([0.0, 1.0, 0.0])
    assert PROJECTIONS["lateral"].direction(-1.0) == pytest.approx([-1.0, 0.0, 0.0])
    assert PROJECTIONS["lateral_opposite"].direction(-1.0) == pytest.approx([1.0, 0.0, 0.0])
    for side in (1.0, -1.0):
        for name, caudal_deg in (("oblique", 0.0), ("declined", 25.0)):
            x, y, z = PROJECTIONS[name].direction(side)
            assert np.rad2deg(np.arctan2(x, y)) == pytest.approx(20.0 * side)
            assert np.rad2deg(np.arcsin(-z)) == pytest.approx(caudal_deg)


@pytest.mark.parametrize("nerve", ["T12", "L4", "L5"])
@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("approach", ["parallel", "perpendicular"])
def test_down_the_barrel_a_needle_is_a_point_at_its_approachs_angles(nerve, side, approach):
    anatomy = LumbarAnatomy(nerve=nerve, side=side).build()
    needle = library.probes()["conventional_18g_10mm"].applicator()
    pose = place(needle, Placement(approach=approach), anatomy)
    sign = side_of(anatomy.target.point_mm)
    seen = projection_named("trajectory", pose.axis, sign)
    assert seen.direction(sign) == pytest.approx(pose.axis)
    assert seen.oblique_deg == pytest.approx({"parallel": 20.0, "perpendicular": 15.0}[approach])
    looking = view_of(seen, anatomy.target.point_mm, PANEL_PX)
    shaft = looking.project(pose.to_patient(np.array([[0.0, 0.0, z] for z in (0.0, 40.0, 90.0)])))
    assert np.ptp(shaft, axis=0) == pytest.approx([0.0, 0.0], abs=1e-6)
    assert ((shaft[0] > 60.0) & (shaft[0] < np.array(PANEL_PX) - 60.0)).all()
    assert f"oblique {seen.oblique_deg:.0f}°" in seen.words(sign)


def test_titles_name_the_side():
    assert [PROJECTIONS[name].words(1.0) for name in ("lateral", "lateral_opposite")] == [
        "left lateral",
        "right lateral",
    ]
    assert [PROJECTIONS[name].words(-1.0) for name in ("lateral", "lateral_opposite")] == [
        "right lateral",
        "left lateral",
    ]


@pytest.mark.parametrize("name", ["ap", "lateral", "declined"])
@pytest.mark.parametrize(
    ("nerve", "bones"), [("L3", {"L3", "L4", "L5"}), ("L4", {"L4", "L5", "S1"}), ("L5", {"L5", "S1"})]
)
def test_vertebrae_are_named_where_they_are(nerve, bones, name):
    anatomy = LumbarAnatomy(nerve=nerve, side="left").build()
    picture = replace(
        made_picture(),
        bone_marks=anatomy.bone_marks_mm,
        target_mm=anatomy.target.point_mm,
        bone_distance=lambda points: anatomy.distance_mm("bone", points),
    )
    looking = view_of(PROJECTIONS[name], anatomy.target.point_mm, PANEL_PX)
    found = dict(bone_names.placed(picture, looking, "X-ray"))
    target_bone = anatomy.site.vertebra
    assert target_bone in found
    assert set(found) <= bones
    heights = [found[bone][1] for bone in ("L3", "L4", "L5", "S1") if bone in found]
    assert heights == sorted(heights)
    for bone, marks in anatomy.bone_marks_mm.items():
        assert {anatomy.bone_at(mark) for mark in marks[1:3]} == {bone}


def test_edges_carry_the_patients_sides():
    left, right = (view_of(PROJECTIONS["ap"], np.array([x, 30.0, 10.0]), PANEL_PX) for x in (27.0, -27.0))
    for looking in (left, right):
        assert edge_names(looking) == {"left": "L", "right": "R", "top": "cranial", "bottom": "caudal"}
    lateral = view_of(PROJECTIONS["lateral"], np.array([-27.0, 30.0, 10.0]), PANEL_PX)
    assert edge_names(lateral) == {"left": "posterior", "right": "anterior", "top": "cranial", "bottom": "caudal"}


@pytest.fixture(scope="module")
def scope():
    return Fluoroscope(made_picture())


def test_steel_is_darker_than_bone_and_bone_than_soft_tissue(scope):
    picture = made_picture()
    looking = scope.view(PROJECTIONS["ap"])
    grey = scope.grey(picture, PROJECTIONS["ap"])

    def at(point):
        column, row = looking.project(np.array([point]))[0].astype(int)
        return grey[row, column]

    soft, bone, steel = at([-20.0, 0.0, 5.0]), at([5.0, 0.0, -14.0]), at([0.0, 0.0, 10.0])
    assert soft == pytest.approx(fluoroscopy.VEIL)
    assert steel < 0.6 * bone
    assert bone < 0.6 * soft


def test_the_example_of_the_page_draws_what_it_says(folder, tmp_path, monkeypatch):
    page = (Path(__file__).parents[3] / "docs/pictures.md").read_text(encoding="utf-8")
    example = page.split("```python\n")[1].split("```")[0].replace("results/l4_medial_branch", str(folder))
    monkeypatch.setattr("rfa_model.pictures.draw.Gallery.picture", lambda *_: made_picture())  # the folder has no bone
    monkeypatch.chdir(tmp_path)
    exec(example, {})
    assert pixels(tmp_path / "oblique.png").shape[2] == 3


def test_six_panels_and_one(tmp_path, scope):
    six = pixels(draw_fluoroscopy(made_picture(), tmp_path / "six.png", scope))
    one = pixels(draw_projection(made_picture(), "oblique", tmp_path / "one.png"))
    assert six.shape[0] - one.shape[0] == 2 * (PANEL_PX[1] + fluoroscopy.GAP_PX)
    panel = six[130 : 110 + PANEL_PX[1], 830:1580]
    bare = replace(made_picture(), nerves=())
    without = pixels(draw_fluoroscopy(bare, tmp_path / "bare.png", scope))[130 : 110 + PANEL_PX[1], 830:1580]
    assert share_near(panel, style.NERVE_OUTSIDE) > 5e-4 > share_near(without, style.NERVE_OUTSIDE)
    assert share_near(panel, style.LESION) > 1e-4


def test_a_run_gets_one_picture_per_arm_where_there_is_bone(tmp_path):
    gallery = Gallery.__new__(Gallery)
    gallery.pictures = {name: replace(made_picture(), name=name) for name in ("one", "two")}
    assert [gallery.draw_fluoroscopy(name, tmp_path) for name in ("one", "two")] == [
        [tmp_path / "fluoroscopy_one.png"],
        [tmp_path / "fluoroscopy_two.png"],
    ]
    gallery.pictures = {"bench": made_picture(anatomy=False)}
    assert gallery.draw_fluoroscopy("bench", tmp_path) == []


def test_what_cannot_be_drawn_is_refused(tmp_path, scope):
    with pytest.raises(InputError, match="'conventional' lies in an anatomy without bone"):
        draw_fluoroscopy(made_picture(anatomy=False), tmp_path / "none.png")
    with pytest.raises(
        InputError, match="no fluoroscopic view 'apical'; choose one of trajectory, ap, oblique, declined, "
    ):
        draw_projection(made_picture(), "apical", tmp_path / "none.png")
