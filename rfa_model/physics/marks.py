"""Marking degrees of freedom so that every process sees the same marks."""

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import dolfinx


def marked_dofs(V: "dolfinx.fem.FunctionSpace", *dof_lists: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return a process-local mask (ghosts included) of the listed degrees of freedom, wherever they were listed."""
    mark = dolfinx.la.vector(V.dofmap.index_map)
    mark.array[:] = 0.0
    for dofs in dof_lists:
        mark.array[dofs.ravel()] = 1.0
    mark.scatter_reverse(dolfinx.la.InsertMode.add)
    mark.scatter_forward()
    return np.asarray(mark.array > 0.5)
