"""Two needles at once: their words, where each lies, and how they are driven."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from rfa_model.applicators.choice import APPLICATORS, ApplicatorBase
from rfa_model.applicators.driving import Driving
from rfa_model.applicators.known_probes import known_probes, probe_of
from rfa_model.applicators.needle import TIP, Probe
from rfa_model.registry import Named, NameOr, Only
from rfa_model.sourced import Issue, Number, Positive, Sourced, issues_error

if TYPE_CHECKING:
    from rfa_model.applicators.applicator import Applicator
    from rfa_model.applicators.pose import Pose

FIRST, SECOND = "first", "second"
HELD_APART_MM = 60.0
"""Length over which the two needles are held against each other."""
NeedleChoice = Annotated[str | Probe, NameOr(Named("probe", known_probes), Only(Probe))]


@APPLICATORS.register
class Pair(ApplicatorBase):
    """Two needles in one tissue: bipolar between them, or both live against the pad.

    ``spacing_mm`` is from axis to axis between the distal ends, across the pair; ``angle_deg`` lies between the shafts
    in the plane of both, negative where they lean towards each other; the second needle is ``depth_mm`` deeper. What
    places the pair is its frame: origin midway between the distal ends, +z up midway between the shafts, +x from the
    first needle to the second. ``drive: bipolar`` puts the generator between the tips and lets no current through the
    pad, ``dual`` puts both tips against it, in phase. ``control``: on the ``hotter`` of the two sensors, on their
    ``mean``, or, dual only, ``each`` tip with a generator and a sensor of its own.
    """

    kind: ClassVar[str] = "pair"

    probe: NeedleChoice
    second_probe: NeedleChoice = Field(default_factory=lambda data: data.get("probe"))
    spacing_mm: Annotated[Positive, Field(le=40)]
    angle_deg: Annotated[Number, Field(ge=-60, le=60)] = 0.0
    depth_mm: Annotated[Number, Field(ge=-20, le=20)] = 0.0
    drive: Literal["bipolar", "dual"] = "bipolar"
    control: Literal["hotter", "mean", "each"] = Field(
        default_factory=lambda data: "each" if data.get("drive") == "dual" else "hotter"
    )

    @model_validator(mode="before")
    @classmethod
    def _usual(cls, data: object) -> object:
        """Named and treated after its needles, unless said otherwise."""
        if not isinstance(data, Mapping):
            return data
        probe, drive = data.get("probe"), data.get("drive", "bipolar")
        usual: dict[str, object] = {}
        if (needle := known_probes().get(probe) if isinstance(probe, str) else None) is not None:
            other = data.get("second_probe", probe)
            names = probe if other == probe or not isinstance(other, str) else f"{probe} and {other}"
            usual = {"name": f"{drive} {names}"[:64], "protocol": needle.protocol}
        return {**usual, **data}

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if found := list(self._faults()):
            raise issues_error(found)
        return self

    def _faults(self) -> Iterator[Issue]:
        if self.control == "each" and self.drive == "bipolar":
            yield ("control",), "expected 'hotter' or 'mean', because a bipolar pair has one generator; or drive 'dual'"
        radii = [needle.outer_diameter_mm / 2 for needle in self.needles]
        if self.spacing_mm <= sum(radii):
            together = f"the needles' radii together, {sum(radii):.2f} mm"
            yield ("spacing_mm",), f"expected more than {together}, got {self.spacing_mm:g}"
        elif (meet_mm := self._meet_at_mm(sum(radii))) < HELD_APART_MM:
            apart = f"expected shafts that keep apart for {HELD_APART_MM:g} mm, got {self.angle_deg:g}"
            yield ("angle_deg",), f"{apart}: the needles run into each other {meet_mm:.0f} mm up"

    def _meet_at_mm(self, together_mm: float) -> float:
        """Height above the distal ends at which leaning shafts touch."""
        half = math.radians(self.angle_deg) / 2
        if half >= 0.0:
            return math.inf
        return (self.spacing_mm - together_mm / math.cos(half)) / (2.0 * math.tan(-half))

    @property
    def needles(self) -> tuple[Probe, Probe]:
        """The first and the second, looked up where named."""
        return probe_of(self.probe), probe_of(self.second_probe)

    @property
    def is_cooled(self) -> bool:
        """Whether either has a lumen with a coolant."""
        return any(needle.is_cooled for needle in self.needles)

    def looked_up(self) -> Self:
        """Return it with its needles written out."""
        return self._with(*self.needles)

    def cooled_otherwise(self, changes: Mapping[str, float]) -> Self:
        """Return it with other values of its needles' coolants."""
        return self._with(*(needle.cooled_otherwise(changes) for needle in self.needles))

    def _with(self, first: Probe, second: Probe) -> Self:
        return self.model_copy(update={"probe": first, "second_probe": second})

    def issues(self, domain_radius_mm: float) -> Iterator[Issue]:
        """Refuse tips that are long for their sphere."""
        for key, needle in zip(("probe", "second_probe"), self.needles, strict=True):
            for path, message in needle.issues(domain_radius_mm):
                yield (key, *path), message

    def shown(self) -> Iterator[tuple[str, Sourced, Mapping[str, str]]]:
        """How they lie, then either needle."""
        yield "probe", self, {"spacing_mm": "spacing", "angle_deg": "angle (deg)", "depth_mm": "second deeper by"}
        for which, needle in zip((FIRST, SECOND), self.needles, strict=True):
            for heading, model, words in needle.shown():
                yield f"{which} {needle.name if model is needle else heading}", model, words

    @property
    def driving(self) -> Driving:
        """Between the tips, or both against the pad."""
        first, second = (f"{which}_{TIP}" for which in (FIRST, SECOND))
        if self.drive == "bipolar":
            return Driving((first,), (second,), self.control)
        return Driving(control=self.control)

    def poses(self) -> tuple[Pose, Pose]:
        """Where either needle lies in the pair's frame."""
        import numpy as np

        from rfa_model.applicators.pose import Pose, rotation_about

        first, second = (
            Pose(
                rotation_about([0.0, 1.0, 0.0], side * self.angle_deg / 2),
                np.array([side * self.spacing_mm / 2, 0.0, -side * self.depth_mm / 2]),
            )
            for side in (-1, 1)
        )
        return first, second

    def applicator(self) -> Applicator:
        """Return both needles: contacts ``first_tip`` and ``second_tip``, sensors likewise."""
        from rfa_model.applicators.compose import side_by_side

        needles = {
            which: needle.applicator().at(pose)
            for which, needle, pose in zip((FIRST, SECOND), self.needles, self.poses(), strict=True)
        }
        return side_by_side(self.name, needles)
