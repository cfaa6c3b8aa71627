"""What several tests of the metrics share."""

from dataclasses import dataclass, field

import numpy as np

from rfa_model.anatomy.base import Curve


@dataclass
class MadeAnatomy:
    """Straight nerves and surfaces given as distance functions."""

    nerves: dict = field(default_factory=dict)
    structures: dict = field(default_factory=dict)
    parts: dict = field(default_factory=dict)

    def distance_mm(self, part, points_mm):
        points = np.asarray(points_mm, dtype=float)
        if part == "body" and part not in self.parts:
            return np.full(len(points), -np.inf)  # without end
        return self.parts[part](points)


def straight(start, stop, diameter_mm=1.0, segment_mm=None, name="nerve"):
    """A straight curve; its target segment is its whole length unless given."""
    length = float(np.linalg.norm(np.subtract(stop, start)))
    points = np.linspace(start, stop, max(2, int(length / 0.2)))
    return Curve(name, points, diameter_mm, segment_mm or (0.0, length))
