"""The still parts of the 3-D scene as plotly traces: bone, muscle's outline, applicator. Mm from the target."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from rfa_model.anatomy.base import Anatomy, Window
from rfa_model.applicators.labels import part_label
from rfa_model.applicators.pose import Pose
from rfa_model.drawing import shapes, style
from rfa_model.drawing.placed_applicator import PlacedApplicator, part_colour
from rfa_model.report.encode import triangles, typed
from rfa_model.report.surfaces import thinned

Array = NDArray[np.float64]
Trace = dict[str, object]

HALF_SIZE_MM = 90.0  # of the cube that is drawn: the other side's transverse process lies within it
SKIN_MM = 64.0  # from a lumbar target, at most
BONE_REACH_MM = (34.0, 46.0, 32.0)  # either way: the mirror image is drawn too, and the whole vertebral body
BONE_SPACING_MM = 1.2
BONE_SHARE_KEPT = 0.2
OUTLINE_PLANES_MM = (-18.0, -9.0, 0.0, 9.0, 18.0)
OUTLINE_REACH_MM = 40.0
OUTLINE_SPACING_MM = 0.8
OUTLINE_STRIDE = 2
MARK_SPACING_MM = 10.0
MARK_WIDTH_MM = 0.5
MARK_PROUD_MM = 0.03
MATT = {"ambient": 0.5, "diffuse": 0.75, "specular": 0.05, "roughness": 0.8, "fresnel": 0.05}
METALLIC = {"ambient": 0.45, "diffuse": 0.7, "specular": 0.6, "roughness": 0.35, "fresnel": 0.2}
# In the picture's own frame: from the upper left, and towards the viewer along -z, where a unit is 500 times as deep.
LIGHT = {"x": -60_000, "y": 80_000, "z": -240}


def mesh(group: str, name: str, points_mm: Array, faces: NDArray[np.integer], **look: object) -> Trace:
    """One Mesh3d trace; ``group`` is the switch that shows it."""
    common = {"type": "mesh3d", "meta": group, "name": name, "hoverinfo": "skip", "lightposition": LIGHT}
    return {**common, "lighting": MATT, "flatshading": False, **triangles(points_mm, faces), **look}


def bone(anatomy: Anatomy, origin_mm: Array) -> Iterator[Trace]:
    """Bone, discs and cartilage about the target, whole from left to right: seen from any side they are solid."""
    near = Window(origin_mm, np.eye(3), np.array(BONE_REACH_MM))
    for name, (points, faces) in anatomy.surfaces(BONE_SPACING_MM, within=near).items():
        if not len(faces):
            continue
        whole = shapes.smooth_triangles(points - origin_mm, faces, name)
        thin = thinned(whole, int(BONE_SHARE_KEPT * whole.n_cells))
        colour = style.SURFACE_COLOURS.get(name, style.BONE)
        yield mesh("bone", name, np.asarray(thin.points), thin.regular_faces, color=colour)


def muscle(anatomy: Anatomy, origin_mm: Array) -> Iterator[Trace]:
    """Where muscle ends, as lines in axial planes from bone to the fat under the skin; nothing in one tissue alone."""
    if "muscle" not in anatomy.tissue_names or len(anatomy.tissue_names) == 1:
        return
    index = anatomy.tissue_names.index("muscle")
    across = np.arange(-OUTLINE_REACH_MM, OUTLINE_REACH_MM + 0.1, OUTLINE_SPACING_MM)
    deep = np.arange(-OUTLINE_REACH_MM, SKIN_MM, OUTLINE_SPACING_MM)
    x, y = np.meshgrid(across, deep, indexing="ij")
    lines: list[Array] = []
    for height in OUTLINE_PLANES_MM:
        points = np.column_stack([x.ravel(), y.ravel(), np.full(x.size, height)])
        inside = (anatomy.tissue_at(points + origin_mm) == index).astype(float)
        plane = pv.ImageData(
            dimensions=(*x.shape, 1), spacing=(OUTLINE_SPACING_MM,) * 3, origin=(across[0], deep[0], height)
        )
        plane.point_data["muscle"] = inside.reshape(x.shape).ravel(order="F")
        smooth = plane.gaussian_smooth(scalars="muscle", std_dev=1.0)
        edge = smooth.contour([0.5], scalars="muscle").strip(join=True)
        for cell in range(edge.n_cells):
            line = np.asarray(edge.get_cell(cell).points)
            lines += [line[::OUTLINE_STRIDE], line[-1:], np.full((1, 3), np.nan)]
    if lines:
        xyz = {axis: typed(column) for axis, column in zip("xyz", np.concatenate(lines).T, strict=True)}
        yield {"type": "scatter3d", "mode": "lines", "meta": "muscle", "name": "muscle outline", "hoverinfo": "skip",
               "line": {"color": style.MUSCLE, "width": 3}, **xyz}  # fmt: skip


def applicator(placed: PlacedApplicator, origin_mm: Array) -> Iterator[Trace]:
    """Every part of every body up to the skin, and rings on the insulation every 10 mm from a body's distal end.

    Faint, without rings, where it made lesions before.
    """
    end, rings = 1.7 * SKIN_MM, []
    half, heights = MARK_WIDTH_MM / 2, np.arange(MARK_SPACING_MM, end, MARK_SPACING_MM)
    for body in placed.bodies(end):
        pose = Pose(body.pose.rotation, body.pose.translation_mm - origin_mm)
        for part in body.parts:
            name, colour = part_label(body.name, part.part), part_colour(body, part.part)
            body_mesh = shapes.revolved(part, pose).triangulate()
            yield _metallic(name, body_mesh, colour)
            if part.part not in body.metal:
                radius, (low, high) = part.radius_mm + MARK_PROUD_MM, part.span_mm
                edges = [[[radius, at - half], [radius, at + half]] for at in heights if low < at < high]
                rings += [shapes.revolve(np.array(edge), pose).triangulate() for edge in edges]
    for before in placed.before:
        for body in before.bodies(end):
            pose = Pose(body.pose.rotation, body.pose.translation_mm - origin_mm)
            for part in body.parts:
                ghost = shapes.revolved(part, pose).triangulate()
                yield _metallic("needle before", ghost, part_colour(body, part.part), opacity=style.GHOST_OPACITY)
    if rings:
        yield _metallic("10 mm marks", pv.merge(rings, merge_points=False), style.METAL)


def _metallic(name: str, body: pv.PolyData, colour: str, **look: object) -> Trace:
    return mesh("needle", name, np.asarray(body.points), body.regular_faces, color=colour, lighting=METALLIC, **look)
