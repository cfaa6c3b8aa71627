"""Round-ended wires that leave a rod, where they leave it, and their sizes outside it: tines, and a wire ahead. Mm."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.bend import Bend
from rfa_model.applicators.pose import Pose, upright
from rfa_model.applicators.rod import Rod
from rfa_model.applicators.tine_words import ELECTRODE, TINES, straight_mm
from rfa_model.applicators.wire import Wire

FloatArray = NDArray[np.float64]
ANGLES, RADII = 64, 24
"""Points of the quadrature over a wire's section."""


@dataclass(frozen=True)
class Wires(ABC):
    """Round wires with round ends that begin within a rod; ``part`` is what they are called in it."""

    part: ClassVar[str]
    diameter_mm: float
    length_mm: float

    @property
    def radius_mm(self) -> float:
        """Half the diameter."""
        return 0.5 * self.diameter_mm

    @property
    @abstractmethod
    def number(self) -> int:
        """How many."""

    @abstractmethod
    def axis_length_mm(self, rod: Rod) -> float:
        """From where a wire begins to its end."""

    @abstractmethod
    def frames(self, rod: Rod) -> list[Pose]:
        """Frame of each, as if it were straight: its end at the origin, +z back along it."""

    @abstractmethod
    def bearer(self, rod: Rod) -> str:
        """The rod's part that they leave."""

    @abstractmethod
    def leaves_mm(self, rod: Rod, rho_mm: FloatArray, about: FloatArray) -> FloatArray:
        """How far from its beginning a line at ``rho_mm`` from a wire's axis, ``about`` it, leaves the rod."""

    @abstractmethod
    def content(self) -> list[float]:
        """Everything their shape depends on."""

    def bend(self, rod: Rod) -> Bend | None:
        """How each is bent; None where it is straight."""
        return None

    def wires(self, rod: Rod) -> list[tuple[Wire, Pose]]:
        """Each as a body of its own, from where it begins, and its place in the rod's frame."""
        segments = ((self.part, self.axis_length_mm(rod)),)
        wire = Wire(self.diameter_mm, segments, self.radius_mm, bend=self.bend(rod))
        return [(wire, frame) for frame in self.frames(rod)]

    def volume_mm3(self, rod: Rod) -> float:
        """Volume of one wire outside the rod, mm³: what its section runs through from there, and its end.

        A bent wire has that of the straight one (Pappus): it bends only where it has left the rod.
        """
        r = self.radius_mm
        rho = (np.arange(RADII) + 0.5) / RADII * r
        lengths = self.axis_length_mm(rod) - r - self.leaves_mm(rod, rho[:, None], _ABOUT)
        return float((lengths.mean(axis=1) * rho).sum() * 2.0 * math.pi * r / RADII + 2.0 / 3.0 * math.pi * r**3)

    def area_mm2(self, rod: Rod) -> float:
        """Surface of one wire against tissue, mm²."""
        r = self.radius_mm
        lengths = self.axis_length_mm(rod) - r - self.leaves_mm(rod, np.array([[r]]), _ABOUT)
        return float(2.0 * math.pi * r * lengths.mean() + 2.0 * math.pi * r**2)


_ABOUT = 2.0 * np.pi * (np.arange(ANGLES) + 0.5) / ANGLES


@dataclass(frozen=True)
class Tines(Wires):
    """Wires evenly about a rod's axis, straight or bent evenly.

    Attributes
    ----------
    count : int
    diameter_mm : float
    length_mm : float
        Of each, along its axis from where that leaves the rod's surface to its end.
    angle_deg : float
        Between a tine where it leaves and the way ahead: 0 straight ahead, 90 square off.
    exit_mm : float
        Height above the rod's distal end at which they start from its axis.
    turn_deg : float
        Of the first, about the axis, from +x towards +y.
    bend_deg : float
        How far each turns away from the way ahead, from where it is clear of the rod to its end; negative: towards it.
    """

    part: ClassVar[str] = TINES

    count: int
    angle_deg: float
    exit_mm: float
    turn_deg: float = 0.0
    bend_deg: float = 0.0

    @property
    def number(self) -> int:
        """How many."""
        return self.count

    @property
    def angle(self) -> float:
        """The angle at the exit in radians."""
        return math.radians(self.angle_deg)

    @property
    def about(self) -> FloatArray:
        """Where each stands about the axis, radians, (count,)."""
        return np.radians(self.turn_deg) + 2.0 * np.pi * np.arange(self.count) / self.count

    @property
    def ways(self) -> FloatArray:
        """Unit vectors (count, 3) from the rod's axis outwards, as each leaves."""
        across, ahead = math.sin(self.angle), np.full(self.count, -math.cos(self.angle))
        return np.column_stack([across * np.cos(self.about), across * np.sin(self.about), ahead])

    def axis_length_mm(self, rod: Rod) -> float:
        """From the rod's axis to a tine's end."""
        return rod.radius_mm / math.sin(self.angle) + self.length_mm

    def frames(self, rod: Rod) -> list[Pose]:
        """Frames of the straight tines, each +x the way it would bend."""
        start, length = np.array([0.0, 0.0, self.exit_mm]), self.axis_length_mm(rod)
        found = []
        for way, about in zip(self.ways, self.about, strict=True):
            out = np.array([math.cos(about), math.sin(about), 0.0])
            x = math.cos(self.angle) * out + np.array([0.0, 0.0, math.sin(self.angle)])
            found.append(Pose(np.column_stack([x, np.cross(-way, x), -way]), start + length * way))
        return found

    def bend(self, rod: Rod) -> Bend | None:
        """Straight until it is clear of the rod, then an arc."""
        if self.bend_deg == 0.0:
            return None
        straight = straight_mm(rod.radius_mm, self.radius_mm, self.angle)
        return Bend(self.axis_length_mm(rod), straight, self.radius_mm, self.bend_deg)

    def bearer(self, rod: Rod) -> str:
        """The part at the height of the exit."""
        return next(part for part in rod.part_names if self.exit_mm <= rod.span_mm(part)[1])

    def leaves_mm(self, rod: Rod, rho_mm: FloatArray, about: FloatArray) -> FloatArray:
        """As lines leave the cylinder around the rod."""
        # Across the rod, in the plane of tine and rod, and out of it.
        u, v = rho_mm * np.cos(about), rho_mm * np.sin(about)
        s: FloatArray = (np.sqrt(rod.radius_mm**2 - v**2) - u * math.cos(self.angle)) / math.sin(self.angle)
        return s

    def content(self) -> list[float]:
        """Numbers in the order that meshes are found by."""
        straight = [self.count, self.diameter_mm, self.length_mm, self.angle_deg, self.exit_mm, self.turn_deg]
        return [*straight, self.bend_deg] if self.bend_deg else straight


@dataclass(frozen=True)
class Protrusion(Wires):
    """One wire straight ahead out of a rod's distal end, flat or rounded; ``length_mm`` is from there to its end."""

    part: ClassVar[str] = ELECTRODE

    @property
    def number(self) -> int:
        """One."""
        return 1

    def held_mm(self, rod: Rod) -> float:
        """Height in the rod at which it begins: past the rounding."""
        return rod.distal_rounding_mm + rod.radius_mm

    def axis_length_mm(self, rod: Rod) -> float:
        """From within the rod to its end."""
        return self.held_mm(rod) + self.length_mm

    def frames(self, rod: Rod) -> list[Pose]:
        """Its end is ahead of the rod's."""
        return [Pose(upright(np.array([0.0, 0.0, 1.0])), np.array([0.0, 0.0, -self.length_mm]))]

    def bearer(self, rod: Rod) -> str:
        """The distal part."""
        return rod.part_names[0]

    def leaves_mm(self, rod: Rod, rho_mm: FloatArray, about: FloatArray) -> FloatArray:
        """Where the distal face, or its fillet, is as far from the axis."""
        f = rod.distal_rounding_mm
        across = np.maximum(rho_mm - (rod.radius_mm - f), 0.0)
        height = f - np.sqrt(np.maximum(f**2 - across**2, 0.0))
        return np.broadcast_to(self.held_mm(rod) - height, (len(rho_mm), len(about)))

    def content(self) -> list[float]:
        """Diameter and length."""
        return [self.diameter_mm, self.length_mm]
