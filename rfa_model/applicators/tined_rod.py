"""A needle with straight tines: a rod and round-ended wires that leave it at one height. Millimetres."""

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
from rfa_model.applicators.tined import TINES

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
ANGLES, RADII = 64, 24
"""Points of the quadrature over a tine's section."""
CELLS_AROUND = 8.0


@dataclass(frozen=True)
class Tines:
    """Straight wires with round ends, evenly about an axis.

    Attributes
    ----------
    count : int
    diameter_mm : float
    length_mm : float
        Of each, from where its axis leaves the rod's surface to its end.
    angle_deg : float
        Between a tine and the way ahead: 0 straight ahead, 90 square off.
    exit_mm : float
        Height above the rod's distal end at which they start from its axis.
    turn_deg : float
        Of the first, about the axis, from +x towards +y.
    """

    count: int
    diameter_mm: float
    length_mm: float
    angle_deg: float
    exit_mm: float
    turn_deg: float = 0.0

    @property
    def radius_mm(self) -> float:
        """Half the diameter."""
        return 0.5 * self.diameter_mm

    @property
    def ways(self) -> FloatArray:
        """Unit vectors (count, 3) from the rod's axis outwards."""
        angle = math.radians(self.angle_deg)
        about = np.radians(self.turn_deg) + 2.0 * np.pi * np.arange(self.count) / self.count
        across, ahead = math.sin(angle), np.full(self.count, -math.cos(angle))
        return np.column_stack([across * np.cos(about), across * np.sin(about), ahead])


@dataclass(frozen=True)
class TinedRod:
    """A rod with tines, frozen and hashable, a :class:`~rfa_model.applicators.body.Body`; its part ``tines`` is theirs.

    Where tines and rod overlap the metal is the rod's.
    """

    rod: Rod
    tines: Tines

    @property
    def part_names(self) -> tuple[str, ...]:
        """The rod's, then the tines."""
        return (*self.rod.part_names, TINES)

    @property
    def lumen_names(self) -> tuple[str, ...]:
        """The rod's."""
        return self.rod.lumen_names

    @property
    def radius_mm(self) -> float:
        """Largest distance of the surface from the axis."""
        return max(self.rod.radius_mm, float(np.hypot(*self._ends[:, :2].T).max()) + self.tines.radius_mm)

    @cached_property
    def _start(self) -> FloatArray:
        return np.array([0.0, 0.0, self.tines.exit_mm])

    @property
    def axis_length_mm(self) -> float:
        """From the rod's axis to a tine's end."""
        return self.rod.radius_mm / math.sin(math.radians(self.tines.angle_deg)) + self.tines.length_mm

    @cached_property
    def _ends(self) -> FloatArray:
        """Where tines end, (count, 3)."""
        return self._start + self.axis_length_mm * self.tines.ways

    @property
    def bearer(self) -> str:
        """The rod's part that the tines leave."""
        return next(part for part in self.rod.part_names if self.tines.exit_mm <= self.rod.span_mm(part)[1])

    def parts_along(self, lumen: str) -> tuple[str, ...]:
        """Parts that a lumen runs through."""
        return self.rod.parts_along(lumen)

    def touching(self) -> tuple[tuple[str, str], ...]:
        """The rod's neighbours, and the tines with what bears them."""
        return (*self.rod.touching(), (self.bearer, TINES))

    def endless_parts(self) -> tuple[str, ...]:
        """The rod's."""
        return self.rod.endless_parts()

    def ends_mm(self, part: str) -> FloatArray:
        """Ends of a part; of the tines, two corners of the box about the axis that holds their ends."""
        if part != TINES:
            return self.rod.ends_mm(part)
        out = float(np.hypot(self._ends[0, 0], self._ends[0, 1]))
        heights = sorted((self.tines.exit_mm, float(self._ends[0, 2])))
        return np.array([[side * out, side * out, z] for side, z in zip((-1.0, 1.0), heights, strict=True)])

    def distance_mm(self, points_mm: ArrayLike, part: str | None = None) -> FloatArray:
        """Signed distance to all of it or to one part, (N,)."""
        points = np.atleast_2d(np.asarray(points_mm, dtype=float))
        if part is not None and part != TINES:
            return self.rod.distance_mm(points, part)
        wires = self._wires_mm(points)
        rod = self.rod.distance_mm(points)
        return np.maximum(wires, -rod) if part == TINES else np.minimum(rod, wires)

    def _wires_mm(self, points: FloatArray) -> FloatArray:
        """Signed distance to the nearest round-ended wire, (N,)."""
        core = self.axis_length_mm - self.tines.radius_mm
        relative = points - self._start
        along = np.clip(relative @ self.tines.ways.T, 0.0, core)
        off = relative[:, None] - along[..., None] * self.tines.ways
        nearest: FloatArray = np.linalg.norm(off, axis=2).min(axis=1) - self.tines.radius_mm
        return nearest

    def samples_mm(self, length_mm: float, step_mm: float) -> FloatArray:
        """Points on axes and surfaces."""
        wires = [pose.to_patient(wire.samples_mm(length_mm, step_mm)) for wire, pose in self._rods]
        return np.concatenate([self.rod.samples_mm(length_mm, step_mm), *wires])

    @cached_property
    def _rods(self) -> list[tuple[Rod, Pose]]:
        """Each tine as a rod of its own, its end distal, with its place; it starts on the axis."""
        wire = Rod(self.tines.diameter_mm, ((TINES, self.axis_length_mm),), self.tines.radius_mm)
        return [(wire, Pose(_upright(-way), end)) for way, end in zip(self.tines.ways, self._ends, strict=True)]

    def outline(self, length_mm: float) -> tuple[PartOutline, ...]:
        """Profiles of the rod's parts; the tines are drawn as :meth:`limbs`."""
        return self.rod.outline(length_mm)

    def lumen_outline(self, length_mm: float) -> tuple[PartOutline, ...]:
        """Profiles of the rod's lumens."""
        return self.rod.lumen_outline(length_mm)

    @property
    def trunk(self) -> Rod:
        """The rod, for pictures."""
        return self.rod

    def limbs(self) -> tuple[tuple[Rod, Pose], ...]:
        """The tines, for pictures."""
        return tuple(self._rods)

    def solids(self, occ: CadKernel, reach_mm: float) -> Iterator[Solid]:
        """Build the rod, then the tines without what lies in it."""
        whole = list(self.rod.solids(occ, reach_mm))
        yield from whole
        parts: DimTags = [(3, solid.tag) for solid in whole if solid.name not in self.lumen_names]
        for way in self.tines.ways:
            x, y, z = (self._start).tolist()
            dx, dy, dz = ((self.axis_length_mm - self.tines.radius_mm) * way).tolist()
            wire: DimTags = [(3, occ.addCylinder(x, y, z, dx, dy, dz, self.tines.radius_mm))]
            ball: DimTags = [(3, occ.addSphere(x + dx, y + dy, z + dz, self.tines.radius_mm))]
            fused, _ = occ.fuse(wire, ball)
            left, _ = occ.cut(fused, parts, removeTool=False)
            for _, tag in left:
                yield Solid(TINES, tag, False)

    def size_function(self, sizes: MeshSizes, metal: frozenset[str]) -> SizeFunction:
        """Target edge length, mm: the rod's, and finer about the tines, which are thinner."""
        own, wires = self.rod.size_function(sizes, metal - {TINES}), self._wire_function()
        around = 2.0 * math.pi * self.tines.radius_mm / CELLS_AROUND
        finest = min(around, sizes.tip_mm * min(1.0, self.tines.radius_mm / REFERENCE_RADIUS_MM) * 2.0)

        def size(x: float, y: float, z: float) -> float:
            away = wires(x, y, z)
            near = sizes.near_mm + sizes.far_growth * max(0.0, away - sizes.near_reach_mm)
            return min(own(x, y, z), finest + sizes.growth * away, max(near, finest))

        return size

    def _wire_function(self) -> SizeFunction:
        core, radius, height = self.axis_length_mm - self.tines.radius_mm, self.tines.radius_mm, self.tines.exit_mm
        ways = self.tines.ways.tolist()

        def outside(x: float, y: float, z: float) -> float:
            least = math.inf
            for a, b, c in ways:
                t = min(max(a * x + b * y + c * (z - height), 0.0), core)
                least = min(least, math.dist((x, y, z - height), (t * a, t * b, t * c)))
            return max(0.0, least - radius)

        return outside

    def outside_function(self) -> SizeFunction:
        """Distance to all of it, 0 inside, mm."""
        rod, wires = self.rod.outside_function(), self._wire_function()
        return lambda x, y, z: min(rod(x, y, z), wires(x, y, z))

    def at_true_size(
        self, points_mm: FloatArray, surfaces: Mapping[str, IntArray], exits: IntArray, metal: frozenset[str]
    ) -> FloatArray:
        """Nodes moved so that the rod's parts and the tines have their own volumes."""
        joint = surfaces.get(f"{self.bearer}_{TINES}", np.zeros((0, 3), dtype=np.int64))
        own = {**surfaces, self.bearer: np.concatenate([surfaces[self.bearer], joint])}
        moved = self.rod.at_true_size(points_mm, own, exits, metal)
        # What moves the rod fades out towards the tines, and the other way round.
        near, far = (np.maximum(d, 0.0) for d in (self.rod.distance_mm(points_mm), self._wires_mm(points_mm)))
        share = np.divide(far, near + far, out=np.ones_like(far), where=near + far > 0.0)
        moved = points_mm + share[:, None] * (moved - points_mm)
        triangles = surfaces[TINES]
        nearest = self._nearest(moved)
        of = nearest[triangles[:, 0]]
        for k, (wire, pose) in enumerate(self._rods):
            local = pose.to_probe(moved)
            factor = _thinness(local, triangles[of == k], wire.radius_mm)
            rho = np.hypot(local[:, 0], local[:, 1])
            fade = np.clip(2.0 - rho / wire.radius_mm, 0.0, 1.0) * (nearest == k) * (self.rod.distance_mm(moved) > 1e-6)
            scale = 1.0 + (factor - 1.0) * fade
            moved = pose.to_patient(local * np.column_stack([scale, scale, np.ones_like(scale)]))
        return moved

    def _nearest(self, points: FloatArray) -> IntArray:
        """Which tine is nearest to each point, (N,)."""
        relative = points - self._start
        along = np.clip(relative @ self.tines.ways.T, 0.0, self.axis_length_mm)
        off = np.linalg.norm(relative[:, None] - along[..., None] * self.tines.ways, axis=2)
        return np.asarray(off.argmin(axis=1), dtype=np.int64)

    def tine_volume_mm3(self) -> float:
        """Volume of one tine outside the rod's cylinder, mm³: what its section runs through from there, and its end."""
        r = self.tines.radius_mm
        rho = (np.arange(RADII) + 0.5) / RADII * r
        lengths = self.axis_length_mm - r - self._leaves_mm(rho[:, None])
        return float((lengths.mean(axis=1) * rho).sum() * 2.0 * math.pi * r / RADII + 2.0 / 3.0 * math.pi * r**3)

    def tine_area_mm2(self) -> float:
        """Surface of one tine against tissue, mm²."""
        r = self.tines.radius_mm
        lengths = self.axis_length_mm - r - self._leaves_mm(np.array([[r]]))
        return float(2.0 * math.pi * r * lengths.mean() + 2.0 * math.pi * r**2)

    def _leaves_mm(self, rho: FloatArray) -> FloatArray:
        """How far along a tine the lines at distances ``rho`` (n, 1) from its axis leave the rod, (n, angles)."""
        angle, about = math.radians(self.tines.angle_deg), 2.0 * np.pi * (np.arange(ANGLES) + 0.5) / ANGLES
        # Across the rod, in the plane of tine and rod, and out of it.
        u, v = rho * np.cos(about), rho * np.sin(about)
        s: FloatArray = (np.sqrt(self.rod.radius_mm**2 - v**2) - u * math.cos(angle)) / math.sin(angle)
        return s

    def content(self) -> dict[str, object]:
        """Everything its shape depends on."""
        t = self.tines
        wires = [t.count, t.diameter_mm, t.length_mm, t.angle_deg, t.exit_mm, t.turn_deg]
        return {"kind": "tined rod", "rod": self.rod.content(), "tines": wires}


def _thinness(points: FloatArray, triangles: IntArray, radius_mm: float) -> float:
    """What facets on a cylinder's side lack of its radius: of the volume below them and of that below the arc."""
    corners = points[triangles]
    corners = corners[(corners[..., 2] > radius_mm * (1.0 - 1e-6)).all(axis=1)]
    if not len(corners):
        return 1.0
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    normal = 0.5 * np.cross(b - a, c - a)
    below = 0.5 * np.abs(np.einsum("ij,ij->i", normal[:, :2], (a + b + c)[:, :2] / 3.0)).sum()
    angle = np.arctan2(corners[..., 1], corners[..., 0])
    angle = angle[:, :1] + (angle - angle[:, :1] + np.pi) % (2.0 * np.pi) - np.pi
    d1, d2 = (np.stack([angle[:, k] - angle[:, 0], corners[:, k, 2] - corners[:, 0, 2]]) for k in (1, 2))
    unrolled = 0.5 * np.abs(d1[0] * d2[1] - d1[1] * d2[0]).sum()
    return math.sqrt(0.5 * radius_mm**2 * unrolled / below)


def _upright(way: FloatArray) -> FloatArray:
    """A rotation whose third column is a unit vector."""
    across = np.eye(3)[int(np.argmin(np.abs(way)))]
    x = np.cross(across, way)
    x /= np.linalg.norm(x)
    return np.column_stack([x, np.cross(way, x), way])
