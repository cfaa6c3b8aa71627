"""Reading a nodal field at points by finite-element interpolation, on whatever process holds each point."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI, dolfinx
from rfa_model.errors import SolveError

Array = NDArray[np.float64]


class Thermometer(Protocol):
    """What the generator is told of a nodal field, the same on every process."""

    @property
    def linear(self) -> "tuple[Thermometer, ...]":
        """Thermometers whose readings are linear in the field; what is told is the largest of theirs."""
        ...

    def read(self, values: Array) -> float:
        """Return the reading."""
        ...

    def around(self, values: Array) -> float | None:
        """Return the field around the sensor, where the reading is another; None where they are one."""
        ...


class PointValues:
    """Values of nodal fields at points; a point belongs to the first process that holds it.

    Attributes
    ----------
    found : (points,) bool array
        Whether a point lies in the mesh; one outside reads 0.
    """

    def __init__(self, V: "dolfinx.fem.FunctionSpace", points_m: Array) -> None:
        mesh, self._comm = V.mesh, V.mesh.comm
        owned = mesh.topology.index_map(3).size_local
        points = np.ascontiguousarray(np.asarray(points_m, dtype=float).reshape(-1, 3))
        tree = dolfinx.geometry.bb_tree(mesh, 3, padding=1e-7)
        near = dolfinx.geometry.compute_collisions_points(tree, points)
        holding = dolfinx.geometry.compute_colliding_cells(mesh, near, points)
        own = [[int(cell) for cell in holding.links(n) if cell < owned] for n in range(len(points))]
        owner = np.array([self._comm.rank if cells else self._comm.size for cells in own])
        self._comm.Allreduce(MPI.IN_PLACE, owner, op=MPI.MIN)
        self.found = owner < self._comm.size
        self._mine = np.flatnonzero(owner == self._comm.rank)
        cells = np.array([own[n][0] for n in self._mine], dtype=np.int64)
        self._dofs = V.dofmap.list[cells]
        corners = mesh.geometry.x[mesh.geometry.dofmaps[0][cells]]
        edges, away = corners[:, 1:] - corners[:, :1], points[self._mine] - corners[:, 0]
        reference = np.linalg.solve(np.swapaxes(edges, 1, 2), away[:, :, None])[:, :, 0]
        element = V.element.basix_element
        # Point by point: a call with all of them rounds otherwise, and a run of before would not come out to the bit.
        self._weights = np.array([element.tabulate(0, one[None])[0, 0, :, 0] for one in reference])
        self._weights = self._weights.reshape(self._dofs.shape)

    def read(self, values: Array) -> Array:
        """Return a field's values, (points,), the same on every process."""
        found = np.zeros(len(self.found))
        found[self._mine] = (self._weights * values[self._dofs]).sum(axis=1)
        self._comm.Allreduce(MPI.IN_PLACE, found, op=MPI.SUM)
        return found


class PointSensor:
    """A thermometer that reads the field at one point.

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
        self._values = PointValues(V, point_m)
        if not self._values.found[0]:
            where = np.round(np.asarray(point_m, dtype=float) * 1e3, 3)
            raise SolveError(f"{name}: point {where} mm lies outside the mesh; enlarge the domain or move it")

    @property
    def linear(self) -> tuple[Thermometer, ...]:
        """Itself."""
        return (self,)

    def read(self, values: Array) -> float:
        """Return the field's value, the same on every process."""
        return float(self._values.read(values)[0])

    def around(self, values: Array) -> float | None:
        """Nothing parts it from the field."""
        return None
