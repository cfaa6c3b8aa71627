"""Cells in which tissues lie in layers: what each conducts is kept, and across them the flux is continuous.

In a cell cut by a boundary with normal n, ∇u of a trial function has no kink, but the field has one: in the layer p it
is taken to be ∇u + n r_p (n·⟨∇u⟩), with r_p = σ_across/σ_p − 1 and ⟨⟩ the mean over the cell. These kinks cancel in
that mean, and a mean gradient across the layers drives the same flux σ_across n·⟨∇u⟩ through all of them. With shares f
of the layers in each part of the cell, the energy ∫ σ|∇u + …|² is that of

    ∫ σ̄ ∇u·∇u + 2 c (n·∇u)(n·⟨∇u⟩) + q (n·⟨∇u⟩)²,   σ̄ = Σ fσ_p,   c = σ_across − σ̄,   q = Σ f(σ_across − σ_p)²/σ_p.

So the mean gradient meets a laminate, arithmetic along the layers and harmonic across, and what departs from it within
the cell meets the layers themselves: with the laminate alone, a sliver of bone would keep out of all the muscle in its
cell what current turns aside before the bone. S (:mod:`.materials`) may stand for nnᵀ: the energy is then the mean of
several, and never negative.
"""

from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rfa_model.physics.assembly import Cells, CellTables, flux, unpacked
from rfa_model.physics.reference_parts import ReferenceParts

Array = NDArray[np.float64]
Index = NDArray[np.int32]


class LayeredCells:
    """Some of the cells, with their normals.

    Parameters
    ----------
    tables : CellTables
        All cells.
    index : (m,) int array
        Which.
    normals : (m, 3, 3) array
        S.
    """

    def __init__(self, tables: CellTables, index: Index, normals: Array) -> None:
        self.index = index
        self.cells: Cells = tables[index]
        self.reference = ReferenceParts.of(tables.V.element.basix_element)
        self.normal: Array = self.cells.metric_of(normals)

    def __getitem__(self, which: Index) -> "LayeredCells":
        """Return some of them."""
        part = copy(self)
        part.index, part.cells, part.normal = self.index[which], self.cells[which], self.normal[:, which]
        return part

    def matrices(self, weight: Array, coupling: Array, square: Array) -> Array:
        """Return the energy's matrix of every cell, :func:`.packed`, (m, n(n + 1)/2).

        Parameters
        ----------
        weight, coupling : (parts, m) arrays
            σ̄ and c.
        square : (m,) array
            The mean of q over the parts.
        """
        count = len(self.index)
        rows = [
            (weight[:, None] * self.cells.metric).reshape(-1, count),
            (coupling[:, None] * self.normal).reshape(-1, count),
            square * self.normal,
        ]
        return np.asarray(np.concatenate(rows).T @ self.reference.stiffness)

    def mean_matrices(self, weight: Array) -> Array:
        """Return ∫ ``weight`` (n·⟨∇v⟩)(n·⟨∇u⟩) of every cell for one number per cell (m,); as :meth:`matrices`."""
        return np.asarray((weight * self.normal).T @ self.reference.stiffness[-6:])

    def apply_mean(self, weight: Array, vector: Array) -> Array:
        """Return :meth:`mean_matrices` times a vector, (n, m)."""
        mean = (self.reference.mean_gradient @ vector[self.cells.nodes])[:, None, :]
        across = flux(self.normal, mean)[:, 0]
        return np.asarray(self.reference.mean_gradient.T @ across) * (weight / 6.0)

    def apply(self, matrices: Array, vector: Array) -> Array:
        """Return full matrices (m, n, n) times a vector, (n, m)."""
        return np.matmul(matrices, vector[self.cells.dofs][:, :, None])[:, :, 0].T

    def energy_load(self, vector: Array, weight: Array, coupling: Array, square: Array) -> Array:
        """Return the energy's density tested with v, (n, m); here ``square`` is (parts, m)."""
        nodal = vector[self.cells.nodes]
        gradient = self.cells.gradient_values(nodal)
        mean = (self.reference.mean_gradient @ nodal)[:, None, :]
        ours, across = flux(self.cells.metric, gradient), flux(self.normal, mean)
        squares = np.stack([(gradient[:, m] * ours[:, k]).sum(axis=0) for m, k in self.cells.reference.gradient_pairs])
        factors = squares, (gradient * across).sum(axis=0), (mean * across).sum(axis=0)
        rows = [
            (each[:, None] * factor).reshape(-1, factor.shape[1])
            for each, factor in zip((weight, coupling, square), factors, strict=True)
        ]
        return np.asarray(self.reference.source @ np.concatenate(rows))


@dataclass(frozen=True)
class LayeredCurrent:
    """What of σ is lost across layers; each array is (parts, m), a share of σ along the layers of the cell.

    Attributes
    ----------
    cells : LayeredCells
        ``cells.index`` counts all cells.
    position : (m,) int array
        The same among the tissue cells.
    weight, coupling, square : arrays
        σ̄, c and q, see above.
    """

    cells: LayeredCells
    position: Index
    weight: Array
    coupling: Array
    square: Array

    def at_parts(self, conductivity_S_per_m: Array) -> tuple[Array, Array, Array]:
        """Return σ̄, c and q, S/m, for σ along the layers at the corners of all tissue cells, (4, tissue cells)."""
        sigma = self.cells.reference.centres @ conductivity_S_per_m[:, self.position]
        return self.weight * sigma, self.coupling * sigma, self.square * sigma


@dataclass(frozen=True)
class LayeredHeat:
    """What of k is lost across layers.

    Attributes
    ----------
    cells : LayeredCells
    shares : (m, parts, tissues) array
    conductivity_W_per_mK : (tissues,) array
        k of each tissue at 37 °C.
    """

    cells: LayeredCells
    shares: Array
    conductivity_W_per_mK: Array

    def __getitem__(self, which: Index) -> "LayeredHeat":
        """Return that of some of the cells."""
        return LayeredHeat(self.cells[which], self.shares[which], self.conductivity_W_per_mK)

    def across(self, increment_W_per_mK: Array) -> Array:
        """Return k across the layers, (m,), where that of every tissue has risen by so much (m,)."""
        each = self.conductivity_W_per_mK + increment_W_per_mK[:, None]
        return np.asarray(1.0 / (self._mean_shares / each).sum(axis=1))

    def increment(self, along_W_per_mK: Array) -> Array:
        """Return by how much k of all tissues has risen in layered cells, (m,), from k along layers of all cells."""
        return np.asarray(along_W_per_mK[self.cells.index] - self._mean_cold)

    def matrices(self, along_W_per_mK: Array, across_W_per_mK: Array) -> Array:
        """Return what to add to the matrix of a plain cell that conducts :meth:`increment`, :func:`.packed`.

        k rises alike in all tissues: what tells the parts of a cell from each other stays as it was.
        """
        return self._fixed + self.cells.mean_matrices(self._mean_weight(along_W_per_mK, across_W_per_mK))

    def apply(self, along_W_per_mK: Array, across_W_per_mK: Array, vector: Array) -> Array:
        """Return :meth:`matrices` times a vector, (n, m)."""
        weight = self._mean_weight(along_W_per_mK, across_W_per_mK)
        return self.cells.apply(self._fixed_in_full, vector) + self.cells.apply_mean(weight, vector)

    @cached_property
    def _cold(self) -> Array:
        """σ̄ of :class:`LayeredCells`, at 37 °C."""
        return np.asarray((self.shares @ self.conductivity_W_per_mK).T)

    @cached_property
    def _mean_cold(self) -> Array:
        return np.asarray(self._cold.mean(axis=0))

    @cached_property
    def _mean_shares(self) -> Array:
        return np.asarray(self.shares.mean(axis=1))

    @cached_property
    def _fixed(self) -> Array:
        return self.cells.matrices(self._cold, -self._cold, np.zeros(len(self.cells.index)))

    @cached_property
    def _fixed_in_full(self) -> Array:
        return unpacked(self._fixed)

    def _mean_weight(self, along_W_per_mK: Array, across_W_per_mK: Array) -> Array:
        """What is left of c and q once the part that never changes is taken out."""
        return across_W_per_mK + self._mean_cold - self.increment(along_W_per_mK)
