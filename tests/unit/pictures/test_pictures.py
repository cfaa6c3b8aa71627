from dataclasses import replace
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from rfa_model.drawing import canvas, render, style
from rfa_model.drawing.orthographic import View, look_from
from rfa_model.errors import InputError
from rfa_model.pictures import comparison, scene
from rfa_model.pictures.history import draw_history
from rfa_model.pictures.slice import PLOT_BOX_PX, draw_slice, temperature_levels
from tests.unit.pictures.made import made_picture

SMALL_PX = (400, 300)


def pixels(path: Path) -> np.ndarray:
    return np.round(matplotlib.image.imread(path)[..., :3] * 255).astype(int)


def share_near(image: np.ndarray, colour: str, tolerance: int = 12) -> float:
    wanted = np.round(np.array(to_rgb(colour)) * 255)
    return float(np.mean(np.abs(image.reshape(-1, 3) - wanted).max(axis=1) <= tolerance))


def yellow(image: np.ndarray) -> int:
    r, g, b = (image[..., i].astype(int) for i in range(3))
    return int(np.sum((r > 180) & (g > 140) & (b < 110)))


def test_a_title_with_money_in_it_is_no_formula(view, tmp_path):
    seen = View(view.focal_mm, view.towards_viewer, view.up, view.height_mm, scene.scene_size_px())
    image = np.full((*seen.size_px[::-1], 3), 255, dtype=np.uint8)
    path = tmp_path / "comparison.png"
    # As a formula this one has no meaning and would raise.
    comparison.draw_comparison_picture(r"from $5 \frac to $9", [made_picture()], [image], seen, path)
    assert pixels(path)[: comparison.HEADER_PX].min() < 60


@pytest.fixture
def view() -> View:
    return look_from(np.array([0.1, -1.0, 0.2]), np.array([0.0, 0.0, 2.0]), 30.0, SMALL_PX)


def test_lesion_tints_the_picture_only_where_there_is_one(view):
    pictures = [made_picture(), made_picture(lesion_radius_mm=-9.0)]
    with_lesion, without = (image.astype(int) for image in render.render(pictures, view))
    assert with_lesion.shape == (300, 400, 3)
    orange = [(image[..., 0] - image[..., 2] > 60) & (image[..., 0] > 150) for image in (with_lesion, without)]
    # Seen end on, a ball of 4 mm radius covers 16 pi mm2; bone and needle hide a part.
    assert orange[0].sum() == pytest.approx(16 * np.pi * view.px_per_mm**2, rel=0.3)
    assert orange[1].sum() < 0.05 * orange[0].sum()


def test_nerve_is_coloured_by_what_the_lesion_holds(view):
    picture = made_picture()
    held = replace(picture.nerves[0], inside=np.ones(len(picture.nerves[0].points_mm), dtype=bool))
    free = replace(picture.nerves[0], inside=np.zeros(len(picture.nerves[0].points_mm), dtype=bool))
    pictures = [replace(picture, nerves=(nerve,)) for nerve in (held, picture.nerves[0], free)]
    counts = [yellow(image) for image in render.render(pictures, view)]
    assert counts[0] > 1.5 * counts[1] > 1.5 * counts[2]


def test_needle_is_drawn_at_scale(view):
    image = render.render([made_picture(anatomy=False, lesion_radius_mm=-9.0)], view)[0].astype(int)
    height_px = int(view.project(np.array([[0.0, 0.0, 10.0]]))[0, 1])
    assert np.sum(image[height_px].min(axis=1) < 200) == pytest.approx(1.27 * view.px_per_mm, abs=1.5)


@pytest.mark.parametrize("anatomy", [True, False])
@pytest.mark.parametrize("lesion_radius_mm", [4.0, -9.0])
def test_scene_slice_and_history_have_their_size_and_content(tmp_path, anatomy, lesion_radius_mm):
    picture = made_picture(lesion_radius_mm, anatomy)
    view = look_from(np.array([0.1, -1.0, 0.2]), np.zeros(3), 36.0, scene.scene_size_px())
    image = np.full((*view.size_px[::-1], 3), 255, dtype=np.uint8)
    paths = [
        scene.draw_scene(picture, view, image, tmp_path / "scene.png"),
        draw_slice(picture, 10.0, tmp_path / "slice.png"),
        draw_history(picture, tmp_path / "history.png"),
    ]
    drawn = [pixels(path) for path in paths]
    assert all(page.shape == (1200, 1600, 3) for page in drawn)
    assert all(len(np.unique(page @ (65536, 256, 1))) > 50 for page in drawn)
    assert (share_near(drawn[0], style.LESION) > 1e-4) == (lesion_radius_mm > 0)
    # The legend shows the lesion's line in any case; the line itself is far longer.
    assert (share_near(drawn[1], style.LESION) > 1e-3) == (lesion_radius_mm > 0)
    assert (share_near(drawn[1], style.NERVE_OUTSIDE) > 2e-3) == anatomy


def test_slice_scale_bar_is_as_long_as_it_says(tmp_path):
    half_height = 10.0
    page = pixels(draw_slice(made_picture(anatomy=False), half_height, tmp_path / "slice.png"))
    left, top, width, height = PLOT_BOX_PX
    corner = page[top + height - 60 : top + height - 4, left + width // 2 : left + width - 4]
    white_rows = (corner.min(axis=2) >= 250).sum(axis=1)
    px_per_mm = height / (2 * half_height)
    assert white_rows.max() == pytest.approx(5.0 * px_per_mm, abs=2.0)


def test_scene_scale_bar_is_as_long_as_it_says():
    view = look_from(np.array([0.2, 1.0, 0.4]), np.zeros(3), 40.0, (1600, 1000))
    length = canvas.scale_bar_length_mm(view.px_per_mm, 1600)
    figure = canvas.page((1600, 1000))
    bar = canvas.scale_bar(canvas.pixel_axes(figure, 0, 0, (1600, 1000)), view.px_per_mm, 1500, 950, length)
    ends = view.project(np.array([[0.0, 0.0, 0.0], length * view.right]))
    assert length == 10.0
    assert bar.get_window_extent(figure.canvas.get_renderer()).width == pytest.approx(ends[1, 0] - ends[0, 0], abs=1e-6)


def test_all_temperature_scales_are_alike_and_start_at_the_body():
    assert temperature_levels(37.0)[[0, -1]].tolist() == [37.0, 95.0]
    assert temperature_levels(21.0)[[0, -1]].tolist() == [21.0, 95.0]


def test_a_missing_history_column_is_named(tmp_path):
    picture = made_picture()
    history = {name: values for name, values in picture.history.items() if name != "sensor_C"}
    with pytest.raises(InputError, match="'conventional' has no column sensor_C"):
        draw_history(replace(picture, history=history), tmp_path / "history.png")


@pytest.mark.parametrize(("arms", "columns"), [(1, 1), (2, 2), (3, 3), (4, 2), (5, 3)])
def test_comparison_has_a_panel_per_arm(tmp_path, arms, columns):
    size = comparison.panel_size_px(arms)
    assert comparison.columns(arms) == columns
    view = look_from(np.array([0.1, -1.0, 0.2]), np.zeros(3), 30.0, size)
    image = np.full((size[1], size[0], 3), (10, 200, 30), dtype=np.uint8)
    page = pixels(
        comparison.draw_comparison_picture("title", [made_picture()] * arms, [image] * arms, view, tmp_path / "c.png")
    )
    assert page.shape[1] == 1600
    assert np.sum(np.all(page == (10, 200, 30), axis=2)) > 0.9 * arms * size[0] * size[1]


def test_words_of_many_arms_stay_in_their_columns(tmp_path):
    captions = (
        ("length in the lesion", "12.0 mm"),
        ("L4 medial branch", "covered by 2.1 to 13.6 mm, whichever criterion"),
    )
    name, probe = (
        "a_name_that_is_longer_than_" + "a_column_is_wide",
        "17G (1.47 mm) water-cooled probe, 4 mm active tip",
    )
    picture = replace(made_picture(), name=name, probe_label=probe, captions=captions)
    size = comparison.panel_size_px(5)
    view = look_from(np.array([0.1, -1.0, 0.2]), np.zeros(3), 30.0, size)
    image = np.full((size[1], size[0], 3), (10, 200, 30), dtype=np.uint8)
    path = comparison.draw_comparison_picture("t", [picture] * 5, [image] * 5, view, tmp_path / "c.png")
    page = pixels(path)[comparison.HEADER_PX : -comparison.FOOTER_PX]
    for gutter in (size[0] + 4, 2 * size[0] + comparison.GAP_PX + 4):
        assert (page[:, gutter : gutter + comparison.GAP_PX - 8] == 255).all()
    assert (page[:, -8:].reshape(-1, 3).min(axis=1) > 250).sum() > 0.2 * 8 * len(page)
