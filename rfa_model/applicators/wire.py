"""A round wire with a round end that leaves a needle, straight or bent. Millimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from rfa_model.applicators.bend import Bend
from rfa_model.applicators.body import PartOutline
from rfa_model.applicators.cell_sizes import SizeFunction
from rfa_model.applicators.pose import Pose, upright
from rfa_model.applicators.rod import Rod
from rfa_model.applicators.rod_shape import FloatArray

DEGREES_A_RING, DEGREES_A_PIECE = 4.0, 6.0


@dataclass(frozen=True)
class Wire(Rod):
    """A rod of one part, its round end distal; ``bend`` moves what the straight rod has, None where it is straight."""

    bend: Bend | None = None

    def distance_mm(self, points_mm: ArrayLike, part: str | None = None) -> FloatArray:
        """Signed distance, (N,)."""
        points = np.atleast_2d(np.asarray(points_mm, dtype=float))
        if self.bend is None:
            return super().distance_mm(points, part)
        return self.bend.distance_mm(points) - self.radius_mm

    def round_mm(self, points_mm: FloatArray) -> FloatArray:
        """Distance to the surface as if it were round at either end, (N,)."""
        return self._axis_mm(points_mm) - self.radius_mm

    def _axis_mm(self, points: FloatArray) -> FloatArray:
        if self.bend is not None:
            return self.bend.distance_mm(points)
        beyond = points[:, 2] - np.clip(points[:, 2], self.radius_mm, self.heights_mm[-1])
        return np.sqrt(points[:, 0] ** 2 + points[:, 1] ** 2 + beyond**2)

    def axis_function(self) -> SizeFunction:
        """Distance to its axis, up to the middle of its end's ball, in plain floats."""
        if self.bend is not None:
            return self.bend.distance_function()
        low, high = self.radius_mm, self.heights_mm[-1]
        return lambda x, y, z: math.dist((x, y, z), (0.0, 0.0, min(max(z, low), high)))

    def bent_mm(self, points_mm: FloatArray) -> FloatArray:
        """Points (N, 3) of the straight wire where they lie."""
        return points_mm if self.bend is None else self.bend.bent_mm(points_mm)

    def straightened_mm(self, points_mm: FloatArray) -> FloatArray:
        """The other way round."""
        return points_mm if self.bend is None else self.bend.straightened_mm(points_mm)

    def samples_mm(self, length_mm: float, step_mm: float) -> FloatArray:
        """Points on axis and surface, (N, 3)."""
        return self.bent_mm(super().samples_mm(length_mm, step_mm))

    def outline(self, length_mm: float) -> tuple[PartOutline, ...]:
        """Its profile, with a ring every few degrees where it is bent."""
        (straight,) = super().outline(self.heights_mm[-1])
        if self.bend is None:
            return (straight,)
        r, cap, end = self.radius_mm, self.bend.cap_mm, self.bend.cap_mm + self.bend.arc_mm
        heights = np.linspace(cap, end, 1 + math.ceil(abs(self.bend.angle_deg) / DEGREES_A_RING))
        rings = np.column_stack([np.full_like(heights, r), heights])
        height = straight.profile_mm[:, 1]
        profile = np.vstack([straight.profile_mm[height < cap], rings, straight.profile_mm[height > end]])
        return (PartOutline(straight.part, profile, bend=self.bend),)

    def pieces(self) -> list[tuple[Rod, Pose]]:
        """Straight rods end to end along it, the one with the round end first; itself where it is straight."""
        bend = self.bend
        if bend is None:
            return [(self, Pose.identity())]
        ((part, _),) = self.segments
        count = math.ceil(abs(bend.angle_deg) / DEGREES_A_PIECE)
        heights = [0.0, *(bend.cap_mm + bend.arc_mm * np.arange(1, count + 1) / count).tolist(), bend.length_mm]
        ends = bend.bent_mm(np.array([[0.0, 0.0, height] for height in heights]))
        found = []
        for k, (low, high) in enumerate(pairwise(ends)):
            length = float(np.linalg.norm(high - low))
            rod = Rod(self.diameter_mm, ((part, length),), 0.0 if k else self.radius_mm)
            found.append((rod, Pose(upright((high - low) / length), low)))
        return found
