"""The posterior of edge and start, drawn."""

from pathlib import Path
from typing import TYPE_CHECKING

from rfa_model.assurance.figure import BLUE, GREEN, ORANGE, VERMILION, drawing, save
from rfa_model.assurance.validation.joint import EDGE_GRID_C, START_GRID_C, Joint, Posterior

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "joint.svg"
LEVELS = [0.05, 0.2, 0.4, 0.6, 0.8, 1.0]
MAIN_STUDY = "cosman2014"
"""Whose edge and start are drawn against each other: most bands are its."""


def draw_joint(joint: Joint, folder: Path) -> str:
    """Draw the posterior into ``folder``; return the file's name."""
    from matplotlib.figure import Figure

    with drawing({"legend.frameon": False, "legend.fontsize": 8}):
        figure = Figure(figsize=(8.6, 3.2), layout="constrained")
        edge, start, both = figure.subplots(1, 3)
        _edges(edge, joint)
        _starts(start, joint)
        _both(both, joint.by_all)
        return save(figure, folder / NAME).name


def _edges(axes: "Axes", joint: Joint) -> None:
    step = EDGE_GRID_C[1] - EDGE_GRID_C[0]
    for (tissue, after), colour in zip(joint.by_all.edges.items(), (VERMILION, BLUE, GREEN), strict=False):
        axes.plot(EDGE_GRID_C, after / step, color=colour, label=f"{tissue}, all bands")
        axes.plot(EDGE_GRID_C, joint.by_ratios.edges[tissue] / step, "--", color=colour, label=f"{tissue}, ratios")
    axes.plot(EDGE_GRID_C, next(iter(joint.prior.edges.values())) / step, ":", color="0.4", label="before")
    axes.set(xlabel="edge of visible coagulation, °C", ylabel="probability per °C", xlim=(45, 72), ylim=(0, None))
    axes.legend(loc="upper right")


def _starts(axes: "Axes", joint: Joint) -> None:
    step = START_GRID_C[1] - START_GRID_C[0]
    colours = (VERMILION, ORANGE, BLUE, GREEN, "0.5")
    dashes = ("-", "-", "-", "-", ":")
    for (study, weights), colour, dash in zip(joint.by_all.studies.items(), colours, dashes, strict=False):
        axes.plot(START_GRID_C, weights.sum(axis=(0, 1)) / step, dash, color=colour, label=study)
    axes.set(xlabel="start, °C", ylabel="probability per °C", ylim=(0, None))
    axes.legend(loc="upper right")


def _both(axes: "Axes", posterior: Posterior) -> None:
    weights = posterior.studies[MAIN_STUDY].sum(axis=0)
    axes.contourf(START_GRID_C, EDGE_GRID_C, weights / weights.max(), levels=LEVELS, cmap="Blues")
    axes.set(xlabel=f"start of {MAIN_STUDY}, °C", ylabel="edge, °C")
