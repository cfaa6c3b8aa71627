"""Two needles, each placed in the anatomy like a single one, and the pair they make there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import Field, model_validator

from rfa_model.applicators.choice import APPLICATORS, ApplicatorBase
from rfa_model.applicators.driving import Driving
from rfa_model.applicators.known_probes import probe_of
from rfa_model.applicators.needle import Probe
from rfa_model.applicators.pair import (
    FIRST,
    SECOND,
    Drive,
    NeedleChoice,
    PairControl,
    control_issues,
    pair_driving,
    usual_control,
    usual_words,
)
from rfa_model.errors import InputError
from rfa_model.scenario.placed import Placement
from rfa_model.sourced import Issue, Model, Sourced, issues_error

if TYPE_CHECKING:
    from rfa_model.applicators.applicator import Applicator


class PlacedNeedle(Model):
    """A needle and where it lies."""

    probe: NeedleChoice
    placement: Placement = Placement()

    @property
    def needle(self) -> Probe:
        """The needle itself, looked up where named."""
        return probe_of(self.probe)


@APPLICATORS.register
class PlacedPair(ApplicatorBase):
    """Two needles in one tissue, each with its own approach, offset and angles, driven and controlled as a pair.

    ``first`` and ``second`` say which needle, and where it lies as if it were alone; the arm has no placement then.
    Once the anatomy is there they become a ``pair`` with the spacing, depth, angle, skew and rolls they have, which is
    what a run writes down.
    """

    kind: ClassVar[str] = "placed_pair"

    first: PlacedNeedle
    second: PlacedNeedle
    drive: Drive = "bipolar"
    control: PairControl = Field(default_factory=usual_control)

    @model_validator(mode="before")
    @classmethod
    def _usual(cls, data: object) -> object:
        """Named and treated after its needles, unless said otherwise."""
        if not isinstance(data, Mapping):
            return data
        needles = [data.get(key) for key in (FIRST, SECOND)]
        one, other = (needle.get("probe") if isinstance(needle, Mapping) else None for needle in needles)
        return {**usual_words(one, other, data.get("drive", "bipolar")), **data}

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if found := list(control_issues(self.drive, self.control)):
            raise issues_error(found)
        return self

    @property
    def members(self) -> dict[str, PlacedNeedle]:
        """Either needle with its place, by the word it is written under."""
        return {FIRST: self.first, SECOND: self.second}

    @property
    def is_placed(self) -> bool:
        """Each needle for itself."""
        return True

    @property
    def is_cooled(self) -> bool:
        """Whether either has a lumen with a coolant."""
        return any(one.needle.is_cooled for one in self.members.values())

    def looked_up(self) -> Self:
        """Return it with its needles written out."""
        return self._with({key: one.needle for key, one in self.members.items()})

    def cooled_otherwise(self, changes: Mapping[str, float]) -> Self:
        """Return it with other values of its needles' coolants."""
        return self._with({key: one.needle.cooled_otherwise(changes) for key, one in self.members.items()})

    def _with(self, needles: Mapping[str, Probe]) -> Self:
        changed = {key: one.model_copy(update={"probe": needles[key]}) for key, one in self.members.items()}
        return self.model_copy(update=changed)

    def issues(self, domain_radius_mm: float) -> Iterator[Issue]:
        """Refuse tips that are long for their sphere, and placements that say too much or too little."""
        for key, one in self.members.items():
            for path, message in one.needle.issues(domain_radius_mm):
                yield (key, "probe", *path), message
            for path, message in one.placement.issues():
                yield (key, "placement", *path), message

    def shown(self) -> Iterator[tuple[str, Sourced, Mapping[str, str]]]:
        """Either needle."""
        yield "probe", self, {}
        for which, one in self.members.items():
            for heading, model, words in one.needle.shown():
                yield f"{which} {one.needle.name if model is one.needle else heading}", model, words

    @property
    def driving(self) -> Driving:
        """Between the tips, or both against the pad."""
        return pair_driving(self.drive, self.control)

    def applicator(self) -> Applicator:
        """Refuse: how its needles lie to each other hangs on the anatomy, which :class:`~rfa_model.plan.Plan` has."""
        raise InputError(
            "how the needles of a placed_pair lie to each other hangs on the anatomy; ask the plan of a scenario, "
            "Plan.of(scenario).arms[...].applicator, or write a pair"
        )
