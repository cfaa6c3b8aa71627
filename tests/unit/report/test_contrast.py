"""Text and lines stand out as WCAG 2.2 AA asks: 4.5 : 1 for text, 3 : 1 for what a drawing needs to be understood."""

import re
from pathlib import Path

import pytest

from rfa_model import report
from rfa_model.drawing import style
from rfa_model.metrics.evaluate import FIRST_CRITERIA
from rfa_model.pictures.history import PANELS
from rfa_model.report.charts import CUTOFF

CSS = (Path(report.__file__).parent / "report.css").read_text()
COLOURS = dict(re.findall(r"--(\w+): (#[0-9A-F]{6});", CSS))
TEXT = [
    ("ink", "paper"),
    ("ink", "ground"),
    ("ink", "ok"),
    ("ink", "warning"),
    ("ink", "error"),
    ("faint", "paper"),
    ("link", "paper"),
]
EDGES = [("edge", "paper"), ("focus", "paper"), ("edge", "ground")]
CURVES = {
    CUTOFF,
    *(trace.colour for panel in PANELS for trace in panel.traces),
    *(style.CRITERION_COLOURS[name] for name in (*style.CRITERION_DASHES, FIRST_CRITERIA[0])),
    *style.ARM_COLOURS,
}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_that_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)  # the greyest grey that passes


@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text(text, ground):
    assert contrast(COLOURS[text], COLOURS[ground]) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls(edge, ground):
    assert contrast(COLOURS[edge], COLOURS[ground]) >= 3.0


@pytest.mark.parametrize("colour", sorted(CURVES))
def test_curves(colour):
    assert contrast(colour, COLOURS["paper"]) >= 3.0


def test_every_colour_of_text_is_in_the_table():
    used = set(re.findall(r"(?<![\w-])color: var\(--(\w+)\)", CSS))
    assert used
    assert used <= {text for text, _ in TEXT}
