"""Fields, edges and numbers of a probe as functions of its pose and inputs: reduced bases with Gaussian processes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rfa_model.studies.surrogate.basis import Basis, reduced
from rfa_model.studies.surrogate.process import Processes

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class LearntFields:
    """Fields (N,) over inputs: a basis, and processes of its coefficients."""

    basis: Basis
    processes: Processes

    @classmethod
    def of(cls, inputs: FloatArray, fields: FloatArray, left: float, most: int) -> Self:
        """From (n, d) scaled inputs and (n, N) fields; see :func:`~rfa_model.studies.surrogate.basis.reduced`."""
        basis = reduced(fields, left, most)
        return cls(basis, Processes.learnt(inputs, basis.coefficients(fields)))

    def __call__(self, inputs: FloatArray) -> FloatArray:
        """(M, N) fields."""
        return self.basis.fields(self.processes(inputs))

    @cached_property
    def left_out(self) -> FloatArray:
        """(n, N) what would be said of each field learnt, had it been left out."""
        return self.basis.fields(self.processes.left_out)


@dataclass(frozen=True)
class ReadFields:
    """Fields on a lattice, read at points by splines of an order, 1 or 3: mean and modes (1 + K, X, Y, Z)."""

    low_mm: FloatArray
    spacing_mm: float
    splines: FloatArray
    order: int

    @classmethod
    def of(cls, basis: Basis, low_mm: FloatArray, spacing_mm: float, shape: tuple[int, ...], order: int) -> Self:
        """Of fields on (X·Y·Z,) lattice points."""
        from scipy.ndimage import spline_filter

        every = np.concatenate([basis.mean[None], basis.modes]).reshape(-1, *shape)
        splines = every if order == 1 else np.stack([spline_filter(one, order=order) for one in every])
        return cls(low_mm, spacing_mm, splines, order)

    def __call__(self, coefficients: FloatArray, points_mm: FloatArray) -> FloatArray:
        """(M, P) values of fields with coefficients (M, K), each at points of its own, (M, P, 3)."""
        from scipy.ndimage import map_coordinates

        m, p = points_mm.shape[:2]
        at = ((points_mm.reshape(-1, 3) - self.low_mm) / self.spacing_mm).T
        weights = np.column_stack([np.ones(m), coefficients])
        found = np.zeros((m, p))
        for spline, weight in zip(self.splines, weights.T, strict=True):
            read = map_coordinates(spline, at, order=self.order, prefilter=False, mode="nearest").reshape(m, p)
            found += weight[:, None] * read
        return found
