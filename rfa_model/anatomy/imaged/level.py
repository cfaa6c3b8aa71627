"""An anatomy of somebody's bones: tissues by priority, distances, nerves and one target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from rfa_model.anatomy.base import (
    Curve,
    FloatArray,
    IntArray,
    Surface,
    Target,
    TriangleMesh,
    Window,
    as_points,
    unknown_part,
)
from rfa_model.anatomy.imaged.ct import Ct
from rfa_model.anatomy.imaged.fields import Field, MeshField, Union
from rfa_model.anatomy.lumbar.dimensions import common_dimensions
from rfa_model.anatomy.sdf import Tube

REACH_MM = 4.0
FAR_MM = 1e3


@dataclass(frozen=True)
class Parts:
    """Solids of an imaged anatomy, in the file's LPS frame (mm).

    Attributes
    ----------
    bones : mapping of str to Field
        Each bone about the target.
    far_bone : Field or None
        All bone beyond the box the bones are known in; None where they are known everywhere.
    soft : sequence of (str, Field)
        (tissue, solid), painted one over the other, below the canal, the nerves and bone.
    canal : Field or None
        Vertebral canal.
    cord : Field or None
        Spinal cord.
    body : Field or None
        Inside of the skin; None where the body has no end.
    box_mm : (centre (3,), half) or None
        Where the bones are known.
    """

    bones: Mapping[str, Field]
    far_bone: Field | None = None
    soft: tuple[tuple[str, Field], ...] = ()
    canal: Field | None = None
    cord: Field | None = None
    body: Field | None = None
    box_mm: tuple[FloatArray, float] | None = None


@dataclass(frozen=True)
class Tissue:
    """What is not labelled, and the cortical shell."""

    background: str = "muscle"
    cortical_thickness_mm: float = field(default_factory=lambda: common_dimensions().cortical_thickness_mm)


class ImagedLevel:
    """Anatomy from somebody's images or surfaces (LPS, mm; origin given, as a rule in the middle of the target's body).

    Parameters
    ----------
    parts : Parts
    nerve, spinal_nerve : Curve, Curve or None
        In the file's LPS frame.
    target : Target
        In the file's LPS frame.
    meshes : callable
        Makes the surfaces for pictures when they are first asked for: name to (points, triangles), LPS of the file.
    origin_mm : (3,) array
        What this anatomy counts from, in the file's LPS frame.
    tissue : Tissue
    marks : mapping of str to (3,) array
        Where to write the bones' names.
    notes : tuple of str
        What was assumed, mended or estimated.
    skin : bool
        Whether the body's end is to be spared.
    ct : Path or None
        The CT, from which radiographs are made.

    Raises
    ------
    InputError
        If the CT is none, or does not reach the target.
    """

    reference_keys: tuple[str, ...] = ()

    def __init__(
        self,
        parts: Parts,
        nerve: Curve,
        spinal_nerve: Curve | None,
        target: Target,
        meshes: Callable[[], Mapping[str, TriangleMesh]],
        origin_mm: FloatArray,
        tissue: Tissue,
        marks: Mapping[str, FloatArray],
        notes: tuple[str, ...] = (),
        skin: bool = False,
        ct: Path | None = None,
    ) -> None:
        self.origin_mm, self.notes, self._parts, self._tissue = origin_mm, notes, parts, tissue
        self._bone = Union(list(parts.bones.values()))
        self._made = meshes
        self._marks = {name: np.atleast_2d(points) - origin_mm for name, points in marks.items()}
        self.nerves: Mapping[str, Curve] = {nerve.name: replace(nerve, points_mm=nerve.points_mm - origin_mm)}
        structures: dict[str, Curve | Surface] = {}
        if spinal_nerve is not None:
            structures["spinal_nerve"] = replace(spinal_nerve, points_mm=spinal_nerve.points_mm - origin_mm)
        if skin:
            structures["skin"] = Surface("skin", "body")
        self.structures: Mapping[str, Curve | Surface] = structures
        self.target = replace(target, point_mm=target.point_mm - origin_mm)
        curves = [nerve] + ([spinal_nerve] if spinal_nerve is not None else [])
        self._tubes = [Tube(curve.points_mm, curve.diameter_mm / 2) for curve in curves]
        self._layers = self._painted()
        self.ct = None if ct is None else Ct(ct, origin_mm)
        if self.ct is not None:
            self.ct.check_holds(self.target.point_mm)
        names = [tissue.background, *(name for name, _ in self._layers)]
        self.tissue_names = tuple(dict.fromkeys(names))
        self.layer_tissues = tuple(self.tissue_names.index(name) for name in names)

    def tissue_at(self, points_mm: FloatArray) -> IntArray:
        """Index into `tissue_names` for each point, shape (N,)."""
        layers = self.layer_distances_mm(points_mm)
        tissue = np.full(len(layers), self.layer_tissues[0], dtype=np.int64)
        for index, column in zip(self.layer_tissues[1:], layers.T, strict=True):
            tissue[column < 0.0] = index
        return tissue

    def layer_distances_mm(self, points_mm: FloatArray) -> FloatArray:
        """Signed distance of each layer over the ground, negative inside, shape (N, layers); right up to 4 mm."""
        points = as_points(points_mm) + self.origin_mm
        known: dict[int, FloatArray] = {}

        def of(solid: Field) -> FloatArray:
            if id(solid) not in known:
                known[id(solid)] = _within(solid, points)
            return known[id(solid)]

        return np.stack([of(layer.solid) + layer.shift_mm for _, layer in self._layers], axis=1)

    def _painted(self) -> list[tuple[str, Layer]]:
        """Layers over the ground: (tissue, solid)."""
        parts, common = self._parts, common_dimensions()
        found: list[tuple[str, Layer]] = []
        if parts.body is not None:
            inward = common.skin_thickness_mm + common.subcutaneous_fat_mm
            depth = _Outside(parts.body)
            found += [("fat", Layer(depth, -inward)), ("skin", Layer(depth, -common.skin_thickness_mm))]
            found += [("air", Layer(depth, 0.0))]
        found += [(name, Layer(solid, 0.0)) for name, solid in parts.soft]
        if parts.canal is not None:
            found += [("fat", Layer(parts.canal, 0.0)), ("csf", Layer(parts.canal, common.epidural_fat_mm))]
        if parts.cord is not None:
            found += [("spinal_cord", Layer(parts.cord, 0.0))]
        found += [("nerve", Layer(_Tubes(self._tubes), 0.0))]
        if parts.bones:
            found += [("cortical_bone", Layer(self._bone, 0.0))]
            found += [("cancellous_bone", Layer(self._bone, self._tissue.cortical_thickness_mm))]
        return found

    def distance_mm(self, part: str, points_mm: FloatArray) -> FloatArray:
        """Signed distance to "bone", "canal" or "body" (inside the skin), negative inside, shape (N,)."""
        points = as_points(points_mm) + self.origin_mm
        if part == "bone":
            return self._bone_mm(points)
        if part == "canal":
            return np.full(len(points), np.inf) if self._parts.canal is None else self._parts.canal(points)
        if part == "body":
            return np.full(len(points), -np.inf) if self._parts.body is None else self._parts.body(points)
        raise unknown_part(part, ("bone", "canal", "body"))

    def known_radius_mm(self, point_mm: FloatArray) -> float:
        """Radius of the largest sphere about a point in which bones are known as finely as their files tell."""
        if self._parts.box_mm is None:
            return np.inf
        centre, half = self._parts.box_mm
        return float(half - np.abs(point_mm + self.origin_mm - centre).max())

    def _bone_mm(self, points: FloatArray) -> FloatArray:
        distance = self._bone(points)
        if self._parts.far_bone is None or self._parts.box_mm is None:
            return distance
        centre, half = self._parts.box_mm
        away = np.flatnonzero((np.abs(points - centre) > half - 1.0).any(axis=1))
        if away.size:
            distance[away] = self._parts.far_bone(points[away])
        return distance

    @property
    def bone_marks_mm(self) -> Mapping[str, FloatArray]:
        """Per bone its middle."""
        return self._marks

    def bone_at(self, point_mm: FloatArray) -> str:
        """Name of the nearest bone."""
        point = as_points(point_mm[None]) + self.origin_mm
        names = list(self._parts.bones)
        nearest = int(np.argmin([solid(point)[0] for solid in self._parts.bones.values()]))
        return names[nearest].removeprefix("vertebra_")

    @cached_property
    def _meshes(self) -> Mapping[str, TriangleMesh]:
        return {name: (points - self.origin_mm, triangles) for name, (points, triangles) in self._made().items()}

    def surfaces(self, spacing_mm: float = 0.8, within: Window | None = None) -> Mapping[str, TriangleMesh]:
        """Meshes for pictures: "bone" (target), "neighbour_bone", "disc"; the whole of what comes into the window."""
        if within is None:
            return self._meshes
        return {name: mesh for name, mesh in self._meshes.items() if within.shows(mesh[0], 3.0).any()}


@dataclass(frozen=True)
class Layer:
    """A solid, and by how much it is shrunk (mm)."""

    solid: Field
    shift_mm: float


@dataclass(frozen=True)
class _Outside:
    """Everything outside a solid."""

    solid: Field

    def __call__(self, points: FloatArray) -> FloatArray:
        return -self.solid(points)


class _Tubes:
    def __init__(self, tubes: list[Tube]) -> None:
        self._tubes = tubes

    def __call__(self, points: FloatArray) -> FloatArray:
        result: FloatArray = np.minimum.reduce([tube.within(points, REACH_MM) for tube in self._tubes])
        return result


def _within(solid: Field, points: FloatArray) -> FloatArray:
    """Distance, right up to `REACH_MM` and finite everywhere."""
    if isinstance(solid, Union):
        found: FloatArray = np.minimum.reduce([_within(one, points) for one in solid.fields])
        return found
    distance = solid.within(points, REACH_MM) if isinstance(solid, MeshField) else solid(points)
    return np.clip(distance, -FAR_MM, FAR_MM)
