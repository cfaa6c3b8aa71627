"""history.png: what the generator did and what the tissue felt, on one time axis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from rfa_model.drawing import canvas, style
from rfa_model.drawing.arm_picture import ArmPicture
from rfa_model.drawing.captions import explained
from rfa_model.drawing.lesion import DrawnLesion
from rfa_model.errors import InputError
from rfa_model.metrics.catalogue import Quantity
from rfa_model.metrics.history import Step, lesion_column

MARGINS_PX = {"left": 170, "right": 40, "top": 170, "bottom": 90}
GAP_PX = 26
PHASE_TINTS = ("#F3F5F8", "#FFFFFF")


@dataclass(frozen=True)
class Trace:
    """One curve: its column of the history, its words, colour and dashes."""

    column: str
    label: str
    colour: str
    dashes: str = "solid"

    @classmethod
    def of(cls, quantity: Quantity[object], colour: str, dashes: str = "solid") -> Trace:
        """The curve of a quantity of the history."""
        return cls(quantity.key, quantity.label, colour, dashes)

    @classmethod
    def volume(cls, lesion: DrawnLesion) -> Trace:
        """The curve of a lesion's volume, in its criterion's colour."""
        return cls(lesion_column(lesion.name), lesion.words, *lesion.line)


@dataclass(frozen=True)
class Panel:
    """One strip of the picture: its axis label and its curves."""

    label: str
    share: float
    traces: tuple[Trace, ...]


def _axis(quantity: Quantity[object]) -> str:
    return quantity.axis_label.replace(" (", "\n(")


PANELS = (
    Panel(
        "temperature\n(°C)",
        1.6,
        (
            Trace.of(Step.max_C, "#D55E00"),
            Trace.of(Step.sensor_C, "#0072B2"),
            Trace.of(Step.set_point_C, "#1E2530", "dashed"),
        ),
    ),
    Panel(_axis(Step.power_W), 1.0, (Trace.of(Step.power_W, "#CC79A7"),)),
    Panel(_axis(Step.impedance_ohm), 1.0, (Trace.of(Step.impedance_ohm, "#009E73"),)),
)
VOLUME_SHARE = 1.2
NEEDED = tuple(quantity.key for quantity in (Step.time_s, Step.power_W, Step.impedance_ohm, Step.sensor_C, Step.max_C))


def panels_of(pictures: Iterable[ArmPicture]) -> tuple[Panel, ...]:
    """The strips that one of the arms has a curve for: without criteria there is none of a lesion.

    Lesions are those by the criterion shown first and by the few that have their own dashes.
    """
    pictures = list(pictures)
    columns = {column for picture in pictures for column in picture.history}
    lesions = {one.name: one for picture in pictures for one in picture.lesions}
    shown = [one for one in lesions.values() if one.leading or one.name in style.CRITERION_DASHES]
    panels = (*PANELS, Panel(_axis(Step.lesion_mm3), VOLUME_SHARE, tuple(map(Trace.volume, shown))))
    return tuple(panel for panel in panels if any(trace.column in columns for trace in panel.traces))


def draw_history(picture: ArmPicture, path: Path) -> Path:
    """Write the strips of `picture`, one above the other.

    Raises
    ------
    InputError
        When a column that every history has is missing.
    """
    missing = [name for name in NEEDED if name not in picture.history]
    if missing:
        raise InputError(f"history of arm '{picture.name}' has no column {', '.join(missing)}: run the scenario again")
    panels = panels_of([picture])
    with canvas.typography():
        figure = canvas.page(style.PICTURE_SIZE_PX)
        width, height = style.PICTURE_SIZE_PX
        strips = figure.subplots(
            len(panels),
            1,
            sharex=True,
            gridspec_kw={
                "left": MARGINS_PX["left"] / width,
                "right": 1 - MARGINS_PX["right"] / width,
                "top": 1 - MARGINS_PX["top"] / height,
                "bottom": MARGINS_PX["bottom"] / height,
                "height_ratios": [panel.share for panel in panels],
                "hspace": 0.12,
            },
        )
        for axes, panel in zip(strips, panels, strict=True):
            _strip(axes, panel, picture)
        strips[-1].set_xlabel(Step.time_s.axis_label)
        strips[-1].set_xlim(0.0, float(picture.history["time_s"][-1]))
        figure.align_ylabels(strips)
        _phase_names(strips[0], picture)
        words = canvas.pixel_axes(figure, 0, 0, style.PICTURE_SIZE_PX)
        line = explained(picture.headline, (trace.label for panel in panels for trace in panel.traces))
        canvas.title(words, f"{picture.name}: {picture.probe_label}", line)
        return canvas.save(figure, path)


def _strip(axes: Axes, panel: Panel, picture: ArmPicture) -> None:
    time = picture.history["time_s"]
    for index, phase in enumerate(picture.phases):
        axes.axvspan(phase.start_s, phase.end_s, facecolor=PHASE_TINTS[index % 2], edgecolor="none", zorder=0)
        axes.axvline(phase.start_s, color="#C5CCD6", linewidth=1, zorder=1)
    if picture.cutoff_s is not None:
        axes.axvline(picture.cutoff_s, color=style.VERDICT_COLOURS["error"], linewidth=2, linestyle="dotted")
    drawn = 0
    for trace in panel.traces:
        values = picture.history.get(trace.column)
        if values is not None and np.isfinite(values).any():
            axes.plot(time, values, color=trace.colour, linestyle=trace.dashes, linewidth=2.6, label=trace.label)
            drawn += 1
    axes.set_ylabel(panel.label)
    axes.tick_params(labelsize=style.FONT_SIZES["small"])
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#E3E7EC", linewidth=1)
    axes.margins(y=0.1)
    if drawn and axes.dataLim.height == 0.0:  # one number throughout: a scale in thousandths of it says nothing
        axes.set_ylim(axes.dataLim.y0 - 0.1, axes.dataLim.y0 + 1.0)
    if drawn > 1:
        axes.legend(loc="best", fontsize=style.FONT_SIZES["small"], framealpha=0.85, edgecolor="none", ncols=drawn)


def _phase_names(axes: Axes, picture: ArmPicture) -> None:
    end = float(picture.history["time_s"][-1])
    for phase in picture.phases:
        middle = (phase.start_s + min(phase.end_s, end)) / 2
        axes.text(middle, 1.04, phase.label, transform=axes.get_xaxis_transform(), ha="center", va="bottom",
                  fontsize=style.FONT_SIZES["small"], color=style.FAINT_INK)  # fmt: skip
