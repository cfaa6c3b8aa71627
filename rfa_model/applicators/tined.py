"""A needle with tines: its words, its checks, and the applicator they describe."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from rfa_model.applicators.choice import APPLICATORS
from rfa_model.applicators.needle import TIP
from rfa_model.applicators.on_needle import OnNeedle
from rfa_model.applicators.tine_bends import bend_issues
from rfa_model.applicators.tine_words import TINES
from rfa_model.sourced import Issue, Number

if TYPE_CHECKING:
    from rfa_model.applicators.applicator import Applicator
    from rfa_model.applicators.tined_rod import TinedRod

SHALLOWEST_DEG, STEEPEST_DEG = 20.0, 120.0
"""Flatter to the shaft, the slit that a tine leaves through grows long and its edge too sharp to mesh."""


@APPLICATORS.register
class Tined(OnNeedle):
    """A needle with one to six tines, straight or curved, evenly about its shaft, of one contact with its active tip.

    ``tine_length_mm`` is along a tine's axis from where that leaves the shaft's surface to its round end,
    ``tine_angle_deg`` between the tine where it leaves and the way ahead (90: square off), ``tine_exit_mm`` the height
    above the distal end at which the tines start from the shaft's axis, ``first_tine_deg`` where about the axis the
    first stands. ``tine_bend_deg`` is how far each turns away from the way ahead on a circular arc, from where it is
    clear of the shaft to its end; negative: towards it. ``probe`` is the shaft.
    """

    kind: ClassVar[str] = "tined"
    word: ClassVar[str] = "tined"

    tines: Annotated[int, Field(strict=True, ge=1, le=6)]
    tine_length_mm: Annotated[Number, Field(gt=0, le=20)]
    tine_diameter_mm: Annotated[Number, Field(ge=0.2, le=1)]
    tine_angle_deg: Annotated[Number, Field(ge=SHALLOWEST_DEG, le=STEEPEST_DEG)]
    tine_exit_mm: Annotated[Number, Field(gt=0, le=40)]
    first_tine_deg: Annotated[Number, Field(ge=-180, le=180)] = 0.0
    tine_bend_deg: Annotated[Number, Field(ge=-180, le=180)] = 0.0

    def _faults(self) -> Iterator[Issue]:
        needle, angle = self.needle, math.radians(self.tine_angle_deg)
        radius, wire = needle.outer_diameter_mm / 2, self.tine_diameter_mm / 2
        if self.tine_diameter_mm >= 0.8 * needle.outer_diameter_mm:
            most = f"less than 0.8 of the shaft's diameter, {0.8 * needle.outer_diameter_mm:.2f} mm"
            yield ("tine_diameter_mm",), f"expected {most}, got {self.tine_diameter_mm:g}"
            return
        if self.tine_length_mm <= self.tine_diameter_mm:
            yield ("tine_length_mm",), f"expected more than a tine's diameter, {self.tine_diameter_mm:g} mm"
        # How far ahead of its start, and behind it, a tine's slit reaches on the shaft.
        ahead = (radius * math.cos(angle) + wire) / math.sin(angle)
        lowest = self.shoulder_mm + 0.2 * radius + ahead
        highest = needle.tip_length_mm - 0.2 * radius - (wire - radius * math.cos(angle)) / math.sin(angle)
        if not lowest <= self.tine_exit_mm <= highest:
            span = f"between {lowest:.2f} and {highest:.2f} mm, so that they leave the side of the active tip"
            yield ("tine_exit_mm",), f"expected tines that start {span}, got {self.tine_exit_mm:g}"
        yield from bend_issues(self, radius)
        if self.tines > 1 and 2.0 * radius * math.sin(math.pi / self.tines) <= 1.3 * self.tine_diameter_mm:
            yield (
                ("tines",),
                f"expected tines that leave the shaft apart, {self.tines} of them overlap; choose thinner ones",
            )

    def _words(self) -> Mapping[str, str]:
        words = {"tines": "tines", "tine_length_mm": "length", "tine_diameter_mm": "diameter"}
        words |= {"tine_bend_deg": "bend (deg)"} if self.tine_bend_deg else {}
        return {**words, "tine_angle_deg": "angle (deg)", "tine_exit_mm": "exit"}

    def body(self) -> TinedRod:
        """Return its shape."""
        from rfa_model.applicators.tined_rod import TinedRod
        from rfa_model.applicators.tines import Tines

        tines = Tines(
            diameter_mm=self.tine_diameter_mm,
            length_mm=self.tine_length_mm,
            count=self.tines,
            angle_deg=self.tine_angle_deg,
            exit_mm=self.tine_exit_mm,
            turn_deg=self.first_tine_deg,
            bend_deg=self.tine_bend_deg,
        )
        return TinedRod(self.needle.rod(), tines)

    def applicator(self) -> Applicator:
        """Return the needle's applicator, its contact joined by the part ``tines``."""
        from rfa_model.applicators.materials import ThermalSolid
        from rfa_model.applicators.placed import Contact

        bare = self.needle.applicator()
        (placed,) = bare.bodies
        solids = (*placed.solids, ThermalSolid.of(self.needle.metal))
        body = replace(placed, body=self.body(), solids=solids)
        return replace(bare, bodies=(body,), contacts=(Contact(TIP, (TIP, TINES)),), name=self.name)
