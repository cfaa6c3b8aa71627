"""The 2-D part of a picture: page, title, scale bar, directions and legend, drawn with matplotlib without a display."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache, partial
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, Rectangle
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image

from rfa_model._files import whole_file
from rfa_model.drawing import style
from rfa_model.drawing.orthographic import View

DIRECTIONS = (("L", "R"), ("P", "A"), ("S", "I"))
SCALE_BAR_LENGTHS_MM = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
SCALE_BAR_SHARE = 0.25
TRIAD_RADIUS_PX = 62.0
SHORTEST_ARROW = 0.3
IN_PLANE = 0.2
RING_PX, FACING_LABEL_PX = 10.0, 30.0
CLOSEST_ENTRIES_PX, WIDEST_ENTRIES_PX = 24.0, 60.0
SMALLEST_TYPE = 9.0
TITLE_PX = 36.0
CASING_WIDTH = 1.4
VECTOR = {".svg": "Date", ".pdf": "CreationDate"}  # and the stamp that would make two alike drawings differ
RASTER_DPI = 2 * style.DPI
PNG_EFFORT = 4  # beyond it a picture takes twice as long for a twentieth of its size


def page(size_px: tuple[int, int]) -> Figure:
    """Empty white figure of exactly `size_px` pixels."""
    figure = Figure(figsize=(size_px[0] / style.DPI, size_px[1] / style.DPI), dpi=style.DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def save(figure: Figure, path: str | os.PathLike[str]) -> Path:
    """Write the figure whole or not at all, at its own size, as PNG or, by the name's ending, as SVG or PDF."""
    path = Path(path)
    with whole_file(path) as partial:
        if path.suffix in VECTOR:
            with matplotlib.rc_context({"svg.hashsalt": path.name, "pdf.fonttype": 42}):
                figure.savefig(partial, dpi=RASTER_DPI, metadata={VECTOR[path.suffix]: None})
        else:
            image = Image.fromarray(pixels(figure))
            image.save(partial, format="PNG", compress_level=PNG_EFFORT, dpi=(style.DPI, style.DPI))
    return path


def pixels(figure: Figure) -> NDArray[np.uint8]:
    """The figure drawn, (height, width, 3)."""
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()
    return np.ascontiguousarray(np.asarray(canvas.buffer_rgba())[..., :3])


def typography(more: Mapping[str, object] | None = None) -> AbstractContextManager[None]:
    """Settings that hold inside a `with` round everything that draws text; `more` are further rcParams."""
    settings = {**style.FONT, "font.size": style.FONT_SIZES["text"], **(more or {})}
    return matplotlib.rc_context(settings)  # type: ignore[arg-type]  # names are not checked against matplotlib's list


def pixel_axes(figure: Figure, left_px: float, top_px: float, size_px: tuple[int, int]) -> Axes:
    """Axes whose data units are pixels, x right and y down from its own upper left corner."""
    width, height = figure.get_size_inches() * figure.dpi
    box = (left_px / width, 1.0 - (top_px + size_px[1]) / height, size_px[0] / width, size_px[1] / height)
    axes = figure.add_axes(box)
    axes.set_axis_off()
    axes.set_xlim(0, size_px[0])
    axes.set_ylim(size_px[1], 0)
    return axes


class Pixels(Artist):
    """An image (height, width, 3) of uint8 laid into a figure pixel on pixel, never resampled."""

    def __init__(self, image: NDArray[np.uint8], left_px: float, bottom_px: float) -> None:
        super().__init__()
        opaque = np.full((*image.shape[:2], 1), 255, dtype=np.uint8)
        self._rgba = np.ascontiguousarray(np.concatenate([image[::-1], opaque], axis=2))
        self._corner = round(left_px), round(bottom_px)
        self.set_zorder(-1)

    def draw(self, renderer: RendererBase) -> None:
        """Copy the pixels."""
        context = renderer.new_gc()
        renderer.draw_image(context, *self._corner, self._rgba)
        context.restore()


def place_image(axes: Axes, image: NDArray[np.uint8]) -> None:
    """Lay an image into pixel axes of its size."""
    box = axes.get_window_extent()
    axes.add_artist(Pixels(image, box.x0, box.y0))


def casing(line_width: float) -> list[AbstractPathEffect]:
    """White band under a line of that width, unbroken under dashes: with it the line stands out from any ground."""
    unbroken = {"dash_offset": 0.0, "dash_list": None}
    return [withStroke(linewidth=line_width + 2 * CASING_WIDTH, foreground=style.CASING, dashes=unbroken)]


def scale_bar_length_mm(px_per_mm: float, width_px: float) -> float:
    """Longest round length that takes at most a quarter of the picture's width."""
    fitting = [length for length in SCALE_BAR_LENGTHS_MM if length * px_per_mm <= SCALE_BAR_SHARE * width_px]
    return fitting[-1] if fitting else SCALE_BAR_LENGTHS_MM[0]


def scale_bar(
    axes: Axes, px_per_mm: float, right_px: float, bottom_px: float, length_mm: float, dark_ground: bool = False
) -> Rectangle:
    """Bar of `length_mm` with its right end at `right_px`; true at every depth of a parallel projection."""
    length = length_mm * px_per_mm
    ink, paper = ("white", style.INK) if dark_ground else (style.INK, "white")
    halo = [withStroke(linewidth=4, foreground=paper)]
    bar = Rectangle(
        (right_px - length, bottom_px - 8), length, 8, facecolor=ink, edgecolor="none", path_effects=halo, snap=False
    )
    axes.add_patch(bar)
    axes.text(
        right_px - length / 2,
        bottom_px - 16,
        f"{length_mm:g} mm",
        ha="center",
        va="bottom",
        color=ink,
        fontsize=style.FONT_SIZES["text"],
        path_effects=halo,
    )
    return bar


def triad(
    axes: Axes,
    view: View,
    centre_px: tuple[float, float],
    radius_px: float = TRIAD_RADIUS_PX,
    dark_ground: bool = False,
) -> None:
    """Which way the patient's left, right, front, back, head and feet lie.

    Directions into the picture are left out; one that comes almost straight out of it is a ringed point.
    """
    strong, paper = ("white", style.INK) if dark_ground else (style.INK, "white")
    halo = [withStroke(linewidth=4, foreground=paper)]
    write = partial(
        axes.text, ha="center", va="center", color=strong, fontweight="bold", path_effects=halo,
        fontsize=style.FONT_SIZES["text"],
    )  # fmt: skip
    x0, y0 = centre_px
    arrows, facing = triad_directions(view)
    for name, (across, upward) in arrows.items():
        x1, y1 = x0 + radius_px * across, y0 - radius_px * upward
        axes.plot([x0, x1], [y0, y1], color=strong, linewidth=2.6, path_effects=halo)
        margin = 17.0 / float(np.hypot(across, upward))
        write(x1 + margin * across, y1 - margin * upward, name)
    if facing is not None:
        axes.add_patch(Circle(centre_px, RING_PX, facecolor=paper, edgecolor=strong, linewidth=2.2, zorder=3))
        across, upward = _free_direction(list(arrows.values()))
        write(x0 + FACING_LABEL_PX * across, y0 - FACING_LABEL_PX * upward, facing)
    axes.add_patch(Circle(centre_px, 4, color=strong, zorder=4))


def triad_directions(view: View) -> tuple[dict[str, tuple[float, float]], str | None]:
    """Arrows across and up the picture, of length 1 in its plane, and the direction that faces the viewer, if any."""
    arrows: dict[str, tuple[float, float]] = {}
    facing = None
    for axis, names in enumerate(DIRECTIONS):
        for name, sign in zip(names, (1.0, -1.0), strict=True):
            direction = np.zeros(3)
            direction[axis] = sign
            across, upward = float(direction @ view.right), float(direction @ view.up)
            nearness = float(direction @ view.towards_viewer)
            if np.hypot(across, upward) >= SHORTEST_ARROW:
                if nearness >= -IN_PLANE:
                    arrows[name] = (across, upward)
            elif nearness > 0.0:
                facing = name
    return arrows, facing


def _free_direction(taken: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Of eight unit vectors round the clock the one furthest from those taken; downwards where it does not matter."""
    turns = np.deg2rad(np.arange(-90.0, 270.0, 45.0))
    compass = np.column_stack([np.cos(turns), np.sin(turns)])
    if not taken:
        return float(compass[0, 0]), float(compass[0, 1])
    unit = np.array(taken) / np.linalg.norm(taken, axis=1, keepdims=True)
    best = compass[int(np.argmin((compass @ unit.T).max(axis=1).round(1)))]
    return float(best[0]), float(best[1])


def text_width_px(text: str, size: float, bold: bool = False) -> float:
    """Width of a line of text in the pictures' type."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    width = _text_renderer().get_text_width_height_descent(text, font, ismath=False)[0]
    return float(width)


@cache
def _text_renderer() -> RendererAgg:
    return FigureCanvasAgg(Figure(dpi=style.DPI)).get_renderer()


def wrapped(text: str, width_px: float, size: float, bold: bool = False) -> list[str]:
    """Text in lines that fit a width, broken between words, after an underscore, or where nothing else fits.

    A number keeps to the word after it, its unit.
    """
    lines = [""]
    for piece in re.findall(r"[^\s_]*_|(?:[\d.]+ )*[^\s_]+\s*|\s+", text):
        if text_width_px((lines[-1] + piece).rstrip(), size, bold) > width_px and lines[-1]:
            lines.append("")
        for sign in piece:
            if text_width_px((lines[-1] + sign).rstrip(), size, bold) > width_px and lines[-1]:
                lines.append("")
            lines[-1] += sign
    return [line.rstrip() for line in lines]


def fitted(axes: Axes, text: str, width_px: float, size: float, bold: bool = False) -> Text:
    """A line of text in type that shrinks until it fits; at its smallest it ends in an ellipsis."""
    while size > SMALLEST_TYPE and text_width_px(text, size, bold) > width_px:
        size -= 0.5
    while len(text) > 1 and text_width_px(text, size, bold) > width_px:
        text = text.rstrip("…")[:-1] + "…"
    return axes.text(0, 0, text, fontsize=size, weight="bold" if bold else "normal", parse_math=False)


def legend_row(axes: Axes, entries: Sequence[tuple[str, str]], left_px: float, y_px: float, right_px: float) -> None:
    """Colour chips with words in a row; the type shrinks until the row fits."""
    renderer = FigureCanvasAgg(axes.figure).get_renderer()  # type: ignore[arg-type]
    chip, gap, size = 26.0, 9.0, float(style.FONT_SIZES["text"])
    texts = [axes.text(0, y_px, label, va="center", ha="left", fontsize=size) for _, label in entries]
    while True:
        widths = [text.get_window_extent(renderer).width for text in texts]
        free = right_px - left_px - sum(widths) - len(entries) * (chip + gap)
        if free >= CLOSEST_ENTRIES_PX * (len(entries) - 1) or size <= SMALLEST_TYPE:
            break
        size -= 0.5
        for text in texts:
            text.set_fontsize(size)
    spacing = min(WIDEST_ENTRIES_PX, free / max(len(entries) - 1, 1))
    x = left_px
    for (colour, _), text, width in zip(entries, texts, widths, strict=True):
        axes.add_patch(Rectangle((x, y_px - 10), chip, 20, facecolor=colour, edgecolor=style.FAINT_INK, linewidth=1))
        text.set_x(x + chip + gap)
        x += chip + gap + width + spacing


def title(axes: Axes, heading: str, line: str) -> None:
    """Heading and the line of numbers below it, in pixel axes that cover the page; a long line in smaller letters."""
    size, free_px = float(style.FONT_SIZES["text"]), axes.get_xlim()[1] - 2 * TITLE_PX
    size *= min(1.0, free_px / max(text_width_px(line, size), 1.0))
    axes.text(TITLE_PX, 46, heading, fontsize=style.FONT_SIZES["title"], va="center", weight="bold")
    axes.text(TITLE_PX, 92, line, fontsize=size, va="center", color=style.FAINT_INK)


def frame(axes: Axes) -> None:
    """Thin frame round pixel axes, so that neighbouring pictures do not run into each other."""
    (x0, x1), (y1, y0) = axes.get_xlim(), axes.get_ylim()
    axes.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor="#C5CCD6", linewidth=1.5))
