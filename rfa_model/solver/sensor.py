"""Reading a nodal field at one point by finite-element interpolation, on whatever process holds the point."""

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI, dolfinx
from rfa_model.errors import SolveError

Array = NDArray[np.float64]


class PointSensor:
    """Interpolation weights of one point.

    Parameters
    ----------
    V : dolfinx.fem.FunctionSpace
    point_m : (3,) array
    name : str
        For the error message.

    Raises
    ------
    SolveError
        If the point lies outside the mesh.
    """

    def __init__(self, V: "dolfinx.fem.FunctionSpace", point_m: Array, name: str = "sensor") -> None:
        mesh, self._comm = V.mesh, V.mesh.comm
        owned = mesh.topology.index_map(3).size_local
        tree = dolfinx.geometry.bb_tree(mesh, 3, padding=1e-7)
        point = np.asarray(point_m, dtype=float).reshape(1, 3)
        near = dolfinx.geometry.compute_collisions_points(tree, point)
        cells = dolfinx.geometry.compute_colliding_cells(mesh, near, point).links(0)
        cells = cells[cells < owned]
        owner = self._comm.allreduce(self._comm.rank if len(cells) else self._comm.size, op=MPI.MIN)
        if owner == self._comm.size:
            raise SolveError(
                f"{name}: point {np.round(point[0] * 1e3, 3)} mm lies outside the mesh; enlarge the domain or move it"
            )
        self.dofs: NDArray[np.int32] = np.empty(0, np.int32)
        self.weights: Array = np.empty(0)
        if self._comm.rank == owner:
            cell = int(cells[0])
            corners = mesh.geometry.x[mesh.geometry.dofmaps[0][cell]]
            reference = np.linalg.solve((corners[1:] - corners[0]).T, point[0] - corners[0])
            self.dofs = V.dofmap.list[cell]
            self.weights = V.element.basix_element.tabulate(0, reference[None])[0, 0, :, 0]

    def read(self, values: Array) -> float:
        """Return the field's value, the same on every process."""
        return float(self._comm.allreduce(float(self.weights @ values[self.dofs]), op=MPI.SUM))
