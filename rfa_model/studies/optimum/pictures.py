"""Needle, nerve and what displacements are forgiven, for the default aim and the one found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import Curve
from rfa_model.assurance.figure import BLACK, BLUE, GREEN, ORANGE, VERMILION, WITHOUT_BOX, drawing, save
from rfa_model.metrics.catalogue import readable
from rfa_model.placement.frame import seen_along
from rfa_model.studies.optimum.search import Found, with_settings
from rfa_model.studies.pictures import PANEL_IN, SUFFIXES, WIDTH_IN
from rfa_model.studies.surrogate.surrogate import Surrogate
from rfa_model.studies.surrogate.tolerance import displaced

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FloatArray = NDArray[np.float64]
HALF_MM, STEP_MM = 12.0, 0.5
LOOKS = {"default": (BLUE, "--"), "best": (VERMILION, "-")}


def draw_aims(surrogate: Surrogate, found: Found, nerve: Curve, folder: Path) -> str:
    """Seen down the needle and from its side, mm from the target; return the name without suffix."""
    from matplotlib.figure import Figure

    name = f"optimum_{found.arm}"
    with drawing({**WITHOUT_BOX, "legend.frameon": False}):
        figure = Figure(figsize=(WIDTH_IN, 0.7 + 1.25 * PANEL_IN), layout="constrained")
        panels = list(figure.subplots(1, 2))
        for axes, up in zip(panels, ("cranial", "deep"), strict=True):
            _panel(axes, surrogate, found, nerve, up)
        handles = dict(zip(*reversed(panels[0].get_legend_handles_labels()), strict=True))
        figure.legend(list(handles.values()), list(handles), loc="outside lower center", ncols=2, fontsize=8)
        figure.suptitle(readable(found.arm), fontsize=9, x=0.02, ha="left")
        for suffix in SUFFIXES:
            save(figure, folder / f"{name}{suffix}")
    return name


def _panel(axes: Axes, surrogate: Surrogate, found: Found, nerve: Curve, up: str) -> None:
    probe, aim = surrogate.probe(found.arm), surrogate.aim(found.arm)
    frame = aim.frame
    at = probe.answers(aim.poses(np.array([found.default.plan, found.best.plan])[:, :5])).poses
    shaft = at.rotation[1, :, 2]
    lateral, cranial = seen_along(shaft, frame.side)
    view = np.array([lateral, cranial if up == "cranial" else -shaft])
    along = np.asarray(nerve.points_mm)
    axes.plot(*(view @ (along - frame.point).T), color=ORANGE, lw=2.5, label="nerve", zorder=3)
    axes.plot(*(view @ (probe.site.target_mm - frame.point).T), color=ORANGE, lw=5, label="its target", zorder=3)
    _region(axes, surrogate, found, up, view)
    low, high = probe.applicator.contact_extent_mm
    axis = np.array([[0.0, 0.0, low], [0.0, 0.0, high], [0.0, 0.0, 60.0]])
    for (words, (colour, style)), where in zip(LOOKS.items(), at.to_patient(axis), strict=True):
        x, y = view @ (where - frame.point).T
        axes.plot(x[:2], y[:2], style, color=colour, lw=3.5, label=f"{words} aim, contacts", zorder=4)
        axes.plot(x[1:], y[1:], style, color=colour, lw=1.2, zorder=4)
        axes.plot(x[0], y[0], "o", color=colour, ms=4, zorder=5)
    axes.set_xlim(-HALF_MM, HALF_MM)
    axes.set_ylim(-HALF_MM, HALF_MM)
    axes.set_aspect("equal")
    axes.set_xlabel("lateral (−: medial) of the target, mm")
    axes.set_ylabel("cranial, mm" if up == "cranial" else "deep (−: towards the skin), mm")
    axes.set_title("down the needle" if up == "cranial" else "from the needle's side", loc="left", fontsize=9)
    if up == "deep":
        axes.invert_yaxis()


def _region(axes: Axes, surrogate: Surrogate, found: Found, up: str, view: FloatArray) -> None:
    """Where the best aim's distal end may come to lie with the nerve still taken."""
    probe, aim = surrogate.probe(found.arm), surrogate.aim(found.arm)
    pose = aim.poses(found.best.plan[None, :5])
    axis = np.arange(-HALF_MM, HALF_MM + STEP_MM / 2, STEP_MM)
    x, y = np.meshgrid(axis, axis, indexing="ij")
    shifts = np.zeros((x.size, 3))
    shifts[:, 0], shifts[:, 1 if up == "cranial" else 2] = x.ravel(), y.ravel()
    further = with_settings(probe.given(None, len(shifts)), found.best.plan, found.settings)
    answers = probe.answers(displaced(pose, aim.frame.side, shifts), further)
    margin = np.where(answers.known, answers.margin_mm(found.which), -1.0).reshape(x.shape)
    tip = view @ (pose.translation_mm[0] - aim.frame.point)
    if (margin >= 0.0).any():
        axes.contourf(axis + tip[0], axis + tip[1], margin.T, levels=[0.0, 99.0], colors=[GREEN], alpha=0.25)
    axes.fill([], [], color=GREEN, alpha=0.25, label="where the best aim's end may lie, nerve taken")
    axes.plot(*tip, "+", color=BLACK, ms=7, zorder=6)
