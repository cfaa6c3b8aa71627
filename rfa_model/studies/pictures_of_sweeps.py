"""A sweep drawn as curves: the first value along the axis, the second a line each, the third a panel each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rfa_model.metrics.catalogue import readable
from rfa_model.studies.designs import Grid
from rfa_model.studies.pictures import COLOURS, STYLES
from rfa_model.studies.results import StudyResults

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUANTITIES = ("lesion_width_mm", "margin_worst_mm", "lesion_volume_mm3", "max_C")
WIDTH_IN, PANEL_IN = 6.8, 2.3


def is_swept(results: StudyResults) -> bool:
    """Whether the design is a grid over a number and at most two values more."""
    names = list(results.planned.study.vary)
    return isinstance(results.planned.study.design, Grid) and len(names) <= 3 and any(map(results.is_number, names))


def sweep(results: StudyResults) -> Figure:
    """Rows of panels: two quantities; columns: values of the third, or arms."""
    from matplotlib.figure import Figure

    names = sorted(results.planned.study.vary, key=lambda name: not results.is_number(name))
    along, *others = names
    columns = _levels(results, others[1]) if len(others) > 1 else [None]
    arm = results.arms[0]
    quantities = [name for name in QUANTITIES if name in results.columns and results.values(arm, name)][:2]
    figure = Figure(figsize=(WIDTH_IN, 0.5 + PANEL_IN * len(quantities)), layout="constrained")
    panels = figure.subplots(len(quantities), len(columns), squeeze=False, sharex=True, sharey="row")
    for line, quantity in zip(panels, quantities, strict=True):
        for axes, column in zip(line, columns, strict=True):
            for place, level in enumerate(_levels(results, others[0]) if others else [None]):
                fixed = {name: value for name, value in zip(others, (level, column), strict=False) if value is not None}
                x, y = _curve(results, arm, along, quantity, fixed)
                label = "" if level is None else f"{_called(results, others[0], level)}"
                colour, style = COLOURS[place % len(COLOURS)], STYLES[place % len(STYLES)]
                axes.plot(x, y, style, color=colour, marker="o", ms=3, label=label)
            if quantity.startswith("margin"):
                axes.axhline(0, color="black", lw=0.8)
            axes.grid(lw=0.3, alpha=0.6)
        line[0].set_ylabel(results.columns[quantity].axis, fontsize=8)
    for axes, column in zip(panels[0], columns, strict=True):
        if column is not None:
            axes.set_title(_called(results, others[1], column), fontsize=8, loc="left")
    for axes in panels[-1]:
        axes.set_xlabel(results.axis(arm, along), fontsize=8)
    figure.legend(*panels[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=8)
    return figure


def _levels(results: StudyResults, name: str) -> list[object]:
    return list(dict.fromkeys(results.draws(results.arms[0], name).values()))


def _called(results: StudyResults, name: str, level: object) -> str:
    unit = results.planned.study.vary[name].unit
    return f"{level:.4g} {unit}".rstrip() if isinstance(level, int | float) else readable(str(level))


def _curve(
    results: StudyResults, arm: str, along: str, quantity: str, fixed: Mapping[str, object]
) -> tuple[list[float], list[float]]:
    found = []
    for index, row in results.rows(arm).items():
        value = results.values(arm, quantity).get(index)
        where = row[f"x.{along}"]
        if value is not None and isinstance(where, int | float) and all(row[f"x.{n}"] == v for n, v in fixed.items()):
            found.append((float(where), value))
    return [x for x, _ in sorted(found)], [y for _, y in sorted(found)]
