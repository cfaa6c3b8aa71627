"""The nerve's plot as a still drawing, for paper and where no script runs."""

from __future__ import annotations

import io

import numpy as np
from matplotlib.figure import Figure

from rfa_model.anatomy.base import Curve
from rfa_model.drawing import canvas, style
from rfa_model.metrics.catalogue import readable
from rfa_model.metrics.nerve import NerveTable
from rfa_model.report.charts import DAMAGE_FLOOR, SEGMENT_TINT
from rfa_model.report.nerves import NerveTables

SIZE_INCHES = (9.0, 6.0)
FONT_SIZE = {"font.size": 11, "svg.hashsalt": "rfa-model"}


def nerve_svg(tables: NerveTables, nerve: Curve) -> bytes:
    """Peak temperature and Ω along a nerve, one line per arm, as SVG."""
    with canvas.typography(FONT_SIZE):
        figure = Figure(figsize=SIZE_INCHES, layout="constrained")
        upper, lower = figure.subplots(2, 1, sharex=True)
        for number, (name, table) in enumerate(tables.items()):
            colour, dashes = style.ARM_LINES[number % len(style.ARM_LINES)]
            look = {"color": colour, "linestyle": dashes, "linewidth": 2, "label": readable(name)}
            upper.plot(table["arc_mm"], table["peak_T_C"], **look)
            lower.plot(table["arc_mm"], np.maximum(table["damage"], DAMAGE_FLOOR), **look)
        levels = ((upper, style.ISOTHERM_C, "isotherm_50C"), (lower, style.DAMAGE_LEVEL, "arrhenius"))
        for axes, level, criterion in levels:
            colour, dashes = style.CRITERION_LINES[criterion]
            axes.axhline(level, color=colour, linestyle=dashes, linewidth=1.5)
            axes.axvspan(*nerve.segment_mm, facecolor=SEGMENT_TINT, edgecolor="none", zorder=0)
            axes.spines[["top", "right"]].set_visible(False)
        upper.set_ylabel(f"{NerveTable.peak_T_C.axis_label}\n50 °C dashed")
        upper.legend(frameon=False, ncols=len(tables))
        lower.set_ylabel(f"{NerveTable.damage.axis_label}\nΩ = 1 as a line")
        lower.set_yscale("log")
        lower.set_xlabel(f"{NerveTable.arc_mm.axis_label}; the target segment is shaded")
        stream = io.BytesIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
        return stream.getvalue()
