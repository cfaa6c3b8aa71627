"""A needle that is insulated but for a window in its side: its words, its checks, and the applicator they describe."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from rfa_model.applicators.choice import APPLICATORS
from rfa_model.applicators.needle import SENSOR, SHAFT
from rfa_model.applicators.on_needle import OnNeedle
from rfa_model.applicators.wall import LEAST_HEEL
from rfa_model.sourced import Issue, Number

if TYPE_CHECKING:
    from rfa_model.applicators.applicator import Applicator
    from rfa_model.applicators.body import Body

END = "end"
NARROWEST_DEG, WIDEST_DEG, WHOLE_DEG = 30.0, 330.0, 360.0
"""Of a window, or of what is left beside it: a narrower sector has too sharp an edge to mesh."""


@APPLICATORS.register
class SideExposed(OnNeedle):
    """A needle insulated from end to end but for one window in its side, which is the contact.

    ``window_start_mm`` is from the distal end to the window, ``window_length_mm`` along the shaft, ``window_angle_deg``
    about it (360: a ring), ``window_middle_deg`` where about the axis its middle is, from +x towards +y; the roll of
    the placement turns the needle. The sensor is on the axis at ``sensor_height_mm``, at the window's middle unless
    written. Of ``probe`` all but its active tip and its sensor's place counts.
    """

    kind: ClassVar[str] = "side_exposed"
    word: ClassVar[str] = "side-exposed"

    window_start_mm: Annotated[Number, Field(gt=0, le=40)]
    window_length_mm: Annotated[Number, Field(ge=0.2, le=40)]
    window_angle_deg: Annotated[Number, Field(ge=NARROWEST_DEG, le=WHOLE_DEG)]
    window_middle_deg: Annotated[Number, Field(ge=-180, le=180)] = 0.0
    sensor_height_mm: Annotated[Number, Field(gt=0, le=80)] = Field(
        default_factory=lambda data: data.get("window_start_mm", 1.0) + data.get("window_length_mm", 0.0) / 2
    )

    def _faults(self) -> Iterator[Issue]:
        needle = self.needle
        if needle.is_cooled:
            yield ("probe",), "expected a needle without cooling"
        shoulder = self.shoulder_mm
        lowest = shoulder + LEAST_HEEL * needle.outer_diameter_mm / 2
        if self.window_start_mm <= lowest:
            where = f"a window in the side of the needle, more than {lowest:.2f} mm above its distal end"
            yield ("window_start_mm",), f"expected {where}, got {self.window_start_mm:g}"
        if WIDEST_DEG < self.window_angle_deg < WHOLE_DEG:
            expected = f"expected at most {WIDEST_DEG:g} degrees, or {WHOLE_DEG:g}, which is a ring"
            yield ("window_angle_deg",), f"{expected}, got {self.window_angle_deg:g}"
        if needle.cannula is not None and self.sensor_height_mm <= shoulder:
            where = f"a sensor inside the cannula, more than {shoulder:.2f} mm above its distal end"
            yield ("sensor_height_mm",), f"expected {where}, got {self.sensor_height_mm:g}"

    def issues(self, domain_radius_mm: float) -> Iterator[Issue]:
        """Nothing: the needle's active tip, which may be long for a sphere, is not there."""
        yield from ()

    def _words(self) -> Mapping[str, str]:
        words = {"window_start_mm": "window from", "window_length_mm": "length", "window_angle_deg": "angle (deg)"}
        return {**words, "window_middle_deg": "middle (deg)", "sensor_height_mm": "sensor at"}

    def body(self) -> Body:
        """Return its shape: a rod with a ring, or with a window."""
        from rfa_model.applicators.rod import Rod
        from rfa_model.applicators.sector import Sector
        from rfa_model.applicators.windowed_rod import WINDOW, WindowedRod

        segments = (END, self.window_start_mm), (WINDOW, self.window_length_mm), (SHAFT, math.inf)
        needle = self.needle
        rod = Rod(needle.outer_diameter_mm, segments, needle.tip_rounding_mm, bevel_angle_deg=needle.bevel_angle_deg)
        if self.window_angle_deg == WHOLE_DEG:
            return rod
        return WindowedRod(rod, Sector(self.window_middle_deg, self.window_angle_deg))

    def applicator(self) -> Applicator:
        """Return the needle: contact ``window``, everything else insulated, and its sensor."""
        from rfa_model.applicators.applicator import Applicator
        from rfa_model.applicators.placed import Contact, PlacedBody, Sensor
        from rfa_model.applicators.windowed_rod import WINDOW

        body = self.body()
        seen = self.needle.model_copy(update={"sensor_offset_mm": -self.sensor_height_mm}).applicator()
        bare, insulated = seen.bodies[0].solids
        solids = tuple(bare if part == WINDOW else insulated for part in body.part_names)
        sensor = Sensor(SENSOR, (0.0, 0.0, self.sensor_height_mm), tube=seen.sensors[0].tube)
        return Applicator((PlacedBody(body, solids),), (Contact(WINDOW, (WINDOW,)),), (sensor,), self.name)
