import matplotlib.image
import numpy as np
import pytest

from rfa_model.drawing import canvas
from rfa_model.drawing.orthographic import look_from


def test_images_lie_pixel_on_pixel_and_the_right_way_up(tmp_path):
    image = np.random.default_rng(1).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    figure = canvas.page((100, 90))
    canvas.place_image(canvas.pixel_axes(figure, 13, 21, (60, 40)), image)
    page = matplotlib.image.imread(canvas.save(figure, tmp_path / "page.png"))
    assert page.shape == (90, 100, 3)
    np.testing.assert_array_equal(np.round(page[21:61, 13:73] * 255), image)
    assert (page[:21] == 1.0).all()


@pytest.mark.parametrize("line", ["short", "lesion (Ω ≥ 0.223 (three state)*) 1392* mm³, 15.0* × 12.9* mm · " * 2])
def test_the_line_below_a_title_stays_on_the_page(line):
    figure = canvas.page((1600, 200))
    canvas.title(canvas.pixel_axes(figure, 0, 0, (1600, 200)), "heading", line)
    (written,) = (text for text in figure.axes[0].texts if text.get_text() == line)
    box = written.get_window_extent(figure.canvas.get_renderer())
    assert box.x0 >= 30.0
    assert box.x1 <= 1570.0


def test_triad_from_behind_shows_the_back_facing_the_viewer():
    arrows, facing = canvas.triad_directions(look_from(np.array([0.1, 1.0, 0.1]), np.zeros(3), 10.0, (100, 100)))
    assert facing == "P"
    assert set(arrows) == {"L", "R", "S", "I"}
    assert arrows["L"][0] < -0.9
    assert arrows["S"][1] > 0.9


def test_triad_on_the_slant_shows_an_arrow_for_every_direction_towards_the_viewer():
    arrows, facing = canvas.triad_directions(look_from(np.array([1.0, 1.0, 0.8]), np.zeros(3), 10.0, (100, 100)))
    assert facing is None
    assert set(arrows) == {"L", "P", "S"}


def test_the_facing_letter_keeps_away_from_the_arrows():
    assert canvas._free_direction([(-1.0, 0.02), (1.0, -0.02), (0.0, 1.0)]) == (canvas._free_direction([]))
    across, upward = canvas._free_direction([(1.0, 0.0), (0.0, -1.0)])
    assert across < 0 < upward


@pytest.mark.parametrize("bold", [False, True])
def test_lines_fit_and_hold_every_sign(bold):
    text = "18G_perpendicular_to_nerve, covered by 3.5 mm and incomprehensibilities"
    lines = canvas.wrapped(text, 190.0, 17, bold)
    assert len(lines) > 3
    assert max(canvas.text_width_px(line, 17, bold) for line in lines) <= 190.0
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert any("3.5 mm" in line for line in lines)
    assert canvas.wrapped("short", 190.0, 17, bold) == ["short"]
