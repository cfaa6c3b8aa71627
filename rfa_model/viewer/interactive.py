"""The verb `view`: one arm in space, in a window, in a browser on this machine, or as one picture."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyvista as pv

from rfa_model._files import check_file, whole_file
from rfa_model.drawing import opengl
from rfa_model.drawing.at_time import ArmInTime
from rfa_model.drawing.orthographic import View
from rfa_model.errors import InputError
from rfa_model.pictures.draw import Gallery
from rfa_model.results import read_results
from rfa_model.viewer import web
from rfa_model.viewer.layers import Layers, bind_keys, build_layers

WINDOW_PX = (1200, 900)
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")


def show(
    folder: Path,
    arm: str | None = None,
    time_s: float | None = None,
    screenshot: Path | None = None,
    in_browser: bool = False,
) -> None:
    """Show one arm of a run.

    Parameters
    ----------
    folder : results folder.
    arm : its name; the first one by default.
    time_s : time of the fields shown, s; the end of heating by default.
    screenshot : PNG, JPEG, TIFF or BMP to write instead of opening anything.
    in_browser : serve on 127.0.0.1; also done where there is no display.

    Raises
    ------
    InputError
        If the arm is unknown, the time lies outside the run, the screenshot cannot be written, or there is nothing to
        show it with.
    """
    if screenshot is not None:
        _check_screenshot(screenshot)
    results = read_results(folder)
    name = arm or next(iter(results.arms))
    if name not in results.arms:
        raise InputError(f"--arm {name}: no such arm; choose one of {', '.join(results.arms)}")
    end_s = float(results.arms[name].times_s[-1])
    if time_s is not None and not 0.0 <= time_s <= end_s:
        raise InputError(f"--time {time_s:g}: outside the run of arm '{name}', which goes from 0 to {end_s:g} s")
    serve = screenshot is None and (in_browser or not _has_display())
    if serve:
        web.require()
    gallery = Gallery(results)
    picture = gallery.picture(name)
    at = picture.field.time_s if time_s is None else time_s
    picture = ArmInTime(results.arms[name], picture).at(at)
    with opengl.quiet():
        plotter = pv.Plotter(off_screen=serve or screenshot is not None, window_size=list(WINDOW_PX), lighting="none")
        try:
            opengl.require(plotter.render_window)
            layers = build_layers(plotter, picture, _wide(gallery.view), movable=screenshot is None)
            plotter.add_text(f"{name}, {at:.0f} s", position="upper_left", font_size=12, color="black")
            if screenshot is not None:
                _save(plotter, screenshot)
            elif serve:
                web.serve(layers, f"{gallery.title}: {name}, {at:.0f} s")
            else:
                _open(layers)
        finally:
            plotter.close()


def _has_display() -> bool:
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _wide(view: View) -> View:
    return View(view.focal_mm, view.towards_viewer, view.up, view.height_mm, WINDOW_PX)


def _check_screenshot(path: Path) -> None:
    if path.suffix not in PICTURE_ENDINGS:
        raise InputError(f"--screenshot {path}: the name has to end in one of {', '.join(PICTURE_ENDINGS)}")
    check_file(path, "--screenshot")


def _save(plotter: pv.Plotter, path: Path) -> None:
    plotter.enable_anti_aliasing("ssaa")
    with whole_file(path) as partial:
        plotter.screenshot(str(partial))


def _open(layers: Layers) -> None:
    bind_keys(layers)
    layers.plotter.add_text(layers.listing(), position="lower_left", font_size=10, color="black")
    layers.plotter.show()
