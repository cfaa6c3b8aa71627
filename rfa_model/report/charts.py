"""Curves as plotly figures: the nerve along its length, all arms in one; the course of each arm over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from rfa_model.anatomy.base import Curve
from rfa_model.drawing import style
from rfa_model.drawing.arm_picture import ArmPicture
from rfa_model.drawing.lesion import DrawnLesion
from rfa_model.metrics.catalogue import readable
from rfa_model.metrics.history import Step
from rfa_model.metrics.nerve import NerveTable
from rfa_model.pictures.history import Panel, panels_of
from rfa_model.report.encode import typed
from rfa_model.report.nerves import NerveTables, marked_levels

Look = Mapping[str, object]
Figure = dict[str, object]
Strip = tuple[str, float, Look]

DASHES = {"solid": "solid", "dashed": "dash", "dashdot": "dashdot", "dotted": "dot"}
DASH_LENGTHS = {"solid": "", "dashed": "9 5", "dashdot": "9 4 2 4", "dotted": "2.5 3.5"}  # px, in the legend
SYMBOLS = {"o": "circle", "s": "square"}
MARKERS_ALONG = 12
GRID = "#E3E7EC"
SEGMENT_TINT = "#EEF1F5"
DAMAGE_FLOOR = 1e-3
GAP = 0.09
CUTOFF = style.VERDICT_COLOURS["error"]
AXIS = {"gridcolor": GRID, "linecolor": style.FAINT_INK, "zeroline": False, "ticks": "outside", "fixedrange": True}


def nerve_chart(tables: NerveTables, nerve: Curve, lesion: DrawnLesion | None = None) -> Figure:
    """Peak temperature and Ω along a nerve, one line per arm, with a level of each and the target segment."""
    data, highest = [], 1.0
    for number, (name, table) in enumerate(tables.items()):
        look = style.arm_line(number)
        damage = np.where(table["damage"] < DAMAGE_FLOOR, DAMAGE_FLOOR, table["damage"])
        highest = max(highest, float(np.nanmax(damage, initial=1.0)))
        line = {"color": look.colour, "dash": DASHES[look.dashes], "width": 2.5}
        for axis, values, unit in (("y", table["peak_T_C"], ".1f} °C"), ("y2", damage, ".3~g}")):
            data.append(
                _curve(table["arc_mm"], values, name, line, yaxis=axis, showlegend=False, meta=name)
                | _marked(look.marker)
                | {"hovertemplate": f"%{{x:.1f}} mm: %{{y:{unit}"}
            )
    peak, omega = marked_levels(lesion)
    shapes = [
        _band(*nerve.segment_mm),
        _level("y", peak.criterion.level, *peak.line),
        _level("y2", omega.criterion.level, *omega.line),
    ]
    decades = [np.log10(DAMAGE_FLOOR), np.log10(highest) + 0.3]
    damage_axis = {"type": "log", "range": decades, "dtick": 1, "exponentformat": "power", "tickfont": {"size": 11}}
    rows: list[Strip] = [(NerveTable.peak_T_C.axis_label, 1.0, {}), (NerveTable.damage.axis_label, 1.0, damage_axis)]
    labels = [
        _label("y", peak.criterion.level, peak.words),
        _label("y2", float(np.log10(omega.criterion.level)), omega.words),
        _segment_label(nerve),
    ]
    return {"data": data, "layout": _layout(rows, NerveTable.arc_mm.axis_label, shapes, labels)}


def history_charts(pictures: Mapping[str, ArmPicture]) -> dict[str, Figure]:
    """Per arm the strips of history.png, with one scale for all arms; the first shape is the time shown above."""
    end = max(float(picture.history["time_s"][-1]) for picture in pictures.values())
    panels = panels_of(pictures.values())
    ranges = [_range(pictures, [trace.column for trace in panel.traces]) for panel in panels]
    rows: list[Strip] = [
        (panel.label.replace("\n", " "), panel.share, {"range": found, "nticks": 5})
        for panel, found in zip(panels, ranges, strict=True)
    ]
    figures: dict[str, Figure] = {}
    for name, picture in pictures.items():
        cursor: Look = {"type": "line", "xref": "x", "yref": "paper", "x0": 0, "x1": 0, "y0": 0, "y1": 1,
                  "line": {"color": style.INK, "width": 1.5}}  # fmt: skip
        bands = [_band(span.start_s, min(span.end_s, end)) for span in picture.phases[1::2]]
        moments = [] if picture.cutoff_s is None else [_moment(picture.cutoff_s)]
        labels = [] if picture.cutoff_s is None else [_moment_label(picture.cutoff_s, end)]
        shapes = [cursor, *bands, *moments]
        layout = _layout(rows, Step.time_s.axis_label, shapes, labels, {"range": [0.0, end]})
        figures[name] = {"data": _history_curves(picture, panels), "layout": layout}
    return figures


def _history_curves(picture: ArmPicture, panels: Sequence[Panel]) -> list[Look]:
    curves: list[Look] = []
    for number, panel in enumerate(panels, start=1):
        for trace in panel.traces:
            if (values := picture.history.get(trace.column)) is not None:
                line = {"color": trace.colour, "dash": DASHES[trace.dashes], "width": 2}
                label = trace.label if number == 1 else f"{panel.label.split()[0]}, {trace.label}"
                shown = len(panel.traces) > 1
                curves.append(
                    _curve(picture.history["time_s"], values, label, line, yaxis=_axis(number), showlegend=shown)
                )
    return curves


def arm_key(number: int, name: str) -> dict[str, str]:
    """What the legend beside the plots draws of an arm: its name, words, colour, dashes and marker."""
    look = style.arm_line(number)
    return {
        "arm": name,
        "words": readable(name),
        "colour": look.colour,
        "dashes": DASH_LENGTHS[look.dashes],
        "marker": look.marker,
    }


def _marked(marker: str) -> dict[str, object]:
    """A few markers along the curve, where it has any."""
    if not marker:
        return {}
    return {
        "mode": "lines+markers",
        "marker": {"symbol": SYMBOLS[marker], "size": 8, "maxdisplayed": MARKERS_ALONG},
    }


def _axis(number: int) -> str:
    return "y" if number == 1 else f"y{number}"


def _curve(x: ArrayLike, y: ArrayLike, name: str, line: Look, **more: object) -> dict[str, object]:
    return {"type": "scatter", "mode": "lines", "name": readable(name), "x": typed(x), "y": typed(y),
            "line": dict(line), **more}  # fmt: skip


def _range(pictures: Mapping[str, ArmPicture], columns: Sequence[str]) -> list[float]:
    values = [p.history[column] for p in pictures.values() for column in columns if column in p.history]
    finite = np.concatenate([array[np.isfinite(array)] for array in values]) if values else np.zeros(0)
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    margin = 0.08 * max(high - low, 1e-3)
    return [low - margin, high + margin]


def _layout(
    rows: Sequence[Strip], x_title: str, shapes: Sequence[Look], annotations: Sequence[Look], x_axis: Look | None = None
) -> Look:
    """Strips one above the other on one x axis: (title, share of the height, more settings), the first on top."""
    axes: dict[str, Look] = {}
    titles: list[Look] = []
    left = 1.0 - GAP * len(rows)
    total, top = sum(share for _, share, _ in rows), 1.0 - GAP
    for number, (title, share, more) in enumerate(rows, start=1):
        bottom = max(top - left * share / total, 0.0)
        name = "yaxis" if number == 1 else f"yaxis{number}"
        axes[name] = {**AXIS, "domain": [bottom, top], **more}
        titles.append({"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": top, "yanchor": "bottom",
                       "text": f"<b>{title}</b>", "showarrow": False})  # fmt: skip
        top = bottom - GAP
    axes["xaxis"] = {
        **AXIS,
        "title": {"text": x_title},
        "anchor": _axis(len(rows)),
        "showgrid": False,
        **(x_axis or {}),
    }
    return {
        **axes,
        "annotations": [*titles, *annotations],
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": style.INK},
        "margin": {"l": 56, "r": 16, "t": 8, "b": 48},
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.01, "x": 0},
        "hovermode": "x",
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "shapes": list(shapes),
    }


def _band(start: float, end: float) -> Look:
    return {"type": "rect", "xref": "x", "yref": "paper", "x0": start, "x1": end, "y0": 0, "y1": 1,
            "fillcolor": SEGMENT_TINT, "line": {"width": 0}, "layer": "below"}  # fmt: skip


def _level(axis: str, value: float, colour: str, dashes: str) -> Look:
    return {"type": "line", "xref": "paper", "yref": axis, "x0": 0, "x1": 1, "y0": value, "y1": value,
            "line": {"color": colour, "dash": DASHES[dashes], "width": 1.5}}  # fmt: skip


def _label(axis: str, value: float, text: str) -> Look:
    return {"xref": "paper", "x": 1, "xanchor": "right", "yref": axis, "y": value, "yanchor": "bottom", "text": text,
            "showarrow": False}  # fmt: skip


def _moment(time_s: float) -> Look:
    return {"type": "line", "xref": "x", "yref": "paper", "x0": time_s, "x1": time_s, "y0": 0, "y1": 1,
            "line": {"color": CUTOFF, "dash": "dot", "width": 2}}  # fmt: skip


def _moment_label(time_s: float, end_s: float) -> Look:
    """On the side of the line where there is more room."""
    side = "left" if time_s < end_s / 2 else "right"
    return {"xref": "x", "x": time_s, "xanchor": side, "yref": "paper", "y": 0, "yanchor": "bottom",
            "text": f"cut-off at {time_s:.0f} s", "showarrow": False, "bgcolor": "white"}  # fmt: skip


def _segment_label(nerve: Curve) -> Look:
    return {"xref": "x", "x": sum(nerve.segment_mm) / 2, "yref": "paper", "y": 0, "yanchor": "bottom",
            "text": "target segment", "showarrow": False, "font": {"color": style.FAINT_INK}}  # fmt: skip
