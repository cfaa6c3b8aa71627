"""Uncertainty from a few meshes: observed order, Richardson extrapolation, Grid Convergence Index.

* I.B. Celik et al., J Fluids Eng 2008;130:078001: order and index for ratios of cell size that are not constant; the
  safety factor 1.25 with three meshes is P.J. Roache's.
* L. Eça, M. Hoekstra, J Mar Sci Technol 2009;14:8 (and Symp Naval Hydrodynamics 2002): where the order cannot be
  relied on, three times the range of the values.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

SAFETY = 1.25
RANGE_FACTOR = 3.0
# Below this order the extrapolated value says little. Above two, the order the cut lesion surfaces and the materials
# mixed per cell allow for, a small difference is more likely luck than rate: two is used instead.
LEAST_ORDER = 0.5
LARGEST_ORDER = 2.0
_FLATTEST, _STEEPEST = 1e-9, 60.0


@dataclass(frozen=True)
class GridEstimate:
    """Uncertainty of a value on one of the meshes.

    Attributes
    ----------
    uncertainty : float
        Half width about that value.
    order : float or None
        As observed; None where the values do not converge monotonically (or there are only two).
    extrapolated : float or None
        Value at cell size zero with the order used; None where the range is used.
    rule : str
        ``order`` or ``range``.
    """

    uncertainty: float
    order: float | None
    extrapolated: float | None
    rule: str


def grid_uncertainty(sizes: Sequence[float], values: Sequence[float], at: int) -> GridEstimate:
    """Uncertainty of ``values[at]`` from the same quantity on two or three meshes.

    Parameters
    ----------
    sizes : sequence of float
        Cell sizes, any order, any unit.
    values : sequence of float
        The quantity on each mesh.
    at : int
        Which mesh's value is reported.
    """
    p = observed_order(sizes, values) if len(values) == 3 else None
    if p is None or p < LEAST_ORDER:
        return GridEstimate(RANGE_FACTOR * (max(values) - min(values)), p, None, "range")
    limit = extrapolated(sizes, values, min(p, LARGEST_ORDER))
    return GridEstimate(SAFETY * abs(values[at] - limit), p, limit, "order")


def observed_order(sizes: Sequence[float], values: Sequence[float]) -> float | None:
    """The p of f = f0 + C h^p through three meshes; None where the values oscillate, stand still or diverge."""
    h1, h2, h3, f1, f2, f3 = _finest_first(sizes, values)
    ratio = (f3 - f2) / (f2 - f1) if f2 != f1 else 0.0
    if ratio <= 0:
        return None

    def excess(p: float) -> float:
        return float(np.log(np.expm1(p * np.log(h3 / h2)) / -np.expm1(-p * np.log(h2 / h1))) - np.log(ratio))

    if excess(_FLATTEST) >= 0:
        return None
    return _STEEPEST if excess(_STEEPEST) < 0 else float(brentq(excess, _FLATTEST, _STEEPEST, xtol=1e-12))


def extrapolated(sizes: Sequence[float], values: Sequence[float], order: float) -> float:
    """Richardson's value at cell size zero, from the two finest meshes."""
    h1, h2, _, f1, f2, _ = _finest_first(sizes, values)
    return float(f1 + (f1 - f2) / ((h2 / h1) ** order - 1.0))


def _finest_first(sizes: Sequence[float], values: Sequence[float]) -> tuple[float, ...]:
    order = np.argsort(sizes)
    h, f = np.asarray(sizes, dtype=float)[order], np.asarray(values, dtype=float)[order]
    if len(h) != 3 or len(f) != 3 or h[0] <= 0 or len(set(h)) < 3:
        raise ValueError(f"expected values on three meshes of different cell sizes, got {sizes} and {values}")
    return (*map(float, h), *map(float, f))
