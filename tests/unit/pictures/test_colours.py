"""What the colours of criteria have to keep: told apart by everybody, as lines, as solids and as translucent shells."""

import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from rfa_model import library
from rfa_model.drawing import style
from rfa_model.drawing.lesion import DrawnLesion
from rfa_model.metrics.evaluate import FIRST_CRITERIA
from rfa_model.pictures.history import panels_of
from rfa_model.pictures.slice import draw_slice, temperature_colours
from rfa_model.report import scene as report_scene
from rfa_model.scenario import Scenario
from rfa_model.viewer.layers import ISOTHERM_COLOURS
from tests.unit.pictures.made import made_picture
from tests.unit.pictures.vision import EYES, contrast_with_white, distance, lab, linear_light, shell

FIRST = FIRST_CRITERIA[0]
DRAWN = {name: style.CRITERION_COLOURS[name] for name in (FIRST, *style.CRITERION_DASHES)}
NERVES = (style.NERVE_INSIDE, style.NERVE_OUTSIDE, style.PROTECTED_NERVE)
SCENARIO_ARMS = Scenario.model_json_schema()["properties"]["arms"]["maxProperties"]
SHELL_GROUNDS = ("#FFFFFF", style.BONE)


def test_the_measure_is_that_of_the_standard():
    assert lab(linear_light("#FF0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)  # CIE, for sRGB's red
    assert distance("#FF0000", "#00FF00") == pytest.approx(170.6, abs=0.2)
    # Grey stays grey for every eye, and without red cones a red and an olive are nearly one.
    grey = linear_light("#808080")
    assert all(lab(np.array(seen) @ grey) == pytest.approx(lab(grey), abs=0.1) for seen in EYES.values())
    assert distance("#D55E00", "#9A6400", "protanopia") < 5.0 < 30.0 < distance("#D55E00", "#9A6400")


@pytest.mark.parametrize("eye", EYES)
def test_criteria_that_are_drawn_together_are_told_apart(eye):
    assert min(distance(a, b, eye) for a, b in combinations(DRAWN.values(), 2)) > 30.0


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("ground", SHELL_GROUNDS)
@pytest.mark.parametrize("lesion", FIRST_CRITERIA)
def test_and_so_are_their_shells(eye, ground, lesion):
    shells = {
        lesion: style.LESION_OPACITY,
        "isotherm_50C": style.ISOTHERM_OPACITY,
        "isotherm_60C": style.ISOTHERM_OPACITY,
    }
    seen = [shell(DRAWN[name], opacity, ground) for name, opacity in shells.items()]
    assert min(distance(a, b, eye) for a, b in combinations(seen, 2)) > 15.0


@pytest.mark.parametrize("eye", EYES)
def test_no_criterion_looks_like_a_nerve(eye):
    assert min(distance(a, nerve, eye) for a in DRAWN.values() for nerve in NERVES) > 30.0
    assert min(distance(a, nerve, eye) for a in style.CRITERION_COLOURS.values() for nerve in NERVES) > 15.0


@pytest.mark.parametrize("eye", EYES)
def test_all_criteria_differ(eye):
    least = 25.0 if eye == "normal" else 15.0
    assert min(distance(a, b, eye) for a, b in combinations(style.CRITERION_COLOURS.values(), 2)) > least


@pytest.mark.parametrize("colour", DRAWN.values())
def test_a_line_stands_out_from_white_and_so_from_its_casing(colour):
    assert contrast_with_white(colour) >= 3.0


def test_each_criterion_has_its_own_dashes():
    lines = [style.criterion_line(FIRST, leading=True), *map(style.criterion_line, style.CRITERION_DASHES)]
    assert len({dashes for _, dashes in lines}) == len(lines)


def test_a_criterion_is_drawn_alike_in_space_and_over_time():
    colours, criteria = style.CRITERION_COLOURS, library.criteria()
    assert {"50 °C now": colours["isotherm_50C"], "60 °C now": colours["isotherm_60C"]} == ISOTHERM_COLOURS
    names = ("visible_edge", "arrhenius", "arrhenius_99", "isotherm_50C")
    lesions = tuple(DrawnLesion(criteria[name], name, name == names[0]) for name in names)
    picture = replace(made_picture(), lesions=lesions, history={f"lesion_{name}_mm3": np.zeros(2) for name in names})
    (panel,) = panels_of([picture])
    curves = {trace.column: (trace.colour, trace.dashes) for trace in panel.traces}
    assert curves == {
        "lesion_visible_edge_mm3": (colours["visible_edge"], "solid"),
        "lesion_arrhenius_mm3": (colours["arrhenius"], "dashdot"),
        "lesion_isotherm_50C_mm3": (colours["isotherm_50C"], "dashed"),
    }
    shells = {trace["meta"]: trace["color"] for trace in report_scene._growing_traces(picture)}
    assert shells == {"lesion": colours["visible_edge"], **{name: colours[name] for name in shells if name != "lesion"}}


STROKE = re.compile(r'<path d="([^"]+)"[^>]*style="([^"]*)"')


def test_lines_on_the_map_are_those_of_the_curves_each_on_an_unbroken_white_casing(tmp_path):
    text = draw_slice(made_picture(), 10.0, tmp_path / "slice.svg").read_text(encoding="utf-8")
    strokes = [(path, dict(part.split(": ") for part in look.split("; "))) for path, look in STROKE.findall(text)]
    for colour, dashes in (style.criterion_line("arrhenius", leading=True), style.criterion_line("isotherm_50C")):
        lines = [n for n, (_, look) in enumerate(strokes) if look.get("stroke") == colour.lower()]
        assert len(lines) >= 2  # the front itself, and the legend
        for n in lines:
            path, look = strokes[n]
            assert ("stroke-dasharray" in look) == (dashes != "solid")
            (casing,) = (below for course, below in strokes[:n] if course == path)
            assert casing["stroke"] == style.CASING.lower()
            assert "stroke-dasharray" not in casing
            assert float(casing["stroke-width"]) > float(look["stroke-width"]) + 2.0
    assert "#00e5ff" not in text


def test_temperature_colours_grow_evenly_lighter():
    lightness = [lab(linear_light(colour))[0] for colour in temperature_colours()(np.linspace(0.0, 1.0, 64))]
    steps = np.diff(lightness)
    assert steps.min() > 0.0
    assert steps.max() < 3.0 * np.median(steps)


def test_no_two_arms_share_a_line():
    lines = [style.arm_line(number) for number in range(style.MOST_ARMS)]
    assert len(set(lines)) == len(lines) >= SCENARIO_ARMS
    near = [(a, b) for k, a in enumerate(lines) for b in lines[k + 1 : k + len(style.ARM_DASHES)]]
    assert not [pair for pair in near if pair[0].dashes == pair[1].dashes or pair[0].colour == pair[1].colour]
    assert lines[:4] == [style.ArmLine(*look, "") for look in zip(style.ARM_COLOURS, style.ARM_DASHES, strict=False)]


@pytest.mark.parametrize("eye", EYES)
def test_colours_of_arms_differ(eye):
    assert min(distance(a, b, eye) for a, b in combinations(style.ARM_COLOURS, 2)) > 15.0
