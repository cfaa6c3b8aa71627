"""The dimensions of a straight round rod, checked, and its distances, areas and volumes. Millimetres."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rfa_model.applicators.bevel import Bevel
from rfa_model.applicators.wall import (
    BLUNTEST_DEG,
    LEAST_HEEL,
    LEAST_WALL,
    SHARPEST_DEG,
    bevel_length_mm,
    wall_at_bevel_mm,
    wall_at_bore_mm,
)
from rfa_model.errors import InputError

FloatArray = NDArray[np.float64]
Segment = tuple[str, float]


@dataclass(frozen=True)
class Bore:
    """A blind lumen along the axis: from ``start_mm`` above the rod's distal end on and out through the sphere."""

    diameter_mm: float
    start_mm: float
    name: str = "lumen"

    @property
    def radius_mm(self) -> float:
        """Half its diameter."""
        return 0.5 * self.diameter_mm


@dataclass(frozen=True)
class RodShape:
    """A rod of one diameter about +z of its own frame, distal end at the origin: segments end to end.

    Attributes
    ----------
    diameter_mm
        Outer diameter.
    segments
        (name, length in mm) of each part, distal one first; the last may be ``math.inf``: it leaves through the sphere.
    distal_rounding_mm, proximal_rounding_mm
        Fillet radius of either end's edge: the rod's radius gives a hemisphere, 0 a flat face.
    bore
        The lumen of an internally cooled rod.
    bevel_angle_deg
        Angle between the axis and the plane that cuts the distal end, its point towards −y; None: not cut.

    Raises
    ------
    InputError
        When the lengths do not describe a solid body.
    """

    diameter_mm: float
    segments: tuple[Segment, ...]
    distal_rounding_mm: float = 0.0
    proximal_rounding_mm: float = 0.0
    bore: Bore | None = None
    bevel_angle_deg: float | None = None

    def __post_init__(self) -> None:
        """Refuse lengths that make no body."""
        for wrong, message in self._faults():
            if wrong:
                raise InputError(f"rod of {', '.join(self.part_names) or 'nothing'}: {message}")

    def _faults(self) -> Iterator[tuple[bool, str]]:
        r, ends = self.radius_mm, (self.distal_rounding_mm, self.proximal_rounding_mm)
        lengths = [length for _, length in self.segments]
        yield not lengths, "a rod needs at least one segment"
        yield len(set(self.part_names)) < len(lengths), "two segments have the same name"
        finite = (r, *ends, *lengths[:-1], *((self.bore.diameter_mm, self.bore.start_mm) if self.bore else ()))
        yield not all(map(math.isfinite, finite)), f"every dimension must be a finite number, got {self}"
        yield r <= 0, f"diameter_mm = {2 * r:g} must be positive"
        yield not all(length > 0 for length in lengths), f"every segment must have a positive length, got {lengths}"
        for end, rounding in zip(("distal", "proximal"), ends, strict=True):
            beyond = not 0 <= rounding <= r * (1 + 1e-9)
            yield beyond, f"{end}_rounding_mm = {rounding:g} must lie between 0 and the radius {r:g} mm"
        yield self.is_endless and ends[1] > 0, "proximal_rounding_mm belongs to a rod that ends"
        if len(lengths) == 1:
            ends = (sum(ends), 0.0)
        tight = lengths[0] < ends[0] * (1 - 1e-9) or (not self.is_endless and lengths[-1] < ends[1] * (1 - 1e-9))
        yield tight, f"its end segments, {lengths[0]:g} and {lengths[-1]:g} mm long, must hold the rounding {ends}"
        if self.bevel_angle_deg is not None:
            yield from self._bevel_faults(self.bevel_angle_deg)
        if self.bore is not None:
            yield from self._bore_faults(self.bore)

    def _bevel_faults(self, angle_deg: float) -> Iterator[tuple[bool, str]]:
        within = SHARPEST_DEG <= angle_deg <= BLUNTEST_DEG
        yield not within, f"bevel_angle_deg = {angle_deg:g} must lie between {SHARPEST_DEG:g} and {BLUNTEST_DEG:g}"
        yield not self.is_endless, "a bevel belongs to a rod that leaves through the sphere"
        yield self.distal_rounding_mm > 0, "a bevelled end has no distal_rounding_mm"
        reach = bevel_length_mm(self.radius_mm, angle_deg) + LEAST_HEEL * self.radius_mm
        first = self.heights_mm[1]
        yield reach >= first, f"its first part, {first:g} mm long, must hold the bevel's {reach:.2f} mm"

    def _bore_faults(self, bore: Bore) -> Iterator[tuple[bool, str]]:
        r, gap = self.radius_mm, bore.start_mm
        yield not self.is_endless, "a bore belongs to a rod that leaves through the sphere"
        # The lumen's distal corner has to stay inside the rounded metal.
        last = self.heights_mm[-2] or math.inf
        yield not 0 < gap < last, f"the bore's start_mm = {gap:g} must lie between 0 and the last part, {last:g}"
        yield not 0 < bore.radius_mm < r, f"the bore's diameter_mm = {bore.diameter_mm:g} must be less than {2 * r:g}"
        wall = wall_at_bore_mm(r, self.distal_rounding_mm, bore.radius_mm, gap)
        if self.bevel_angle_deg is not None:
            wall = wall_at_bevel_mm(r, self.bevel_angle_deg, bore.radius_mm, gap)
        yield wall < LEAST_WALL * r, f"the bore's end leaves only {wall:.3f} mm of metal; make its start_mm larger"

    @property
    def part_names(self) -> tuple[str, ...]:
        """The segments' names."""
        return tuple(name for name, _ in self.segments)

    @property
    def lumen_names(self) -> tuple[str, ...]:
        """The bore's name, if there is one."""
        return () if self.bore is None else (self.bore.name,)

    @property
    def radius_mm(self) -> float:
        """Half its diameter."""
        return 0.5 * self.diameter_mm

    @cached_property
    def bevel(self) -> Bevel | None:
        """Its slanted face, if it has one."""
        return None if self.bevel_angle_deg is None else Bevel(self.radius_mm, self.bevel_angle_deg)

    @property
    def heights_mm(self) -> tuple[float, ...]:
        """Where segments begin and the last ends, (segments + 1,)."""
        heights = [0.0]
        for _, length in self.segments:
            heights.append(heights[-1] + length)
        return tuple(heights)

    @property
    def is_endless(self) -> bool:
        """Whether it leaves through the sphere."""
        return bool(self.segments) and math.isinf(self.segments[-1][1])

    def span_mm(self, part: str) -> tuple[float, float]:
        """Heights between which a part lies."""
        at = self.part_names.index(part)
        return self.heights_mm[at], self.heights_mm[at + 1]

    def parts_along(self, lumen: str) -> tuple[str, ...]:
        """Parts that a lumen runs through."""
        assert self.bore is not None
        start = self.bore.start_mm
        return tuple(name for name in self.part_names if self.span_mm(name)[1] > start)

    def touching(self) -> tuple[tuple[str, str], ...]:
        """Pairs of parts that meet."""
        return tuple(pairwise(self.part_names))

    def endless_parts(self) -> tuple[str, ...]:
        """The last part, if the rod leaves through the sphere."""
        return self.part_names[-1:] if self.is_endless else ()

    def ends_mm(self, part: str) -> FloatArray:
        """Both ends of a part on the axis, (2, 3), mm; a bevelled end counts from its point's height."""
        low, high = self.span_mm(part)
        return np.array([[0.0, 0.0, low], [0.0, 0.0, high]])

    def rounding_mm(self, part: str) -> tuple[float, float]:
        """Fillet radii of a part's own distal and proximal edge."""
        first, last = part == self.part_names[0], part == self.part_names[-1]
        return self.distal_rounding_mm * first, self.proximal_rounding_mm * last

    def distance_mm(self, points_mm: ArrayLike, part: str | None = None) -> FloatArray:
        """Signed distance to the rod or one of its parts, (N,), mm."""
        points = np.atleast_2d(np.asarray(points_mm, dtype=float))
        if points.shape[-1] != 3:
            raise ValueError(f"points_mm must have shape (N, 3), got {points.shape}")
        rho, z = np.hypot(points[:, 0], points[:, 1]), points[:, 2]
        r, end = self.radius_mm, self.heights_mm[-1]
        if self.bevel is not None:
            rod = self.bevel.distance_mm(points)
        else:
            rod = rounded_cylinder_distance(rho, z, r, self.distal_rounding_mm)
        if not self.is_endless:
            rod = np.maximum(rod, rounded_cylinder_distance(rho, end - z, r, self.proximal_rounding_mm))
        if part is None:
            return rod
        low, high = self.span_mm(part)
        beyond = np.maximum(low - z if low > 0 else -np.inf, z - high if high < end else -np.inf)
        return np.where(beyond > 0, np.hypot(np.maximum(rho - r, 0.0), beyond), np.maximum(rod, beyond))

    def surface_area_mm2(self, part: str) -> float:
        """Area of a part against tissue, mm²: flat discs, fillets by Pappus, cylinder."""
        r, (low, high) = self.radius_mm, self.span_mm(part)
        area = 2 * math.pi * r * (high - low)
        for is_end, f in zip(self.is_end(part), self.rounding_mm(part), strict=True):
            flat = r - f
            rounded = 2 * math.pi * f * (0.5 * math.pi * flat + f) - 2 * math.pi * r * f
            area += (math.pi * flat**2 + rounded) if is_end else 0.0
        if self.bevel is not None and part == self.part_names[0]:
            area += self.bevel.face_area_mm2 - self.bevel.missing_area_mm2 - math.pi * r**2
        return area

    def filled_volume_mm3(self, part: str, high_mm: float | None = None) -> float:
        """Volume within a part's outer surface (up to ``high_mm``), its lumen included, mm³."""
        r, (low, high) = self.radius_mm, self.span_mm(part)
        volume = math.pi * r**2 * ((high if high_mm is None else high_mm) - low)
        for f in self.rounding_mm(part):
            flat = r - f
            # ∫₀^f π (flat + sqrt(f² − u²))² du over the fillet's height, in place of the cylinder's
            rounded = math.pi * (flat**2 * f + 0.5 * math.pi * flat * f**2 + 2.0 / 3.0 * f**3)
            volume += rounded - math.pi * r**2 * f
        if self.bevel is not None and part == self.part_names[0]:
            volume -= self.bevel.missing_volume_mm3
        return volume

    def volume_mm3(self, part: str) -> float:
        """Volume of a part, its lumen left out, mm³."""
        if self.bore is None:
            return self.filled_volume_mm3(part)
        low, high = self.span_mm(part)
        bored = max(0.0, high - max(low, self.bore.start_mm))
        return self.filled_volume_mm3(part) - math.pi * self.bore.radius_mm**2 * bored

    def is_end(self, part: str) -> tuple[bool, bool]:
        """Whether a part is the distal, and the proximal, end of the rod."""
        return part == self.part_names[0], part == self.part_names[-1] and not self.is_endless

    def content(self) -> dict[str, object]:
        """Everything its shape depends on."""
        # Left out where there is none: meshes are found by the text.
        bevel = {} if self.bevel_angle_deg is None else {"bevel_angle_deg": self.bevel_angle_deg}
        return {
            "kind": "rod",
            "diameter_mm": self.diameter_mm,
            "lengths_mm": [length for _, length in self.segments],
            "distal_rounding_mm": self.distal_rounding_mm,
            "proximal_rounding_mm": self.proximal_rounding_mm,
            "bore": None if self.bore is None else [self.bore.diameter_mm, self.bore.start_mm],
            **bevel,
        }


def rounded_cylinder_distance(rho_mm: ArrayLike, z_mm: ArrayLike, radius_mm: float, rounding_mm: float) -> FloatArray:
    """Signed distance to the half-infinite cylinder z ≥ 0 with a filleted edge at z = 0, in its meridian plane.

    Parameters
    ----------
    rho_mm, z_mm
        Distance from the axis and height, any matching shapes.

    Returns
    -------
    array
        Distance in mm, negative inside.
    """
    across = np.asarray(rho_mm, dtype=float) - (radius_mm - rounding_mm)
    beyond = rounding_mm - np.asarray(z_mm, dtype=float)
    outside = np.hypot(np.maximum(across, 0.0), np.maximum(beyond, 0.0))
    return outside + np.minimum(np.maximum(across, beyond), 0.0) - rounding_mm
