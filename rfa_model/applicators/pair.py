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
from rfa_model.applicators.shafts import HELD_APART_MM, Shaft, meet_at_mm
from rfa_model.registry import Named, NameOr, Only
from rfa_model.sourced import Issue, Number, Sourced, issues_error

if TYPE_CHECKING:
    from rfa_model.applicators.applicator import Applicator
    from rfa_model.applicators.pose import Pose

FIRST, SECOND = "first", "second"
WIDEST_MM, DEEPEST_MM, WIDEST_DEG = 40.0, 20.0, 120.0
"""Of spacing, of depth, and between two shafts, which beyond come from either side."""
Lean = Annotated[Number, Field(ge=-WIDEST_DEG, le=WIDEST_DEG)]
Roll = Annotated[Number, Field(ge=-180, le=180)]
Drive = Literal["bipolar", "dual"]
PairControl = Literal["hotter", "mean", "each"]
NeedleChoice = Annotated[str | Probe, NameOr(Named("probe", known_probes), Only(Probe))]


def usual_control(data: dict[str, object]) -> PairControl:
    """Each needle by its own sensor where both have a generator, else by the hotter one."""
    return "each" if data.get("drive") == "dual" else "hotter"


def usual_words(probe: object, other: object, drive: object) -> dict[str, object]:
    """Return the name and protocol of a pair whose first needle is named."""
    needle = known_probes().get(probe) if isinstance(probe, str) else None
    if needle is None:
        return {}
    names = probe if other == probe or not isinstance(other, str) else f"{probe} and {other}"
    return {"name": f"{drive} {names}"[:64], "protocol": needle.protocol}


def control_issues(drive: Drive, control: PairControl) -> Iterator[Issue]:
    """One generator cannot hold two sensors."""
    if control == "each" and drive == "bipolar":
        yield ("control",), "expected 'hotter' or 'mean', because a bipolar pair has one generator; or drive 'dual'"


def pair_driving(drive: Drive, control: PairControl) -> Driving:
    """Between the tips, or both against the pad."""
    first, second = (f"{which}_{TIP}" for which in (FIRST, SECOND))
    return Driving((first,), (second,), control) if drive == "bipolar" else Driving(control=control)


@APPLICATORS.register
class Pair(ApplicatorBase):
    """Two needles in one tissue: bipolar between them, or both live against the pad.

    ``spacing_mm`` is from axis to axis between the distal ends, across the pair; ``angle_deg`` lies between the shafts
    in the plane of both, negative where they lean towards each other, ``skew_deg`` out of it, the second towards +y;
    the second needle is ``depth_mm`` deeper; ``rolls_deg`` turn each about its own axis, which shows where an end is
    bevelled. What places the pair is its frame: origin midway between the distal ends, +z up midway between the shafts,
    +x from the first needle to the second. ``drive: bipolar`` puts the generator between the tips and lets no current
    through the pad, ``dual`` puts both tips against it, in phase. ``control``: on the ``hotter`` of the two sensors, on
    their ``mean``, or, dual only, ``each`` tip with a generator and a sensor of its own.
    """

    kind: ClassVar[str] = "pair"

    probe: NeedleChoice
    second_probe: NeedleChoice = Field(default_factory=lambda data: data.get("probe"))
    spacing_mm: Annotated[Number, Field(ge=0, le=WIDEST_MM)]
    angle_deg: Lean = 0.0
    skew_deg: Lean = 0.0
    depth_mm: Annotated[Number, Field(ge=-DEEPEST_MM, le=DEEPEST_MM)] = 0.0
    rolls_deg: tuple[Roll, Roll] = (0.0, 0.0)
    drive: Drive = "bipolar"
    control: PairControl = Field(default_factory=usual_control)

    @model_validator(mode="before")
    @classmethod
    def _usual(cls, data: object) -> object:
        """Named and treated after its needles, unless said otherwise."""
        if not isinstance(data, Mapping):
            return data
        probe = data.get("probe")
        return {**usual_words(probe, data.get("second_probe", probe), data.get("drive", "bipolar")), **data}

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if found := list(self._faults()):
            raise issues_error(found)
        return self

    def _faults(self) -> Iterator[Issue]:
        yield from control_issues(self.drive, self.control)
        together = sum(needle.outer_diameter_mm / 2 for needle in self.needles)
        if math.hypot(self.angle_deg, self.skew_deg) > WIDEST_DEG:
            yield ("skew_deg",), f"expected shafts less than {WIDEST_DEG:g} degrees apart, with angle_deg"
            return
        meet_mm = meet_at_mm(*self._shafts(), together)
        leans = self.angle_deg != 0.0 or self.skew_deg != 0.0
        if meet_mm < HELD_APART_MM and (meet_mm == 0.0 or not leans):
            radii = f"the needles' radii together, {together:.2f} mm"
            yield ("spacing_mm",), f"expected more than {radii}, got {self.spacing_mm:g}"
        elif meet_mm < HELD_APART_MM:
            key = "angle_deg" if abs(self.angle_deg) >= abs(self.skew_deg) else "skew_deg"
            apart = f"expected shafts that keep apart for {HELD_APART_MM:g} mm, got {getattr(self, key):g}"
            yield (key,), f"{apart}: the needles run into each other {meet_mm:.0f} mm up"

    def _shafts(self) -> tuple[Shaft, Shaft]:
        """The needles' axes in the pair's frame, as :class:`~rfa_model.applicators.leaning.Leaning` has them."""
        whole = math.hypot(self.angle_deg, self.skew_deg)
        sine, cosine = (f(math.radians(whole) / 2) for f in (math.sin, math.cos))
        x, y = (sine * part / (whole or 1.0) for part in (self.angle_deg, self.skew_deg))
        first, second = (
            Shaft(
                (side * self.spacing_mm / 2, 0.0, -side * self.depth_mm / 2),
                (side * x, side * y, cosine),
            )
            for side in (-1, 1)
        )
        return first, second

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
        words = {"spacing_mm": "spacing", "angle_deg": "angle (deg)", "depth_mm": "second deeper by"}
        yield "probe", self, words | ({"skew_deg": "skew (deg)"} if self.skew_deg else {})
        for which, needle in zip((FIRST, SECOND), self.needles, strict=True):
            for heading, model, names in needle.shown():
                yield f"{which} {needle.name if model is needle else heading}", model, names

    @property
    def driving(self) -> Driving:
        """Between the tips, or both against the pad."""
        return pair_driving(self.drive, self.control)

    def poses(self) -> tuple[Pose, Pose]:
        """Where either needle lies in the pair's frame."""
        from rfa_model.applicators.leaning import Leaning

        return Leaning(self.spacing_mm, self.depth_mm, self.angle_deg, self.skew_deg, self.rolls_deg).poses()

    def applicator(self) -> Applicator:
        """Return both needles: contacts ``first_tip`` and ``second_tip``, sensors likewise."""
        from rfa_model.applicators.compose import side_by_side

        needles = {
            which: needle.applicator().at(pose)
            for which, needle, pose in zip((FIRST, SECOND), self.needles, self.poses(), strict=True)
        }
        return side_by_side(self.name, needles)
