"""What a verification case finds: numbers beside exact ones, and observed orders of convergence."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

Kind = Literal["relative", "absolute", "at least", "at most"]


@dataclass(frozen=True)
class Check:
    """A computed number beside the one it has to meet.

    Parameters
    ----------
    quantity : str
        What it is, with the circumstances that tell it from its neighbours.
    exact, computed : float
        ``exact`` is a bound for the kinds ``at least`` and ``at most``.
    tolerance : float
        Largest error allowed: a share of ``exact`` or, if ``absolute``, in ``unit``; 0 for bounds.
    """

    quantity: str
    exact: float
    computed: float
    tolerance: float
    unit: str = ""
    kind: Kind = "relative"

    @property
    def error(self) -> float:
        """Signed: a share of ``exact``, or in ``unit`` if absolute; for a bound, by how much it is crossed or 0."""
        apart = self.computed - self.exact
        if self.kind == "relative":
            return apart / abs(self.exact)
        if self.kind == "at least":
            return min(apart, 0.0)
        return max(apart, 0.0) if self.kind == "at most" else apart

    @property
    def passed(self) -> bool:
        """Whether the error is within the tolerance; never for a NaN."""
        return bool(abs(self.error) <= self.tolerance)


@dataclass(frozen=True)
class Convergence:
    """Errors over at least three meshes or four time steps, and the order fitted to them.

    Parameters
    ----------
    sizes, errors : tuple of float
        Cell size or step, largest first, in ``size_unit``; errors are positive, in ``error_unit``.
    least_order : float
        The fitted order has to reach this.
    """

    quantity: str
    sizes: tuple[float, ...]
    errors: tuple[float, ...]
    least_order: float
    size_label: str = "cell size"
    size_unit: str = "mm"
    error_unit: str = "K"

    def __post_init__(self) -> None:
        if len(self.sizes) != len(self.errors) or len(self.sizes) < 3:
            raise ValueError(f"{self.quantity}: an order needs at least three sizes, each with its error")

    @property
    def order(self) -> float:
        """Slope of log error over log size, least squares."""
        return observed_order(self.sizes, self.errors)

    @property
    def passed(self) -> bool:
        """Whether the errors fall at the order asked for."""
        return bool(self.order >= self.least_order)


@dataclass
class CaseOutcome:
    """Everything one case found; ``notes`` are sentences for the report that numbers cannot say."""

    checks: list[Check] = field(default_factory=list)
    convergences: list[Convergence] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether something was checked and all of it holds."""
        found: list[Check | Convergence] = [*self.checks, *self.convergences]
        return bool(found) and all(one.passed for one in found)


def observed_order(sizes: tuple[float, ...] | list[float], errors: tuple[float, ...] | list[float]) -> float:
    """Slope of log error over log size, least squares."""
    return float(np.polyfit(np.log(sizes), np.log(errors), 1)[0])
