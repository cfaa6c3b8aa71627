"""What is exported: closed triangle surfaces with a name and a colour, patient frame (LPS, mm)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from rfa_model.anatomy.base import Anatomy, Curve, Window
from rfa_model.applicators.labels import part_label
from rfa_model.drawing import shapes, style
from rfa_model.drawing.arm_picture import Array
from rfa_model.drawing.placed_applicator import PlacedApplicator, part_colour
from rfa_model.results.reader import ArmResults

BONE_HALF_MM = 40.0
TUBE_SIDES = 24


@dataclass(frozen=True)
class Part:
    """A closed surface: points (N, 3) in mm, triangles (M, 3) wound outwards, `colour` as #RRGGBB."""

    name: str
    points_mm: Array
    triangles: NDArray[np.integer]
    colour: str
    opacity: float = 1.0

    def mesh(self) -> pv.PolyData:
        """The surface as pyvista holds it."""
        return pv.PolyData.from_regular_faces(self.points_mm, self.triangles)


def anatomy_parts(anatomy: Anatomy) -> Iterator[Part]:
    """Nerves as tubes, and bone, discs and cartilage within 40 mm of the target; surfaces are cut off outside that."""
    for protected, curves in ((False, anatomy.nerves), (True, anatomy.structures)):
        for name, curve in curves.items():
            if isinstance(curve, Curve):
                colour = style.PROTECTED_NERVE if protected else style.NERVE_OUTSIDE
                yield _part(f"nerve_{name}", shapes.closed_surface(_tube(curve)), colour)
    near = Window(anatomy.target.point_mm, np.eye(3), np.full(3, BONE_HALF_MM))
    for name, (points, triangles) in anatomy.surfaces(within=near).items():
        mesh = shapes.smooth_triangles(points, triangles)
        if mesh.n_cells:
            yield _part(name, shapes.closed_surface(mesh), style.SURFACE_COLOURS.get(name, style.BONE))


def arm_parts(arm: ArmResults) -> Iterator[Part]:
    """Lesion per criterion (those that are not empty), and the applicator's parts up to 90 mm from a body's end."""
    for criterion, surface in arm.lesions.items():
        if not surface.is_empty:
            colour = style.criterion_colour(criterion)
            yield Part(f"lesion_{criterion}", surface.points_mm, surface.triangles, colour, style.LESION_OPACITY)
    named = _Names()
    placed = PlacedApplicator(arm.applicator, arm.pose, arm.earlier_poses)
    for body in placed.bodies():
        for part in body.parts:
            name = named.own(f"needle {part_label(body.name, part.part)}")
            yield _part(name, shapes.solid(part, body.pose), part_colour(body, part.part))
    for number, before in enumerate(placed.before, start=1):
        for body in before.bodies():
            for part in body.parts:
                name = named.own(f"lesion {number} needle {part_label(body.name, part.part)}")
                ghost = shapes.solid(part, body.pose)
                yield replace(_part(name, ghost, part_colour(body, part.part)), opacity=style.GHOST_OPACITY)


class _Names:
    """Names of files: a number after what has been there before, as of several tines."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def own(self, words: str) -> str:
        """The words as a name that no part before has."""
        name = words.replace(" ", "_")
        self._seen[name] += 1
        return name if self._seen[name] == 1 else f"{name}_{self._seen[name]}"


def _tube(curve: Curve) -> pv.PolyData:
    radius = curve.diameter_mm / 2
    line = shapes.stations(curve.points_mm, radius)
    polyline = pv.PolyData(line, lines=[len(line), *range(len(line))])
    return polyline.tube(radius=radius, n_sides=TUBE_SIDES, capping=True)


def _part(name: str, mesh: pv.PolyData, colour: str) -> Part:
    """A part of a closed mesh of triangles, wound outwards."""
    return Part(name, np.asarray(mesh.points, dtype=float), mesh.regular_faces, colour)
