"""How current prefers one direction: tissues whose fibres conduct better along them than across."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Fibred(Protocol):
    """The fibres of a tissue."""

    @property
    def direction(self) -> tuple[float, float, float]:
        """In the patient frame, of any length."""
        ...

    @property
    def along_over_across(self) -> float:
        """σ along the fibres over σ across them."""
        ...


class FibredTissue(Protocol):
    """The values of a tissue that this needs; its σ is that across the fibres."""

    @property
    def electric_conductivity_S_per_m(self) -> float: ...
    @property
    def fibres(self) -> Fibred: ...


def electric_directions(
    fractions: Array, names: Sequence[str], tissues: Mapping[str, FibredTissue], rotation: Array
) -> Array | None:
    """Return D of every cell, (cells, 3, 3), in the frame of the mesh: current density is −σ D ∇φ, σ the cell's mean.

    In a tissue D = 1 + (r − 1) ffᵀ with f along the fibres and r = σ∥/σ⊥; where tissues share a cell, its mean by σ.
    Cells whose tissues lie in layers do without: there the layers say how current flows.

    Parameters
    ----------
    fractions : (cells, tissues) array
        Of the volume.
    names : sequence of str
        The tissue of each column.
    rotation : (3, 3) array
        Its columns are the mesh's axes in the patient frame.

    Returns
    -------
    array or None
        None where no tissue of any cell prefers a direction.
    """
    rows = [tissues[name] for name in names]
    if all(tissue.fibres.along_over_across == 1.0 for tissue in rows):
        return None
    own = np.array([_of_tissue(tissue.fibres, rotation) for tissue in rows])
    weights = fractions * np.array([tissue.electric_conductivity_S_per_m for tissue in rows])
    return np.einsum("ct,tab->cab", weights / weights.sum(axis=1, keepdims=True), own)


def _of_tissue(fibres: Fibred, rotation: Array) -> Array:
    along = rotation.T @ np.array(fibres.direction) / np.linalg.norm(fibres.direction)
    return np.eye(3) + (fibres.along_over_across - 1.0) * np.outer(along, along)
