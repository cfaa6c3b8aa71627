"""What an uncertain value may be: one class each, told by where a share of its draws lies below."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Annotated, ClassVar, Self, cast

from pydantic import Field, model_validator

from rfa_model.metrics.entry import JSON
from rfa_model.registry import Keyed, Registry
from rfa_model.sourced import Number, Positive, issues_error

# What stands for the ends of a distribution that has none: one draw in two thousand lies beyond either.
FAR = 5e-4


class DistributionBase(Keyed):
    """How a value scatters; ``kind`` is the key it is written under."""

    @abstractmethod
    def at(self, share: float) -> JSON:
        """The value that this share of all draws lies below, 0 < share < 1."""

    @abstractmethod
    def words(self) -> str:
        """As a reader is told it."""

    def ends(self) -> list[JSON]:
        """Values that must all be allowed where it is used: its ends, or what lies far out."""
        return [self.at(FAR), self.at(1.0 - FAR)]

    def levels(self, count: int) -> list[JSON]:
        """So many of its values for a grid: the middles of shares of equal size."""
        return [self.at((index + 0.5) / count) for index in range(count)]


DISTRIBUTIONS = Registry("distribution", DistributionBase, "rfa_model.distributions", keyed=True)


def _normal(share: float, low: float | None = None, high: float | None = None) -> float:
    """What a share of a standard normal distribution lies below, cut off below ``low`` and above ``high``."""
    from scipy.special import ndtr, ndtri

    below = 0.0 if low is None else float(ndtr(low))
    above = 0.0 if high is None else float(ndtr(-high))
    inside = 1.0 - below - above
    # From the nearer tail: far out a share of one has no digits left.
    upper = above + (1.0 - share) * inside
    return float(-ndtri(upper)) if upper < 0.5 else float(ndtri(below + share * inside))


def _refuse_out_of_order(low: float, high: float) -> None:
    if not low < high:
        raise issues_error([(("high",), f"expected more than low, {low:g}, got {high:g}")])


@DISTRIBUTIONS.register
class Normal(DistributionBase):
    """Normal, without ends."""

    kind: ClassVar[str] = "normal"

    mean: Number
    sd: Positive

    def at(self, share: float) -> JSON:
        """Mean and so many standard deviations."""
        return self.mean + self.sd * _normal(share)

    def words(self) -> str:
        """``0 ± 1.5``."""
        return f"normal, {self.mean:g} ± {self.sd:g}"


@DISTRIBUTIONS.register
class TruncatedNormal(DistributionBase):
    """Normal between two ends; draws beyond them are drawn again."""

    kind: ClassVar[str] = "truncated_normal"

    mean: Number
    sd: Positive
    low: Number
    high: Number

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _refuse_out_of_order(self.low, self.high)
        if self.low > self.mean + 6.0 * self.sd or self.high < self.mean - 6.0 * self.sd:
            raise issues_error([(("mean",), f"expected a mean within 6 sd of [{self.low:g}, {self.high:g}]")])
        return self

    def at(self, share: float) -> JSON:
        """As of the normal one, of what lies between the ends."""
        ends = ((end - self.mean) / self.sd for end in (self.low, self.high))
        value = self.mean + self.sd * _normal(share, *ends)
        return min(max(value, self.low), self.high)

    def ends(self) -> list[JSON]:
        """Both."""
        return [self.low, self.high]

    def words(self) -> str:
        """``0 ± 1.5 within [-3, 3]``."""
        return f"normal, {self.mean:g} ± {self.sd:g} within [{self.low:g}, {self.high:g}]"


WIDEST_SIGMA = 5.0
"""Of a logarithm: two thirds of values then lie within a factor of 150 of the median, and ends can be told."""


@DISTRIBUTIONS.register
class LogNormal(DistributionBase):
    """A value whose logarithm is normal: ``sigma`` is the standard deviation of ln(value); never beyond ``high``."""

    kind: ClassVar[str] = "log_normal"

    median: Positive
    sigma: Annotated[Positive, Field(le=WIDEST_SIGMA)]
    high: Positive | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.high is not None and self.high <= self.median:
            raise issues_error([(("high",), f"expected more than the median, {self.median:g}, got {self.high:g}")])
        return self

    def at(self, share: float) -> JSON:
        """Median times so many factors."""
        from math import exp, log

        end = None if self.high is None else log(self.high / self.median) / self.sigma
        return self.median * exp(self.sigma * _normal(share, None, end))

    def words(self) -> str:
        """``log-normal, median 2500, σ of ln 0.4``."""
        end = "" if self.high is None else f", at most {self.high:g}"
        return f"log-normal, median {self.median:g}, σ of the logarithm {self.sigma:g}{end}"


@DISTRIBUTIONS.register
class Uniform(DistributionBase):
    """Anything between two ends alike."""

    kind: ClassVar[str] = "uniform"

    low: Number
    high: Number

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _refuse_out_of_order(self.low, self.high)
        return self

    def at(self, share: float) -> JSON:
        """So far along."""
        return self.low + (self.high - self.low) * share

    def ends(self) -> list[JSON]:
        """Both."""
        return [self.low, self.high]

    def levels(self, count: int) -> list[JSON]:
        """Evenly spaced, ends included."""
        return [self.low + (self.high - self.low) * index / max(count - 1, 1) for index in range(count)]

    def words(self) -> str:
        """``0.46 to 0.57``."""
        return f"uniform, {self.low:g} to {self.high:g}"


type Choice = bool | int | float | str | list[Choice] | dict[str, Choice]


@DISTRIBUTIONS.register
class Discrete(DistributionBase):
    """One of a few values, names or whole parts of a scenario, by ``weights`` or all alike."""

    kind: ClassVar[str] = "discrete"

    values: Annotated[list[Choice], Field(min_length=1, max_length=1000)]
    weights: list[Positive] | None = None

    @model_validator(mode="after")
    def _as_many(self) -> Self:
        if self.weights is not None and len(self.weights) != len(self.values):
            text = f"expected one for each of {len(self.values)} values, got {len(self.weights)}"
            raise issues_error([(("weights",), text)])
        return self

    def at(self, share: float) -> JSON:
        """The value on whose part of the whole the share falls."""
        weights: Sequence[float] = self.weights or [1.0] * len(self.values)
        left = share * sum(weights)
        for value, weight in zip(self.values, weights, strict=True):
            left -= weight
            if left < 0.0:
                return cast(JSON, value)
        return cast(JSON, self.values[-1])

    def ends(self) -> list[JSON]:
        """Every value."""
        return cast(list[JSON], self.values)

    def levels(self, count: int) -> list[JSON]:
        """Every value, however many are asked for."""
        return self.ends()

    def words(self) -> str:
        """``one of 22, 20, 18``."""
        return f"one of {', '.join(map(_short, self.values))}"


def _short(value: Choice) -> str:
    if isinstance(value, dict):
        return str(value.get("kind") or value.get("name") or f"{len(value)} keys")
    return f"{value:g}" if isinstance(value, int | float) else str(value)
