"""A reduced basis of fields: their mean and the few modes that all of them are nearly made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Basis:
    """``mean`` (N,) and orthonormal ``modes`` (K, N): a field is mean + coefficients @ modes."""

    mean: FloatArray
    modes: FloatArray

    def fields(self, coefficients: FloatArray) -> FloatArray:
        """(M, N) of coefficients (M, K)."""
        return np.asarray(self.mean + coefficients @ self.modes)

    def coefficients(self, fields: FloatArray) -> FloatArray:
        """(M, K) of fields (M, N)."""
        return np.asarray((fields - self.mean) @ self.modes.T)


def reduced(fields: FloatArray, left: float, most: int) -> Basis:
    """Proper orthogonal decomposition of (n, N) fields.

    Parameters
    ----------
    fields
        One a row.
    left
        Share of the variance that may be left out.
    most
        Modes at most.
    """
    mean = fields.mean(axis=0)
    # The fields are few and long: modes from the small matrix of their products (the method of snapshots).
    about = fields - mean
    values, vectors = np.linalg.eigh(about @ about.T)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    total = values.sum()
    if total <= 0.0:
        return Basis(mean, np.zeros((0, fields.shape[1])))
    enough = int(np.searchsorted(np.cumsum(values) / total, 1.0 - left)) + 1
    count = min(enough, most, int((values > 1e-12 * values[0]).sum()))
    modes = (vectors[:, :count].T @ about) / np.sqrt(values[:count])[:, None]
    return Basis(mean, modes)
