"""Integrals over the parts of the reference tetrahedron: eight linear ones of a quadratic cell, all of a linear one."""

from dataclasses import dataclass

import basix
import numpy as np
from numpy.typing import NDArray

from rfa_model._tetrahedra import EIGHT
from rfa_model.physics.assembly import packed
from rfa_model.physics.reference_element import PAIRS, stiffness_by_pairs

Array = NDArray[np.float64]
_EDGES = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))


@dataclass(frozen=True)
class ReferenceParts:
    """What :class:`.LayeredCells` needs and does not depend on the cell, for n unknowns and L gradient values.

    Attributes
    ----------
    centres : (parts, 4) array
        Barycentric.
    mean_gradient : (3, n) array
        From nodal values to the cell's mean gradient.
    stiffness : (12·parts + 6, n(n + 1)/2) array
        :func:`.packed`. For each pair of directions: ∫ ∂_a v ∂_b u of every part; the mean of the one times the
        integral of the other over every part; the product of both means over the cell. Both orders added where they
        differ.
    source : (n, parts·(P + L + 1)) array
        ∫ g_l g_m v for the pairs l ≤ m of gradient values, 2 ∫ g_l v, and ∫ v, of every part.
    """

    centres: Array
    mean_gradient: Array
    stiffness: Array
    source: Array

    @classmethod
    def of(cls, element: "basix.finite_element.FiniteElement") -> "ReferenceParts":
        """Tabulate a Lagrange element of degree 1 or 2."""
        corners, linear = basix.geometry(basix.CellType.tetrahedron), element.degree == 1
        ten = np.concatenate([corners, [0.5 * (corners[i] + corners[j]) for i, j in _EDGES]])
        parts = ten[np.arange(4)[None] if linear else EIGHT]
        points, weights = basix.make_quadrature(basix.CellType.tetrahedron, element.degree + 2)
        weights = weights / len(parts)
        inside = np.column_stack([1.0 - points.sum(axis=1), points])
        tables = [element.tabulate(1, inside @ part)[:, :, :, 0] for part in parts]
        integrals = np.array([np.einsum("q,aqi->ai", weights, table[1:]) for table in tables])
        mean = 6.0 * integrals.sum(axis=0)
        ones = np.ones((len(points), 1))
        within = [stiffness_by_pairs(weights, ones, table[1:]) for table in tables]
        coupling = [_both_orders(mean, part) for part in integrals]
        bases = [ones if linear else _barycentric(inside @ part) for part in parts]
        within_parts = [(weights, basis, table[0]) for basis, table in zip(bases, tables, strict=True)]
        stiffness = np.concatenate([*within, *coupling, _both_orders(mean, mean) / 12.0])
        n = mean.shape[1]
        return cls(
            centres=_barycentric(parts.mean(axis=1)),
            mean_gradient=mean,
            stiffness=packed(stiffness.reshape(-1, n, n)),
            source=np.concatenate(
                [make(*part) for make in (_squares, _singles, _nones) for part in within_parts], axis=1
            ),
        )


def _barycentric(points: Array) -> Array:
    return np.column_stack([1.0 - points.sum(axis=1), points])


def _both_orders(first: Array, second: Array) -> Array:
    """first_a(v) second_b(u) and the same with u and v exchanged, for each pair, both orders added; (6, n·n)."""
    rows = []
    for a, b in PAIRS:
        row = np.outer(first[a], second[b])
        row = row if a == b else row + np.outer(first[b], second[a])
        rows.append((row + row.T).ravel())
    return np.stack(rows)


def _squares(weights: Array, basis: Array, value: Array) -> Array:
    count = basis.shape[1]
    pairs = [(m, k) for m in range(count) for k in range(m, count)]
    products = np.stack([(1.0 if m == k else 2.0) * basis[:, m] * basis[:, k] for m, k in pairs], axis=1)
    return np.einsum("q,qp,qi->ip", weights, products, value)


def _singles(weights: Array, basis: Array, value: Array) -> Array:
    return 2.0 * np.einsum("q,ql,qi->il", weights, basis, value)


def _nones(weights: Array, basis: Array, value: Array) -> Array:
    return (weights @ value)[:, None]
