"""Estimates that know their error: probabilities, differences of pairs, quantiles, means carried over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A value and its 95 % interval; ``count`` trials stand behind it."""

    value: float
    low: float
    high: float
    count: int

    @property
    def half_width(self) -> float:
        """Half of the interval."""
        return 0.5 * (self.high - self.low)


def probability(happened: Sequence[bool]) -> Estimate | None:
    """Share of trials with Wilson's interval; None without trials.

    E.B. Wilson, J Am Stat Assoc 1927;22:209.
    """
    from scipy.stats import binomtest

    count, hits = len(happened), int(np.sum(happened))
    if count == 0:
        return None
    interval = binomtest(hits, count).proportion_ci(LEVEL, method="wilson")
    return Estimate(hits / count, float(interval.low), float(interval.high), count)


def paired_difference(first: Sequence[bool], second: Sequence[bool]) -> Estimate | None:
    """Probability of the first minus that of the second, from pairs that share their draw.

    Half a pair is added to each of the four cells before Wald's interval is taken: A. Agresti, Y. Min, Stat Med
    2005;24:729. The value itself is the plain difference.
    """
    count = len(first)
    if count == 0:
        return None
    a, b = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    only_a, only_b = float((a & ~b).sum()), float((b & ~a).sum())
    n, up, down = count + 2.0, only_a + 0.5, only_b + 0.5
    centre = (up - down) / n
    half = _z() * math.sqrt(up + down - (up - down) ** 2 / n) / n
    return Estimate((only_a - only_b) / count, max(centre - half, -1.0), min(centre + half, 1.0), count)


def mean(values: Sequence[float]) -> Estimate | None:
    """Mean with Student's interval; None with fewer than two values."""
    from scipy.stats import t

    found = np.asarray(values, dtype=float)
    if len(found) < 2:
        return None
    half = float(t.ppf(0.5 + LEVEL / 2, len(found) - 1)) * float(found.std(ddof=1)) / math.sqrt(len(found))
    middle = float(found.mean())
    return Estimate(middle, middle - half, middle + half, len(found))


def quantiles(values: Sequence[float]) -> dict[str, float]:
    """Quantiles of the values by their share; empty without values."""
    found = np.asarray(values, dtype=float)
    return {f"{share:g}": float(np.quantile(found, share)) for share in QUANTILES} if len(found) else {}


@dataclass(frozen=True)
class CarriedOver:
    """A mean at the better resolution, from few trials there and many at the coarser one.

    Attributes
    ----------
    estimate : Estimate
        With a normal interval.
    alone : Estimate
        From the few trials at the better resolution by themselves.
    correlation : float
        Between the two resolutions.
    variance_saved : float
        By how much smaller the variance is than that of the few alone, as a share.
    """

    estimate: Estimate
    alone: Estimate
    correlation: float
    variance_saved: float


def carried_over(better: FloatArray, same: FloatArray, others: FloatArray) -> CarriedOver | None:
    """Mean at the better resolution by a control variate; None with fewer than four pairs.

    Parameters
    ----------
    better, same : (n,) arrays
        The same trials at the better and at the coarser resolution.
    others : (m,) array
        Further trials at the coarser resolution, m > 0.

    Notes
    -----
    mean(better) + β (mean(all coarse) - mean(same)), β = cov/var; its variance is that of the few times
    1 - ρ² m/(n + m) (S.S. Lavenberg, P.D. Welch, Manag Sci 1981;27:322, with the control's mean estimated).
    """
    n, m = len(better), len(others)
    if n < 4 or m == 0:
        return None
    alone = mean(better.tolist())
    assert alone is not None
    spread, coarse = float(better.var(ddof=1)), float(same.var(ddof=1))
    if coarse == 0.0 or spread == 0.0:
        return CarriedOver(alone, alone, 0.0, 0.0)
    covariance = float(np.cov(better, same)[0, 1])
    rho = covariance / math.sqrt(spread * coarse)
    slope = covariance / coarse
    everything = (same.sum() + others.sum()) / (n + m)
    value = float(better.mean() + slope * (everything - same.mean()))
    left = 1.0 - rho**2 * m / (n + m)
    half = _z() * math.sqrt(left * spread / n)
    return CarriedOver(Estimate(value, value - half, value + half, n + m), alone, rho, 1.0 - left)


def _z() -> float:
    from scipy.special import ndtri

    return float(ndtri(0.5 + LEVEL / 2))
