"""Chosen values instead of draws: every combination, a list, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Annotated, ClassVar, cast

from pydantic import Field

from rfa_model._near import near_match
from rfa_model.metrics.entry import JSON
from rfa_model.studies.designs.base import DESIGNS, DesignBase, Draw, Space
from rfa_model.studies.distributions import Choice

MOST = 10_000_000


@DESIGNS.register
class Grid(DesignBase):
    """Every combination: all values of a discrete distribution, ``levels`` of another."""

    kind: ClassVar[str] = "grid"

    levels: Annotated[int, Field(ge=1, le=1000, strict=True)] = 5

    def issues(self, space: Space) -> str:
        """Too many."""
        count = self.count(space)
        return f"makes {count} trials, expected at most {MOST}" if count > MOST else ""

    def count(self, space: Space) -> int:
        """The product."""
        return prod(len(distribution.levels(self.levels)) for distribution in space.distributions.values())

    def draws(self, space: Space) -> Sequence[Draw]:
        """The last name varies fastest."""
        axes = [distribution.levels(self.levels) for distribution in space.distributions.values()]
        return [dict(zip(space.names, values, strict=True)) for values in product(*axes)]


@DESIGNS.register
class List(DesignBase):
    """These trials; what one does not name stays as the scenario has it."""

    kind: ClassVar[str] = "list"

    trials: Annotated[list[dict[str, Choice]], Field(min_length=1, max_length=MOST)]

    def issues(self, space: Space) -> str:
        """A name that does not vary."""
        for row in self.trials:
            for name in row:
                if name not in space.names:
                    known = ", ".join(space.names)
                    return f"names '{name}', expected names of vary: {known}{near_match(name, space.names)}"
        return ""

    def count(self, space: Space) -> int:
        """As many as are written."""
        return len(self.trials)

    def draws(self, space: Space) -> Sequence[Draw]:
        """As written."""
        return [cast(dict[str, JSON], dict(row)) for row in self.trials]


@DESIGNS.register
class OneAtATime(DesignBase):
    """The scenario itself, then each value at both ends of its middle part, alone; without vary, the library's list."""

    kind: ClassVar[str] = "one_at_a_time"

    share: Annotated[float, Field(gt=0, lt=1)] = 0.9

    def count(self, space: Space) -> int:
        """The scenario, and the ends."""
        return len(self.draws(space))

    def draws(self, space: Space) -> Sequence[Draw]:
        """The scenario, then low and high of each."""
        found: list[Draw] = [{}]
        for name, distribution in space.distributions.items():
            discrete = distribution.levels(1) if len(distribution.levels(1)) > 1 else None
            ends = (0.5 * (1.0 - self.share), 0.5 * (1.0 + self.share))
            found += [{name: value} for value in discrete or [distribution.at(end) for end in ends]]
        return found


@DESIGNS.register
class Numerics(DesignBase):
    """What mesh, time step and domain add to the scenario's own numbers; nothing varies."""

    kind: ClassVar[str] = "numerics"

    def issues(self, space: Space) -> str:
        """Something varies."""
        return f"judges the scenario alone, expected no vary, got {', '.join(space.names)}" if space.names else ""

    def count(self, space: Space) -> int:
        """None."""
        return 0

    def draws(self, space: Space) -> Sequence[Draw]:
        """None: the runs are those of the numerical uncertainty."""
        return []
