"""Two equal spheres in an infinite medium: their coefficients of capacitance and their dipole moment, exactly."""

from collections.abc import Iterator

import numpy as np

TERMS = 400


def capacitances(radius: float, apart: float) -> tuple[float, float]:
    """Return c₁₁ and c₁₂ in the unit of lengths: charges over 4πε when one sphere is at 1 V, the other at 0.

    By images (J. C. Maxwell, A Treatise on Electricity and Magnetism, § 173; W. R. Smythe, Static and Dynamic
    Electricity, § 5.08): with cosh β = d/2a, c₁₁ = a sinh β Σ 1/sinh((2n−1)β) and c₁₂ = −a sinh β Σ 1/sinh(2nβ).

    Parameters
    ----------
    radius, apart : float
        a, and the distance d > 2a of the centres.
    """
    beta = np.arccosh(0.5 * apart / radius)
    n = np.arange(1, int(min(TERMS, 300.0 / beta)) + 1)
    own, other = (float((1.0 / np.sinh(k * beta)).sum()) for k in (2 * n - 1, 2 * n))
    return radius * float(np.sinh(beta)) * own, -radius * float(np.sinh(beta)) * other


def images(radius: float, apart: float, count: int = TERMS) -> Iterator[tuple[float, float]]:
    """Yield charge (over 4πε) and place of the images for one sphere at 1 V and the other at 0.

    They lie in the one and the other in turn; a place is the distance from that sphere's centre towards the other.
    """
    charge, place = radius, 0.0
    for _ in range(count):
        yield charge, place
        charge, place = -charge * radius / (apart - place), radius**2 / (apart - place)


def dipole_moment(radius: float, apart: float) -> float:
    """Return the dipole moment (over 4πε, square of the unit of length) of spheres at 1 V and −1 V."""
    arms = ((-1) ** k * charge * (0.5 * apart - place) for k, (charge, place) in enumerate(images(radius, apart)))
    return 2.0 * sum(arms)
