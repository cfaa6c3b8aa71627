"""Gaussian processes over poses and inputs, one for each number that is learnt (scikit-learn's)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from rfa_model.studies.needs import needed

if TYPE_CHECKING:
    from sklearn.gaussian_process import GaussianProcessRegressor

FloatArray = NDArray[np.float64]
LENGTHS, NOISES, SCALES = (0.3, 100.0), (1e-8, 1.0), (1e-3, 1e4)
"""Bounds of the kernel's lengths (in standard deviations of the inputs), its noise and its scale (of the output's)."""
SMOOTHNESS = 2.5


@dataclass(frozen=True)
class Processes:
    """What is learnt from n places: ``x`` (n, d) inputs, ``y`` (n, K) outputs, ``theta`` (K, d + 2) hyperparameters.

    Each output has a Matérn kernel with a length for every input, a scale and white noise; theta are their logarithms
    in scikit-learn's order. Made anew from these three arrays it gives the same answers.
    """

    x: FloatArray
    y: FloatArray
    theta: FloatArray

    @classmethod
    def learnt(cls, x: FloatArray, y: FloatArray) -> Self:
        """Choose hyperparameters by the likelihood of what was seen."""
        return cls(x, y, np.array([_process(x, column, None).kernel_.theta for column in y.T]).reshape(y.shape[1], -1))

    @cached_property
    def _processes(self) -> list[GaussianProcessRegressor]:
        return [_process(self.x, column, theta) for column, theta in zip(self.y.T, self.theta, strict=True)]

    def __call__(self, x: FloatArray) -> FloatArray:
        """(M, K) most likely outputs at inputs (M, d)."""
        if not len(x) or not self._processes:
            return np.zeros((len(x), len(self.theta)))
        return np.column_stack([process.predict(x) for process in self._processes])

    @cached_property
    def left_out(self) -> FloatArray:
        """(n, K) what would be said at each place if it had not been seen, hyperparameters kept.

        In closed form: C.E. Rasmussen, C.K.I. Williams, Gaussian Processes for Machine Learning, 2006, eq. 5.12; with
        the outputs' mean taken out of all of them, as scikit-learn does.
        """
        from scipy.linalg import cho_solve

        found = []
        for process, y in zip(self._processes, self.y.T, strict=True):
            inverse = cho_solve((process.L_, True), np.eye(len(y)))
            found.append(y - y.std() * process.alpha_.ravel() / np.diag(inverse))
        return np.column_stack(found).reshape(self.y.shape)


def _process(x: FloatArray, y: FloatArray, theta: FloatArray | None) -> GaussianProcessRegressor:
    """A process fitted to (n, d) and (n,): with hyperparameters chosen, or with those given."""
    gaussian, kernels = needed("sklearn.gaussian_process"), needed("sklearn.gaussian_process.kernels")
    kernel = kernels.ConstantKernel(1.0, SCALES) * kernels.Matern(
        np.full(x.shape[1], 3.0), LENGTHS, nu=SMOOTHNESS
    ) + kernels.WhiteKernel(1e-4, NOISES)
    if theta is not None:
        kernel = kernel.clone_with_theta(theta)
    process = gaussian.GaussianProcessRegressor(
        kernel, alpha=0.0, optimizer="fmin_l_bfgs_b" if theta is None else None, normalize_y=True
    )
    with warnings.catch_warnings():
        # An input that an output does not hang on has no finite length: it ends at its bound, and is told by that.
        warnings.simplefilter("ignore", needed("sklearn.exceptions").ConvergenceWarning)
        return process.fit(x, y)
