"""What the curves over time mark."""

import io
from types import SimpleNamespace

import numpy as np
import pytest

from rfa_model.anatomy.base import Curve
from rfa_model.report.charts import CUTOFF, arm_key, history_charts, nerve_chart
from rfa_model.report.still import nerve_figure


def course(cutoff_s):
    history = {"time_s": np.array([0.0, 100.0]), "power_W": np.array([4.0, 0.0])}
    return SimpleNamespace(history=history, phases=(), cutoff_s=cutoff_s, lesions=())


def test_a_cut_off_is_a_labelled_line_in_the_arm_that_had_one():
    charts = history_charts({"stopped": course(52.4), "went on": course(None)})
    marked, plain = charts["stopped"]["layout"], charts["went on"]["layout"]
    (line,) = [shape for shape in marked["shapes"] if shape["line"].get("color") == CUTOFF]
    assert (line["x0"], line["x1"]) == (52.4, 52.4)
    assert len(plain["shapes"]) == len(marked["shapes"]) - 1
    added = {note["text"] for note in marked["annotations"]} - {note["text"] for note in plain["annotations"]}
    assert added == {"cut-off at 52 s"}


ARC_MM = np.linspace(0.0, 30.0, 61)
NERVE = Curve("medial_branch", np.column_stack([ARC_MM, 0.0 * ARC_MM, 0.0 * ARC_MM]), 1.0, (8.0, 20.0))


def along(number):
    """An arm's table whose curve is its own."""
    peak_C = 40.0 + number + 30.0 * np.exp(-((ARC_MM - 15.0) ** 2) / 50.0)
    return {"arc_mm": ARC_MM, "peak_T_C": peak_C, "damage": np.exp(0.3 * (peak_C - 60.0)), "inside": peak_C > 60.0}


def test_fifty_arms_have_fifty_lines_in_the_plot_and_in_its_key():
    names = [f"arm_{number}" for number in range(50)]
    curves = nerve_chart({name: along(n) for n, name in enumerate(names)}, NERVE)["data"]
    drawn = {(c["line"]["color"], c["line"]["dash"], c.get("marker", {}).get("symbol")) for c in curves}
    assert len(drawn) == 50
    keys = [arm_key(number, name) for number, name in enumerate(names)]
    assert len({(key["colour"], key["dashes"], key["marker"]) for key in keys}) == 50
    assert {curve["meta"] for curve in curves} == {key["arm"] for key in keys}


@pytest.mark.parametrize("names", [["conventional", "cooled"], [f"a_rather_long_name_of_arm_{n}" for n in range(50)]])
def test_the_key_of_the_still_plot_fits_beside_it(names):
    figure = nerve_figure({name: along(n) for n, name in enumerate(names)}, NERVE)
    figure.savefig(io.BytesIO(), format="png")  # lays it out
    (legend,) = figure.legends
    box, page = legend.get_window_extent(), figure.bbox
    assert page.x0 <= box.x0 < box.x1 <= page.x1
    assert page.y0 <= box.y0 < box.y1 <= page.y1
    assert all(axes.get_window_extent().y1 <= box.y0 + 1.0 for axes in figure.axes)
    assert min(axes.get_window_extent().height for axes in figure.axes) > 150.0
