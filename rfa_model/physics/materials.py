"""Material values per cell: the anatomy enters the probe's mesh as volume fractions of tissue, in layers where known.

A cell that several tissues share is taken for a pile of layers with the boundary's normal n: along them currents and
heat run side by side, so their conductivities average; across they pass one after the other, so 1/σ averages: with the
shares f of the tissues σ_along = Σ fσ and 1/σ_across = Σ f/σ. Where all boundaries in a cell are parallel, as those of
a thin shell are, that is exact for fields constant in each layer (G. W. Milton, The Theory of Composites, 2002, ch. 9).
Where they are not, there are no layers: S, the mean of nnᵀ over the boundaries, takes the place of nnᵀ. It has trace 1
and less of a direction the less there is of one: about a round rod it is the same in all directions across it. It
follows a moving anatomy without a jump. What the equations make of it: :mod:`rfa_model.physics.layered_cells`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from rfa_model._tetrahedra import EIGHT, coordinates, inside_fraction
from rfa_model.errors import InputError

Array = NDArray[np.float64]
Index = NDArray[np.int64]
CellIndex = NDArray[np.int32]

# The 20 interior points of the cubic lattice of a tetrahedron, as barycentric coordinates.
SAMPLES: Array = np.array([p for p in product(range(4), repeat=4) if sum(p) == 3], dtype=float) / 4.0 + 1.0 / 16.0


SHARPENED = 2
"""How often S is squared. What is linear between nodes strays from the normal where it bends, and a twentieth of the
other directions would conduct more than all of the layers."""


class TissueValues(Protocol):
    """The values of a tissue that the equations need."""

    density_kg_per_m3: float
    specific_heat_J_per_kgK: float
    thermal_conductivity_W_per_mK: float
    electric_conductivity_S_per_m: float
    perfusion_W_per_m3K: float
    metabolic_heat_W_per_kg: float
    water_fraction: float


@dataclass(frozen=True)
class Shares:
    """Which tissues fill a cell, and how they lie.

    Attributes
    ----------
    fractions : (cells, tissues) array
        Of the volume.
    mixed : (m,) int array
        Cells of which it is known how their tissues lie.
    parts : (m, parts, tissues) array
        Fractions of the parts that these cells are cut into: eight of quadratic ones, of linear ones the cell itself.
    normals : (m, 3, 3) array
        S of these cells, see above.
    """

    fractions: Array
    mixed: CellIndex
    parts: Array
    normals: Array

    @classmethod
    def unordered(cls, fractions: Array) -> Self:
        """Tissues lie anyhow in every cell."""
        nowhere = np.empty(0, np.int32)
        return cls(fractions, nowhere, np.empty((0, 1, fractions.shape[1])), np.empty((0, 3, 3)))


@dataclass(frozen=True)
class Laminate:
    """Cells with tissues in layers; ``cells`` are some of those of the materials, the rest is of :class:`Shares`.

    Attributes
    ----------
    thermal_conductivity_W_per_mK, electric_conductivity_S_per_m : (tissues,) arrays
        At 37 °C.
    """

    cells: CellIndex
    parts: Array
    normals: Array
    thermal_conductivity_W_per_mK: Array
    electric_conductivity_S_per_m: Array

    def current(self) -> tuple[Array, Array, Array]:
        """Return σ̄, c and q of :mod:`rfa_model.physics.layered_cells`, (parts, m), as shares of σ along the layers."""
        sigma = self.electric_conductivity_S_per_m
        weight, resistivity = (self.parts @ sigma).T, (self.parts @ (1.0 / sigma)).T
        along, across = weight.mean(axis=0), 1.0 / resistivity.mean(axis=0)
        square = across**2 * resistivity - 2.0 * across + weight
        return weight / along, (across - weight) / along, square / along


@dataclass(frozen=True)
class CellMaterials:
    """Values at 37 °C, one per cell; each attribute is a (cells,) array.

    Attributes
    ----------
    heat_capacity_J_per_m3K, latent_J_per_m3, thermal_conductivity_W_per_mK, electric_conductivity_S_per_m,
    perfusion_W_per_m3K, metabolic_heat_W_per_m3 : arrays
        ρc, ρ·C·L, k, σ, w and ρ·q_m; k and σ are those along the layers of a laminate.
    tissue : int array
        Index of the tissue that fills most of the cell.
    laminate : Laminate or None
        Cells that conduct less across layers than along them.
    electric_directions : (cells, 3, 3) array or None
        How current prefers directions, see :func:`.electric_directions`; None: it prefers none.
    """

    heat_capacity_J_per_m3K: Array
    latent_J_per_m3: Array
    thermal_conductivity_W_per_mK: Array
    electric_conductivity_S_per_m: Array
    perfusion_W_per_m3K: Array
    metabolic_heat_W_per_m3: Array
    tissue: Index
    laminate: Laminate | None = None
    electric_directions: Array | None = None


def cut_shares(distances_mm: Array, layers: Sequence[int], count: int, cells: Index, points_mm: Array) -> Shares:
    """Return the shares of each cell, cut where signed distances, linear in between, change their sign.

    A quadratic cell is cut as the eight linear ones on its nodes. Of a layer is seen what those painted over it leave:
    all of them together take more than all but the lowest by just that, whether they overlap, contain each other or lie
    apart. Each boundary counts for S in a part by f(1 − f), with f the share on its one side.

    Parameters
    ----------
    distances_mm : (nodes, layers − 1) array
        Signed distance of each layer but the ground, negative inside.
    layers : sequence of int
        The tissue of the ground and of each layer painted over it and those before.
    count : int
        How many tissues there are.
    cells : (m, 4) or (m, 10) int array
        Nodes of every cell, VTK order.
    points_mm : (nodes, 3) array
        In any frame; S is in the same one.

    Raises
    ------
    InputError
        If a cell that is cut has no volume.
    """
    # Of each layer with all those over it: from here on one lies within the other.
    taken = np.minimum.accumulate(distances_mm[:, ::-1], axis=1)[:, ::-1]
    inside = taken < 0.0
    whole = np.asarray(layers)[inside[cells[:, 0]].sum(axis=1)]
    fractions = np.zeros((len(cells), count))
    fractions[np.arange(len(cells)), whole] = 1.0
    crossed = (inside[cells] != inside[cells[:, :1]]).any(axis=1)
    mixed = np.flatnonzero(crossed.any(axis=1)).astype(np.int32)
    if not len(mixed):
        return Shares.unordered(fractions)
    nodes = cells[mixed, None, :4] if cells.shape[1] == 4 else cells[mixed][:, EIGHT]
    cut = np.where(inside[nodes[:, :, 0]], 1.0, 0.0)
    normals, last = np.zeros((2, len(mixed), 3, 3))
    within = coordinates(points_mm[nodes[:, :, 1:]] - points_mm[nodes[:, :, :1]])
    if np.isnan(within).any():
        raise InputError("the mesh has flat cells, in which no boundary has a direction; make it anew")
    unseen = np.zeros(len(mixed), dtype=bool)
    for k in reversed(range(taken.shape[1])):
        if k + 1 < taken.shape[1]:  # of a layer of which nothing is seen the boundary is that of the next one over it
            unseen = (taken[:, k] == taken[:, k + 1])[cells[mixed]].all(axis=1)
            cut[unseen, :, k] = cut[unseen, :, k + 1]
        # All parts of a cell that is cut: the boundary may run along the faces between them.
        where = np.flatnonzero(crossed[mixed, k] & ~unseen)
        values = taken[:, k][nodes[where]]
        share = inside_fraction(-values.reshape(-1, 4)).reshape(values.shape[:2])
        cut[where, :, k] = share
        slope = np.einsum("cpji,cpj->cpi", within[where], values[:, :, 1:] - values[:, :, :1])
        last[where] = ((share * (1.0 - share) + 1e-9)[:, :, None] * slope).swapaxes(1, 2) @ slope
        normals += np.where(crossed[mixed, k, None, None], last, 0.0)
    parts = np.zeros((*nodes.shape[:2], count))
    bounds = np.concatenate([np.ones((*nodes.shape[:2], 1)), cut, np.zeros((*nodes.shape[:2], 1))], axis=2)
    for k, tissue in enumerate(layers):
        parts[:, :, tissue] += bounds[:, :, k] - bounds[:, :, k + 1]
    fractions[mixed] = parts.mean(axis=1)
    for _ in range(SHARPENED):
        normals = _of_trace_1(normals)
        normals = normals @ normals
    return Shares(fractions, mixed, parts, _of_trace_1(normals))


def _of_trace_1(tensors: Array) -> Array:
    return np.asarray(tensors / np.trace(tensors, axis1=1, axis2=2)[:, None, None])


def volume_fractions(corners_mm: Array, tissue_at: Callable[[Array], Index], count: int) -> Array:
    """Return the share of each tissue in each cell, sampled at 20 points, shape (cells, count).

    Parameters
    ----------
    corners_mm : (cells, 4, 3) array
        Corners of the tetrahedra in the frame that ``tissue_at`` speaks.
    tissue_at : callable
        Maps (N, 3) points to (N,) tissue indices below ``count``.
    """
    cells = len(corners_mm)
    points = np.einsum("sa,cax->csx", SAMPLES, corners_mm).reshape(-1, 3)
    labels = np.asarray(tissue_at(points)).reshape(cells, len(SAMPLES))
    if labels.size and not (labels.min() >= 0 and labels.max() < count):
        raise InputError(f"the anatomy names tissue number {labels.max()}, but only {count} tissues are known")
    cell = np.repeat(np.arange(cells), len(SAMPLES))
    hits = np.bincount(cell * count + labels.ravel(), minlength=cells * count)
    return hits.reshape(cells, count) / len(SAMPLES)


def mix(
    shares: Array | Shares, names: Sequence[str], tissues: Mapping[str, TissueValues], latent_J_per_kg: float
) -> CellMaterials:
    """Return the volume-weighted mean of every property, and what conducts less across layers than that.

    Parameters
    ----------
    shares : (cells, tissues) array or Shares
        Fractions alone leave open how the tissues lie.
    names : sequence of str
        The tissue of each column.
    tissues : mapping
        Values by name.
    latent_J_per_kg : float
        Latent heat of water; 0 switches boiling off.

    Raises
    ------
    InputError
        If a tissue has no values.
    """
    missing = [name for name in names if name not in tissues]
    if missing:
        raise InputError(f"the anatomy uses tissue '{missing[0]}', which the library does not hold")
    rows = [tissues[name] for name in names]
    shares = shares if isinstance(shares, Shares) else Shares.unordered(shares)
    fractions = shares.fractions

    def mean(value: Callable[[TissueValues], float]) -> Array:
        return fractions @ np.array([value(t) for t in rows])

    laminate = Laminate(
        cells=shares.mixed,
        parts=shares.parts,
        normals=shares.normals,
        thermal_conductivity_W_per_mK=np.array([t.thermal_conductivity_W_per_mK for t in rows]),
        electric_conductivity_S_per_m=np.array([t.electric_conductivity_S_per_m for t in rows]),
    )
    return CellMaterials(
        heat_capacity_J_per_m3K=mean(lambda t: t.density_kg_per_m3 * t.specific_heat_J_per_kgK),
        latent_J_per_m3=mean(lambda t: t.density_kg_per_m3 * t.water_fraction * latent_J_per_kg),
        thermal_conductivity_W_per_mK=mean(lambda t: t.thermal_conductivity_W_per_mK),
        electric_conductivity_S_per_m=mean(lambda t: t.electric_conductivity_S_per_m),
        perfusion_W_per_m3K=mean(lambda t: t.perfusion_W_per_m3K),
        metabolic_heat_W_per_m3=mean(lambda t: t.density_kg_per_m3 * t.metabolic_heat_W_per_kg),
        tissue=np.argmax(fractions, axis=1),
        laminate=laminate if len(laminate.cells) else None,
    )
