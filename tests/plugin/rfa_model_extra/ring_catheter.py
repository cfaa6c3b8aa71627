"""An applicator: a catheter whose ring, not its end, is the electrode."""

import math
from typing import ClassVar

from pydantic import Field

from rfa_model.applicators import Applicator, Contact, PlacedBody, Rod, Sensor, ThermalSolid
from rfa_model.applicators.choice import ApplicatorBase
from rfa_model.applicators.needle import POLYMER, STEEL
from rfa_model.sourced import Positive


class RingCatheter(ApplicatorBase):
    """Insulated but for one ring, whose temperature controls."""

    kind: ClassVar[str] = "ring_catheter"

    outer_diameter_mm: Positive = Field(1.5, description="of the catheter")
    ring_length_mm: Positive = Field(4.0, description="of the metal ring, behind an end of the same length")

    def applicator(self) -> Applicator:
        """Return the catheter: insulated end, ring, shaft."""
        length = self.ring_length_mm
        rod = Rod(
            diameter_mm=self.outer_diameter_mm,
            segments=(("end", length), ("ring", length), ("shaft", math.inf)),
            distal_rounding_mm=0.5 * self.outer_diameter_mm,
        )
        solids = tuple(ThermalSolid.of(STEEL if part == "ring" else POLYMER) for part in rod.part_names)
        return Applicator(
            bodies=(PlacedBody(rod, solids),),
            contacts=(Contact("ring", ("ring",)),),
            sensors=(Sensor("thermocouple", (0.0, 0.0, 1.5 * length)),),
            name=self.name,
        )
