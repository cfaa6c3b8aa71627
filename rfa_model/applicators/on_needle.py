"""What every applicator has that is one needle of the library with something done to it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import ClassVar, Self

from pydantic import model_validator

from rfa_model.applicators.choice import ApplicatorBase
from rfa_model.applicators.known_probes import known_probes, probe_of
from rfa_model.applicators.needle import Probe
from rfa_model.applicators.pair import NeedleChoice
from rfa_model.applicators.wall import bevel_length_mm
from rfa_model.sourced import Issue, Sourced, issues_error


class OnNeedle(ApplicatorBase):
    """One needle, ``probe``, and what is done to it; named and treated after the needle unless said otherwise."""

    word: ClassVar[str]
    """Put before the needle's name."""

    probe: NeedleChoice

    @model_validator(mode="before")
    @classmethod
    def _usual(cls, data: object) -> object:
        probe = data.get("probe") if isinstance(data, Mapping) else None
        if not isinstance(data, Mapping) or not isinstance(probe, str) or probe not in known_probes():
            return data
        return {"name": f"{cls.word} {probe}"[:64], "protocol": known_probes()[probe].protocol, **data}

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if found := list(self._faults()):
            raise issues_error(found)
        return self

    @abstractmethod
    def _faults(self) -> Iterator[Issue]:
        """What cannot be, by the path of its key."""

    @property
    def needle(self) -> Probe:
        """The needle, looked up where named."""
        return probe_of(self.probe)

    @property
    def shoulder_mm(self) -> float:
        """Height above the distal end at which the needle's side begins: past its rounding, or its bevel."""
        needle = self.needle
        if needle.bevel_angle_deg is None:
            return needle.tip_rounding_mm
        return bevel_length_mm(needle.outer_diameter_mm / 2, needle.bevel_angle_deg)

    @property
    def is_cooled(self) -> bool:
        """Whether a coolant runs through the needle."""
        return self.needle.is_cooled

    def looked_up(self) -> Self:
        """Return it with its needle written out."""
        return self.model_copy(update={"probe": self.needle})

    def cooled_otherwise(self, changes: Mapping[str, float]) -> Self:
        """Return it with other values of its needle's coolant."""
        return self.model_copy(update={"probe": self.needle.cooled_otherwise(changes)})

    def issues(self, domain_radius_mm: float) -> Iterator[Issue]:
        """Refuse a tip that is long for its sphere."""
        for path, message in self.needle.issues(domain_radius_mm):
            yield ("probe", *path), message

    def shown(self) -> Iterator[tuple[str, Sourced, Mapping[str, str]]]:
        """What is done to the needle, then the needle."""
        yield "probe", self, self._words()
        for heading, model, names in self.needle.shown():
            yield f"needle {self.needle.name if model is self.needle else heading}", model, names

    @abstractmethod
    def _words(self) -> Mapping[str, str]:
        """Keys that are shown, with their words."""
