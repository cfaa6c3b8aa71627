"""Quasi-static current: ∇·(σ(T)∇φ) = 0 for 1 V on the active tip, on the tissue cells alone.

The metal is one equipotential; the insulated shaft carries no current, so neither is part of the problem and the matrix
stays symmetric positive definite. The dispersive pad is far away: on the outer sphere, radius R about the tip's centre,
∂φ/∂n = −φ/R (a monopole's decay); ``grounded`` sets φ = 0 there instead.
Weak form: :mod:`rfa_model.physics.forms`.
"""

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI, dolfinx
from rfa_model.physics.assembly import Block, CellTables, SystemMatrix, facet_mass
from rfa_model.physics.marks import marked_dofs

Array = NDArray[np.float64]
Index = NDArray[np.int32]


class ElectricProblem:
    """Matrix, right-hand side and derived quantities of the unit-voltage potential.

    Parameters
    ----------
    tables : CellTables
    tissue_cells, tip_cells : int arrays
        Process-owned cells of the tissue and of the active tip.
    outer_facets : int array
        Facets of the outer sphere that bound tissue.
    far_field_radius_m : float or None
        R of the far-field condition; None grounds the outer sphere.
    """

    def __init__(
        self,
        tables: CellTables,
        tissue_cells: Index,
        tip_cells: Index,
        outer_facets: Index,
        far_field_radius_m: float | None,
    ) -> None:
        V = tables.V
        self.tables = tables
        self.tissue = tables[tissue_cells]
        facet_cells, facets = facet_mass(V, outer_facets)
        self._outer = Block(facets.dofs, facets.matrices / (far_field_radius_m or np.inf))
        position = np.full(tables.count, -1)
        position[tissue_cells] = np.arange(len(tissue_cells))
        self._outer_position = position[facet_cells]
        assert (self._outer_position >= 0).all(), "outer facets must bound tissue"
        tip = marked_dofs(V, tables.dofs[tip_cells])
        constrained = tip | ~marked_dofs(V, self.tissue.dofs)
        if far_field_radius_m is None:
            constrained |= marked_dofs(V, dolfinx.fem.locate_dofs_topological(V, 2, outer_facets)[:, None])
        self.tip = tip
        self.constrained = constrained
        self.matrix = SystemMatrix(V, [self.tissue.dofs, self._outer.dofs], constrained)
        self._tip_weight = tip.astype(float)
        # Only cells that touch the tip lift its 1 V onto the right-hand side or carry its current.
        self._at_tip = np.flatnonzero(tip[self.tissue.dofs].any(axis=1))
        self._at_tip_dofs = self.tissue.dofs[self._at_tip]
        self._at_tip_matrices: Array = np.empty(0)

    def update(self, conductivity_S_per_m: Array) -> Array:
        """Set the matrix for σ; return the right-hand side, process-local, ghosts not yet summed.

        Parameters
        ----------
        conductivity_S_per_m : (4, tissue cells) array
            σ at the corners of each tissue cell, linear in between.
        """
        s = conductivity_S_per_m
        matrices = self.tissue.weighted_stiffness(s, out=self.matrix.blocks[0])
        np.multiply(self._outer_sigma(s)[:, None, None], self._outer.matrices, out=self.matrix.blocks[1])
        self.matrix.update()
        self._at_tip_matrices = matrices[self._at_tip]
        rhs = self.tables.scatter((self._at_tip_dofs, -self._apply_at_tip(self._tip_weight)))
        rhs[self.constrained] = 0.0
        return rhs

    def tip_current_A(self, potential: Array) -> float:
        """Return the current out of the tip at 1 V (the conductance in siemens), as the reaction of the tip's rows."""
        out = self._apply_at_tip(potential) * self._tip_weight[self._at_tip_dofs]
        return self._sum(float(out.sum()))

    def joule_load(self, conductivity_S_per_m: Array, potential: Array) -> Array:
        """Return ∫ σ|∇φ|² v of each tissue cell, shape (n, tissue cells), in W per V²."""
        return self.tissue.gradient_square_load(potential, conductivity_S_per_m)

    def _apply_at_tip(self, vector: Array) -> Array:
        return np.matmul(self._at_tip_matrices, vector[self._at_tip_dofs][:, :, None])[:, :, 0]

    def _outer_sigma(self, conductivity_S_per_m: Array) -> Array:
        return conductivity_S_per_m[:, self._outer_position].mean(axis=0)

    def far_field_power_W(self, conductivity_S_per_m: Array, potential: Array) -> float:
        """Return the power at 1 V that goes into the body beyond the outer sphere (0 if grounded)."""
        values = self._outer.apply(self._outer_sigma(conductivity_S_per_m), potential)
        return self._sum(float((values * potential[self._outer.dofs]).sum()))

    def _sum(self, value: float) -> float:
        return float(self.tables.V.mesh.comm.allreduce(value, op=MPI.SUM))
