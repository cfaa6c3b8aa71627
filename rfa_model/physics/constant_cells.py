"""Cells in which nothing changes with temperature, an applicator's: their matrices are made once for all iterates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rfa_model.physics.assembly import CellTables

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Array = NDArray[np.float64]
Index = NDArray[np.int32]


@dataclass(frozen=True)
class ConstantCells:
    """Some cells with what they conduct and store.

    Attributes
    ----------
    index : (c,) int array
        Which.
    metric : (6, c) array
        That of their conductivity, :meth:`.Cells.metric_of`.
    heat_capacity_J_per_m3K : (c,) array
    stiffness, mass : (local_size, local_size) sparse arrays
        ∫ ∇v·k∇u and ∫ ρc v u over these cells, ghosts not yet summed.
    """

    index: Index
    metric: Array
    heat_capacity_J_per_m3K: Array
    stiffness: csr_array
    mass: csr_array

    @classmethod
    def of(cls, tables: CellTables, index: Index, metric: Array, heat_capacity_J_per_m3K: Array) -> ConstantCells:
        """Make their matrices; ``index`` in ascending order."""
        from scipy.sparse import coo_array

        cells, none = tables[index], np.zeros(len(index))
        n = cells.dofs.shape[1]
        rows, columns = np.repeat(cells.dofs, n, axis=1).ravel(), np.tile(cells.dofs, (1, n)).ravel()
        made = [
            coo_array((values.ravel(), (rows, columns)), shape=(tables.local_size, tables.local_size)).tocsr()
            for values in (
                cells.matrices(metric, none),
                cells.matrices(np.zeros_like(metric), heat_capacity_J_per_m3K),
            )
        ]
        return cls(index, metric, heat_capacity_J_per_m3K, *made)

    def is_of(self, index: Index, metric: Array, heat_capacity_J_per_m3K: Array) -> bool:
        """Whether these are the same cells, conducting and storing the same."""
        return (
            np.array_equal(self.index, index)
            and np.array_equal(self.metric, metric)
            and np.array_equal(self.heat_capacity_J_per_m3K, heat_capacity_J_per_m3K)
        )
