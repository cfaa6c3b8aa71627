"""A needle out of whose end a thinner electrode protrudes: its words, its checks, and the applicator they describe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from rfa_model.applicators.choice import APPLICATORS
from rfa_model.applicators.needle import SENSOR, TIP
from rfa_model.applicators.on_needle import OnNeedle
from rfa_model.applicators.tine_words import ELECTRODE
from rfa_model.sourced import Issue, Number

if TYPE_CHECKING:
    from rfa_model.applicators.applicator import Applicator
    from rfa_model.applicators.tined_rod import TinedRod

THICKEST = 0.8
"""Of the needle's diameter: thicker, what is left of its end about the electrode is too narrow for cells."""


@APPLICATORS.register
class Protruding(OnNeedle):
    """A needle from whose end a thinner electrode with a round end protrudes, of one contact with the active tip.

    ``protrusion_mm`` is from the needle's distal end to the electrode's, which is the applicator's. ``probe`` is the
    needle; its end is not bevelled. The sensor is the electrode's, in perfect contact, on the axis at
    ``sensor_height_mm`` above that end; in the middle of its round end unless written.
    """

    kind: ClassVar[str] = "protruding"
    word: ClassVar[str] = "protruding"

    protrusion_mm: Annotated[Number, Field(gt=0, le=20)]
    protrusion_diameter_mm: Annotated[Number, Field(ge=0.2, le=2)]
    sensor_height_mm: Annotated[Number, Field(gt=0, le=40)] = Field(
        default_factory=lambda data: data.get("protrusion_diameter_mm", 1.0) / 2
    )

    def _faults(self) -> Iterator[Issue]:
        needle, thick = self.needle, self.protrusion_diameter_mm
        most = THICKEST * needle.outer_diameter_mm
        if thick > most:
            yield ("protrusion_diameter_mm",), f"expected at most 0.8 of the needle's, {most:.2f} mm, got {thick:g}"
        if self.protrusion_mm < thick:
            expected = f"expected at least the electrode's diameter, {thick:g} mm, got {self.protrusion_mm:g}"
            yield ("protrusion_mm",), expected
        longest = self.protrusion_mm + needle.tip_length_mm
        if self.sensor_height_mm >= longest:
            where = f"a sensor in the electrode or the active tip, below {longest:g} mm"
            yield ("sensor_height_mm",), f"expected {where}, got {self.sensor_height_mm:g}"
        if needle.bevel_angle_deg is not None:
            yield ("probe",), "expected a needle with a flat or rounded end, and this one's is bevelled"

    def _words(self) -> Mapping[str, str]:
        return {"protrusion_mm": "protrusion", "protrusion_diameter_mm": "diameter", "sensor_height_mm": "sensor at"}

    def body(self) -> TinedRod:
        """Return its shape, the needle's distal end at the origin."""
        from rfa_model.applicators.tined_rod import TinedRod
        from rfa_model.applicators.tines import Protrusion

        return TinedRod(self.needle.rod(), Protrusion(self.protrusion_diameter_mm, self.protrusion_mm))

    def applicator(self) -> Applicator:
        """Return the needle's applicator, its contact joined by the part ``electrode``, whose end is the origin."""
        from rfa_model.applicators.materials import ThermalSolid
        from rfa_model.applicators.placed import Contact, Sensor
        from rfa_model.applicators.pose import Pose

        bare = self.needle.applicator()
        (placed,) = bare.bodies
        solids = (*placed.solids, ThermalSolid.of(self.needle.metal))
        body = replace(placed, body=self.body(), solids=solids)
        whole = replace(bare, bodies=(body,), contacts=(Contact(TIP, (TIP, ELECTRODE)),), name=self.name)
        sensor = Sensor(SENSOR, (0.0, 0.0, self.sensor_height_mm))
        return replace(whole.at(Pose.ahead(self.protrusion_mm)), sensors=(sensor,))
