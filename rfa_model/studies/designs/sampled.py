"""Draws of the distributions: at random, or spread more evenly."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from rfa_model.studies.designs.base import DESIGNS, DesignBase, Draw, Samples, Seed, Space, Unit


class Sampled(DesignBase):
    """So many points of the unit cube; each depends on the seed and its own position alone."""

    samples: Samples
    seed: Seed = 0

    @property
    def counted(self) -> str | None:
        """Its samples."""
        return "samples"

    def is_draw(self, index: int, dimensions: int) -> bool:
        """Every trial is."""
        return True

    @abstractmethod
    def points(self, dimensions: int) -> Unit:
        """(samples, dimensions) points of the unit cube."""

    def count(self, space: Space) -> int:
        """Its samples."""
        return self.samples

    def draws(self, space: Space) -> Sequence[Draw]:
        """The values at every point."""
        return [space.draw(point) for point in self.points(len(space.names))]


@DESIGNS.register
class Random(Sampled):
    """Independent draws."""

    kind: ClassVar[str] = "random"

    def points(self, dimensions: int) -> Unit:
        """Each from a generator of its own."""
        return np.array([np.random.default_rng([self.seed, index]).random(dimensions) for index in range(self.samples)])


@DESIGNS.register
class SobolPoints(Sampled):
    """Scrambled Sobol' points: spread evenly, at their best where the number of samples is a power of two."""

    kind: ClassVar[str] = "sobol_points"

    def points(self, dimensions: int) -> Unit:
        """The first of the sequence."""
        from scipy.stats import qmc

        power = max(self.samples - 1, 1).bit_length()
        points: Unit = qmc.Sobol(dimensions, scramble=True, rng=self.seed).random_base2(power)[: self.samples]
        return points


@DESIGNS.register
class LatinHypercube(Sampled):
    """One draw from each of as many layers of every value as there are samples in a block."""

    kind: ClassVar[str] = "latin_hypercube"

    block: Samples | None = None

    def points(self, dimensions: int) -> Unit:
        """One block after the other; the last is begun where it does not fit."""
        from scipy.stats import qmc

        size = self.block or self.samples
        count = -(-self.samples // size)
        blocks = [
            qmc.LatinHypercube(dimensions, rng=np.random.default_rng([self.seed, index])).random(size)
            for index in range(count)
        ]
        return np.concatenate(blocks)[: self.samples]

    def with_samples(self, count: int) -> DesignBase:
        """More are further blocks, so that the earlier ones stay."""
        return self.overridden({"samples": count, "block": self.block or self.samples})
