"""An applicator: rigid bodies with poses among themselves, contacts, lumens, sensors. Millimetres."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rfa_model.applicators.body import Body, Limbed
from rfa_model.applicators.cell_sizes import MeshSizes, SizeFunction
from rfa_model.applicators.materials import Coolant
from rfa_model.applicators.placed import BodyOutline, Contact, Part, PlacedBody, Sensor
from rfa_model.applicators.pose import Pose
from rfa_model.errors import InputError

FloatArray = NDArray[np.float64]
TISSUE = "tissue"
# Bodies are held against each other over this length, as placement holds them against the anatomy.
CHECKED_LENGTH_MM, CHECK_STEP_MM = 60.0, 0.5
MOST_CONTACTS = 8
"""Each costs a solve of its own; a lead has eight."""
# Between two bodies, cells are at most this share of the distances to both together.
GAP_SHARE = 0.7


@dataclass(frozen=True)
class Applicator:
    """Rigid bodies, contacts and sensors in one frame; frozen, hashable.

    The frame is what a placement poses: +z up the shaft, distal end of the straight needle at the origin.

    Raises
    ------
    InputError
        When names repeat or do not exist, contacts touch or share a part, or bodies run into each other.
    """

    bodies: tuple[PlacedBody, ...]
    contacts: tuple[Contact, ...]
    sensors: tuple[Sensor, ...] = ()
    name: str = "inline"

    def __post_init__(self) -> None:
        """Refuse what fits no mesh."""
        for wrong, message in self._faults():
            if wrong:
                raise InputError(f"applicator {self.name}: {message}")

    def _faults(self) -> Iterator[tuple[bool, str]]:
        parts, charged = self.part_names, [part for contact in self.contacts for part in contact.parts]
        yield not self.bodies, "it has no body"
        empty = not charged or not all(contact.parts for contact in self.contacts)
        yield empty, "it needs a contact of one or more parts"
        many = len(self.contacts)
        yield many > MOST_CONTACTS, f"it has {many} contacts, at most {MOST_CONTACTS} are solved for"
        names = [*parts, *self.lumen_names, TISSUE]
        yield len(set(names)) < len(names), f"parts and lumens need names of their own, got {', '.join(names)}"
        unknown = sorted(set(charged) - set(parts))
        yield bool(unknown), f"no part {', '.join(unknown)}; it has {', '.join(parts)}"
        yield len(set(charged)) < len(charged), "a part belongs to two contacts"
        for named in (self.contacts, self.sensors):
            repeated = len({entry.name for entry in named}) < len(named)
            yield repeated, f"contacts and sensors need names of their own, got {[entry.name for entry in named]}"
        potential = {part: contact.name for contact in self.contacts for part in contact.parts}
        for placed in self.bodies:
            counts = (len(placed.solids), len(placed.coolants)), (len(placed.part_names), len(placed.lumen_names))
            yield counts[0] != counts[1], f"body '{placed.name}' needs a solid per part and a coolant per lumen"
            for pair in placed.body.touching():
                a, b = (potential.get(placed.full(part)) for part in pair)
                yield None not in (a, b) and a != b, f"contacts {a} and {b} touch; put insulation between them"
        for one, other in combinations(self.bodies, 2):
            yield _clearance_mm(one, other) <= 0, f"bodies '{one.name}' and '{other.name}' run into each other"

    @property
    def part_names(self) -> tuple[str, ...]:
        """Every part, in the order of the bodies."""
        return tuple(name for placed in self.bodies for name in placed.part_names)

    @property
    def lumen_names(self) -> tuple[str, ...]:
        """Every lumen."""
        return tuple(name for placed in self.bodies for name in placed.lumen_names)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every part with its thermal solid and axis."""
        return tuple(
            Part(name, solid, placed.pose.axis)
            for placed in self.bodies
            for name, solid in zip(placed.part_names, placed.solids, strict=True)
        )

    @property
    def coolants(self) -> dict[str, Coolant | None]:
        """Coolant of each lumen; None where it is insulated."""
        pairs = [(n, c) for placed in self.bodies for n, c in zip(placed.lumen_names, placed.coolants, strict=True)]
        return dict(pairs)

    @property
    def control_sensors(self) -> tuple[Sensor, ...]:
        """Those that the generator acts on."""
        return tuple(sensor for sensor in self.sensors if sensor.controls)

    def distance_mm(self, points_mm: ArrayLike) -> FloatArray:
        """Signed distance from points (N, 3) to the whole applicator, (N,), mm; negative inside, lumens too."""
        return _nearest(placed.distance_mm(points_mm) for placed in self.bodies)

    def contact_distance_mm(self, points_mm: ArrayLike, contact: str | None = None) -> FloatArray:
        """Signed distance to one contact, or to the nearest of all."""
        wanted = {part for c in self.contacts if contact in (None, c.name) for part in c.parts}
        if not wanted:
            known = ", ".join(c.name for c in self.contacts)
            raise InputError(f"applicator {self.name}: no contact {contact!r}; it has {known}")
        return _nearest(
            placed.distance_mm(points_mm, own)
            for placed in self.bodies
            for own in placed.body.part_names
            if placed.full(own) in wanted
        )

    def _ends_mm(self, contacts_only: bool) -> FloatArray:
        """Finite ends of parts on their bodies' axes, (N, 3), applicator frame."""
        ends = [
            placed.pose.to_patient(row)
            for placed in self.bodies
            for own in placed.body.part_names
            if not contacts_only or own in placed.metal(self.contacts)
            for row in placed.body.ends_mm(own)
            if np.isfinite(row).all()
        ]
        return np.array(ends)

    @property
    def centre_mm(self) -> FloatArray:
        """Middle of the contacts, (3,): the centre of the computed sphere."""
        ends = self._ends_mm(contacts_only=True)
        return 0.5 * (ends.min(axis=0) + ends.max(axis=0))

    @property
    def contact_extent_mm(self) -> tuple[float, float]:
        """Heights along +z between which the contacts lie: what a lesion's distal and proximal reach count from."""
        z = self._ends_mm(contacts_only=True)[:, 2]
        return float(z.min()), float(z.max())

    @property
    def smallest_domain_mm(self) -> float:
        """Least radius of the sphere: every end of a part lies well inside, and every sensor inside."""
        reach = float(np.linalg.norm(self._ends_mm(contacts_only=False) - self.centre_mm, axis=1).max())
        thickest = max(body.radius_mm for placed in self.bodies for body, _ in _drawn(placed))
        sensed = max((float(np.linalg.norm(one.position_mm - self.centre_mm)) for one in self.sensors), default=0.0)
        return max(2.0 * reach + 8.0 * thickest, 1.1 * sensed)

    @property
    def axial_radius_mm(self) -> float:
        """Radius of the body that stands on the applicator's axis; 0 where none does."""
        on_axis = [p.body.radius_mm for p in self.bodies if _is_on_axis(p.pose)]
        return max(on_axis, default=0.0)

    def samples_mm(self, length_mm: float, step_mm: float) -> FloatArray:
        """Points on the axes and surfaces of the bodies' distal ``length_mm``, (N, 3)."""
        return np.concatenate([p.pose.to_patient(p.body.samples_mm(length_mm, step_mm)) for p in self.bodies])

    def outlines(self, length_mm: float) -> tuple[BodyOutline, ...]:
        """Return the bodies' distal ``length_mm``, and their limbs, for pictures and exports."""
        return tuple(
            BodyOutline(
                p.name, body, pose, body.outline(length_mm), body.lumen_outline(length_mm), p.metal(self.contacts)
            )
            for p in self.bodies
            for body, pose in _drawn(p)
        )

    def size_function(self, sizes: MeshSizes) -> SizeFunction:
        """Target edge length of a mesh, mm: the least that a body, or the gap between two, asks for."""
        own = [_in_its_frame(p.pose, p.body.size_function(sizes, p.metal(self.contacts))) for p in self.bodies]
        if len(own) == 1:
            return own[0]
        outside = [_in_its_frame(p.pose, p.body.outside_function()) for p in self.bodies]

        def size(x: float, y: float, z: float) -> float:
            near, next_near = sorted(function(x, y, z) for function in outside)[:2]
            return min(*(function(x, y, z) for function in own), max(sizes.edge_mm, GAP_SHARE * (near + next_near)))

        return size

    def at(self, pose: Pose) -> Applicator:
        """Return the same applicator, moved."""
        bodies = tuple(replace(placed, pose=placed.pose.then(pose)) for placed in self.bodies)
        sensors = tuple(sensor.moved(pose) for sensor in self.sensors)
        return replace(self, bodies=bodies, sensors=sensors)

    @property
    def shape(self) -> tuple[object, ...]:
        """What mesh, contacts and their names depend on, hashable: materials, sensors and the name are left out."""
        return tuple((placed.name, placed.body, placed.pose) for placed in self.bodies), self.contacts

    def mesh_content(self) -> list[dict[str, object]]:
        """Everything a mesh depends on, for JSON: bodies, their poses, which parts are metal; no names."""
        return [
            {
                "body": placed.body.content(),
                "rotation": placed.pose.rotation.tolist(),
                "translation_mm": placed.pose.translation_mm.tolist(),
                "metal": [name in placed.metal(self.contacts) for name in placed.body.part_names],
            }
            for placed in self.bodies
        ]


def _drawn(placed: PlacedBody) -> Iterator[tuple[Body, Pose]]:
    """A body by itself, or its trunk and its limbs."""
    if not isinstance(placed.body, Limbed):
        yield placed.body, placed.pose
        return
    yield placed.body.trunk, placed.pose
    for limb, pose in placed.body.limbs():
        yield limb, pose.then(placed.pose)


def _nearest(distances: Iterable[FloatArray]) -> FloatArray:
    return reduce(np.minimum, distances)


def _clearance_mm(one: PlacedBody, other: PlacedBody) -> float:
    """Least distance between two bodies' distal ends, as sampled from either."""
    pairs = (one, other), (other, one)
    samples = [a.pose.to_patient(a.body.samples_mm(CHECKED_LENGTH_MM, CHECK_STEP_MM)) for a, _ in pairs]
    return min(float(b.distance_mm(points).min()) for points, (_, b) in zip(samples, pairs, strict=True))


def _is_on_axis(pose: Pose) -> bool:
    off_axis = np.hypot(*pose.translation_mm[:2])
    return bool(off_axis < 1e-9 and abs(abs(pose.axis[2]) - 1.0) < 1e-12)


def _in_its_frame(pose: Pose, size: SizeFunction) -> SizeFunction:
    """The same function of points in the applicator frame; plain floats, because gmsh asks very often."""
    if pose == Pose.identity():
        return size
    (a, b, c), (d, e, f), (g, h, i) = pose.rotation.T.tolist()
    u, v, w = pose.translation_mm.tolist()

    def moved(x: float, y: float, z: float) -> float:
        x, y, z = x - u, y - v, z - w
        return size(a * x + b * y + c * z, d * x + e * y + f * z, g * x + h * y + i * z)

    return moved
