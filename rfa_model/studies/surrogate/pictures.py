"""Pictures of a surrogate: what it says of trials it had not seen, and what displacements it forgives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rfa_model.assurance.figure import BLACK, WITHOUT_BOX, drawing, save
from rfa_model.metrics.catalogue import readable
from rfa_model.studies.pictures import COLOURS, PANEL_IN, SUFFIXES, WIDTH_IN, panels_for
from rfa_model.studies.surrogate.build import Trials
from rfa_model.studies.surrogate.surrogate import Told
from rfa_model.studies.surrogate.tolerance import Tolerance

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.contour import QuadContourSet
    from matplotlib.figure import Figure

MARGINS_MM = np.arange(-4.0, 4.01, 1.0)
UNKNOWN = "0.88"


def draw_left_out(told: Mapping[str, tuple[Told, Trials]], folder: Path) -> str:
    """What is said of each trial left out, over what its solution says; return the name without suffix."""
    with drawing({**WITHOUT_BOX, "legend.frameon": False}):
        figure, panels = panels_for(len(told), square=True)
        for axes, (name, (said, trials)) in zip(panels, told.items(), strict=True):
            true = said.numbers["margin_best_mm"]
            arms = np.array(trials.arms)
            for arm, colour in zip(dict.fromkeys(trials.arms), COLOURS, strict=False):
                mine = arms == arm
                axes.plot(
                    true[mine], said.margin_best_mm[mine], "o", ms=3, color=colour, alpha=0.6, label=readable(arm)
                )
            ends = [float(np.floor(true.min())), float(np.ceil(true.max()))]
            axes.plot(ends, ends, color=BLACK, lw=0.8)
            axes.axhline(0, color="0.7", lw=0.6, zorder=0)
            axes.axvline(0, color="0.7", lw=0.6, zorder=0)
            axes.set_xlabel("margin solved, mm")
            axes.set_ylabel("margin told, trial left out, mm")
            axes.set_title(readable(name), loc="left", fontsize=9)
            axes.set_aspect("equal")
            axes.legend(loc="upper left", fontsize=8)
        return _saved(figure, folder, "left_out")


def draw_tolerance(found: Mapping[str, Tolerance], folder: Path) -> str:
    """Margin over displacements, a row a pose: lateral and cranial, lateral and deep; return the name."""
    with drawing({"legend.frameon": False}):
        return _saved(tolerance_figure(found), folder, "tolerance")


def tolerance_figure(found: Mapping[str, Tolerance]) -> Figure:
    """The figure of :func:`draw_tolerance`; within :func:`~rfa_model.assurance.figure.drawing`."""
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    figure = Figure(figsize=(WIDTH_IN, 0.8 + (PANEL_IN + 0.3) * len(found)), layout="constrained")
    rows = figure.subplots(len(found), 2, squeeze=False)
    shown = None
    for panels, (words, one) in zip(rows, found.items(), strict=True):
        maps = ((one.cranial_map, one.whole_cranial_map, "cranial"), (one.deep_map, one.whole_deep_map, "deep"))
        for axes, (margin, whole, up) in zip(panels, maps, strict=True):
            shown = _map(axes, one, margin, whole) or shown
            axes.set_xlabel("displaced lateral (−: medial), mm")
            axes.set_ylabel({"cranial": "cranial (−: caudal), mm", "deep": "deep (−: short), mm"}[up])
            axes.set_title(words, loc="left", fontsize=9)
    if shown is not None:
        figure.colorbar(shown, ax=list(rows.ravel()), label="margin, best point of the target, mm", shrink=0.7)
    handles = [
        Line2D([], [], color=BLACK, lw=1.6, label="as far as the nerve is taken"),
        Line2D([], [], color=BLACK, lw=0.8, ls=":", label="with the surrogate's error either way"),
        Line2D([], [], color=BLACK, lw=1.2, ls="--", label="as far as its whole target is"),
        Patch(facecolor=UNKNOWN, label="not known"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, fontsize=8)
    return figure


def _map(axes: Axes, one: Tolerance, margin: np.ndarray, whole: np.ndarray) -> QuadContourSet | None:
    axes.set_facecolor(UNKNOWN)
    axis, value = one.axis_mm, np.ma.masked_invalid(margin.T)
    if not np.isfinite(margin).any():
        return None
    shown = axes.contourf(axis, axis, value, levels=MARGINS_MM, cmap="PuOr", extend="both")
    shifts = ((0.0, 1.6, "-"), (one.error_mm, 0.8, ":"), (-one.error_mm, 0.8, ":"))
    for shift, width, style in shifts:
        axes.contour(axis, axis, value, levels=[shift], colors=BLACK, linewidths=width, linestyles=style)
    axes.contour(axis, axis, np.ma.masked_invalid(whole.T), levels=[0.0], colors=BLACK, linewidths=1.2, linestyles="--")
    axes.plot(0, 0, "+", color=BLACK, ms=8)
    axes.set_aspect("equal")
    return shown


def _saved(figure: Figure, folder: Path, name: str) -> str:
    for suffix in SUFFIXES:
        save(figure, folder / f"{name}{suffix}")
    return name


def distinct(arms: Sequence[tuple[str, str, bytes]]) -> dict[str, str]:
    """Arms with the same probe and plan together: the first one's name, and the words for all of them."""
    same: dict[tuple[str, bytes], list[str]] = {}
    for arm, probe, plan in arms:
        same.setdefault((probe, plan), []).append(arm)
    return {names[0]: readable(names[0] if len(names) == 1 else probe) for (probe, _), names in same.items()}
