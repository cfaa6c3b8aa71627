"""The 3-D part of a picture: bone, needle, nerves and lesion, drawn off-screen into an array of pixels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from rfa_model.views import shapes, style
from rfa_model.views.model import ArmPicture, NerveLine
from rfa_model.views.view import CAMERA_DISTANCE_MM, View

SHAFT_DRAWN_MM = 90.0
METAL_LOOK = {"specular": 0.7, "specular_power": 25.0, "ambient": 0.18, "diffuse": 0.8}
MATT_LOOK = {"specular": 0.08, "specular_power": 8.0, "ambient": 0.22, "diffuse": 0.8}
GLOWING_LOOK = {"ambient": 0.8, "diffuse": 0.35}
NERVE_LOOK = {"specular": 0.25, "specular_power": 20.0, "ambient": 0.35, "diffuse": 0.7}


def lesion_surface(picture: ArmPicture) -> pv.PolyData:
    """Surface Ω = 1 in tissue, patient frame; empty where no tissue coagulated."""
    field = picture.field
    return shapes.isosurface(
        field.points_mm, field.cells, field.tissue, shapes.log_damage(field.damage) - np.log(style.DAMAGE_LEVEL)
    )


def render(picture: ArmPicture, view: View) -> NDArray[np.uint8]:
    """Draw one arm as seen in `view`.

    Returns
    -------
    (height, width, 3) array of uint8, white where there is nothing.
    """
    with _quiet_vtk():
        plotter = pv.Plotter(off_screen=True, window_size=list(view.size_px), lighting="none")
        try:
            plotter.set_background("white")
            plotter.enable_anti_aliasing("ssaa")
            _aim(plotter, view)
            _light(plotter, view)
            _add_anatomy(plotter, picture)
            _add_needle(plotter, picture)
            if _add_lesion(plotter, picture):
                plotter.enable_depth_peeling(number_of_peels=6, occlusion_ratio=0.0)
            return np.asarray(plotter.screenshot(None, return_img=True))
        finally:
            plotter.close()


def nerve_colour(nerve: NerveLine, inside: bool) -> str:
    """Colour of one stretch of a nerve."""
    if inside:
        return style.NERVE_INSIDE
    return style.PROTECTED_NERVE if nerve.protected else style.NERVE_OUTSIDE


def _aim(plotter: pv.Plotter, view: View) -> None:
    plotter.camera.position = tuple(view.focal_mm + CAMERA_DISTANCE_MM * view.towards_viewer)
    plotter.camera.focal_point = tuple(view.focal_mm)
    plotter.camera.up = tuple(view.up)
    plotter.enable_parallel_projection()
    plotter.camera.parallel_scale = view.height_mm / 2.0
    plotter.camera.clipping_range = (CAMERA_DISTANCE_MM - 150.0, CAMERA_DISTANCE_MM + 150.0)


def _light(plotter: pv.Plotter, view: View) -> None:
    key = view.towards_viewer + 0.8 * view.up - 0.7 * view.right
    fill = view.towards_viewer - 0.4 * view.up + 0.9 * view.right
    for direction, intensity in ((key, 0.75), (fill, 0.3), (view.towards_viewer, 0.12)):
        plotter.add_light(
            pv.Light(
                position=tuple(view.focal_mm + 200 * direction), focal_point=tuple(view.focal_mm), intensity=intensity
            )
        )


def _add_anatomy(plotter: pv.Plotter, picture: ArmPicture) -> None:
    for name, (points, faces) in picture.surfaces.items():
        mesh = shapes.smooth_triangles(points, faces)
        plotter.add_mesh(mesh, color=style.SURFACE_COLOURS.get(name, style.BONE), smooth_shading=True, **MATT_LOOK)
    for nerve in picture.nerves:
        for inside, stretch in shapes.runs(nerve.inside):
            mesh = shapes.tube(nerve.points_mm[stretch], nerve.diameter_mm / 2)
            look = GLOWING_LOOK if inside else NERVE_LOOK  # seen through the lesion's colour
            plotter.add_mesh(mesh, color=nerve_colour(nerve, inside), smooth_shading=True, **look)


def _add_needle(plotter: pv.Plotter, picture: ArmPicture) -> None:
    needle = picture.needle
    parts = ((0.0, needle.tip_length_mm, style.METAL), (needle.tip_length_mm, SHAFT_DRAWN_MM, style.INSULATION))
    for start, end, colour in parts:
        profile = shapes.needle_profile(needle.radius_mm, needle.rounding_mm, start, end)
        mesh = shapes.revolve(profile, needle.rotation, needle.translation_mm)
        plotter.add_mesh(mesh, color=colour, smooth_shading=True, **METAL_LOOK)


def _add_lesion(plotter: pv.Plotter, picture: ArmPicture) -> bool:
    lesion = lesion_surface(picture)
    if lesion.n_points == 0:
        return False
    plotter.add_mesh(
        lesion, color=style.LESION, opacity=style.LESION_OPACITY, smooth_shading=True, specular=0.15, ambient=0.3
    )
    return True


@contextmanager
def _quiet_vtk() -> Iterator[None]:
    """Keep VTK's search for a display off the terminal; real errors still come through."""
    from vtkmodules.vtkCommonCore import vtkLogger

    before = vtkLogger.GetCurrentVerbosityCutoff()
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_ERROR)
    try:
        yield
    finally:
        vtkLogger.SetStderrVerbosity(before)
