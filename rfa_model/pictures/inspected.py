"""Pictures of what was understood of somebody's spine: bones, landmarks and nerves from four sides and as X-rays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyvista as pv
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from rfa_model._files import whole_file
from rfa_model.anatomy.imaged.inspection import Inspection
from rfa_model.anatomy.imaged.vertebra import voxelised
from rfa_model.drawing import opengl, style

# Title, where the viewer stands, and which side is on the picture's left and right.
SIDES = (
    ("from behind", (0.0, 1.0, 0.0), "L", "R"),
    ("from the left", (1.0, 0.0, 0.0), "A", "P"),
    ("from the front", (0.0, -1.0, 0.0), "R", "L"),
    ("from the right", (-1.0, 0.0, 0.0), "P", "A"),
)
PANEL_PX, MARGIN = 800, 1.06
MARK_MM, NERVE_MM = 1.6, 0.9
MARK, XRAY_MM = "#D55E00", 1.0
# Excess of bone over soft tissue, mixed of cortical and spongy, per mm.
BONE_PER_MM = 0.012


def draw_inspection(made: Inspection, out: Path) -> list[Path]:
    """Write `views.png` and `xray.png`.

    Raises
    ------
    InputError
        If this machine has no OpenGL to draw with.
    """
    return [_views(made, out / "views.png"), _xrays(made, out / "xray.png")]


def _views(made: Inspection, path: Path) -> Path:
    figure = Figure(figsize=(16, 16.6), dpi=style.DPI, facecolor="white")
    FigureCanvasAgg(figure)
    for place, ((title, _, left, right), image) in enumerate(zip(SIDES, _rendered(made), strict=True)):
        axes = figure.add_subplot(2, 2, place + 1)
        axes.imshow(image)
        _label(axes, title, left, right)
    figure.suptitle(f"{_levels(made)}: landmarks proposed (orange), medial branches estimated (blue)", fontsize=18)
    figure.tight_layout(rect=(0, 0, 1, 0.97))
    return _save(figure, path)


def _rendered(made: Inspection) -> list[NDArray[np.uint8]]:
    points = np.concatenate([points for points, _ in made.surfaces.values()])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    half = float(np.ptp(points, axis=0).max()) / 2 * MARGIN
    images = []
    with opengl.quiet():
        plotter = pv.Plotter(off_screen=True, window_size=[PANEL_PX, PANEL_PX])
        try:
            opengl.require(plotter.render_window)
            plotter.set_background("white")
            for name, (corners, triangles) in made.surfaces.items():
                colour = style.DISC if name.startswith(("disc", "cartilage")) else style.BONE
                mesh = pv.PolyData.from_regular_faces(corners, triangles)
                plotter.add_mesh(mesh, color=colour, smooth_shading=True, split_sharp_edges=False)
            for marks in made.landmarks.values():
                for point in marks.points().values():
                    plotter.add_mesh(pv.Sphere(radius=MARK_MM, center=point), color=MARK)
            for curve in made.nerves.values():
                line = curve.points_mm
                nerve = pv.PolyData(line, lines=[len(line), *range(len(line))]).tube(radius=NERVE_MM, n_sides=16)
                plotter.add_mesh(nerve, color=style.NERVE_OUTSIDE)
            plotter.enable_parallel_projection()
            for _, towards, _, _ in SIDES:
                eye = middle + 4 * half * np.array(towards)
                plotter.camera_position = [tuple(eye), tuple(middle), (0.0, 0.0, 1.0)]
                plotter.camera.parallel_scale = half
                plotter.reset_camera_clipping_range()
                plotter.render()
                images.append(np.asarray(plotter.screenshot(return_img=True)))
        finally:
            plotter.close()
    return images


def _xrays(made: Inspection, path: Path) -> Path:
    figure = Figure(figsize=(16, 9), dpi=style.DPI, facecolor="white")
    FigureCanvasAgg(figure)
    bones = [mesh for name, mesh in made.surfaces.items() if not name.startswith(("disc", "cartilage"))]
    points = np.concatenate([points for points, _ in bones])
    low, high = points.min(axis=0) - 5.0, points.max(axis=0) + 5.0
    # Along y as seen from behind, the patient's left on the left; along x as seen from the left.
    for place, (title, along, across, left, right) in enumerate(
        (("AP, from behind", 1, 0, "L", "R"), ("lateral, from the left", 0, 1, "A", "P")), start=1
    ):
        axes = figure.add_subplot(1, 2, place)
        count = np.ceil((high - low) / XRAY_MM).astype(int) + 1
        path_mm = np.zeros((count[across], count[2]))
        for mesh in bones:
            inside, corner = voxelised(mesh, XRAY_MM)
            shadow = inside.sum(axis=along) * XRAY_MM
            at = np.round((corner - low) / XRAY_MM).astype(int)
            path_mm[at[across] : at[across] + shadow.shape[0], at[2] : at[2] + shadow.shape[1]] += shadow
        extent = (low[across], high[across], low[2], high[2])
        axes.imshow(np.exp(-BONE_PER_MM * path_mm).T, cmap="gray", origin="lower", extent=extent, vmin=0.2, vmax=1.0)
        for curve in made.nerves.values():
            axes.plot(curve.points_mm[:, across], curve.points_mm[:, 2], color=style.NERVE_OUTSIDE, linewidth=2)
        for marks in made.landmarks.values():
            spots = np.array(list(marks.points().values()))
            axes.plot(spots[:, across], spots[:, 2], "o", color=MARK, markersize=4)
        for level, name in made.levels.items():
            centre = np.asarray(made.parts[name]["centroid_mm"], dtype=float)
            axes.text(centre[across], centre[2], level, fontsize=14, weight="bold", ha="center", color="white")
        if across == 0:
            axes.invert_xaxis()
        _label(axes, title, left, right)
    figure.suptitle(f"{_levels(made)}: bone as X-rays see it, landmarks proposed, nerves estimated", fontsize=16)
    figure.tight_layout(rect=(0, 0, 1, 0.96))
    return _save(figure, path)


def _label(axes: Axes, title: str, left: str, right: str) -> None:
    axes.set_title(title, fontsize=14)
    axes.set_xticks([])
    axes.set_yticks([])
    for x, word in ((0.02, left), (0.96, right)):
        axes.text(x, 0.5, word, transform=axes.transAxes, fontsize=16, weight="bold", color=style.INK)


def _levels(made: Inspection) -> str:
    names: Sequence[str] = list(made.levels)
    return f"{names[0]} to {names[-1]}" if len(names) > 1 else "".join(names)


def _save(figure: Figure, path: Path) -> Path:
    with whole_file(path) as partial:
        figure.savefig(partial)
    return path
