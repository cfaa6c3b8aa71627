"""A wire that leaves straight and then bends evenly: where points of the straight wire come to lie. Millimetres.

In the frame of the straight wire: its end at the origin, +z back along it, bending towards +x.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.cell_sizes import SizeFunction

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Bend:
    """An arc at the end of a wire's axis.

    Attributes
    ----------
    length_mm : float
        Of the whole axis, from where the wire is held to its end.
    straight_mm : float
        How much of that is straight before the arc.
    cap_mm : float
        How much at the end is straight again: half a ball.
    angle_deg : float
        From the arc's beginning to its end; towards +x where positive.
    """

    length_mm: float
    straight_mm: float
    cap_mm: float
    angle_deg: float

    @property
    def angle(self) -> float:
        """The same in radians."""
        return math.radians(self.angle_deg)

    @property
    def arc_mm(self) -> float:
        """Length of the arc."""
        return self.length_mm - self.cap_mm - self.straight_mm

    @property
    def radius_mm(self) -> float:
        """Radius of the arc, with the sign of the angle."""
        return self.arc_mm / self.angle

    def bent_mm(self, points_mm: FloatArray) -> FloatArray:
        """Points (N, 3) of the straight wire where they lie on the bent one: sections stay plane."""
        x, y, s = points_mm[:, 0], points_mm[:, 1], self.length_mm - points_mm[:, 2]
        along = np.clip(s - self.straight_mm, 0.0, self.arc_mm)
        turn, beyond = along / self.radius_mm, s - self.straight_mm - along
        before = np.minimum(beyond, 0.0)
        beyond = np.maximum(beyond, 0.0)
        cosine, sine = np.cos(turn), np.sin(turn)
        out = self.radius_mm * (1.0 - cosine) + x * cosine + beyond * sine
        ahead = self.straight_mm + before + self.radius_mm * sine - x * sine + beyond * cosine
        return np.column_stack([out, y, self.length_mm - ahead])

    def straightened_mm(self, points_mm: FloatArray) -> FloatArray:
        """The other way round, by the piece of the axis, straight, arc or end, that is nearest to a point."""
        y = points_mm[:, 1]
        pieces = self._by_piece(points_mm)
        nearest = np.argmin([distance for distance, _, _ in pieces], axis=0)
        x = np.choose(nearest, [across for _, across, _ in pieces])
        s = np.choose(nearest, [along for _, _, along in pieces])
        return np.column_stack([x, y, self.length_mm - s])

    def distance_mm(self, points_mm: FloatArray) -> FloatArray:
        """Distance to the axis up to the middle of the end's ball, (N,)."""
        straight, arc, end = (distance for distance, _, _ in self._by_piece(points_mm))
        return np.minimum(np.minimum(straight, arc), end)

    def _by_piece(self, points_mm: FloatArray) -> list[tuple[FloatArray, FloatArray, FloatArray]]:
        """Distance to each piece of the axis, offset across it and length along it, (N,) each."""
        x, y, ahead = points_mm[:, 0], points_mm[:, 1], self.length_mm - points_mm[:, 2]
        radius, sign, start = self.radius_mm, math.copysign(1.0, self.angle), self.straight_mm
        beyond = np.maximum(ahead - start, 0.0) + np.minimum(ahead, 0.0)
        straight = np.sqrt(x**2 + y**2 + beyond**2), x, ahead
        turn = np.arctan2(ahead - start, sign * (radius - x))
        rho = np.hypot(radius - x, ahead - start)
        off = np.where((turn >= 0.0) & (turn <= abs(self.angle)), np.hypot(rho - abs(radius), y), np.inf)
        arc = off, radius - sign * rho, start + abs(radius) * turn
        cosine, sine = math.cos(self.angle), math.sin(self.angle)
        u, v = x - radius * (1.0 - cosine), ahead - start - radius * sine
        across, on = u * cosine - v * sine, u * sine + v * cosine
        end = np.sqrt(u**2 + v**2 + y**2), across, start + self.arc_mm + on
        return [straight, arc, end]

    def distance_function(self) -> SizeFunction:
        """:meth:`distance_mm` in plain floats."""
        radius, sign, start, most = self.radius_mm, math.copysign(1.0, self.angle), self.straight_mm, abs(self.angle)
        end_x = radius * (1.0 - math.cos(self.angle))
        end_ahead = start + radius * math.sin(self.angle)

        def distance(x: float, y: float, z: float) -> float:
            ahead = self.length_mm - z
            least = min(math.dist((x, y, ahead), (0.0, 0.0, min(max(ahead, 0.0), start))),
                        math.dist((x, y, ahead), (end_x, 0.0, end_ahead)))  # fmt: skip
            turn = math.atan2(ahead - start, sign * (radius - x))
            if 0.0 <= turn <= most:
                least = min(least, math.hypot(math.hypot(radius - x, ahead - start) - abs(radius), y))
            return least

        return distance
