"""Linear tetrahedra as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rfa_model._tetrahedra import EIGHT, signed_volumes


def split_quadratic(cells10: NDArray[np.integer]) -> NDArray[np.integer]:
    """Split (M, 10) quadratic tetrahedra in VTK order into (8M, 4) linear ones on the same nodes."""
    cells10 = np.asarray(cells10)
    if cells10.ndim != 2 or cells10.shape[1] != 10:
        raise ValueError(f"quadratic tetrahedra have shape {cells10.shape}, expected (M, 10)")
    return np.ascontiguousarray(cells10[:, EIGHT].reshape(-1, 4))


def compact(nodes: NDArray[np.integer], count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Number the nodes that occur among ``count`` afresh: those nodes, sorted, and ``nodes`` in the new numbers."""
    used = np.zeros(count, dtype=bool)
    used[nodes.ravel()] = True
    number = np.cumsum(used) - 1
    return np.flatnonzero(used), number[nodes]


@dataclass(frozen=True)
class TetMesh:
    """Tetrahedra ``tets`` (M, 4) on nodes ``points_mm`` (N, 3); tetrahedra need not use every node.

    ``whole`` (M/8, 10) are the straight-edged quadratic cells, VTK order, that :func:`split_quadratic` made them of, if
    it did.
    """

    points_mm: NDArray[np.floating]
    tets: NDArray[np.integer]
    whole: NDArray[np.integer] | None = None

    def __post_init__(self) -> None:
        if self.points_mm.ndim != 2 or self.points_mm.shape[1] != 3:
            raise ValueError(f"points_mm has shape {self.points_mm.shape}, expected (N, 3)")
        if self.tets.ndim != 2 or self.tets.shape[1] != 4:
            raise ValueError(f"tets has shape {self.tets.shape}, expected (M, 4)")

    @classmethod
    def of_cells(cls, points_mm: NDArray[np.floating], cells: NDArray[np.integer]) -> Self:
        """Linear cells (M, 4) as they are, quadratic ones (M, 10) in VTK order split into eight."""
        quadratic = np.shape(cells)[1] == 10
        return cls(points_mm, split_quadratic(cells), cells) if quadratic else cls(points_mm, cells)

    @cached_property
    def signed_volumes_mm3(self) -> NDArray[np.float64]:
        """(M,) signed volumes; positive where the corners 1, 2, 3 turn right-handed about corner 0."""
        corner = np.asarray(self.points_mm, dtype=float)[self.tets]
        return signed_volumes(corner[:, 1:] - corner[:, :1])

    @cached_property
    def volumes_mm3(self) -> NDArray[np.float64]:
        """(M,) volumes."""
        return np.abs(self.signed_volumes_mm3)

    @cached_property
    def oriented_tets(self) -> NDArray[np.integer]:
        """(M, 4) the same tetrahedra, all with positive signed volume."""
        tets = np.array(self.tets)
        left_handed = self.signed_volumes_mm3 < 0
        tets[left_handed, 2], tets[left_handed, 3] = self.tets[left_handed, 3], self.tets[left_handed, 2]
        return tets

    @cached_property
    def used_nodes(self) -> NDArray[np.integer]:
        """Sorted indices of the nodes that some tetrahedron uses."""
        used = np.zeros(len(self.points_mm), dtype=bool)
        used[self.tets.ravel()] = True
        return np.flatnonzero(used)
