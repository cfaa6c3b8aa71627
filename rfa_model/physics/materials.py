"""Material values per cell: the anatomy enters the probe's mesh as volume fractions of tissue."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model.errors import InputError

Array = NDArray[np.float64]
Index = NDArray[np.int64]

# The 20 interior points of the cubic lattice of a tetrahedron, as barycentric coordinates.
SAMPLES: Array = np.array([p for p in product(range(4), repeat=4) if sum(p) == 3], dtype=float) / 4.0 + 1.0 / 16.0


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
class CellMaterials:
    """Values at 37 °C, one per cell; each attribute is a (cells,) array.

    Attributes
    ----------
    heat_capacity_J_per_m3K, latent_J_per_m3, thermal_conductivity_W_per_mK, electric_conductivity_S_per_m,
    perfusion_W_per_m3K, metabolic_heat_W_per_m3 : arrays
        ρc, ρ·C·L, k, σ, w and ρ·q_m.
    tissue : int array
        Index of the tissue that fills most of the cell.
    """

    heat_capacity_J_per_m3K: Array
    latent_J_per_m3: Array
    thermal_conductivity_W_per_mK: Array
    electric_conductivity_S_per_m: Array
    perfusion_W_per_m3K: Array
    metabolic_heat_W_per_m3: Array
    tissue: Index


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
    fractions: Array, names: Sequence[str], tissues: Mapping[str, TissueValues], latent_J_per_kg: float
) -> CellMaterials:
    """Return the volume-weighted mean of every property.

    Parameters
    ----------
    fractions : (cells, tissues) array
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

    def mean(value: Callable[[TissueValues], float]) -> Array:
        return fractions @ np.array([value(t) for t in rows])

    return CellMaterials(
        heat_capacity_J_per_m3K=mean(lambda t: t.density_kg_per_m3 * t.specific_heat_J_per_kgK),
        latent_J_per_m3=mean(lambda t: t.density_kg_per_m3 * t.water_fraction * latent_J_per_kg),
        thermal_conductivity_W_per_mK=mean(lambda t: t.thermal_conductivity_W_per_mK),
        electric_conductivity_S_per_m=mean(lambda t: t.electric_conductivity_S_per_m),
        perfusion_W_per_m3K=mean(lambda t: t.perfusion_W_per_m3K),
        metabolic_heat_W_per_m3=mean(lambda t: t.density_kg_per_m3 * t.metabolic_heat_W_per_kg),
        tissue=np.argmax(fractions, axis=1),
    )
