"""A plane along the applicator's axis: which one, and what fields and bodies are in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.body import PartOutline
from rfa_model.applicators.placed import BodyOutline
from rfa_model.drawing import shapes
from rfa_model.drawing.arm_picture import ArmPicture
from rfa_model.metrics.isosurface import TriSurface

Array = NDArray[np.float64]

ON_AXIS_MM = 0.5
IN_PLANE = 1e-6  # mm off the plane, or sine of the angle with it
OFF_NODES_MM = 2.3e-3


@dataclass(frozen=True)
class Plane:
    """Plane through `origin_mm` spanned by unit vectors `across` and `along` (the applicator's axis, up the shaft)."""

    origin_mm: Array
    across: Array
    along: Array

    @property
    def normal(self) -> Array:
        """Unit normal."""
        return np.cross(self.across, self.along)

    def to_plane(self, points_mm: Array) -> Array:
        """Coordinates (N, 2) across and along of points (N, 3), projected on the plane."""
        relative = points_mm - self.origin_mm
        return np.column_stack([relative @ self.across, relative @ self.along])

    def to_space(self, across_mm: Array, along_mm: Array) -> Array:
        """Points (..., 3) of the patient frame at plane coordinates."""
        return self.origin_mm + across_mm[..., None] * self.across + along_mm[..., None] * self.along


@dataclass(frozen=True)
class Slice:
    """Fields on a triangulation of the plane: points (N, 2) in mm, triangles (M, 3), `tissue` (M,); see `Field`."""

    points_mm: Array
    triangles: NDArray[np.integer]
    tissue: NDArray[np.bool_]
    temperature_C: Array
    excess: Array
    field_V_per_m: Array | None = None


def axial_plane(picture: ArmPicture) -> Plane:
    """Plane along the applicator's axis through the middle of its contacts and the farthest of its bodies beside it.

    Where no body stands beside the axis, as with one needle: the plane of the axis and the nerve's nearest point.
    Where the nerve crosses the axis itself, the plane that holds the nerve's direction; where there is no nerve,
    the plane that holds the way out of the bone.
    """
    axis = picture.applicator.axis
    candidates = [*_towards_bodies(picture), *_towards_nerve(picture), picture.along_nerve, picture.away_from_bone]
    for candidate in (*candidates, np.eye(3)[0], np.eye(3)[1]):
        across = candidate - (candidate @ axis) * axis
        length = float(np.linalg.norm(across))
        if length > 0.3 * float(np.linalg.norm(candidate)) and length > 0.0:
            return Plane(picture.applicator.foot_mm, _facing_right(across / length, picture), axis)
    raise AssertionError("two orthogonal directions cannot both lie along the axis")


def cut(picture: ArmPicture, plane: Plane, half_size_mm: float) -> Slice:
    """Temperature and excess where the tetrahedra cross the plane, within `half_size_mm` of its origin."""
    field = picture.field
    offset = (field.points_mm - plane.origin_mm) @ plane.normal - OFF_NODES_MM
    near = np.linalg.norm(field.points_mm - plane.origin_mm, axis=1) <= half_size_mm
    crossing = (offset[field.cells].max(axis=1) >= 0.0) & (offset[field.cells].min(axis=1) <= 0.0)
    crossing &= near[field.cells].any(axis=1)
    pulse = {} if field.field_V_per_m is None else {"pulse": field.field_V_per_m}
    grid = shapes.field_grid(
        field.points_mm,
        field.cells,
        crossing,
        {"temperature": field.temperature_C, "excess": field.excess} | pulse,
        {"tissue": field.tissue.astype(np.uint8)},
    )
    # A plane exactly through nodes leaves holes, so the cut lies a hair beside it.
    origin = plane.origin_mm + OFF_NODES_MM * plane.normal
    section = grid.slice(normal=plane.normal, origin=origin, generate_triangles=True)
    return Slice(
        plane.to_plane(np.asarray(section.points, dtype=float)),
        section.regular_faces,
        np.asarray(section.cell_data["tissue"]) > 0,
        np.asarray(section.point_data["temperature"], dtype=float),
        np.asarray(section.point_data["excess"], dtype=float),
        np.asarray(section.point_data["pulse"], dtype=float) if pulse else None,
    )


def surface_outlines(surface: TriSurface, plane: Plane) -> list[Array]:
    """Closed outlines (N, 2) in the plane of a closed surface; none where the plane misses it."""
    if surface.is_empty:
        return []
    origin = plane.origin_mm + OFF_NODES_MM * plane.normal
    edge = shapes.triangles_of(surface).slice(normal=plane.normal, origin=origin).strip(join=True)
    return [plane.to_plane(np.asarray(edge.get_cell(index).points, dtype=float)) for index in range(edge.n_cells)]


def body_outlines(body: BodyOutline, part: PartOutline, plane: Plane) -> list[Array]:
    """Closed outlines (N, 2) in the plane of a part or lumen of a body; none where the plane misses it."""
    offset = float((body.pose.translation_mm - plane.origin_mm) @ plane.normal)
    held = body.pose.rotation[:, [0, 2] if part.bend else [2]]  # the axis, and the way of a bend
    if max(abs(offset), float(np.abs(plane.normal @ held).max())) < IN_PLANE:
        aside, up = body.pose.rotation.T @ np.cross(plane.normal, body.pose.axis), np.eye(3)[2]
        radius, height = part.profile_mm[:, :1], part.profile_mm[:, 1:]
        if part.sector is not None:
            low, high = part.span_mm
            corners = np.array([[0.0, low], [part.radius_mm, low], [part.radius_mm, high], [0.0, high]])
            sides = [side for side in (aside, -aside) if part.sector.holds(np.arctan2(side[1], side[0]))]
            return [plane.to_plane(body.pose.to_patient(corners[:, :1] * s + corners[:, 1:] * up)) for s in sides]
        points = np.vstack([height * up + radius * aside, (height * up - radius * aside)[::-1]])
        return [plane.to_plane(body.pose.to_patient(part.shaped_mm(points)))]
    edge = shapes.solid(part, body.pose).slice(normal=plane.normal, origin=plane.origin_mm).strip(join=True)
    lines = (np.asarray(edge.get_cell(index).points, dtype=float) for index in range(edge.n_cells))
    return [plane.to_plane(line) for line in lines]


def _towards_bodies(picture: ArmPicture) -> list[Array]:
    """Way (3,) across the axis from the contacts' middle to that body's that is farthest away, if it lies beside it."""
    placed = picture.applicator
    ways = np.array([body.middle_mm for body in placed.bodies()]) - placed.foot_mm
    across = ways - np.outer(ways @ placed.axis, placed.axis)
    farthest = across[int(np.argmax(np.linalg.norm(across, axis=1)))]
    return [farthest] if np.linalg.norm(farthest) > ON_AXIS_MM else []


def _towards_nerve(picture: ArmPicture) -> list[Array]:
    targets = [nerve.points_mm for nerve in picture.nerves if not nerve.protected]
    if not targets:
        return []
    axis = picture.applicator.axis
    points = np.concatenate(targets) - picture.applicator.foot_mm
    height = points @ axis
    clamped = np.clip(height, *picture.applicator.contact_extent_mm)
    distance = np.linalg.norm(points - clamped[:, None] * axis, axis=1)
    nearest = int(np.argmin(distance))
    across = points[nearest] - height[nearest] * axis
    return [across] if np.linalg.norm(across) > ON_AXIS_MM else []


def _facing_right(across: Array, picture: ArmPicture) -> Array:
    """The same line in a fixed sense: bone is on the right, or, where the line runs along bone, the nerve's far end."""
    into_bone = -float(across @ picture.away_from_bone)
    sense = into_bone if abs(into_bone) > 0.3 else float(across @ picture.along_nerve)
    return across if sense >= 0.0 else -across
