"""Integrals of given functions over a mesh by quadrature in numpy: needs no compiled form, hence no C compiler."""

from collections.abc import Callable

import basix
import numpy as np
from numpy.typing import NDArray

from rfa_model.physics.assembly import CellTables

Array = NDArray[np.float64]
# Of points (3, n) in metres.
Function = Callable[[Array], Array]


def _rule(tables: CellTables, degree: int) -> tuple[Array, Array, Array]:
    """Points (3, cells, q), weights with the cells' size (cells, q), and shape functions (q, n)."""
    at, weights = basix.make_quadrature(basix.CellType.tetrahedron, degree)
    barycentric = np.column_stack([1.0 - at.sum(axis=1), at])
    points = np.einsum("qk,ckd->dcq", barycentric, tables.corners)
    shape = tables.V.element.basix_element.tabulate(0, at)[0, :, :, 0]
    return points, tables.det[:, None] * weights, shape


def source_load(tables: CellTables, source: Function, degree: int = 8) -> Array:
    """∫ source·v, nodal."""
    points, weights, shape = _rule(tables, degree)
    values = source(points.reshape(3, -1)).reshape(weights.shape)
    return tables.scatter((tables.dofs, (values * weights) @ shape))


def l2_error(tables: CellTables, values: Array, exact: Function, degree: int = 8) -> float:
    """‖u_h − u‖ over the mesh, in the unit of u times m^1.5."""
    points, weights, shape = _rule(tables, degree)
    apart = values[tables.dofs] @ shape.T - exact(points.reshape(3, -1)).reshape(weights.shape)
    return float(np.sqrt((weights * apart**2).sum()))


def rms_error(tables: CellTables, values: Array, exact: Function, degree: int = 8) -> float:
    """The root of the mean square of u_h − u, in the unit of u."""
    return l2_error(tables, values, exact, degree) / float(np.sqrt(tables.volume_m3.sum()))
