"""Designs that ask what matters: Morris' elementary effects and Sobol' indices, by SALib."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from rfa_model.studies.designs.base import DESIGNS, DesignBase, Draw, Samples, Seed, Space, Unit
from rfa_model.studies.needs import needed

Even = Annotated[int, Field(ge=4, le=100, multiple_of=2, strict=True)]


def problem(names: Sequence[str]) -> dict[str, object]:
    """What SALib is told: shares of every distribution, so that its numbers are points of the unit cube."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


class _Screening(DesignBase):
    """Trials in groups, of which an index takes whole ones."""

    seed: Seed = 0

    @property
    def needs_independence(self) -> bool:
        """Effects of correlated values cannot be told apart."""
        return True

    def issues(self, space: Space) -> str:
        """Fewer than two values."""
        return "" if len(space.names) > 1 else "expects two or more values that vary"


@DESIGNS.register
class Morris(_Screening):
    """Elementary effects: ``trajectories`` walks through the space, one value changed at every step."""

    kind: ClassVar[str] = "morris"

    trajectories: Samples
    levels: Even = 4

    @property
    def counted(self) -> str | None:
        """Its walks."""
        return "trajectories"

    def points(self, names: Sequence[str]) -> Unit:
        """(trajectories (d + 1), d) points of the unit cube; each walk has a seed of its own."""
        morris = needed("SALib.sample.morris")
        seeds = [int(np.random.default_rng([self.seed, index]).integers(2**31)) for index in range(self.trajectories)]
        walks = [morris.sample(problem(names), 1, num_levels=self.levels, seed=seed) for seed in seeds]
        # The outermost levels are the ends of the unit cube, where a normal distribution has none.
        return np.clip(np.concatenate(walks), 0.5 / self.levels / 4, 1.0 - 0.5 / self.levels / 4)

    def count(self, space: Space) -> int:
        """One more than values in every walk."""
        return self.trajectories * (len(space.names) + 1)

    def draws(self, space: Space) -> Sequence[Draw]:
        """Walk after walk."""
        return [space.draw(point) for point in self.points(space.names)]


@DESIGNS.register
class SobolIndices(_Screening):
    """Saltelli's scheme: ``base_samples`` × (values + 2) trials, from which every value's share of the variance."""

    kind: ClassVar[str] = "sobol_indices"

    base_samples: Samples

    @property
    def counted(self) -> str | None:
        """The base samples."""
        return "base_samples"

    def is_draw(self, index: int, dimensions: int) -> bool:
        """The first and the last trial of every group."""
        return index % (dimensions + 2) in (0, dimensions + 1)

    def issues(self, space: Space) -> str:
        """Not a power of two."""
        if self.base_samples & (self.base_samples - 1):
            return f"expects base_samples that are a power of two, got {self.base_samples}"
        return super().issues(space)

    def points(self, names: Sequence[str]) -> Unit:
        """(base_samples (d + 2), d) points of the unit cube."""
        sobol = needed("SALib.sample.sobol")
        points: Unit = sobol.sample(problem(names), self.base_samples, calc_second_order=False, seed=self.seed)
        return points

    def count(self, space: Space) -> int:
        """Two more than values in every group."""
        return self.base_samples * (len(space.names) + 2)

    def draws(self, space: Space) -> Sequence[Draw]:
        """Group after group."""
        return [space.draw(point) for point in self.points(space.names)]
