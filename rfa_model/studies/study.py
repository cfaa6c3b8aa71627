"""What a study's file says: a scenario, what of it varies, which trials are made, when to stop, what is kept."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, StringConstraints, model_validator

from rfa_model._near import near_match
from rfa_model.registry import Named, NameOr, Only
from rfa_model.scenario import Scenario
from rfa_model.sourced import Issue, Model, Number, Positive, issues_error
from rfa_model.studies.designs import DESIGNS, DesignBase, Numerics, OneAtATime, Space
from rfa_model.studies.distributions import DISTRIBUTIONS, Choice, DistributionBase

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
PathText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_*-]+(\.[A-Za-z0-9_*-]+)*$", max_length=300)]
Event = Literal["capture", "capture_whole", "harm"]
Resolution = Literal["draft", "standard", "fine"]
Count = Annotated[int, Field(ge=1, strict=True)]


class _File(Named):
    """A name that is looked up later, beside the study's own file."""

    def check(self, name: str) -> str:
        """Return any name."""
        return name


class Factor(Model):
    """One thing that varies: where, how, and why so.

    ``path``: a place of the resolved scenario, or several that get the same value; ``*`` is every arm. ``how``: the
    value drawn replaces the scenario's own, is added to it, or multiplies it.
    """

    path: PathText | Annotated[list[PathText], Field(min_length=1)]
    distribution: Annotated[DistributionBase, DISTRIBUTIONS]
    how: Literal["replace", "add", "multiply"] = "replace"
    label: str = ""
    unit: str = ""
    source: str = "assumption"

    @property
    def paths(self) -> list[str]:
        """All of them."""
        return [self.path] if isinstance(self.path, str) else list(self.path)


class Correlation(Model):
    """Two names that vary together: correlation of the normal numbers behind them (a Gaussian copula)."""

    pair: tuple[Name, Name]
    rho: Annotated[Number, Field(gt=-1, lt=1)]


class Until(Model):
    """Stop when every arm's 95 % interval of an event's probability is no wider than ± ``half_width``.

    Looked at after every ``every`` trials, in their order, so that where it stops does not hang on who was quicker.
    """

    event: Event = "capture"
    half_width: Annotated[Number, Field(gt=0, lt=0.5)]
    every: Count = 16


class Paired(Model):
    """The first ``samples`` trials solved again at a better resolution, which carries the means over (a control
    variate).
    """

    resolution: Resolution = "standard"
    samples: Count


class KeptFields(Model):
    """Peak temperature and damage at the nodes within ``radius_mm`` of the contacts' middle are kept of every trial."""

    radius_mm: Positive = 15.0


class Study(Model):
    """A scenario, what varies, and which trials are made.

    Built from a file by :func:`rfa_model.studies.load_study` or in Python; a wrong value raises
    ``pydantic.ValidationError`` here and :class:`rfa_model.errors.InputError` there.
    """

    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    scenario: Annotated[str | Scenario, NameOr(_File("scenario", dict), Only(Scenario))]
    set: dict[PathText, Choice | None] = Field(default_factory=dict)
    vary: Annotated[dict[Name, Factor], Field(max_length=200)] = Field(default_factory=dict)
    correlated: list[Correlation] = Field(default_factory=list)
    design: Annotated[DesignBase, DESIGNS]
    until: Until | None = None
    resolution: Resolution = "draft"
    paired: Paired | None = None
    on_bone: Literal["refuse", "rest"] = "refuse"
    record: list[PathText] = Field(default_factory=list)
    fields: KeptFields | None = None
    max_hours: Positive = 72.0

    @model_validator(mode="after")
    def _rules(self) -> Self:
        found = [*self._correlations(), *self._design()]
        if found:
            raise issues_error(found)
        return self

    def _correlations(self) -> list[Issue]:
        found: list[Issue] = []
        for index, each in enumerate(self.correlated):
            for place, name in enumerate(each.pair):
                if name not in self.vary:
                    known = ", ".join(self.vary)
                    text = f"expected a name of vary, {known}, got '{name}'{near_match(name, self.vary)}"
                    found.append((("correlated", index, "pair", place), text))
            if each.pair[0] == each.pair[1]:
                found.append((("correlated", index, "pair"), "expected two different names"))
        if not found and self.correlated and np.linalg.eigvalsh(self._rhos()).min() <= 1e-9:
            found.append((("correlated",), "these correlations contradict each other (not positive definite)"))
        return found

    def _design(self) -> list[Issue]:
        kind, key = self.design.kind, ("design",)
        if not self.vary and not isinstance(self.design, Numerics | OneAtATime):
            return [(("design",), f"{kind} has nothing to draw from, expected names under vary")]
        if self.design.needs_independence and self.correlated:
            return [(("correlated",), f"expected none with design {kind}, which cannot tell correlated values apart")]
        issue = self.design.issues(Space({name: factor.distribution for name, factor in self.vary.items()}))
        if issue:
            return [(key, f"{kind} {issue}")]
        if self.until is not None and not self.design.is_draw(1, len(self.vary)):
            return [(("until",), f"expected none with design {kind}, whose trials are no draws")]
        if self.paired is not None and not self.design.is_draw(1, len(self.vary)):
            return [(("paired",), f"expected none with design {kind}, whose trials are no draws")]
        if self.paired is not None and self.paired.resolution == self.resolution:
            return [(("paired", "resolution"), f"expected another than the study's, {self.resolution}")]
        return []

    def _rhos(self) -> np.ndarray:
        names = list(self.vary)
        rho = np.eye(len(names))
        for each in self.correlated:
            a, b = (names.index(name) for name in each.pair)
            rho[a, b] = rho[b, a] = each.rho
        return rho

    @property
    def space(self) -> Space:
        """What the design draws from."""
        coupling = np.linalg.cholesky(self._rhos()) if self.correlated else None
        return Space({name: factor.distribution for name, factor in self.vary.items()}, coupling)

    @property
    def is_older(self) -> bool:
        """Whether it is one of the studies of a scenario by itself: its numerics, or the library's list of inputs."""
        return not self.vary
