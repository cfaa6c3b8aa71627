"""The pieces of an applicator: placed bodies with their materials, contacts, sensors, and what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rfa_model.applicators.body import Body, PartOutline
from rfa_model.applicators.materials import Coolant, ThermalSolid
from rfa_model.applicators.pose import Pose
from rfa_model.applicators.sensor_tube import SensorTube

FloatArray = NDArray[np.float64]
Point = tuple[float, float, float]


@dataclass(frozen=True)
class PlacedBody:
    """A body in its applicator: one thermal solid per part, a coolant per lumen (None: an insulated one).

    ``name`` goes before the names of its parts and lumens (``left`` makes ``left_tip``); an only body needs none.
    """

    body: Body
    solids: tuple[ThermalSolid, ...]
    coolants: tuple[Coolant | None, ...] = ()
    pose: Pose = field(default_factory=Pose.identity)
    name: str = ""

    def full(self, name: str) -> str:
        """Name of a part or lumen in the whole applicator."""
        return f"{self.name}_{name}" if self.name else name

    @property
    def part_names(self) -> tuple[str, ...]:
        """Parts by their full names."""
        return tuple(map(self.full, self.body.part_names))

    @property
    def lumen_names(self) -> tuple[str, ...]:
        """Lumens by their full names."""
        return tuple(map(self.full, self.body.lumen_names))

    def metal(self, contacts: tuple[Contact, ...]) -> frozenset[str]:
        """Own names of the parts that belong to a contact."""
        charged = {part for contact in contacts for part in contact.parts}
        return frozenset(name for name in self.body.part_names if self.full(name) in charged)

    def distance_mm(self, points_mm: ArrayLike, part: str | None = None) -> FloatArray:
        """Signed distance, (N,), to the body or one of its parts (its own name); points in the applicator frame."""
        return self.body.distance_mm(self.pose.to_probe(points_mm), part)


@dataclass(frozen=True)
class Contact:
    """Metal at one potential: one or more parts."""

    name: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Sensor:
    """A temperature sensor in the applicator frame; ``controls``: the generator acts on its reading.

    ``tube``: what it sits in, where it does not have the temperature of the place.
    """

    name: str
    position_mm: Point
    controls: bool = True
    tube: SensorTube | None = None

    @property
    def position_m(self) -> FloatArray:
        """Position, (3,), metres: where the solver's mesh has it."""
        return np.array(self.position_mm) * 1e-3

    def moved(self, pose: Pose) -> Sensor:
        """Return the same sensor, moved."""
        x, y, z = pose.to_patient(self.position_mm).tolist()
        return replace(self, position_mm=(x, y, z), tube=self.tube and self.tube.moved(pose))


@dataclass(frozen=True)
class Part:
    """One part: its thermal solid and the unit axis (3,) that the solid's directions belong to, applicator frame."""

    name: str
    solid: ThermalSolid
    axis: FloatArray


@dataclass(frozen=True)
class BodyOutline:
    """A body for drawing, where it lies; parts and lumens by their own names, ``metal``: parts of a contact."""

    name: str
    body: Body
    pose: Pose
    parts: tuple[PartOutline, ...]
    lumens: tuple[PartOutline, ...]
    metal: frozenset[str]

    @property
    def edges_mm(self) -> tuple[float, ...]:
        """Heights along the body at which a contact begins or ends on its side."""
        neighbours = pairwise(self.parts)
        return tuple(a.span_mm[1] for a, b in neighbours if (a.part in self.metal) != (b.part in self.metal))

    @property
    def span_mm(self) -> tuple[float, float]:
        """Heights along the body's axis at which it begins and ends, as far as it is outlined."""
        return self.parts[0].span_mm[0], self.parts[-1].span_mm[1]

    @property
    def middle_mm(self) -> FloatArray:
        """Middle of its contacts on its axis, (3,); of the outline where it has none."""
        spans = np.array([part.span_mm for part in self.parts if part.part in self.metal] or [self.span_mm])
        return self.on_axis(0.5 * float(spans.min() + spans.max()))

    def on_axis(self, height_mm: float) -> FloatArray:
        """Point (3,) on its axis, ``height_mm`` above its distal end."""
        return self.pose.to_patient([0.0, 0.0, height_mm])
