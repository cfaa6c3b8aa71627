import xml.etree.ElementTree as ET
from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from rfa_model.cli import main
from rfa_model.errors import InputError
from rfa_model.results import read_results
from rfa_model.results.tables import read_csv
from rfa_model.views import style
from rfa_model.views.figures import draw_figures
from rfa_model.views.history_picture import draw_history
from rfa_model.views.layers import SHELL_COLOURS
from rfa_model.views.slice_picture import draw_slice, temperature_colours
from tests.unit.views.made import made_picture


@pytest.fixture(scope="module")
def drawn(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("figures") / "new"
    assert main(["figures", str(folder), "--out", str(out)]) == 0
    return out


def test_the_verb_writes_vectors_and_numbers(drawn):
    arms, kinds = ("conventional", "cooled"), ("history.svg", "history.csv", "slice.svg", "slice.csv")
    assert {path.name for path in drawn.iterdir()} == {f"{arm}_{kind}" for arm in arms for kind in kinds}
    for path in drawn.glob("*.svg"):
        root = ET.parse(path).getroot()
        # Curves, ticks and letters are paths; the slice's field is the one raster.
        assert len(list(root.iterfind(".//{*}path"))) > 50
        assert bool(list(root.iterfind(".//{*}image"))) == ("slice" in path.name)
        assert path.stat().st_size < 3_000_000


def test_numbers_are_those_of_the_run(drawn, folder):
    history = read_csv(drawn / "conventional_history.csv")
    assert history["sensor_C"] == pytest.approx(read_results(folder).arms["conventional"].history["sensor_C"])
    cut = read_csv(drawn / "conventional_slice.csv")
    # T = 37 + 45 exp(-r / 5) at the end of heating, about the middle of a tip 10 mm long.
    radius = np.hypot(cut["across_mm"], cut["along_mm"] - 5.0)
    assert cut["temperature_C"] == pytest.approx(37.0 + 45.0 * np.exp(-radius / 5.0), abs=1.5)
    assert np.all(radius[cut["damage"] >= 1.5] < 4.2)


def test_pdf_and_the_same_file_twice(tmp_path):
    once, again = (draw_history(made_picture(), tmp_path / "history.svg").read_bytes() for _ in range(2))
    assert once == again
    assert draw_history(made_picture(), tmp_path / "history.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(InputError, match="no figure format 'eps'; choose one of svg, pdf"):
        draw_figures(tmp_path, tmp_path, "eps")


def test_a_slice_as_vector_shows_what_the_picture_shows(tmp_path):
    text = draw_slice(made_picture(), 10.0, tmp_path / "slice.svg").read_text(encoding="utf-8").lower()
    for colour in (style.DAMAGE_COLOUR, style.NERVE_OUTSIDE, style.NERVE_INSIDE, style.BONE, style.METAL):
        assert colour.lower() in text, colour


def test_temperature_colours_grow_evenly_lighter():
    linear = temperature_colours()(np.linspace(0.0, 1.0, 64))[:, :3]
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    lightness = 116.0 * np.cbrt(luminance) - 16.0  # CIE 1976, above its linear toe
    steps = np.diff(lightness)
    assert steps.min() > 0.0
    assert steps.max() < 3.0 * np.median(steps)


def test_shells_have_the_colours_of_the_curves():
    assert SHELL_COLOURS == {"lesion": "#D55E00", "50 °C now": "#9A6400", "60 °C now": "#882255"}


def linear_light(colour):
    shade = np.array(to_rgb(colour))
    return np.where(shade <= 0.04045, shade / 12.92, ((shade + 0.055) / 1.055) ** 2.4)


# Machado, Oliveira and Fernandes (2009), no red, green and blue cones; acts on linear light.
EYES = {
    "normal": np.eye(3),
    "protanopia": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "deuteranopia": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "tritanopia": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(light):
    """CIE 1976 L*a*b*, above its linear toe."""
    x, y, z = np.cbrt(TO_XYZ @ np.clip(light, 0.0, 1.0) / [0.9505, 1.0, 1.089])
    return np.array([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)])


@pytest.mark.parametrize("eye", EYES)
def test_the_60_C_shell_is_told_from_the_rest_of_the_scene_with_any_colour_vision(eye):
    shell = style.CRITERION_COLOURS["isotherm_60C"]
    scene = {*SHELL_COLOURS.values(), style.NERVE_INSIDE, style.NERVE_OUTSIDE, style.PROTECTED_NERVE} - {shell}
    here, *rest = (lab(np.array(EYES[eye]) @ linear_light(colour)) for colour in (shell, *scene))
    assert min(np.linalg.norm(here - other) for other in rest) > 20.0


def test_curves_stand_out_from_white_and_criteria_from_each_other():
    for name, (colour, _) in style.CRITERION_LINES.items():
        assert 1.05 / (linear_light(colour) @ [0.2126, 0.7152, 0.0722] + 0.05) >= 3.0, name
    assert len({dashes for _, dashes in style.CRITERION_LINES.values()}) == 3
    seen = [lab(linear_light(colour)) for colour in style.CRITERION_COLOURS.values()]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 25.0
