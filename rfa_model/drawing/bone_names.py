"""Names of vertebrae written into a picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from rfa_model.drawing import style
from rfa_model.drawing.arm_picture import ArmPicture, Array, Distance
from rfa_model.drawing.orthographic import SIGHT_LENGTH_MM, SIGHT_STEP_MM, View

MARGIN_PX = 46.0
TILTED = 0.2
NEEDLE_CLEAR_MM, NEEDLE_SEEN_MM = 3.0, 60.0
Seen = Literal["X-ray", "surface"]


def write(axes: Axes, picture: ArmPicture, view: View, seen: Seen) -> None:
    """Write each bone's name where it is seen: through everything, or on its surface alone."""
    halo = [withStroke(linewidth=4, foreground="white", alpha=0.75)]
    for name, (x, y) in placed(picture, view, seen):
        axes.text(x, y, name, ha="center", va="center", weight="bold", color=style.INK, path_effects=halo, zorder=6)


def placed(picture: ArmPicture, view: View, seen: Seen) -> Iterator[tuple[str, Array]]:
    """(Name, pixel) of every bone that has a mark in the picture, away from the needle; the first that serves."""
    heights = np.linspace(0.0, NEEDLE_SEEN_MM, 61)
    bodies = picture.applicator.bodies()
    needle = view.project(np.array([body.on_axis(height) for body in bodies for height in heights]))
    for name, every in picture.bone_marks.items():
        marks = in_turn(every, view.towards_viewer)
        for mark, pixel in zip(marks, view.project(marks), strict=True):
            inside = (pixel > MARGIN_PX).all() and (pixel < np.array(view.size_px) - MARGIN_PX).all()
            free = np.linalg.norm(needle - pixel, axis=1).min() > NEEDLE_CLEAR_MM * view.px_per_mm
            if inside and free and (seen == "X-ray" or is_open(picture.bone_distance, mark, view.towards_viewer)):
                yield name, pixel
                break


def in_turn(marks_mm: Array, towards_viewer: Array) -> Array:
    """A bone's marks (N, 3), its body's given first, in the turn in which a picture tries them.

    Along the end plates a body lies behind its own arch; seen from above or below it lies behind the next one's.
    """
    return np.roll(marks_mm, -1, axis=0) if abs(towards_viewer[2]) > TILTED else marks_mm


def is_open(bone_distance: Distance | None, mark_mm: Array, towards_viewer: Array) -> bool:
    """Whether a mark inside a bone lies under a surface that the viewer sees: the ray leaves bone once for good."""
    if bone_distance is None:
        return False
    steps = np.arange(0.0, SIGHT_LENGTH_MM, SIGHT_STEP_MM)
    inside = bone_distance(mark_mm + steps[:, None] * towards_viewer) < 0.0
    return bool(np.count_nonzero(np.diff(inside.astype(int)) == 1) == 0 and not inside[-1])
