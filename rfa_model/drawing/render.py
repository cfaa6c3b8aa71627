"""The 3-D part of a picture: bone, applicator, nerves and lesion, drawn off-screen into an array of pixels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from rfa_model.drawing import opengl, shapes, style
from rfa_model.drawing.arm_picture import ArmPicture, Array, NerveLine, Surfaces
from rfa_model.drawing.orthographic import CAMERA_DISTANCE_MM, View
from rfa_model.drawing.placed_applicator import PlacedApplicator, part_colour

METAL_LOOK = {"specular": 0.7, "specular_power": 25.0, "ambient": 0.18, "diffuse": 0.8}
MATT_LOOK = {"specular": 0.08, "specular_power": 8.0, "ambient": 0.22, "diffuse": 0.8}
GLOWING_LOOK = {"ambient": 0.8, "diffuse": 0.35}
EDGE_PX = 4  # round the lesion's part of a picture, for its blurred edge
LESION_TINT, NERVE_TINT = 0.40, 0.12  # of the one side that is drawn; a nerve in the lesion keeps its own colour
NERVE_LOOK = {"specular": 0.25, "specular_power": 20.0, "ambient": 0.35, "diffuse": 0.7}


def lesion_surface(picture: ArmPicture) -> pv.PolyData:
    """Surface where the lesion, of several in turn all together, ends in tissue; patient frame, empty where none is."""
    if picture.union is not None:
        return shapes.triangles_of(picture.union)
    field = picture.field
    return shapes.isosurface(field.points_mm, field.cells, field.tissue, field.excess)


def render(pictures: Iterable[ArmPicture], view: View) -> list[NDArray[np.uint8]]:
    """Draw each arm as seen in `view`; anatomy that they share is prepared once.

    Returns
    -------
    One (height, width, 3) array of uint8 per arm, white where there is nothing.

    Raises
    ------
    InputError
        If this machine has no OpenGL to draw with.
    """
    with opengl.quiet():
        plotter = pv.Plotter(off_screen=True, window_size=list(view.size_px), lighting="none")
        try:
            opengl.require(plotter.render_window)
            plotter.set_background("white")
            plotter.enable_anti_aliasing("ssaa")
            aim(plotter, view)
            light(plotter, view)
            return _images(plotter, pictures, view)
        finally:
            plotter.close()


def _images(plotter: pv.Plotter, pictures: Iterable[ArmPicture], view: View) -> list[NDArray[np.uint8]]:
    images = []
    shown: Surfaces = {}
    anatomy: list[pv.Actor] = []
    for picture in pictures:
        if picture.surfaces is not shown:
            _remove(plotter, anatomy)
            anatomy, shown = list(add_surfaces(plotter, picture.surfaces)), picture.surfaces
        nerves, own = list(add_nerves(plotter, picture.nerves)), list(add_applicator(plotter, picture.applicator))
        image = _image(plotter)
        for lesion in list(add_lesion(plotter, picture, opacity=1.0)):
            box = view.box(np.asarray(lesion.mapper.dataset.points), EDGE_PX)
            if min(box.size_px) > 0:
                _look(plotter, view.part(box))
                _tint(box.of(image), plotter, lesion, nerves)
                _look(plotter, view)
            _remove(plotter, [lesion])
        images.append(image)
        _remove(plotter, [*own, *nerves])
    return images


def _look(plotter: pv.Plotter, view: View) -> None:
    plotter.render_window.SetSize(*view.size_px)  # pyvista's own way would render the whole anew
    aim(plotter, view)


def _tint(image: NDArray[np.uint8], plotter: pv.Plotter, lesion: pv.Actor, nerves: list[pv.Actor]) -> None:
    """Lay the lesion over the part of a picture that the plotter looks at; lesion and nerves leave the scene.

    Only the side of the lesion that faces the viewer tints what lies behind it. As a translucent surface it would show
    its folds too: where it dips to a cooled shaft, dark spikes that are no shape of the lesion.
    """
    above = _image(plotter)
    _remove(plotter, [lesion])
    below = _image(plotter)
    _remove(plotter, nerves)
    opacity = np.where((below != _image(plotter)).any(axis=2), NERVE_TINT, LESION_TINT)
    tinted = blended(below, above, opacity[..., None])
    covered = (above != below).any(axis=2)
    image[covered] = tinted[covered]


def _image(plotter: pv.Plotter) -> NDArray[np.uint8]:
    plotter.render()
    return np.array(plotter.screenshot(None, return_img=True))


def blended(below: NDArray[np.uint8], above: NDArray[np.uint8], opacity: float | Array) -> NDArray[np.uint8]:
    """Two pictures of one size, `above` laid over `below`; where they are alike nothing changes."""
    mixed = below + opacity * (above.astype(float) - below)
    return np.rint(mixed).astype(np.uint8)


def _remove(plotter: pv.Plotter, actors: list[pv.Actor]) -> None:
    for actor in actors:
        plotter.remove_actor(actor, render=False)


def nerve_colour(nerve: NerveLine, inside: bool) -> str:
    """Colour of one stretch of a nerve."""
    if inside:
        return style.NERVE_INSIDE
    return style.PROTECTED_NERVE if nerve.protected else style.NERVE_OUTSIDE


def aim(plotter: pv.Plotter, view: View) -> None:
    """Look as `view` does."""
    plotter.camera.position = tuple(view.focal_mm + CAMERA_DISTANCE_MM * view.towards_viewer)
    plotter.camera.focal_point = tuple(view.focal_mm)
    plotter.camera.up = tuple(view.up)
    plotter.enable_parallel_projection()
    plotter.camera.parallel_scale = view.height_mm / 2.0
    plotter.camera.clipping_range = (CAMERA_DISTANCE_MM - 150.0, CAMERA_DISTANCE_MM + 150.0)


def light(plotter: pv.Plotter, view: View) -> None:
    """Three lamps that go with `view`."""
    key = view.towards_viewer + 0.8 * view.up - 0.7 * view.right
    fill = view.towards_viewer - 0.4 * view.up + 0.9 * view.right
    for direction, intensity in ((key, 0.75), (fill, 0.3), (view.towards_viewer, 0.12)):
        plotter.add_light(
            pv.Light(
                position=tuple(view.focal_mm + 200 * direction), focal_point=tuple(view.focal_mm), intensity=intensity
            )
        )


def add_surfaces(plotter: pv.Plotter, surfaces: Surfaces) -> Iterator[pv.Actor]:
    """Bone, discs and cartilage."""
    for name, (points, faces) in surfaces.items():
        mesh = shapes.smooth_triangles(points, faces, name)
        if mesh.n_cells:
            yield _add(plotter, mesh, color=style.SURFACE_COLOURS.get(name, style.BONE), **MATT_LOOK)


def add_nerves(plotter: pv.Plotter, nerves: Sequence[NerveLine]) -> Iterator[pv.Actor]:
    """Nerves, coloured by what the lesion holds."""
    for nerve in nerves:
        for inside, stretch in shapes.runs(nerve.inside):
            mesh = shapes.tube(nerve.points_mm[stretch], nerve.diameter_mm / 2)
            look = GLOWING_LOOK if inside else NERVE_LOOK  # seen through the lesion's colour
            yield _add(plotter, mesh, color=nerve_colour(nerve, inside), **look)


def add_applicator(plotter: pv.Plotter, placed: PlacedApplicator) -> Iterator[pv.Actor]:
    """Every part of every body, coloured by whether it is a contact; faint where it made lesions before."""
    for one, opacity in ((placed, 1.0), *((before, style.GHOST_OPACITY) for before in placed.before)):
        for body in one.bodies():
            for part in body.parts:
                mesh = shapes.revolved(part, body.pose)
                yield _add(plotter, mesh, color=part_colour(body, part.part), opacity=opacity, **METAL_LOOK)


def add_lesion(plotter: pv.Plotter, picture: ArmPicture, opacity: float = style.LESION_OPACITY) -> Iterator[pv.Actor]:
    """The lesion's surface in its criterion's colour, if there is one."""
    lesion = lesion_surface(picture)
    if picture.lesion and lesion.n_points:
        yield _add(plotter, lesion, color=picture.lesion.colour, opacity=opacity, specular=0.15, ambient=0.3)


def _add(plotter: pv.Plotter, mesh: pv.PolyData, **look: object) -> pv.Actor:
    return plotter.add_mesh(mesh, smooth_shading=True, render=False, **look)
