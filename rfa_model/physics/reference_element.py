"""Integrals over the reference tetrahedron, for Lagrange elements of degree 1 or 2.

∇φ of an affine element is a polynomial one degree lower than φ: a constant, or linear and so known by its values at the
four corners. Everything with gradients is written in those L = 1 or 4 values, and in the metric det·J⁻¹J⁻ᵀ of a cell,
whose six pairs a ≤ b stand in the order of :data:`PAIRS`.
"""

from dataclasses import dataclass

import basix
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PAIRS = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))


@dataclass(frozen=True)
class ReferenceElement:
    """What does not depend on the cell: n unknowns, L gradient values and P pairs of them, S values of a weight.

    Attributes
    ----------
    mass : (n, n) array
        ∫ v u.
    mean : (n,) array
        Weights of the cell mean.
    gradient : (3·L, n) array
        From nodal values to the gradient's values, by direction.
    divergence : (n, 3·L) array
        From a flux's values to its integral against ∇v.
    stiffness : (6, n·n) array
        ∫ ∂_a v ∂_b u for each pair, both orders added where they differ.
    weighting : (S, 4) array
        From corner values of a linear weight to what a stiffness needs of it: its mean, or all of it.
    weighted_stiffness : (6·S, n·n) array
        The same with each of these as weight.
    gradient_pairs : list of (int, int)
        The pairs l ≤ m of gradient values.
    source : (n, P·4) array
        ∫ w g_l g_m v, for each of these pairs (both orders added) and each corner value of the linear weight w.
    """

    mass: Array
    mean: Array
    gradient: Array
    divergence: Array
    stiffness: Array
    weighting: Array
    weighted_stiffness: Array
    gradient_pairs: list[tuple[int, int]]
    source: Array

    @classmethod
    def of(cls, element: "basix.finite_element.FiniteElement") -> "ReferenceElement":
        """Tabulate a Lagrange element; ValueError if its degree is neither 1 nor 2."""
        degree = element.degree
        if degree not in (1, 2):
            raise ValueError(f"elements of degree 1 or 2 only, not {degree}")
        points, weights = basix.make_quadrature(basix.CellType.tetrahedron, degree + 3)
        table = element.tabulate(1, points)[:, :, :, 0]
        value, slopes = table[0], table[1:]
        corners = basix.geometry(basix.CellType.tetrahedron)
        barycentric = np.column_stack([1.0 - points.sum(axis=1), points])
        ones = np.ones((len(points), 1))
        # The gradient's own basis, and the weight's as far as a stiffness sees it.
        basis, nodes = (ones, corners[:1]) if degree == 1 else (barycentric, corners)
        seen, weighting = (ones, np.full((1, 4), 0.25)) if degree == 1 else (barycentric, np.eye(4))
        at_nodes = element.tabulate(1, nodes)[1:, :, :, 0]
        basis_mass = np.einsum("q,ql,qm->lm", weights, basis, basis)
        pairs = [(m, k) for m in range(basis.shape[1]) for k in range(m, basis.shape[1])]
        products = np.stack([(1.0 if m == k else 2.0) * basis[:, m] * basis[:, k] for m, k in pairs], axis=1)
        return cls(
            mass=np.einsum("q,qi,qj->ij", weights, value, value),
            mean=6.0 * weights @ value,
            gradient=at_nodes.reshape(-1, at_nodes.shape[2]),
            divergence=np.einsum("lm,ami->ial", basis_mass, at_nodes).reshape(at_nodes.shape[2], -1),
            stiffness=stiffness_by_pairs(weights, ones, slopes),
            weighting=weighting,
            weighted_stiffness=stiffness_by_pairs(weights, seen, slopes),
            gradient_pairs=pairs,
            source=np.einsum("q,qp,qs,qi->ips", weights, products, barycentric, value).reshape(value.shape[1], -1),
        )


def stiffness_by_pairs(weights: Array, factors: Array, slopes: Array) -> Array:
    """Return ∫ f ∂_a φ_i ∂_b φ_j for each pair and each factor f, (6·F, n·n)."""
    rows = []
    for a, b in PAIRS:
        both = np.einsum("q,qf,qi,qj->fij", weights, factors, slopes[a], slopes[b])
        rows.append(both if a == b else both + np.swapaxes(both, 1, 2))
    return np.concatenate(rows).reshape(len(PAIRS) * factors.shape[1], -1)
