"""slice.png: temperature in a plane through the needle's axis, with the 50 °C isotherm and the lesion's edge."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.tri import Triangulation
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from rfa_model.views import canvas, shapes, style
from rfa_model.views.model import ArmPicture
from rfa_model.views.section import Plane, Slice, cut, needle_plane

PLOT_BOX_PX = (130, 130, 1240, 970)
COLOUR_BAR_PX = (1405, 130, 34, 970)
BACKGROUND_STEP_MM = 0.2
LOG_LEVEL = float(np.log(style.DAMAGE_LEVEL))
HATCHING = {"hatch.color": "#EDE3CC70", "hatch.linewidth": 1.0}


def draw_slice(picture: ArmPicture, half_height_mm: float, path: Path) -> Path:
    """Write the slice of `picture`; it shows `half_height_mm` above and below the middle of the active tip."""
    plane = needle_plane(picture)
    left, top, width, height = PLOT_BOX_PX
    half_width = half_height_mm * width / height
    section = cut(picture, plane, 1.6 * half_width + picture.needle.tip_length_mm)
    with canvas.typography(HATCHING):
        figure = canvas.page(style.PICTURE_SIZE_PX)
        axes = _box(figure, PLOT_BOX_PX)
        middle = picture.needle.tip_length_mm / 2
        axes.set_xlim(-half_width, half_width)
        axes.set_ylim(middle - half_height_mm, middle + half_height_mm)
        _fill(figure, axes, section, picture)
        _outlines(axes, picture, plane, section)
        _fronts(axes, section)
        _needle(axes, picture)
        _words(figure, axes, picture, plane)
        px_per_mm = height / (2 * half_height_mm)
        over = canvas.pixel_axes(figure, left, top, (width, height))
        canvas.scale_bar(over, px_per_mm, width - 24, height - 20, canvas.scale_bar_length_mm(px_per_mm, width), True)
        return canvas.save(figure, path)


def temperature_levels(body_temperature_C: float) -> NDArray[np.float64]:
    """Edges of the colour bands, °C; they start lower only where the tissue itself rests lower (bench tissue)."""
    low, high = style.TEMPERATURE_RANGE_C
    start = min(low, np.floor(body_temperature_C))
    return np.append(np.arange(start, high - 1e-9, style.TEMPERATURE_STEP_C), high)


def temperature_colours() -> LinearSegmentedColormap:
    """The perceptually uniform map without its blackest part, on which outlines would be lost."""
    whole = matplotlib.colormaps[style.TEMPERATURE_MAP]
    return LinearSegmentedColormap.from_list("heat", whole(np.linspace(style.DARKEST_SHARE, 1.0, 256)))


def _box(figure: Figure, box_px: tuple[int, int, int, int]) -> Axes:
    width, height = style.PICTURE_SIZE_PX
    left, top, w, h = box_px
    return figure.add_axes((left / width, 1.0 - (top + h) / height, w / width, h / height))


def _fill(figure: Figure, axes: Axes, section: Slice, picture: ArmPicture) -> None:
    levels = temperature_levels(picture.body_temperature_C)
    mesh = Triangulation(section.points_mm[:, 0], section.points_mm[:, 1], section.triangles)
    colour_map = temperature_colours()
    axes.set_facecolor(style.COOLANT if picture.needle.lumen_radius_mm else colour_map(0.0))
    filled = axes.tricontourf(mesh, section.temperature_C, levels=levels, cmap=colour_map, extend="both")
    filled.set_edgecolor("face")
    bar = figure.colorbar(filled, cax=_box(figure, COLOUR_BAR_PX), ticks=[levels[0], *range(40, 100, 10), levels[-1]])
    bar.ax.axhline(style.ISOTHERM_C, color=style.ISOTHERM_COLOUR, linestyle=(0, (3, 1.5)), linewidth=2.5)
    bar.set_label(f"temperature at {picture.field.time_s:.0f} s, end of heating (°C)")
    bar.ax.tick_params(labelsize=style.FONT_SIZES["text"])


def _fronts(axes: Axes, section: Slice) -> None:
    tissue = _tissue(section)
    for values, level, colour, dashes in (
        (section.temperature_C, style.ISOTHERM_C, style.ISOTHERM_COLOUR, "dashed"),
        (section.log_damage, LOG_LEVEL, style.DAMAGE_COLOUR, "solid"),
    ):
        seen = values[section.triangles[section.tissue]]
        if seen.size and seen.min() < level <= seen.max():
            axes.tricontour(tissue, values, levels=[level], colors=[colour], linestyles=[dashes], linewidths=3.0)


def _outlines(axes: Axes, picture: ArmPicture, plane: Plane, section: Slice) -> None:
    """Bone and nerves where the plane cuts them."""
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    across, along = (
        np.arange(x0, x1 + BACKGROUND_STEP_MM, BACKGROUND_STEP_MM),
        np.arange(y0, y1 + BACKGROUND_STEP_MM, BACKGROUND_STEP_MM),
    )
    grid = plane.to_space(*np.meshgrid(across, along))
    points = grid.reshape(-1, 3)
    if picture.bone_distance is not None:
        distance = picture.bone_distance(points).reshape(grid.shape[:2])
        if distance.min() < 0 < distance.max():
            axes.contourf(across, along, distance, levels=[-1e6, 0], colors="none", hatches=["/"])
            axes.contour(across, along, distance, levels=[0], colors=[style.BONE], linewidths=2.5)
    for nerve in picture.nerves:
        distance = cKDTree(nerve.points_mm).query(points)[0].reshape(grid.shape[:2]) - nerve.diameter_mm / 2
        if not distance.min() < 0 < distance.max():
            continue
        colour = style.PROTECTED_NERVE if nerve.protected else style.NERVE_OUTSIDE
        body = axes.contourf(across, along, distance, levels=[-1e6, 0], colors=[colour])
        if section.log_damage.max() >= LOG_LEVEL:
            held = axes.tricontourf(
                _tissue(section), section.log_damage, levels=[LOG_LEVEL, 1e6], colors=[style.NERVE_INSIDE]
            )
            held.set_clip_path(body.get_paths()[0], axes.transData)
        axes.contour(across, along, distance, levels=[0], colors=["white"], linewidths=2.0)


def _tissue(section: Slice) -> Triangulation:
    """The triangles outside the probe."""
    x, y = section.points_mm.T
    return Triangulation(x, y, section.triangles, mask=~section.tissue)


def _needle(axes: Axes, picture: ArmPicture) -> None:
    needle = picture.needle
    top = axes.get_ylim()[1] + 1.0
    parts = ((0.0, needle.tip_length_mm, style.METAL, 2.5), (needle.tip_length_mm, top, style.INSULATION, 2.5))
    for start, end, colour, width in parts:
        half = shapes.needle_profile(needle.radius_mm, needle.rounding_mm, start, end)
        outline = np.vstack([half, half[::-1] * [-1, 1]])
        fill = colour if colour == style.INSULATION else "none"
        axes.add_patch(Polygon(outline, closed=True, facecolor=fill, edgecolor=style.METAL, linewidth=width))


def _words(figure: Figure, axes: Axes, picture: ArmPicture, plane: Plane) -> None:
    words = canvas.pixel_axes(figure, 0, 0, style.PICTURE_SIZE_PX)
    canvas.title(words, f"{picture.name}: {picture.probe_label}", picture.headline)
    axes.set_xlabel("across the needle (mm)")
    axes.set_ylabel("along the needle from its distal end (mm)")
    axes.tick_params(labelsize=style.FONT_SIZES["small"])
    handles = [
        Line2D([], [], color=style.ISOTHERM_COLOUR, linestyle="dashed", linewidth=3, label="50 °C"),
        Line2D([], [], color=style.DAMAGE_COLOUR, linewidth=3, label="Ω = 1, end of run"),
    ]
    if picture.bone_distance is not None:
        handles.append(Line2D([], [], color=style.BONE, linewidth=3, label="bone"))
    for nerve in picture.nerves:
        colour = style.PROTECTED_NERVE if nerve.protected else style.NERVE_OUTSIDE
        handles.append(
            Line2D([], [], color=colour, marker="o", markersize=11, linestyle="none", markeredgecolor="white",
                   label=nerve.name.replace("_", " "))
        )  # fmt: skip
    axes.legend(handles=handles, loc="upper left", facecolor="#20242C", framealpha=0.75, edgecolor="none",
                labelcolor="white", fontsize=style.FONT_SIZES["small"])  # fmt: skip
