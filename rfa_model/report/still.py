"""The nerve's plot as a still drawing, for paper and where no script runs."""

from __future__ import annotations

import io
from collections.abc import Collection

import numpy as np
from matplotlib.figure import Figure

from rfa_model.anatomy.base import Curve
from rfa_model.drawing import canvas, style
from rfa_model.drawing.lesion import DrawnLesion
from rfa_model.metrics.catalogue import readable
from rfa_model.metrics.nerve import NerveTable
from rfa_model.report.charts import DAMAGE_FLOOR, MARKERS_ALONG, SEGMENT_TINT
from rfa_model.report.nerves import NerveTables, marked_levels

WIDTH_INCHES, HEIGHT_INCHES = 9.0, 6.0
LEGEND_ROW_INCHES = 0.24
FONT_SIZE = {"font.size": 11, "svg.hashsalt": "rfa-model"}
SIGN_INCHES, LINE_INCHES = 0.11, 0.95
"""Of the legend: one sign of a name, and the line before it."""


def legend_columns(names: Collection[str]) -> int:
    """How many names stand in one row of the legend, so that the longest fit."""
    return min(len(names), max(1, int(WIDTH_INCHES / (LINE_INCHES + SIGN_INCHES * max(map(len, names))))))


def nerve_svg(tables: NerveTables, nerve: Curve, lesion: DrawnLesion | None = None) -> bytes:
    """The plot of a nerve as SVG."""
    stream = io.BytesIO()
    with canvas.typography(FONT_SIZE):
        nerve_figure(tables, nerve, lesion).savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()


def nerve_figure(tables: NerveTables, nerve: Curve, lesion: DrawnLesion | None = None) -> Figure:
    """Peak temperature and Ω along a nerve, one line per arm, with a level of each."""
    with canvas.typography(FONT_SIZE):
        across = legend_columns(tables)
        legend_inches = LEGEND_ROW_INCHES * -(-len(tables) // across)
        figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES + legend_inches), layout="constrained")
        upper, lower = figure.subplots(2, 1, sharex=True)
        for number, (name, table) in enumerate(tables.items()):
            line = style.arm_line(number)
            look = {"color": line.colour, "linestyle": line.dashes, "linewidth": 2, "marker": line.marker,
                    "markevery": 1.0 / MARKERS_ALONG}  # fmt: skip
            upper.plot(table["arc_mm"], table["peak_T_C"], label=readable(name), **look)
            lower.plot(table["arc_mm"], np.maximum(table["damage"], DAMAGE_FLOOR), **look)
        peak, omega = marked_levels(lesion)
        for axes, marked in ((upper, peak), (lower, omega)):
            colour, dashes = marked.line
            axes.axhline(marked.criterion.level, color=colour, linestyle=dashes, linewidth=1.5)
            axes.axvspan(*nerve.segment_mm, facecolor=SEGMENT_TINT, edgecolor="none", zorder=0)
            axes.spines[["top", "right"]].set_visible(False)
        upper.set_ylabel(f"{NerveTable.peak_T_C.axis_label}\nlevel: {peak.words}")
        figure.legend(loc="outside upper left", frameon=False, ncols=across, handlelength=3.5)
        lower.set_ylabel(f"{NerveTable.damage.axis_label}\nlevel: {omega.words}")
        lower.set_yscale("log")
        lower.set_xlabel(f"{NerveTable.arc_mm.axis_label}; the target segment is shaded")
        return figure
