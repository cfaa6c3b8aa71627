"""A target: what was wanted, what was found, whether that is enough."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """One line of the page's first table; ``found`` and ``limit`` share a unit.

    Parameters
    ----------
    what : str
    found, limit : float
    unit : str
    at_least : bool
        Whether ``limit`` is a lower bound.
    reason : str
        Printed if it is missed: what the time goes into.
    """

    what: str
    found: float
    limit: float
    unit: str
    at_least: bool = False
    reason: str = ""

    @property
    def reached(self) -> bool:
        return self.found >= self.limit if self.at_least else self.found <= self.limit

    def cells(self) -> tuple[str, ...]:
        """Text of the row."""
        sign = "≥" if self.at_least else "≤"
        verdict = "reached" if self.reached else "**not reached**"
        # A near miss must not be rounded into a hit.
        found = number(self.found) if float(number(self.found)) != self.limit else f"{self.found:.5g}"
        return (
            self.what,
            f"{sign} {self.limit:g} {self.unit}".strip(),
            f"{found} {self.unit}".strip(),
            verdict,
            "" if self.reached else self.reason,
        )


def number(value: float) -> str:
    """Three digits."""
    return f"{value:.0f}" if abs(value) >= 100.0 else f"{value:.3g}"
