"""A needle with wires: a rod, and tines or an electrode that leave it, straight or bent. Millimetres."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rfa_model.applicators.body import CadKernel, DimTags, PartOutline, Solid
from rfa_model.applicators.cell_sizes import REFERENCE_RADIUS_MM, MeshSizes, SizeFunction
from rfa_model.applicators.pose import Pose
from rfa_model.applicators.rod import Rod
from rfa_model.applicators.tines import Wires
from rfa_model.applicators.wire import Wire
from rfa_model.applicators.wire_mesh import thinness, volume

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
CELLS_AROUND = 8.0


@dataclass(frozen=True)
class TinedRod:
    """A rod with wires, frozen and hashable, a :class:`~rfa_model.applicators.body.Body`; the wires are one part.

    Where wires and rod overlap the metal is the rod's.
    """

    rod: Rod
    tines: Wires

    @property
    def part_names(self) -> tuple[str, ...]:
        """The rod's, then the wires."""
        return (*self.rod.part_names, self.tines.part)

    @property
    def lumen_names(self) -> tuple[str, ...]:
        """The rod's."""
        return self.rod.lumen_names

    @property
    def radius_mm(self) -> float:
        """Largest distance of the surface from the axis."""
        return max(self.rod.radius_mm, float(np.hypot(*self._along[:, :2].T).max()) + self.tines.radius_mm)

    @cached_property
    def _wires(self) -> list[tuple[Wire, Pose]]:
        return self.tines.wires(self.rod)

    @cached_property
    def _ends(self) -> FloatArray:
        """Where wires end, (count, 3)."""
        return np.array([pose.to_patient(wire.samples_mm(0.0, 1.0)[0]) for wire, pose in self._wires])

    @cached_property
    def _along(self) -> FloatArray:
        """Points of the axes outside the rod from their ends on, (N, 3)."""
        if self._wires[0][0].bend is None:
            return self._ends
        length, many = self.tines.length_mm, 64
        points = [pose.to_patient(wire.samples_mm(length, length / many)[: many + 1]) for wire, pose in self._wires]
        return np.concatenate(points)

    @property
    def bearer(self) -> str:
        """The rod's part that the wires leave."""
        return self.tines.bearer(self.rod)

    def parts_along(self, lumen: str) -> tuple[str, ...]:
        """Parts that a lumen runs through."""
        return self.rod.parts_along(lumen)

    def touching(self) -> tuple[tuple[str, str], ...]:
        """The rod's neighbours, and the wires with what bears them."""
        return (*self.rod.touching(), (self.bearer, self.tines.part))

    def endless_parts(self) -> tuple[str, ...]:
        """The rod's."""
        return self.rod.endless_parts()

    def ends_mm(self, part: str) -> FloatArray:
        """Ends of a part; of the wires, two corners of the box about the axis that holds them."""
        if part != self.tines.part:
            return self.rod.ends_mm(part)
        out = float(np.hypot(*self._along[:, :2].T).max())
        heights = [self.begins_mm, *self._along[:, 2].tolist()]
        return np.array([[-out, -out, min(heights)], [out, out, max(heights)]])

    @property
    def begins_mm(self) -> float:
        """Height at which the wires begin within the rod."""
        wire, pose = self._wires[0]
        return float(pose.to_patient([0.0, 0.0, wire.heights_mm[-1]])[2])

    def distance_mm(self, points_mm: ArrayLike, part: str | None = None) -> FloatArray:
        """Signed distance to all of it or to one part, (N,)."""
        points = np.atleast_2d(np.asarray(points_mm, dtype=float))
        if part is not None and part != self.tines.part:
            return self.rod.distance_mm(points, part)
        wires = self._each_mm(points).min(axis=0)
        rod = self.rod.distance_mm(points)
        return np.maximum(wires, -rod) if part == self.tines.part else np.minimum(rod, wires)

    def _each_mm(self, points: FloatArray) -> FloatArray:
        """Signed distance to every round-ended wire, (wires, N)."""
        return np.array([wire.round_mm(pose.to_probe(points)) for wire, pose in self._wires])

    def samples_mm(self, length_mm: float, step_mm: float) -> FloatArray:
        """Points on axes and surfaces."""
        wires = [pose.to_patient(wire.samples_mm(length_mm, step_mm)) for wire, pose in self._wires]
        return np.concatenate([self.rod.samples_mm(length_mm, step_mm), *wires])

    def outline(self, length_mm: float) -> tuple[PartOutline, ...]:
        """Profiles of the rod's parts; the wires are drawn as :meth:`limbs`."""
        return self.rod.outline(length_mm)

    def lumen_outline(self, length_mm: float) -> tuple[PartOutline, ...]:
        """Profiles of the rod's lumens."""
        return self.rod.lumen_outline(length_mm)

    @property
    def trunk(self) -> Rod:
        """The rod, for pictures."""
        return self.rod

    def limbs(self) -> tuple[tuple[Wire, Pose], ...]:
        """The wires, for pictures."""
        return tuple(self._wires)

    def solids(self, occ: CadKernel, reach_mm: float) -> Iterator[Solid]:
        """Build the rod, then the wires without what lies in it."""
        whole = list(self.rod.solids(occ, reach_mm))
        yield from whole
        parts: DimTags = [(3, solid.tag) for solid in whole if solid.name not in self.lumen_names]
        for wire, pose in self._wires:
            left, _ = occ.cut(volume(occ, wire, pose), parts, removeTool=False)
            for _, tag in left:
                yield Solid(self.tines.part, tag, False)

    def size_function(self, sizes: MeshSizes, metal: frozenset[str]) -> SizeFunction:
        """Target edge length, mm: the rod's, and finer about the wires, which are thinner."""
        own, wires = self.rod.size_function(sizes, metal - {self.tines.part}), self._wire_function()
        around = 2.0 * math.pi * self.tines.radius_mm / CELLS_AROUND
        finest = min(around, sizes.tip_mm * min(1.0, self.tines.radius_mm / REFERENCE_RADIUS_MM) * 2.0)

        def size(x: float, y: float, z: float) -> float:
            away = wires(x, y, z)
            near = sizes.near_mm + sizes.far_growth * max(0.0, away - sizes.near_reach_mm)
            return min(own(x, y, z), finest + sizes.growth * away, max(near, finest))

        return size

    def _wire_function(self) -> SizeFunction:
        """Distance to the nearest wire in plain floats, 0 inside."""
        near, radius = self._wires[0][0].axis_function(), self.tines.radius_mm
        frames = [(*pose.translation_mm.tolist(), *pose.rotation.T.ravel().tolist()) for _, pose in self._wires]

        def outside(x: float, y: float, z: float) -> float:
            least = math.inf
            for u, v, w, a, b, c, d, e, f, g, h, i in frames:
                p, q, r = x - u, y - v, z - w
                at = near(a * p + b * q + c * r, d * p + e * q + f * r, g * p + h * q + i * r)
                least = min(least, at)
            return max(0.0, least - radius)

        return outside

    def outside_function(self) -> SizeFunction:
        """Distance to all of it, 0 inside, mm."""
        rod, wires = self.rod.outside_function(), self._wire_function()
        return lambda x, y, z: min(rod(x, y, z), wires(x, y, z))

    def at_true_size(
        self, points_mm: FloatArray, surfaces: Mapping[str, IntArray], exits: IntArray, metal: frozenset[str]
    ) -> FloatArray:
        """Nodes moved so that the rod's parts and the wires have their own volumes."""
        joint = surfaces.get(f"{self.bearer}_{self.tines.part}", np.zeros((0, 3), dtype=np.int64))
        own = {**surfaces, self.bearer: np.concatenate([surfaces[self.bearer], joint])}
        moved = self.rod.at_true_size(points_mm, own, exits, metal)
        # What moves the rod fades out towards the wires, and the other way round.
        near = np.maximum(self.rod.distance_mm(points_mm), 0.0)
        far = np.maximum(self._each_mm(points_mm).min(axis=0), 0.0)
        share = np.divide(far, near + far, out=np.ones_like(far), where=near + far > 0.0)
        moved = points_mm + share[:, None] * (moved - points_mm)
        triangles = surfaces[self.tines.part]
        nearest = np.asarray(self._each_mm(moved).argmin(axis=0), dtype=np.int64)
        of = nearest[triangles[:, 0]]
        for k, (wire, pose) in enumerate(self._wires):
            local = wire.straightened_mm(pose.to_probe(moved))
            factor = thinness(local, triangles[of == k], wire.radius_mm)
            rho = np.hypot(local[:, 0], local[:, 1])
            fade = np.clip(2.0 - rho / wire.radius_mm, 0.0, 1.0) * (nearest == k) * (self.rod.distance_mm(moved) > 1e-6)
            scale = 1.0 + (factor - 1.0) * fade
            there = pose.to_patient(wire.bent_mm(local * np.column_stack([scale, scale, np.ones_like(scale)])))
            moved = np.where(fade[:, None] > 0.0, there, moved)
        return moved

    def content(self) -> dict[str, object]:
        """Everything its shape depends on."""
        kind = "tined rod" if self.tines.part == "tines" else f"rod with {self.tines.part}"
        return {"kind": kind, "rod": self.rod.content(), "tines": self.tines.content()}
