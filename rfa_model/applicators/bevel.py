"""The distal end of a needle cut by a slanted plane: its face, the elliptic edge, distances to them. Millimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.cell_sizes import SizeFunction
from rfa_model.applicators.wall import bevel_length_mm

FloatArray = NDArray[np.float64]
# Newton's rounds to the nearest point of an ellipse: from below and convex, so that each only comes nearer.
ROUNDS = 20


@dataclass(frozen=True)
class Bevel:
    """The face z = (r + y) cot β of a cylinder about +z: sharp point at (0, −r, 0), heel at (0, r, 2 r cot β).

    ``angle_deg`` is β, between face and axis.
    """

    radius_mm: float
    angle_deg: float

    @property
    def length_mm(self) -> float:
        """Height of the heel above the point."""
        return bevel_length_mm(self.radius_mm, self.angle_deg)

    @property
    def sine(self) -> float:
        """Sin β."""
        return math.sin(math.radians(self.angle_deg))

    @property
    def cosine(self) -> float:
        """Cos β."""
        return math.cos(math.radians(self.angle_deg))

    @property
    def face_area_mm2(self) -> float:
        """Area of the face, an ellipse."""
        return math.pi * self.radius_mm**2 / self.sine

    @property
    def missing_area_mm2(self) -> float:
        """Area by which the cylinder's side is smaller than up to the point's height."""
        return math.pi * self.radius_mm * self.length_mm

    @property
    def missing_volume_mm3(self) -> float:
        """Volume that is cut off: half of the cylinder beside the face."""
        return 0.5 * math.pi * self.radius_mm**2 * self.length_mm

    def raised_mm(self, points_mm: FloatArray) -> FloatArray:
        """Points (N, 3) with those beyond the face moved up to it, along the axis."""
        face = (self.radius_mm + points_mm[:, 1]) * self.cosine / self.sine
        return np.column_stack([points_mm[:, :2], np.maximum(points_mm[:, 2], face)])

    def ahead_mm(self, points_mm: FloatArray) -> FloatArray:
        """Signed distance to the face's plane, (N,), positive ahead of it."""
        return (self.radius_mm + points_mm[:, 1]) * self.cosine - points_mm[:, 2] * self.sine

    def distance_mm(self, points_mm: FloatArray) -> FloatArray:
        """Signed distance to the cut, endless cylinder, (N,): to its side, the face, or the edge between them."""
        r, x, y = self.radius_mm, points_mm[:, 0], points_mm[:, 1]
        rho, ahead = np.hypot(x, y), self.ahead_mm(points_mm)
        aside = rho - r
        within = np.maximum(aside, ahead)
        # Where the nearest point of the side, and that of the plane, would lie.
        onto_side = np.column_stack([points_mm[:, :2] * (r / np.maximum(rho, r))[:, None], points_mm[:, 2]])
        on_side = (aside > 0.0) & (self.ahead_mm(onto_side) <= 0.0)
        on_face = (ahead > 0.0) & (np.hypot(x, y - ahead * self.cosine) <= r)
        along = y * self.sine + (points_mm[:, 2] - 0.5 * self.length_mm) * self.cosine
        to_edge = np.hypot(ahead, _to_ellipse(along, x, r / self.sine, r))
        return np.select([within <= 0.0, on_side, on_face], [within, aside, ahead], to_edge)

    def to_edge(self) -> SizeFunction:
        """Distance to the edge at (x, y, z), to first order in it, in plain floats.

        As from the line in which the planes touching side and face meet; exact on the edge, where it counts.
        """
        r, sine, cosine = self.radius_mm, self.sine, self.cosine

        def distance(x: float, y: float, z: float) -> float:
            rho = math.hypot(x, y)
            aside, ahead = rho - r, (r + y) * cosine - z * sine
            between = cosine * y / max(rho, r)
            square = aside * aside + ahead * ahead - 2.0 * aside * ahead * between
            return math.sqrt(max(0.0, square) / (1.0 - between * between))

        return distance


def _to_ellipse(u: FloatArray, v: FloatArray, a: float, b: float) -> FloatArray:
    """Distance in its plane from points outside an ellipse of semi-axes a ≥ b along u and v to it, (N,).

    The nearest point is (a² u/(t + a²), b² v/(t + b²)) with the t ≥ 0 at which it lies on the ellipse.
    """
    u, v = np.abs(u), np.abs(v)
    t = np.maximum(0.0, np.maximum(a * u - a * a, b * v - b * b))
    for _ in range(ROUNDS):
        p, q = a * u / (t + a * a), b * v / (t + b * b)
        slope = -2.0 * (p * p / (t + a * a) + q * q / (t + b * b))
        t = np.maximum(t, t - (p * p + q * q - 1.0) / np.minimum(slope, -1e-300))
    return np.hypot(u * t / (t + a * a), v * t / (t + b * b))
