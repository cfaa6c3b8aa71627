"""The layers of the interactive view, each a switchable group of actors in one pyvista plotter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyvista as pv

from rfa_model.drawing import render, shapes, style
from rfa_model.drawing.arm_picture import ArmPicture
from rfa_model.drawing.orthographic import View
from rfa_model.drawing.section import OFF_NODES_MM, axial_plane
from rfa_model.pictures.slice import temperature_colours, temperature_levels
from rfa_model.viewer.live_bar import LiveBar

if TYPE_CHECKING:
    from vtkmodules.vtkInteractionWidgets import vtkPlaneWidget

LESION, PLANE = "lesion", "temperature plane"
SLICED_MM = 14.0
LETTER, ROW, ABOVE_BAR = 0.0135, 0.03, 0.08  # of the legend, shares of the window
SCALAR_BAR = {
    "title": "temperature (°C)",
    "vertical": True,
    "color": style.INK,
    "position_x": 0.88,
    "position_y": 0.25,
    "height": 0.5,
    "n_labels": 5,
    "fmt": "%.0f",
}


def isotherm_name(level_C: float) -> str:
    """Name of an isotherm's layer."""
    return f"{level_C:.0f} °C now"


def keys(names: Iterable[str]) -> dict[str, str]:
    """The key of each layer; VTK has its own use for many letters and for 3 (stereo), for no function key."""
    return {f"F{number}": name for number, name in enumerate(names, start=1)}


ISOTHERM_COLOURS = {
    isotherm_name(level): style.CRITERION_COLOURS[f"isotherm_{level:.0f}C"] for level in style.ISOTHERMS_C
}


@dataclass
class Layers:
    """A plotter with its scale bar and layers: names in the order of their keys F1, F2, …, and the actors of each."""

    plotter: pv.Plotter
    bar: LiveBar
    actors: dict[str, list[pv.Actor]] = field(default_factory=dict)

    def show(self, name: str, visible: bool) -> None:
        """Switch a layer on or off; the plane goes with its handle."""
        for actor in self.actors[name]:
            actor.SetVisibility(visible)
        for handle in _handles(self.plotter) if name == PLANE else ():
            handle.SetEnabled(visible)
        self.plotter.render()

    def toggle(self, name: str) -> None:
        """Switch a layer to what it is not."""
        self.show(name, not all(actor.GetVisibility() for actor in self.actors[name]))

    def listing(self) -> str:
        """Keys and names, one a line."""
        return "\n".join(f"{key}  {name}" for key, name in keys(self.actors).items())


def _handles(plotter: pv.Plotter) -> Iterable[vtkPlaneWidget]:
    """What planes are dragged by; older versions of pyvista keep them in the plotter itself."""
    return getattr(plotter, "widgets", plotter).plane_widgets


def build_layers(plotter: pv.Plotter, picture: ArmPicture, view: View, movable: bool) -> Layers:
    """Draw one arm in layers: bone, applicator, nerves, lesion, isotherms and a plane that shows the temperature.

    Parameters
    ----------
    plotter : pyvista's, empty.
    picture : the arm at the time to be shown.
    view : where to look from first.
    movable : whether the plane can be dragged.
    """
    plotter.set_background("white")
    # Translucent shells are blended in any order: VTK's depth peeling lost the inner ones beside the opaque plane.
    render.aim(plotter, view)
    render.light(plotter, view)
    layers = Layers(plotter, LiveBar(plotter))
    for name, actors in _layers(plotter, picture, movable):
        if found := list(actors):
            layers.actors[name] = found
    shells = [[name, colour] for name, colour in ISOTHERM_COLOURS.items() if name in layers.actors]
    if picture.lesion and LESION in layers.actors:
        shells.insert(0, [picture.lesion.words, picture.lesion.colour])
    if shells:
        size = (LETTER * max(len(name) for name, _ in shells) + ROW, ROW * len(shells))
        legend = plotter.add_legend(shells, bcolor="white", face="rectangle", loc="lower right", size=size)
        legend.SetPosition(1.0 - size[0], ABOVE_BAR)  # pyvista puts it as if it were as wide as high
    return layers


def _layers(plotter: pv.Plotter, picture: ArmPicture, movable: bool) -> Iterator[tuple[str, Iterable[pv.Actor]]]:
    yield "bone", render.add_surfaces(plotter, picture.surfaces)
    yield picture.applicator.labels.whole, render.add_applicator(plotter, picture.applicator)
    yield "nerves", render.add_nerves(plotter, picture.nerves)
    yield LESION, render.add_lesion(plotter, picture)
    for level in style.ISOTHERMS_C:
        yield isotherm_name(level), _isotherm(plotter, picture, level)
    yield PLANE, (_moving_plane if movable else _still_plane)(plotter, picture)


def _isotherm(plotter: pv.Plotter, picture: ArmPicture, level_C: float) -> Iterator[pv.Actor]:
    here = picture.field
    surface = shapes.isosurface(here.points_mm, here.cells, here.tissue, here.temperature_C - level_C)
    if surface.n_points:
        colour = ISOTHERM_COLOURS[isotherm_name(level_C)]
        yield plotter.add_mesh(surface, color=colour, opacity=style.ISOTHERM_OPACITY, smooth_shading=True, render=False)


def _sliced_grid(picture: ArmPicture) -> pv.UnstructuredGrid:
    """Temperature in the tissue within `SLICED_MM` of the middle of a body's contacts."""
    here, bodies = picture.field, picture.applicator.bodies()
    away = np.min([np.linalg.norm(here.points_mm - body.middle_mm, axis=1) for body in bodies], axis=0)
    kept = here.tissue & (away[here.cells].min(axis=1) < SLICED_MM)
    grid = shapes.field_grid(here.points_mm, here.cells, kept, {"temperature": here.temperature_C, "away": away})
    return grid.clip_scalar(scalars="away", value=SLICED_MM)


def _still_plane(plotter: pv.Plotter, picture: ArmPicture) -> Iterator[pv.Actor]:
    plane = axial_plane(picture)
    section = _sliced_grid(picture).slice(normal=plane.normal, origin=plane.origin_mm + OFF_NODES_MM * plane.normal)
    if section.n_points:
        yield plotter.add_mesh(section, **_heat(picture))


def _moving_plane(plotter: pv.Plotter, picture: ArmPicture) -> Iterator[pv.Actor]:
    plane = axial_plane(picture)
    yield plotter.add_mesh_slice(
        _sliced_grid(picture), normal=plane.normal, origin=plane.origin_mm, interaction_event="always",
        outline_opacity=0.0, **_heat(picture),
    )  # fmt: skip


def _heat(picture: ArmPicture) -> dict[str, object]:
    levels = temperature_levels(picture.body_temperature_C)
    return {"scalars": "temperature", "cmap": temperature_colours(), "clim": (levels[0], levels[-1]),
            "lighting": False, "scalar_bar_args": SCALAR_BAR, "render": False}  # fmt: skip


def bind_keys(layers: Layers) -> None:
    """Keys F1, F2, … switch the layers."""
    for key, name in keys(layers.actors).items():
        layers.plotter.add_key_event(key, _switch(layers, name))


def _switch(layers: Layers, name: str) -> Callable[[], None]:
    return lambda: layers.toggle(name)
