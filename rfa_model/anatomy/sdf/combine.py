"""Solids made of solids: smooth boolean operations, shells, mirror images and rigid placement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rfa_model.anatomy.sdf.primitives import FloatArray, Shape, Vector


def smooth_min(a: FloatArray, b: FloatArray, blend: float) -> FloatArray:
    """Quadratic smooth minimum; equals min(a, b) where the two differ by more than `blend` (mm)."""
    if blend <= 0.0:
        return np.minimum(a, b)
    overlap = np.maximum(blend - np.abs(a - b), 0.0)
    return np.minimum(a, b) - overlap * overlap / (4.0 * blend)


def lower_bound(shape: Shape, points: FloatArray) -> FloatArray:
    """Distance to the shape's bounding sphere: never more than the distance to the shape."""
    centre, radius = shape.bound
    if not np.isfinite(radius):
        return np.full(len(points), -np.inf)
    offset = points - centre
    result: FloatArray = np.sqrt(np.einsum("ij,ij->i", offset, offset)) - radius
    return result


@dataclass(frozen=True)
class SmoothUnion:
    """Union with fillets. Each part is (shape, blend in mm with what came before it)."""

    parts: Sequence[tuple[Shape, float]]

    def __call__(self, points: FloatArray) -> FloatArray:
        distance = self.parts[0][0](points)
        for shape, blend in self.parts[1:]:
            near = np.flatnonzero(lower_bound(shape, points) < distance + blend)
            if near.size:
                distance[near] = smooth_min(distance[near], shape(points[near]), blend)
        return distance

    @cached_property
    def bound(self) -> tuple[FloatArray, float]:
        centres = np.array([shape.bound[0] for shape, _ in self.parts])
        radii = np.array([shape.bound[1] for shape, _ in self.parts])
        centre = (centres.min(axis=0) + centres.max(axis=0)) / 2
        return centre, float((np.linalg.norm(centres - centre, axis=1) + radii).max() + max(b for _, b in self.parts))


@dataclass(frozen=True)
class Difference:
    """`solid` without `tool`, the new edge rounded over `blend`; `clearance` widens the tool."""

    solid: Shape
    tool: Shape
    blend: float = 0.0
    clearance: float = 0.0

    def __call__(self, points: FloatArray) -> FloatArray:
        distance = self.solid(points)
        near = np.flatnonzero(lower_bound(self.tool, points) < self.clearance + self.blend - distance)
        if near.size:
            cut = self.tool(points[near]) - self.clearance
            distance[near] = -smooth_min(-distance[near], cut, self.blend)
        return distance

    @property
    def bound(self) -> tuple[FloatArray, float]:
        return self.solid.bound


@dataclass(frozen=True)
class Intersection:
    """What both solids share, edges rounded over `blend`."""

    first: Shape
    second: Shape
    blend: float = 0.0

    def __call__(self, points: FloatArray) -> FloatArray:
        return -smooth_min(-self.first(points), -self.second(points), self.blend)

    @property
    def bound(self) -> tuple[FloatArray, float]:
        return min(self.first.bound, self.second.bound, key=lambda bound: bound[1])


@dataclass(frozen=True)
class Shell:
    """Layer of `thickness` just inside the surface of a solid."""

    solid: Shape
    thickness: float

    def __call__(self, points: FloatArray) -> FloatArray:
        distance = self.solid(points)
        return np.maximum(distance, -distance - self.thickness)

    @property
    def bound(self) -> tuple[FloatArray, float]:
        return self.solid.bound


@dataclass(frozen=True)
class Mirrored:
    """A solid given for x ≥ 0 together with its mirror image in the sagittal plane x = 0."""

    half: Shape

    def __call__(self, points: FloatArray) -> FloatArray:
        folded = points.copy()
        folded[:, 0] = np.abs(folded[:, 0])
        return self.half(folded)

    @cached_property
    def bound(self) -> tuple[FloatArray, float]:
        centre, radius = self.half.bound
        return np.array([0.0, centre[1], centre[2]]), radius + abs(float(centre[0]))


@dataclass(frozen=True)
class Rigid:
    """Rigid motion in the sagittal plane, local → outer: p = R q + t, R a turn by `tilt_deg` about x.

    A positive tilt turns +z (superior) towards +y (posterior).
    """

    tilt_deg: float
    translation: Vector

    @property
    def rotation(self) -> FloatArray:
        """Rotation matrix (3, 3)."""
        c, s = np.cos(np.deg2rad(self.tilt_deg)), np.sin(np.deg2rad(self.tilt_deg))
        return np.array([[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]])

    def apply(self, local: FloatArray) -> FloatArray:
        """Local points or one point to the outer frame."""
        result: FloatArray = np.asarray(local, dtype=float) @ self.rotation.T + np.asarray(self.translation)
        return result

    def invert(self, outer: FloatArray) -> FloatArray:
        """Outer points or one point to the local frame."""
        result: FloatArray = (np.asarray(outer, dtype=float) - np.asarray(self.translation)) @ self.rotation
        return result


@dataclass(frozen=True)
class Placed:
    """A solid moved by a rigid motion."""

    shape: Shape
    motion: Rigid

    def __call__(self, points: FloatArray) -> FloatArray:
        return self.shape(self.motion.invert(points))

    @cached_property
    def bound(self) -> tuple[FloatArray, float]:
        centre, radius = self.shape.bound
        return self.motion.apply(centre), radius


def compose(outer: Rigid, inner: Rigid) -> Rigid:
    """The motion that applies `inner` first, then `outer`."""
    return Rigid(outer.tilt_deg + inner.tilt_deg, outer.apply(np.asarray(inner.translation, dtype=float)))


def inverse(motion: Rigid) -> Rigid:
    """The motion back."""
    return Rigid(-motion.tilt_deg, -np.asarray(motion.translation, dtype=float) @ motion.rotation)
