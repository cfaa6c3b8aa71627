"""fluoroscopy_<arm>.png: the applicator on the bone as a C-arm shows it, from the anatomy's attenuation of X-rays.

Drawn as live fluoroscopy is: what attenuates more is darker, and the patient lies prone, seen from behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from scipy.ndimage import zoom

from rfa_model.drawing import bone_names, canvas, style
from rfa_model.drawing.arm_picture import ArmPicture, Array
from rfa_model.drawing.orthographic import View
from rfa_model.drawing.placed_applicator import PlacedApplicator
from rfa_model.errors import InputError
from rfa_model.imaging.projections import PROJECTIONS, VIEWS, Projection, projection_named, side_of, view_of
from rfa_model.imaging.radiograph import attenuation
from rfa_model.imaging.rays import SampledDistance, bone_paths_mm, sample_distance
from rfa_model.imaging.steel import steel_paths_mm

PANEL_PX = (784, 640)
GAP_PX, HEADER_PX, FOOTER_PX, MARGIN_PX = 16, 120, 70, 22
RASTER_PX = 4
BOX_HALF_MM = (68.0, 68.0, 68.0)
# Excess over soft tissue at 60 keV, per mm: cortical bone and iron of Hubbell & Seltzer's tables (NISTIR 5632); spongy
# bone about 1.1 g/cm³.
CORTICAL_PER_MM, SPONGY_PER_MM, STEEL_PER_MM = 0.039, 0.008, 0.92
VEIL, DARK_BONE, DENSE_SHARE, BRIGHT_SHARE = 0.90, 0.27, 96.0, 4.0
NERVE_DASHES = (0, (4, 2.5))
EDGES = {0: ("L", "R"), 1: ("posterior", "anterior"), 2: ("cranial", "caudal")}


class Fluoroscope:
    """Bone sampled once about a target; every arm of a run is drawn with it."""

    def __init__(self, picture: ArmPicture) -> None:
        if picture.bone_distance is None:
            raise InputError(
                f"arm '{picture.name}' lies in an anatomy without bone; there is nothing for X-rays to show"
            )
        self._target = picture.target_mm
        centre = view_of(PROJECTIONS["ap"], self._target, PANEL_PX).focal_mm
        self._ct = None if picture.ct is None else picture.ct()
        self._bone: SampledDistance | None = None
        if self._ct is None:
            self._bone = sample_distance(picture.bone_distance, centre, np.array(BOX_HALF_MM))
        self._attenuation: dict[Projection, Array] = {}

    def view(self, projection: Projection, size_px: tuple[int, int] = PANEL_PX) -> View:
        """The projection about this target."""
        return view_of(projection, self._target, size_px)

    def grey(self, picture: ArmPicture, projection: Projection) -> Array:
        """Brightness of each pixel of a panel, 0 to 1, with the exposure set by the bone in it."""
        bone = self._bone_attenuation(projection)
        gain = np.log(VEIL / DARK_BONE) / max(float(np.percentile(bone, DENSE_SHARE)), 1e-3)
        view = self.view(projection)
        steel = STEEL_PER_MM * steel_paths_mm(picture.applicator, view)
        faint = [STEEL_PER_MM * steel_paths_mm(before, view) for before in picture.applicator.before]
        grey = VEIL * np.exp(-gain * (bone + steel))
        for one in faint:
            grey = grey + style.GHOST_OPACITY * (grey * np.exp(-gain * one) - grey)
        return grey

    def _bone_attenuation(self, projection: Projection) -> Array:
        for known, found in self._attenuation.items():
            if np.allclose(self.view(known).towards_viewer, -self.view(projection).towards_viewer):
                return found[:, ::-1]  # the same rays the other way
        if projection not in self._attenuation:
            raster = (PANEL_PX[0] // RASTER_PX, PANEL_PX[1] // RASTER_PX)
            coarse = self._exponent(self.view(projection, raster))
            size = np.array(PANEL_PX[::-1])
            fine = zoom(coarse, size / coarse.shape, order=3, mode="nearest", grid_mode=True)
            self._attenuation[projection] = np.maximum(fine, 0.0)
        return self._attenuation[projection]

    def _exponent(self, view: View) -> Array:
        """What bone attenuates beyond soft tissue; of a CT, all beyond the picture's brightest parts."""
        if self._bone is not None:
            cortical, spongy = bone_paths_mm(self._bone, view)
            return CORTICAL_PER_MM * cortical + SPONGY_PER_MM * spongy
        assert self._ct is not None
        whole = attenuation(self._ct, view)
        return np.maximum(whole - float(np.percentile(whole, BRIGHT_SHARE)), 0.0)

    @property
    def words(self) -> str:
        """What the picture is made of."""
        if self._ct is not None:
            return "radiograph reconstructed from the CT, patient prone: parallel rays; needle and nerve are drawn in"
        return "simulated fluoroscopy, patient prone: bone and steel dark, parallel rays; the nerve is drawn in"


def draw_fluoroscopy(
    picture: ArmPicture, path: Path, scope: Fluoroscope | None = None, names: Sequence[str] = VIEWS
) -> Path:
    """Write the named projections of one arm, two in a row; one alone is a picture of one panel.

    Parameters
    ----------
    picture : the arm.
    path : PNG to write.
    scope : the bone as sampled for another arm of the same anatomy, if there is one.
    names : of :data:`~rfa_model.imaging.projections.VIEWS`.

    Raises
    ------
    InputError
        In an anatomy without bone, or for a view that does not exist.
    """
    side = side_of(picture.target_mm)
    projections = [projection_named(name, picture.applicator.axis, side) for name in names]
    scope = scope or Fluoroscope(picture)
    across = min(len(projections), 2)
    rows = -(-len(projections) // across)
    width = max(across * (PANEL_PX[0] + GAP_PX) + GAP_PX, style.PICTURE_SIZE_PX[0])
    height = HEADER_PX + rows * (PANEL_PX[1] + GAP_PX) + FOOTER_PX
    left_px = (width - across * (PANEL_PX[0] + GAP_PX) + GAP_PX) // 2
    with canvas.typography():
        figure = canvas.page((width, height))
        for index, projection in enumerate(projections):
            left = left_px + (index % across) * (PANEL_PX[0] + GAP_PX)
            top = HEADER_PX + (index // across) * (PANEL_PX[1] + GAP_PX)
            _panel(canvas.pixel_axes(figure, left, top, PANEL_PX), picture, scope, projection)
        words = canvas.pixel_axes(figure, 0, 0, (width, height))
        canvas.title(
            words,
            f"{picture.name}: {picture.probe_label}",
            scope.words + ("; faint where it lay before" if picture.applicator.earlier else ""),
        )
        _legend(words, picture, height - FOOTER_PX / 2)
        return canvas.save(figure, path)


def draw_projection(picture: ArmPicture, name: str, path: Path) -> Path:
    """Write one projection ("trajectory", "ap", …) of one arm; see :func:`draw_fluoroscopy`."""
    return draw_fluoroscopy(picture, path, names=(name,))


def edge_names(view: View) -> dict[str, str]:
    """What lies at the left, right, top and bottom of a view: L, R, anterior, posterior, cranial, caudal."""
    found = {}
    for direction, ends in ((view.right, ("left", "right")), (view.up, ("bottom", "top"))):
        axis = int(np.argmax(np.abs(direction)))
        positive, negative = EDGES[axis]
        found[ends[1]], found[ends[0]] = (positive, negative) if direction[axis] > 0 else (negative, positive)
    return found


def edge_label(placed: PlacedApplicator) -> str:
    """What the ticks mark, and how far from the distal end where that is one number."""
    labels, heights = placed.labels, {height for body in placed.bodies() for height in body.edges_mm}
    return labels.edges + (f" ({heights.pop():g} mm from {labels.end})" if len(heights) == 1 else "")


def _panel(axes: Axes, picture: ArmPicture, scope: Fluoroscope, projection: Projection) -> None:
    view = scope.view(projection)
    grey = np.round(255 * scope.grey(picture, projection)).astype(np.uint8)
    canvas.place_image(axes, np.repeat(grey[..., None], 3, axis=2))
    _overlay(axes, picture, view)
    _marks(axes, projection.words(side_of(picture.target_mm)), view)
    bone_names.write(axes, picture, view, "X-ray")
    canvas.frame(axes)


def _overlay(axes: Axes, picture: ArmPicture, view: View) -> None:
    """What no X-ray shows: the target nerve, dashed, and where contacts begin or end, between two ticks."""
    halo = [withStroke(linewidth=4.5, foreground="white", alpha=0.6)]
    for nerve in picture.nerves:
        if not nerve.protected:
            x, y = view.project(nerve.points_mm).T
            axes.plot(x, y, color=style.NERVE_OUTSIDE, linewidth=2.2, linestyle=NERVE_DASHES, path_effects=halo)
    bodies = [body for one in (*picture.applicator.before, picture.applicator) for body in one.bodies()]
    for body in bodies:
        sideways = np.cross(body.pose.axis, view.towards_viewer)
        if np.linalg.norm(sideways) < 0.1:
            continue
        sideways /= np.linalg.norm(sideways)
        tick = np.outer([body.body.radius_mm + 0.3, body.body.radius_mm + 1.6], sideways)
        for height, side in product(body.edges_mm, (1.0, -1.0)):
            ends = body.on_axis(height) + side * tick
            axes.plot(*view.project(ends).T, color=style.LESION, linewidth=2.6, path_effects=halo)


def _marks(axes: Axes, title: str, view: View) -> None:
    width, height = view.size_px
    halo = [withStroke(linewidth=4, foreground="white", alpha=0.8)]
    write = partial(axes.text, color=style.INK, path_effects=halo)
    at = {
        "left": (MARGIN_PX, height / 2, "left", "center", 90),
        "right": (width - MARGIN_PX, height / 2, "right", "center", 90),
        "top": (0.91 * width, MARGIN_PX - 8, "center", "top", 0),
        "bottom": (0.6 * width, height - MARGIN_PX + 8, "center", "bottom", 0),
    }
    for edge, name in edge_names(view).items():
        x, y, across, upward, turn = at[edge]
        side = len(name) == 1
        size = style.FONT_SIZES["title" if side else "small"]
        weight = "bold" if side else "normal"
        write(x, y, name, ha=across, va=upward, rotation=0 if side else turn, fontsize=size, weight=weight)
    write(MARGIN_PX, MARGIN_PX, title, va="top", weight="bold")
    canvas.scale_bar(axes, view.px_per_mm, width - MARGIN_PX, height - MARGIN_PX, 10.0)


def _legend(words: Axes, picture: ArmPicture, y_px: float) -> None:
    names = [", ".join(filter(None, (nerve.words, nerve.place))) for nerve in picture.nerves if not nerve.protected]
    handles = [
        Line2D(
            [],
            [],
            color=style.NERVE_OUTSIDE,
            linestyle=NERVE_DASHES,
            linewidth=2.2,
            label=name,
        )
        for name in names
    ]
    handles.append(
        Line2D(
            [],
            [],
            color=style.LESION,
            linewidth=0,
            marker="_",
            markersize=16,
            markeredgewidth=2.6,
            label=edge_label(picture.applicator),
        )
    )
    legend = words.legend(
        handles=handles,
        loc="center left",
        ncols=len(handles),
        frameon=False,
        borderaxespad=0.0,
        bbox_to_anchor=(36, y_px),
        bbox_transform=words.transData,
    )
    legend.set_zorder(5)
