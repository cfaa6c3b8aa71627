"""Smooth fields with their derivatives, from which manufactured sources are made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Hills:
    """offset + amplitude · sin(a x + c) · cos(b y + d) · exp(−g z), x, y, z in units of ``length_m``.

    Methods take points (3, n) in metres.
    """

    offset: float
    amplitude: float
    a: float
    c: float
    b: float
    d: float
    g: float
    length_m: float

    def _parts(self, x: Array) -> tuple[Array, Array, Array]:
        u = x / self.length_m
        return self.a * u[0] + self.c, self.b * u[1] + self.d, self.amplitude * np.exp(-self.g * u[2])

    def __call__(self, x: Array) -> Array:
        p, q, e = self._parts(x)
        return self.offset + e * np.sin(p) * np.cos(q)

    def gradient(self, x: Array) -> Array:
        """∇, (3, n)."""
        p, q, e = self._parts(x)
        along = [self.a * np.cos(p) * np.cos(q), -self.b * np.sin(p) * np.sin(q), -self.g * np.sin(p) * np.cos(q)]
        return np.stack(along) * e / self.length_m

    def laplacian(self, x: Array) -> Array:
        """∇², (n,)."""
        return (self(x) - self.offset) * (self.g**2 - self.a**2 - self.b**2) / self.length_m**2


@dataclass(frozen=True)
class Slope:
    """A plane that tilts along x and z, bent along y: offset + p x + r z + s y², in units of ``length_m``."""

    offset: float
    p: float
    r: float
    s: float
    length_m: float

    def __call__(self, x: Array) -> Array:
        u = x / self.length_m
        return self.offset + self.p * u[0] + self.r * u[2] + self.s * u[1] ** 2

    def gradient(self, x: Array) -> Array:
        """∇, (3, n)."""
        y = x[1] / self.length_m
        return np.stack([np.full_like(y, self.p), 2.0 * self.s * y, np.full_like(y, self.r)]) / self.length_m


def divergence(coefficient: Array, coefficient_gradient: Array, field: Hills, x: Array) -> Array:
    """∇·(c∇field) = ∇c·∇field + c∇²field."""
    return (coefficient_gradient * field.gradient(x)).sum(axis=0) + coefficient * field.laplacian(x)
