"""The strip between two needles: whether their lesions have joined, and how wide they are midway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.placed import PlacedBody
from rfa_model.metrics.isosurface import TriSurface

FloatArray = NDArray[np.floating]
TOUCHING_MM = 0.1
"""A lesion touches a needle whose surface is nearer than this to one of its nodes; a mesh has nodes on it."""
OUTLINED_MM = 60.0
UPRIGHT = 1e-3


@dataclass(frozen=True)
class Strip:
    """Two needles and the plane midway between their contacts, applicator frame.

    Attributes
    ----------
    needles : both bodies.
    origin_mm : midway between the middles of their contacts, (3,).
    across : unit vector from the first middle to the second: the mid-plane's normal.
    along, normal : unit vectors in the mid-plane: up the needles, and out of the plane of the needles.
    """

    needles: tuple[PlacedBody, PlacedBody]
    origin_mm: FloatArray
    across: FloatArray
    along: FloatArray
    normal: FloatArray

    @classmethod
    def between(cls, applicator: Applicator) -> Self | None:
        """Return that of an applicator; None unless it has two bodies with contacts, side by side."""
        live = [body for body in applicator.bodies if body.metal(applicator.contacts)]
        if len(live) != 2:
            return None
        outlines = applicator.outlines(OUTLINED_MM)
        first, second = (next(o.middle_mm for o in outlines if o.name == body.name) for body in live)
        across = (second - first) / np.linalg.norm(second - first)
        upward = live[0].pose.axis + live[1].pose.axis
        upward = upward - (upward @ across) * across
        if np.linalg.norm(upward) < UPRIGHT:
            return None
        along = upward / np.linalg.norm(upward)
        return cls((live[0], live[1]), 0.5 * (first + second), across, along, np.cross(along, across))

    def touching(self, points_mm: FloatArray, within_mm: float = TOUCHING_MM) -> list[NDArray[np.bool_]]:
        """Which of the points (N, 3) lie on either needle, (N,) each."""
        return [needle.distance_mm(points_mm) <= within_mm for needle in self.needles]

    def section_mm(self, surface: TriSurface, points_mm: FloatArray) -> tuple[float, float]:
        """Width out of the needles' plane and length along them of a closed surface's cut with the mid-plane.

        ``points_mm`` are the surface's, in the applicator frame; (0, 0) where it does not reach there.
        """
        off = (points_mm - self.origin_mm) @ self.across
        edges = surface.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
        a, b = off[edges].T
        crossing = (a > 0.0) != (b > 0.0)
        share = (a[crossing] / (a - b)[crossing])[:, None]
        start, stop = points_mm[edges[crossing]].swapaxes(0, 1)
        cut = start + share * (stop - start) - self.origin_mm
        if not len(cut):
            return 0.0, 0.0
        return float(np.ptp(cut @ self.normal)), float(np.ptp(cut @ self.along))
