"""What the curves over time mark."""

from types import SimpleNamespace

import numpy as np

from rfa_model.report.charts import CUTOFF, history_charts


def course(cutoff_s):
    history = {"time_s": np.array([0.0, 100.0]), "power_W": np.array([4.0, 0.0])}
    return SimpleNamespace(history=history, phases=(), cutoff_s=cutoff_s)


def test_a_cut_off_is_a_labelled_line_in_the_arm_that_had_one():
    charts = history_charts({"stopped": course(52.4), "went on": course(None)})
    marked, plain = charts["stopped"]["layout"], charts["went on"]["layout"]
    (line,) = [shape for shape in marked["shapes"] if shape["line"].get("color") == CUTOFF]
    assert (line["x0"], line["x1"]) == (52.4, 52.4)
    assert len(plain["shapes"]) == len(marked["shapes"]) - 1
    added = {note["text"] for note in marked["annotations"]} - {note["text"] for note in plain["annotations"]}
    assert added == {"cut-off at 52 s"}
