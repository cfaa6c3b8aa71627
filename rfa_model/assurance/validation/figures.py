"""The bench figures: bands with our points in them, and the trends behind them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.figure import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, WITHOUT_BOX, drawing, save
from rfa_model.assurance.validation.bands import Band, Conditions, Kind, Quantity, Reading, bench
from rfa_model.assurance.validation.compare import Compared, Missing, number
from rfa_model.assurance.validation.measure import HOLDS_S, Solved
from rfa_model.assurance.validation.trials import GAUGES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

JUDGED, BAND = VERMILION, "#BFD8E8"
COLOURS, MARKERS = (JUDGED, BLUE, GREEN, PURPLE, ORANGE, SKY), "osD^vP"
GAUGE_AT = range(len(GAUGES))
STRIP_IN, FOOT_IN = 0.5, 0.7
STYLE = {**WITHOUT_BOX, "legend.frameon": False, "legend.fontsize": 8}


def draw_figures(compared: Sequence[Compared], solved: Sequence[Solved], folder: Path) -> dict[str, str]:
    """Draw every figure as SVG into ``folder``; return each one's file name with its caption."""
    from matplotlib.figure import Figure

    from rfa_model.assurance.validation.shapes import draw_shapes

    pictures: dict[str, tuple[Callable[[Figure], None], tuple[float, float], str]] = {
        "bands": (
            lambda figure: _bands(figure, compared),
            (8.6, STRIP_IN * sum(bool(_values(one)) for one in compared) + FOOT_IN),
            "Every band (shaded) with our numbers: filled orange is judged, the others are shown beside",
        ),
        "gauge": (lambda figure: _gauge(figure, solved), (8.6, 3.6), "Width and length over the needle's gauge"),
        "temperature": (lambda figure: _temperature(figure, solved), (8.6, 3.4), "Width over the set temperature"),
        "time": (lambda figure: _time(figure, solved), (8.6, 3.6), "Width over the time of hold"),
        "shapes": (lambda figure: draw_shapes(figure, solved), (8.6, 4.0), "Sections through the needle's axis"),
    }
    captions = {}
    with drawing(STYLE):
        for name, (draw, size, caption) in pictures.items():
            # Constrained layout takes seconds over the many axes of the bands; theirs is fixed.
            figure = Figure(figsize=size, layout=None if name == "bands" else "constrained")
            draw(figure)
            captions[save(figure, folder / f"{name}.svg").name] = caption
    return captions


def _values(one: Compared) -> list[float]:
    return [point.value for _, points in one.columns for point in points if point.value is not None]


def _bands(figure: "Figure", compared: Sequence[Compared]) -> None:
    """One strip per band, each on its own axis."""
    shown = [one for one in compared if _values(one)]
    foot = FOOT_IN / figure.get_size_inches()[1]
    strips = figure.subplots(len(shown), 1, squeeze=False)[:, 0]
    figure.subplots_adjust(left=0.43, right=0.98, top=1.0 - 0.02 * foot, bottom=foot, hspace=0.8)
    for axes, one in zip(strips, shown, strict=True):
        _strip(axes, one)
    handles = [
        strips[0].plot([], [], MARKERS[i], color=COLOURS[i], mfc=JUDGED if i == 0 else "none", label=c.label)[0]
        for i, (c, _) in enumerate(shown[0].columns)
    ]
    figure.legend(handles=handles, loc="lower center", ncols=3)


def _strip(axes: "Axes", one: Compared) -> None:
    """The band shaded, every number on it: judged ones filled, the others hollow."""
    band, values = one.band, _values(one)
    for i, (_, points) in reversed(list(enumerate(one.columns))):
        xs = [point.value for point in points if point.value is not None]
        axes.plot(xs, [0.0] * len(xs), MARKERS[i], color=COLOURS[i], mfc=JUDGED if i == 0 else "none", ms=6 - bool(i))
    edges = [edge for edge in (band.low, band.high) if edge is not None]
    low, high = min([*values, *edges]), max([*values, *edges])
    room = 0.08 * (high - low or 1.0)
    left, right = low - room, high + room
    axes.axvspan(left if band.low is None else band.low, right if band.high is None else band.high, color=BAND, lw=0)
    axes.set(xlim=(left, right), ylim=(-1, 1), yticks=[])
    axes.spines["left"].set_visible(False)
    words = band.title + (f" ({band.unit})" if band.unit else "") + ("" if band.asserted else "\n(shown only)")
    axes.set_ylabel(words, rotation=0, ha="right", va="center", fontsize=8)
    axes.tick_params(axis="x", labelsize=7, pad=1)


def _series(
    solved: Sequence[Solved], readings: Sequence[Reading], conditions: Conditions, name: Quantity
) -> NDArray[np.float64]:
    """Numbers of the given readings, NaN where there is none."""
    found = []
    for reading in readings:
        try:
            found.append(number(solved, reading, conditions, name))
        except Missing:
            found.append(np.nan)
    return np.array(found)


def _gauge(figure: "Figure", solved: Sequence[Solved]) -> None:
    """Left: width, judged tips and the other conditions at 10 mm. Right: length beyond the tip's."""
    left, right = figure.subplots(1, 2)
    columns = bench().conditions.columns
    shown: tuple[tuple[Axes, Quantity], ...] = ((left, "width_mm"), (right, "beyond_tip_mm"))
    for axes, quantity in shown:
        for i, conditions in enumerate(columns[1:], start=1):
            y = _series(solved, _at(10, 80, 120), conditions, quantity)
            axes.plot(GAUGE_AT, y, MARKERS[i] + ":", color=COLOURS[i], mfc="none", lw=0.8, label=conditions.label)
        for tip_mm, line in ((5, "--"), (10, "-"), (15, "-.")):
            y = _series(solved, _at(tip_mm, 80, 120), columns[0], quantity)
            axes.plot(GAUGE_AT, y, MARKERS[0] + line, color=JUDGED, label=f"{columns[0].label}, {tip_mm} mm tip")
        axes.set(xticks=GAUGE_AT, xticklabels=[f"{gauge}G" for gauge in GAUGES])
    for where, key in ((0, "width_22g"), (3, "width_16g")):
        _box(left, where - 0.2, where + 0.2, _band(key))
    _box(right, -0.3, 3.3, _band("length_beyond_tip"))
    left.set(ylabel="width, mm", title="80 °C, 2 minutes; 10 mm tip unless said", xlim=(-0.4, 3.4), ylim=(0, None))
    right.set(ylabel="length less the tip's, mm", title="80 °C, 2 minutes", xlim=(-0.4, 3.4), ylim=(0, None))
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, handlelength=3.0)


def _temperature(figure: "Figure", solved: Sequence[Solved]) -> None:
    """Left: width per gauge. Right: its rise from 60 to 90 °C, with the band."""
    left, right = figure.subplots(1, 2)
    columns, temperatures = bench().conditions.columns, (60, 70, 80, 90)
    for gauge, line in zip(GAUGES, (":", "-.", "--", "-"), strict=True):
        readings = [Reading(gauge=gauge, tip_mm=10, set_C=t, hold_s=120) for t in temperatures]
        y = _series(solved, readings, columns[0], "width_mm")
        tried = np.isfinite(y)
        left.plot(np.array(temperatures)[tried], y[tried], "o" + line, color=JUDGED, label=f"{gauge}G", ms=4)
    for i, conditions in enumerate(columns):
        cold, hot = (_series(solved, _at(10, t, 120), conditions, "width_mm") for t in (60, 90))
        right.plot(GAUGE_AT, 100 * (hot / cold - 1), MARKERS[i], color=COLOURS[i],
                   mfc=JUDGED if i == 0 else "none", label=conditions.label)  # fmt: skip
    band = _band("temperature_percent")
    _box(right, -0.3, 3.3, band)
    left.set(xlabel="set temperature, °C", ylabel="width, mm", xticks=temperatures, ylim=(0, None))
    left.set_title(f"10 mm tip, 2 minutes; {columns[0].label}")
    left.legend(loc="lower right", handlelength=3.0)
    # The 60 °C surface of a 60 °C tip is the tip itself: its ratio says nothing and would flatten the others.
    right.set(xticks=GAUGE_AT, xticklabels=[f"{g}G" for g in GAUGES], ylim=(0, 2.0 * (band.high or 1)))
    right.set(ylabel="rise in width, 60 to 90 °C, %", xlim=(-0.4, 3.4))
    right.legend(loc="upper right", ncols=2, fontsize=7)


def _time(figure: "Figure", solved: Sequence[Solved]) -> None:
    """Left: width over that at 1 minute, with the bands. Right: to twelve minutes, with the largest diameter."""
    left, right = figure.subplots(1, 2)
    columns, holds = bench().conditions.columns, np.array(HOLDS_S)
    for i, conditions in enumerate(columns):
        for gauge in GAUGES:
            y = _series(
                solved, [Reading(gauge=gauge, tip_mm=10, set_C=80, hold_s=t) for t in holds], conditions, "width_mm"
            )
            short = holds <= 180
            left.plot(holds[short] / 60, (y / y[0])[short], MARKERS[i] + "-", color=COLOURS[i], ms=3,
                      mfc=JUDGED if i == 0 else "none", lw=1.2 if i == 0 else 0.6,
                      zorder=3 if i == 0 else 2, label=conditions.label if gauge == GAUGES[0] else None)  # fmt: skip
    for minutes, key in ((2, "time_2min"), (3, "time_3min")):
        _box(left, minutes - 0.08, minutes + 0.08, _band(key))
    for gauge, set_C, line in ((18, 80, "-"), (16, 90, "--")):
        for i in (0, 4):
            readings = [Reading(gauge=gauge, tip_mm=10, set_C=set_C, hold_s=t) for t in holds]
            y = _series(solved, readings, columns[i], "width_mm")
            right.plot(holds / 60, y, MARKERS[i] + line, color=COLOURS[i], ms=4, mfc=JUDGED if i == 0 else "none",
                       label=f"{gauge}G, {set_C} °C; {columns[i].label}")  # fmt: skip
    largest = _band("largest_diameter")
    right.axhspan(0, largest.high, color=BAND, lw=0, zorder=0)
    left.set(xlabel="hold, minutes", ylabel="width over width at 1 minute", title="80 °C, 10 mm tip, all gauges")
    left.legend(loc="upper left", fontsize=7)
    right.set(xlabel="hold, minutes", ylabel="width, mm", ylim=(0, None), title="10 mm tip")
    right.legend(loc="lower right", fontsize=7)


def _at(tip_mm: float, set_C: float, hold_s: float, kind: Kind = "conventional") -> list[Reading]:
    return [Reading(kind=kind, gauge=gauge, tip_mm=tip_mm, set_C=set_C, hold_s=hold_s) for gauge in GAUGES]


def _band(key: str) -> Band:
    return next(band for band in bench().bands if band.key == key)


def _box(axes: "Axes", left: float, right: float, band: Band) -> None:
    """The band as a shaded box."""
    low, high = band.low or 0.0, band.high or 0.0
    axes.fill_between([left, right], low, high, color=BAND, lw=0, zorder=0)
