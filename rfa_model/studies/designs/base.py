"""Which trials a study makes: one class for each design."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from rfa_model.metrics.entry import JSON
from rfa_model.registry import Keyed, Registry
from rfa_model.studies.distributions import DistributionBase

type Draw = Mapping[str, JSON]
"""A value for each name that varies; one that is not there stays as the scenario has it."""
Unit = NDArray[np.float64]
Samples = Annotated[int, Field(ge=1, le=10_000_000, strict=True)]
Seed = Annotated[int, Field(ge=0, lt=2**32, strict=True)]


@dataclass(frozen=True)
class Space:
    """What varies: distributions by name, and what couples them.

    Attributes
    ----------
    distributions : mapping of str to DistributionBase
    coupling : (d, d) array or None
        Lower triangle that makes independent normal numbers correlated ones (a Gaussian copula); None: independent.
    """

    distributions: Mapping[str, DistributionBase]
    coupling: Unit | None = field(default=None)

    @property
    def names(self) -> list[str]:
        """Of what varies."""
        return list(self.distributions)

    def draw(self, shares: Unit) -> Draw:
        """The values at one point of the unit cube, (d,)."""
        inside = np.clip(shares, 1e-12, 1.0 - 1e-12)
        if self.coupling is not None:
            from scipy.special import ndtr, ndtri

            inside = np.clip(ndtr(self.coupling @ ndtri(inside)), 1e-12, 1.0 - 1e-12)
        pairs = zip(self.distributions.items(), inside, strict=True)
        return {name: distribution.at(float(share)) for (name, distribution), share in pairs}


class DesignBase(Keyed):
    """How trials are chosen; ``kind`` is the key it is written under."""

    @property
    def counted(self) -> str | None:
        """The key that ``--samples`` replaces; None where the design itself says how many there are."""
        return None

    @property
    def needs_independence(self) -> bool:
        """Whether correlated values would make nonsense of it."""
        return False

    def is_draw(self, index: int, dimensions: int) -> bool:
        """Whether a trial is an independent draw of the distributions, so that shares of such are probabilities."""
        return False

    def issues(self, space: Space) -> str:
        """What keeps it from being used with this space, in words; empty where nothing does."""
        return ""

    @abstractmethod
    def count(self, space: Space) -> int:
        """How many trials there are."""

    @abstractmethod
    def draws(self, space: Space) -> Sequence[Draw]:
        """Every trial's values, in order; more samples keep the earlier ones."""

    def with_samples(self, count: int) -> DesignBase:
        """The same with another number of samples."""
        assert self.counted is not None
        return self.overridden({self.counted: count})


DESIGNS = Registry("design", DesignBase, "rfa_model.designs", keyed=True)
