from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from rfa_model import library, pictures
from rfa_model.anatomy.base import Curve, Surface, Target
from rfa_model.anatomy.homogeneous import HomogeneousBlock
from rfa_model.drawing.collect import collect, end_of_heating, phase_spans
from rfa_model.errors import InputError
from rfa_model.generator import Hold, Off, Ramp
from rfa_model.pictures.draw import Gallery, common_view, slice_half_height, window
from rfa_model.results import read_results
from tests.unit.pictures.made import made_picture
from tests.unit.pictures.test_pictures import pixels

PICTURES = ("scene.png", "slice.png", "history.png")


@pytest.fixture(scope="module")
def drawn(folder) -> list[Path]:
    return pictures.draw_all(folder)


def test_every_picture_is_drawn_into_its_place(folder, drawn):
    expected = [folder / arm / name for arm in ("conventional", "cooled") for name in PICTURES]
    assert drawn == [*expected, folder / "comparison.png"]
    assert all(pixels(path).std() > 5.0 for path in drawn)


def test_the_lesion_is_seen_in_the_arm_that_has_one(folder, drawn):
    images = [pixels(folder / arm / "scene.png")[120:1120] for arm in ("conventional", "cooled")]
    orange = [np.sum((image[..., 0] - image[..., 2] > 45) & (image[..., 0] > 150)) for image in images]
    px_per_mm = 1000 / 40.0
    # A ball of 4 mm radius, whose middle the needle hides in part.
    assert orange[0] == pytest.approx(16 * np.pi * px_per_mm**2, rel=0.3)
    assert orange[1] == 0


def test_one_arm_alone(folder, tmp_path):
    results = read_results(folder)
    assert pictures.draw_arm(results, "cooled", tmp_path / "new") == [tmp_path / "new" / name for name in PICTURES]
    with pytest.raises(InputError, match="no arm 'warm' in these results; choose one of conventional, cooled"):
        pictures.draw_arm(results, "warm", tmp_path)


def test_a_comparison_of_one_arm(folder, tmp_path):
    results = read_results(folder)
    del results.arms["cooled"]
    assert pixels(pictures.draw_comparison(results, tmp_path)).shape[1] == 1600


def test_results_at_hand_are_drawn_without_reading(folder, drawn, tmp_path):
    results = read_results(folder)
    for arm in results.arms.values():
        assert arm.fields.times_s.size == arm.times_s.size
    results.folder = None
    for arm in results.arms.values():
        assert len(arm.history["time_s"]) > 0
        assert arm.probe.tip_length_mm > 0
        assert arm.pose.rotation.shape == (3, 3)
        arm.folder = None  # whatever it has not read by now it cannot read any more
    with pytest.raises(InputError, match="give the folder"):
        pictures.draw_all(results)
    paths = pictures.draw_all(results, tmp_path)
    assert [path.relative_to(tmp_path) for path in paths] == [path.relative_to(folder) for path in drawn]
    for path, before in zip(paths, drawn, strict=True):
        np.testing.assert_array_equal(pixels(path), pixels(before))


def test_the_window_holds_what_the_view_shows():
    view = common_view([made_picture()])
    shown = window(view)
    edge = view.focal_mm + 0.5 * view.height_mm * view.up + 30.0 * view.towards_viewer
    assert shown.shows(np.array([edge - 0.1 * view.up, edge + 0.1 * view.up])).tolist() == [True, False]


def test_a_missing_entry_is_named(folder):
    results = read_results(folder)
    arm, entry = results.arms["conventional"], dict(results.summary["arms"]["conventional"])
    del entry["temperature"]
    with pytest.raises(InputError, match="arm 'conventional' lack 'temperature'"):
        collect(arm, HomogeneousBlock("muscle"), [], entry, 37.0, {})


def test_arms_that_do_not_fit_the_scenario_are_refused(folder):
    results = read_results(folder)
    results.arms["warm"] = results.arms["cooled"]
    with pytest.raises(InputError, match=r"scenario\.yaml has no arm 'warm'"):
        Gallery(results)
    results.arms.clear()
    with pytest.raises(InputError, match="no arm to draw"):
        Gallery(results)


def test_not_a_results_folder(tmp_path):
    with pytest.raises(InputError, match="not a results folder"):
        pictures.draw_all(tmp_path)


def test_nerves_are_inside_where_the_field_says_so(folder):
    results = read_results(folder)
    x = np.linspace(-9.0, 9.0, 181)
    line = np.column_stack([x, np.full_like(x, 2.0), np.full_like(x, 5.0)])
    target = Target(np.zeros(3), np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]), 0.5)
    anatomy = SimpleNamespace(
        nerves={"branch": Curve("branch", line, 1.0, (0.0, 18.0))},
        structures={
            "root": Curve("root", line + np.array([0.0, 9.0, 0.0]), 2.0, (0.0, 18.0)),
            "skin": Surface("skin", "body"),
        },
        distance_mm=lambda part, points: np.full(len(points), np.inf),
        target=target,
    )
    entry = results.summary["arms"]["conventional"]
    by_damage = {"arrhenius": library.criteria()["arrhenius"]}
    branch, root = collect(results.arms["conventional"], anatomy, [], entry, 37.0, by_damage).nerves
    # Omega = 1 on a ball of 4 mm radius about (0, 0, 5); the nerve passes 2 mm from its middle.
    assert branch.inside.sum() * 0.1 == pytest.approx(2 * np.sqrt(12.0), abs=0.25)
    # 37 + 45 exp(-r / 5) reaches 50 °C on a larger one; without criteria nothing is lesion.
    radius_mm = 5.0 * np.log(45.0 / 13.0)
    by_peak = {"isotherm_50C": library.criteria()["isotherm_50C"]}
    picture = collect(results.arms["conventional"], anatomy, [], entry, 37.0, by_peak)
    assert picture.nerves[0].inside.sum() * 0.1 == pytest.approx(2 * np.sqrt(radius_mm**2 - 4.0), abs=0.3)
    assert (picture.lesion.name, picture.field.has_lesion) == ("isotherm_50C", True)
    bare = collect(results.arms["conventional"], anatomy, [], entry, 37.0, {})
    assert (bare.lesion, bare.field.has_lesion, bare.nerves[0].inside.any()) == (None, False, False)
    assert not branch.protected
    assert root.protected
    assert not root.inside.any()


def test_end_of_heating_is_the_last_snapshot_with_power():
    history = {"time_s": np.array([0.0, 5.0, 10.0, 15.0, 20.0]), "power_W": np.array([0.0, 4.0, 4.0, 0.0, 0.0])}
    assert end_of_heating(np.array([0.0, 5.0, 10.0, 20.0]), history) == 2
    assert end_of_heating(np.array([0.0, 8.0, 20.0]), history) == 1
    assert end_of_heating(np.array([0.0, 8.0]), history | {"power_W": np.zeros(5)}) == 1


def test_phases_follow_each_other():
    protocol = [
        Ramp(to_C=80, duration_s=15),
        Hold(temperature_C=80, duration_s=90),
        Off(duration_s=30),
    ]
    spans = phase_spans(protocol)
    assert [span.label for span in spans] == ["ramp to 80 °C", "hold 80 °C", "off"]
    assert [(span.start_s, span.end_s) for span in spans] == [(0.0, 15.0), (15.0, 105.0), (105.0, 135.0)]


def test_all_arms_share_a_view_that_shows_needle_and_nerve():
    picture = made_picture()
    view = common_view([picture, picture])
    pixels_of_tip = view.project(picture.applicator.foot_mm)[0]
    assert np.all((pixels_of_tip > 0) & (pixels_of_tip < view.size_px))
    assert abs(view.towards_viewer @ picture.applicator.axis) < 0.8
    assert view.towards_viewer @ picture.away_from_bone > 0.0


def test_slices_grow_with_the_largest_lesion():
    small, large = made_picture(2.0), made_picture(9.0)
    assert slice_half_height([small]) == 10.0
    assert slice_half_height([small, large]) == pytest.approx(12.0, abs=0.8)
    assert slice_half_height([replace(small, applicator=large.applicator), large]) == slice_half_height([large])
