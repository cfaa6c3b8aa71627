"""What matters, drawn: Sobol' indices, elementary effects, or the range that one value at a time moves a number by."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, cast

import numpy as np

from rfa_model.assurance.figure import BLUE, VERMILION
from rfa_model.metrics.catalogue import readable
from rfa_model.studies.results import StudyResults

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_IN, FRAME_IN, WIDTH_IN = 0.26, 1.2, 6.8
LETTERS = 36
"""Of a panel's title in a line."""
SHOWN = ("margin_worst_mm", "margin_best_mm", "lesion_volume_mm3")
type Bars = Mapping[str, Mapping[str, float]]


def has_effects(results: StudyResults) -> bool:
    """Whether the design tells what matters."""
    return bool(results.summary.get("indices"))


def effects(results: StudyResults) -> Figure:
    """A row of panels an arm, one panel a quantity; the inputs in the order of the first panel."""
    from matplotlib.figure import Figure

    every = cast(Mapping[str, Mapping[str, Mapping[str, object]]], results.summary["indices"])
    known = [name for name in SHOWN if any(name in of_arm for of_arm in every.values())]
    names = (known or list(next(iter(every.values()))))[:2]
    vary = results.planned.study.vary
    inputs = list(vary)
    figure = Figure(figsize=(WIDTH_IN, len(every) * (FRAME_IN + ROW_IN * len(inputs))), layout="constrained")
    panels = figure.subplots(len(every), len(names), squeeze=False, sharey="row")
    for line, (arm, of_arm) in zip(panels, every.items(), strict=True):
        first = of_arm.get(names[0]) or next(iter(of_arm.values()))
        order = sorted(inputs, key=lambda name: _size(first, name))
        for axes, name in zip(line, names, strict=True):
            if name in of_arm:
                _draw(axes, of_arm[name], order)
            title = fill(f"{readable(arm)}: {results.columns[name].label}", LETTERS)
            axes.set_title(title, fontsize=8, loc="left")
            axes.grid(axis="x", lw=0.3, alpha=0.6)
        line[0].set_yticks(range(len(order)), [vary[n].label or readable(n) for n in order], fontsize=8)
    handles, labels = panels[0][0].get_legend_handles_labels()
    if labels:
        figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=8)
    return figure


def _size(said: Mapping[str, object], name: str) -> float:
    for kind in ("total", "effect"):
        if kind in said:
            return cast(Bars, said[kind])[name]["value"]
    moved = cast(Bars, said.get("moved", {})).get(name)
    return moved["high"] - moved["low"] if moved else 0.0


def _draw(axes: Axes, said: Mapping[str, object], order: list[str]) -> None:
    rows = np.arange(len(order))
    if "moved" in said:
        axes.set_xlabel("from one end of each input to the other", fontsize=8)
        moved, own = cast(Bars, said["moved"]), cast(float, said["own"])
        ends = np.array([[moved[n]["low"], moved[n]["high"]] if n in moved else [own, own] for n in order])
        axes.barh(rows, ends[:, 1] - ends[:, 0], left=ends[:, 0], height=0.6, color=BLUE)
        axes.axvline(own, color="black", lw=1)
        axes.margins(x=0.05)
        return
    kinds = {"total": ("total effect", BLUE, -0.18), "first": ("by itself", VERMILION, 0.18)}
    if "effect" in said:
        kinds = {"effect": ("mean elementary effect", BLUE, 0.0)}
    for kind, (words, colour, shift) in kinds.items():
        bars = cast(Bars, said[kind])
        value = np.array([bars[n]["value"] for n in order])
        low, high = (np.array([bars[n][end] for n in order]) for end in ("low", "high"))
        axes.barh(rows + shift, value, height=0.34, color=colour, label=words)
        axes.errorbar(value, rows + shift, xerr=[value - low, high - value], fmt="none", ecolor="black", elinewidth=0.8)
    if "total" in said:
        axes.set_xlabel("share of the variance")
        axes.set_xlim(-0.1, 1.2)
