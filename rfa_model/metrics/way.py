"""The needle's way through the body: entry, length, angles."""

from __future__ import annotations

from rfa_model.metrics.catalogue import Measured, quantity
from rfa_model.placement import Way


class WayMetrics(Measured):
    """How the needle comes to where it lies; None where the body has no end."""

    group = "way"

    def __init__(self, way: Way) -> None:
        self.way = way

    @quantity("mm", "from the skin to the distal end", digits=0)
    def length_mm(self) -> float | None:
        """Length of the needle in the body, along its axis."""
        return self.way.length_mm

    @quantity("mm")
    def entry_mm(self) -> list[float] | None:
        """Where the axis enters the skin, patient frame."""
        return None if self.way.entry_mm is None else [float(x) for x in self.way.entry_mm]

    @quantity("°", "oblique, towards its side", digits=0)
    def oblique_deg(self) -> float:
        """Oblique angle of a C-arm that looks down the needle, towards the needle's side."""
        return self.way.oblique_deg

    @quantity("°", "caudal tilt", digits=0)
    def caudal_deg(self) -> float:
        """Caudal tilt of a C-arm that looks down the needle."""
        return self.way.caudal_deg
