"""Log-log plots of error over cell size or step, with the fitted slope drawn."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rfa_model.assurance.figure import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, drawing, save
from rfa_model.assurance.verification.outcome import Convergence

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
MARKERS = "osD^vPX"


def draw_orders(studies: Sequence[Convergence], path: Path) -> str:
    """Draw studies, one panel per kind of axes, into an SVG file; return its name."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator

    panels: dict[tuple[str, str, str], list[Convergence]] = {}
    for study in studies:
        panels.setdefault((study.size_label, study.size_unit, study.error_unit), []).append(study)
    with drawing():
        figure = Figure(figsize=(4.6 * len(panels), 3.6 + 0.16 * max(map(len, panels.values()))), layout="constrained")
        for axes, ((label, size_unit, error_unit), members) in zip(
            figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True
        ):
            for i, study in enumerate(members):
                _draw(axes, study, COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)])
            xlabel, ylabel = (", ".join(filter(None, words)) for words in ((label, size_unit), ("error", error_unit)))
            axes.set(xscale="log", yscale="log", xlabel=xlabel, ylabel=ylabel)
            # Matplotlib's own labels run into each other where the sizes span a decade.
            axes.xaxis.set(minor_locator=LogLocator(subs=(2.0, 5.0)), major_formatter="{x:g}", minor_formatter="{x:g}")
            axes.grid(visible=True, which="both", linewidth=0.3, alpha=0.6)
            figure.align_labels()
            axes.legend(fontsize=7.5, loc="upper center", bbox_to_anchor=(0.5, -0.2), frameon=False)
        return save(figure, path).name


def _draw(axes: "Axes", study: Convergence, colour: str, marker: str) -> None:
    """Points, and the least-squares line whose slope is the order."""
    sizes = np.array(study.sizes)
    slope, level = np.polyfit(np.log(sizes), np.log(study.errors), 1)
    axes.plot(sizes, study.errors, marker, color=colour, markersize=5)
    axes.plot(
        sizes,
        np.exp(level) * sizes**slope,
        "-",
        color=colour,
        linewidth=1,
        label=f"{study.quantity}: order {slope:.2f}",
    )
