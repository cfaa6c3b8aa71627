"""slice.png: temperature in a plane along the applicator's axis, with the 50 °C isotherm and the lesion's edge."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TypedDict, cast

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.patheffects import AbstractPathEffect
from matplotlib.ticker import MultipleLocator
from matplotlib.tri import Triangulation
from matplotlib.typing import LineStyleType
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from rfa_model.drawing import canvas, style
from rfa_model.drawing.arm_picture import ArmPicture, Array, NerveLine
from rfa_model.drawing.lesion import DrawnLesion
from rfa_model.drawing.orthographic import View
from rfa_model.drawing.placed_applicator import PlacedApplicator, part_colour
from rfa_model.drawing.section import Plane, Slice, axial_plane, body_outlines, cut, surface_outlines


class GhostLine(TypedDict):
    """How a needle is outlined where it made a lesion before."""

    linewidth: float
    linestyle: LineStyleType


PLOT_BOX_PX = (130, 130, 1240, 895)
WIDTH_PER_HEIGHT = PLOT_BOX_PX[2] / PLOT_BOX_PX[3]
COLOUR_BAR_PX = (1405, 130, 34, 895)
LEGEND_STRIP_PX = (130, 1120, 1240, 56)
LEGEND_MARGIN_PX = 36
BONE_STEP_MM, NERVE_STEP_MM = 0.24, 0.12  # bone bends gently
ISOTHERM = f"isotherm_{style.ISOTHERM_C:g}C"
FRONT_WIDTH = 3.0
PULSE_LEVELS_V_PER_M = np.array([200.0, 500.0, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4])
PULSE_MAP = "viridis"
BEFORE = "needle before"
GHOST_LINE: GhostLine = {"linewidth": 1.8, "linestyle": (0, (4, 2.5))}
HATCHING = {"hatch.color": "#EDE3CC70", "hatch.linewidth": 1.0}


def draw_slice(picture: ArmPicture, half_height_mm: float, path: Path, *, of_pulse: bool = False) -> Path:
    """Write the slice of `picture`; it shows `half_height_mm` above and below the middle of the contacts.

    ``of_pulse`` shows the electric field of the highest pulse instead of the temperature; there has to be one.
    """
    plane, section = visible_section(picture, half_height_mm)
    left, top, width, height = PLOT_BOX_PX
    half_width = half_height_mm * width / height
    with canvas.typography(HATCHING):
        figure = canvas.page(style.PICTURE_SIZE_PX)
        axes = _box(figure, PLOT_BOX_PX)
        middle = sum(picture.applicator.contact_extent_mm) / 2
        axes.set_xlim(-half_width, half_width)
        axes.set_ylim(middle - half_height_mm, middle + half_height_mm)
        (_fill_pulse if of_pulse else _fill)(figure, axes, section, picture)
        bone = _bone(axes, picture, plane)
        points = _raster(axes, plane, NERVE_STEP_MM)
        union = None if picture.union is None else surface_outlines(picture.union, plane)
        drawn = [nerve for nerve in picture.nerves if _nerve(axes, nerve, points, section, union, filled=not of_pulse)]
        if not of_pulse:
            _fronts(axes, section, picture.lesion, union)
        ghosts = [_before(axes, before, plane) for before in picture.applicator.before]
        _applicator(axes, picture.applicator, plane)
        _words(figure, axes, picture, drawn, bone=bone, ghosts=any(ghosts), of_pulse=of_pulse)
        px_per_mm = height / (2 * half_height_mm)
        over = canvas.pixel_axes(figure, left, top, (width, height))
        canvas.scale_bar(over, px_per_mm, width - 24, height - 20, canvas.scale_bar_length_mm(px_per_mm, width), True)
        seen = View(plane.origin_mm, plane.normal, plane.along, 2 * half_height_mm, (width, height))
        canvas.triad(over, seen, (width - 100.0, 100.0), dark_ground=True)
        return canvas.save(figure, path)


def visible_section(picture: ArmPicture, half_height_mm: float) -> tuple[Plane, Slice]:
    """The plane along the applicator and the fields in it, at least as far as the picture shows."""
    plane = axial_plane(picture)
    half_width = half_height_mm * PLOT_BOX_PX[2] / PLOT_BOX_PX[3]
    return plane, cut(picture, plane, 1.6 * half_width + max(map(abs, picture.applicator.contact_extent_mm)))


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
    axes.set_facecolor(colour_map(0.0))
    filled = axes.tricontourf(mesh, section.temperature_C, levels=levels, cmap=colour_map, extend="both")
    filled.set_edgecolor("face")
    filled.set_rasterized(True)  # in a vector file thousands of slivers would show their seams
    bar = figure.colorbar(filled, cax=_box(figure, COLOUR_BAR_PX), ticks=[levels[0], *range(40, 100, 10), levels[-1]])
    bar.ax.add_line(Line2D([0, 1], [style.ISOTHERM_C] * 2, **_line(*style.criterion_line(ISOTHERM))))
    bar.set_label(f"temperature with the power on, at {picture.field.time_s:.0f} s (°C)")
    bar.ax.tick_params(labelsize=style.FONT_SIZES["text"])


def _fill_pulse(figure: Figure, axes: Axes, section: Slice, picture: ArmPicture) -> None:
    assert section.field_V_per_m is not None
    strength = np.log10(np.maximum(section.field_V_per_m, 1.0))
    levels = np.log10(PULSE_LEVELS_V_PER_M)
    colours = matplotlib.colormaps[PULSE_MAP]
    axes.set_facecolor(colours(0.0))
    filled = axes.tricontourf(_tissue(section), strength, levels=levels, cmap=colours, extend="both")
    filled.set_edgecolor("face")
    filled.set_rasterized(True)
    seen = strength[section.triangles[section.tissue]]
    for level in levels[(levels > seen.min()) & (levels < seen.max())]:
        axes.tricontour(_tissue(section), strength, levels=[level], colors=["#FFFFFF90"], linewidths=1.0)
    bar = figure.colorbar(filled, cax=_box(figure, COLOUR_BAR_PX), ticks=levels)
    bar.ax.set_yticklabels([f"{level / 1000.0:g}" for level in PULSE_LEVELS_V_PER_M])
    bar.set_label("electric field within a pulse, amplitude (kV/m)")
    bar.ax.tick_params(labelsize=style.FONT_SIZES["text"])


def _fronts(axes: Axes, section: Slice, lesion: DrawnLesion | None, union: Sequence[Array] | None) -> None:
    tissue = _tissue(section)
    fronts = [(style.criterion_line(ISOTHERM), section.temperature_C, style.ISOTHERM_C)]
    if lesion and union is not None:
        for outline in union:
            axes.plot(*outline.T, **_line(*lesion.line))
    elif lesion:
        fronts.insert(0, (lesion.line, section.excess, 0.0))
    # All casings below all lines, and the dashes on top: fronts that nearly coincide show both.
    for cased in (True, False):
        for line, values, level in fronts:
            seen = values[section.triangles[section.tissue]]
            if seen.size and seen.min() < level <= seen.max():
                colour, dashes = (style.CASING, "solid") if cased else line
                width = FRONT_WIDTH + 2 * canvas.CASING_WIDTH * cased
                axes.tricontour(tissue, values, levels=[level], colors=[colour], linestyles=[dashes], linewidths=width)


class LineLook(TypedDict):
    """How a line is drawn, as matplotlib calls it."""

    color: str
    linestyle: LineStyleType
    linewidth: float
    path_effects: list[AbstractPathEffect]


def _line(colour: str, dashes: str) -> LineLook:
    """How the line of a criterion is drawn beside the map."""
    return {
        "color": colour,
        "linestyle": cast(LineStyleType, dashes),
        "linewidth": FRONT_WIDTH,
        "path_effects": canvas.casing(FRONT_WIDTH),
    }


Raster = tuple[Array, Array, Array]


def _raster(axes: Axes, plane: Plane, step_mm: float) -> Raster:
    """Plane coordinates (n,), (m,) of a regular grid over the axes, and its points (m, n, 3) in the patient frame."""
    across, along = (np.arange(low, high + step_mm, step_mm) for low, high in (axes.get_xlim(), axes.get_ylim()))
    return across, along, plane.to_space(*np.meshgrid(across, along))


def _bone(axes: Axes, picture: ArmPicture, plane: Plane) -> bool:
    """Outline and hatch bone; false where the plane meets none."""
    if picture.bone_distance is None:
        return False
    across, along, points = _raster(axes, plane, BONE_STEP_MM)
    distance = picture.bone_distance(points.reshape(-1, 3)).reshape(points.shape[:2])
    if not distance.min() < 0 < distance.max():
        return False
    axes.contourf(across, along, distance, levels=[-1e6, 0], colors="none", hatches=["/"])
    axes.contour(across, along, distance, levels=[0], colors=[style.BONE], linewidths=2.5)
    return True


def _nerve(
    axes: Axes, nerve: NerveLine, raster: Raster, section: Slice, union: Sequence[Array] | None, *, filled: bool
) -> bool:
    """Fill the nerve's section by what the lesion holds of it, or outline it; false where the plane meets none."""
    across, along, points = raster
    reach = nerve.diameter_mm / 2 + 3 * NERVE_STEP_MM  # further away only "outside" counts
    nearest = cKDTree(nerve.points_mm).query(points.reshape(-1, 3), distance_upper_bound=reach)[0]
    distance = np.minimum(nearest, reach).reshape(points.shape[:2]) - nerve.diameter_mm / 2
    if not distance.min() < 0 < distance.max():
        return False
    colour = style.PROTECTED_NERVE if nerve.protected else style.NERVE_OUTSIDE
    if not filled:
        for ink, width in (("white", 5.0), (colour, 3.0)):
            axes.contour(across, along, distance, levels=[0], colors=[ink], linewidths=width)
        return True
    body = axes.contourf(across, along, distance, levels=[-1e6, 0], colors=[colour])
    if union is not None:
        for outline in union:
            part = axes.fill(*outline.T, color=style.NERVE_INSIDE, linewidth=0.0)[0]
            part.set_clip_path(body.get_paths()[0], axes.transData)
    elif section.excess.max() >= 0.0:
        held = axes.tricontourf(_tissue(section), section.excess, levels=[0.0, 1e6], colors=[style.NERVE_INSIDE])
        held.set_clip_path(body.get_paths()[0], axes.transData)
    axes.contour(across, along, distance, levels=[0], colors=["white"], linewidths=2.0)
    return True


def _tissue(section: Slice) -> Triangulation:
    """The triangles outside the applicator."""
    x, y = section.points_mm.T
    return Triangulation(x, y, section.triangles, mask=~section.tissue)


def _before(axes: Axes, placed: PlacedApplicator, plane: Plane) -> bool:
    """Outline a needle where it made a lesion before; false where the plane misses it."""
    outlines = [line for body in placed.bodies() for part in body.parts for line in body_outlines(body, part, plane)]
    for outline in outlines:
        axes.add_patch(Polygon(outline, fill=False, **GHOST_LINE, edgecolor=style.GHOST))
    return bool(outlines)


def _applicator(axes: Axes, placed: PlacedApplicator, plane: Plane) -> None:
    for body in placed.bodies():
        for lumen in body.lumens:
            for outline in body_outlines(body, lumen, plane):
                axes.add_patch(Polygon(outline, facecolor=style.COOLANT, edgecolor="none", zorder=4))
        for part in body.parts:
            fill = "none" if part.part in body.metal else part_colour(body, part.part)
            for outline in body_outlines(body, part, plane):
                look = Polygon(outline, facecolor=fill, edgecolor=style.METAL, linewidth=2.5, zorder=5)
                axes.add_patch(look)


def _words(
    figure: Figure,
    axes: Axes,
    picture: ArmPicture,
    drawn: Sequence[NerveLine],
    *,
    bone: bool,
    ghosts: bool,
    of_pulse: bool,
) -> None:
    words = canvas.pixel_axes(figure, 0, 0, style.PICTURE_SIZE_PX)
    canvas.title(words, f"{picture.name}: {picture.probe_label}", picture.headline)
    labels = picture.applicator.labels
    axes.set_xlabel(f"across the {labels.whole} (mm)")
    axes.set_ylabel(f"along the {labels.whole} from {labels.origin} (mm)")
    axes.tick_params(labelsize=style.FONT_SIZES["small"])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MultipleLocator(5.0))
    handles = [] if of_pulse else [Line2D([], [], label="50 °C", **_line(*style.criterion_line(ISOTHERM)))]
    if picture.lesion and picture.field.has_lesion and not of_pulse:
        handles.append(Line2D([], [], label=picture.lesion.label, **_line(*picture.lesion.line)))
    if picture.applicator.has_lumen:
        handles.append(Line2D([], [], color=style.COOLANT, linewidth=9, label="coolant"))
    if ghosts:
        handles.append(Line2D([], [], color=style.GHOST, **GHOST_LINE, label=BEFORE))
    if bone:
        handles.append(Line2D([], [], color=style.BONE, linewidth=3, label="bone"))
    dot = partial(Line2D, [], [], marker="o", markersize=12, linestyle="none", markeredgecolor="white")
    for nerve in drawn:
        colour = style.PROTECTED_NERVE if nerve.protected else style.NERVE_OUTSIDE
        handles.append(dot(color=colour, label=nerve.words))
    if any(nerve.inside.any() for nerve in drawn):
        handles.append(dot(color=style.NERVE_INSIDE, label="nerve in the lesion"))
    if not handles:
        return
    strip = _box(figure, LEGEND_STRIP_PX)
    strip.set_axis_off()
    room = style.PICTURE_SIZE_PX[0] - LEGEND_STRIP_PX[0] - LEGEND_MARGIN_PX
    size: float = style.FONT_SIZES["small"]
    for _ in range(3):  # smaller type where names are long, as those of estimated nerves
        legend = strip.legend(handles=handles, loc="center left", bbox_to_anchor=(0.0, 0.5), borderaxespad=0.0,
                              ncols=len(handles), facecolor=style.INK, framealpha=1.0, edgecolor="none",
                              labelcolor="white", columnspacing=1.6, handlelength=1.6, borderpad=0.7,
                              fontsize=size)  # fmt: skip
        if (width := legend.get_window_extent().width) <= room:
            break
        size *= 0.99 * room / width
