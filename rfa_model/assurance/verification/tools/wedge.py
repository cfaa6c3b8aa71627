"""A thin wedge of a cylinder, one cell wide and high, for what depends on the distance from an axis alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.verification.tools.bioheat import muscle_tables
from rfa_model.assurance.verification.tools.boxes import boundary_facets, boundary_mask, graded_box
from rfa_model.physics.assembly import CellTables, facet_mass

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Wedge:
    """Between two radii about the z axis; flat faces instead of arcs.

    The flat faces of an angle of 0.04 lie within 0.02 % of the arcs. Heat does not cross the sides.
    """

    inner_m: float
    outer_m: float
    cells: int
    growth: float
    order: int
    angle: float = 0.04
    height_m: float = 1e-4

    def tables(self) -> CellTables:
        """Element tables; cells grow outwards, the last e^growth times as long as the first."""
        mesh = graded_box(
            (self.outer_m - self.inner_m, 1.0, self.height_m), (self.cells, 1, 1), (self.growth, 0.0, 0.0)
        )
        radius, turn = self.inner_m + mesh.geometry.x[:, 0], self.angle * (mesh.geometry.x[:, 1] - 0.5)
        # Flat faces, so that what is constant on an arc is so on a face.
        mesh.geometry.x[:, 0], mesh.geometry.x[:, 1] = radius, radius * np.tan(turn)
        return muscle_tables(mesh, self.order)

    def radii_m(self) -> Array:
        """Where cells meet."""
        share = np.expm1(self.growth * np.linspace(0.0, 1.0, self.cells + 1)) / np.expm1(self.growth)
        return self.inner_m + (self.outer_m - self.inner_m) * share

    def cell_m(self, radius_m: float) -> float:
        """Length of the cell at a radius."""
        nodes = self.radii_m()
        return float(np.diff(nodes)[np.searchsorted(nodes, radius_m) - 1])

    @property
    def volume_per_square_m(self) -> float:
        """Volume between two radii over the difference of their squares, m."""
        return float(np.tan(0.5 * self.angle)) * self.height_m

    def rim(self, tables: CellTables) -> NDArray[np.bool_]:
        """Unknowns on the outer face."""
        return boundary_mask(tables.V, lambda x: np.isclose(x[0], self.outer_m))

    def inflow(self, tables: CellTables, line_power_W_per_m: float) -> Array:
        """Load of the wedge's share of a line's heat, spread over the inner face, W per unknown."""
        face = boundary_facets(tables.V.mesh, lambda x: np.isclose(x[0], self.inner_m))
        _, block = facet_mass(tables.V, face)
        load = tables.scatter((block.dofs, block.matrices.sum(axis=2)))
        return load * (line_power_W_per_m * self.height_m * self.angle / (2.0 * np.pi) / load.sum())
