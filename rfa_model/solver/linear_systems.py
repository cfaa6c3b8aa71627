"""The matrices and linear solvers of one domain, which outlive the arm they were made for."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from rfa_model.physics.assembly import Block, SystemMatrix, facet_mass
from rfa_model.physics.electric import ElectricProblem
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear import LinearSolver
from rfa_model.solver.multigrid import INCOMPLETE_CHOLESKY, multigrid


@dataclass(frozen=True)
class LinearSystems:
    """What pose, tissue and protocol leave alone. One arm at a time uses it, and finds what the one before left.

    Kept are sparsity patterns, the order of the unknowns, and multigrid's aggregates with the interpolation between
    them; a preconditioner is built from the coefficients of the arm it serves.

    Attributes
    ----------
    domain : Domain
    electric : ElectricProblem
    electric_solver : LinearSolver
    lumen : Block
        Facet mass of the lumen's wall; empty where this process has none.
    heat : SystemMatrix
        Of all cells, then of the lumen's wall, the outer boundary fixed.
    heat_solver : LinearSolver
    """

    domain: Domain
    electric: ElectricProblem
    electric_solver: LinearSolver
    lumen: Block
    heat: SystemMatrix
    heat_solver: LinearSolver

    @classmethod
    def of(cls, domain: Domain, far_field_radius_m: float | None) -> Self:
        """Make them; no radius grounds the outer sphere."""
        tables, cells, facets = domain.tables, domain.cells, domain.facets
        electric = ElectricProblem(tables, cells["tissue"], {"tip": cells["tip"]}, facets["outer"], far_field_radius_m)
        _, lumen = facet_mass(tables.V, facets.get("lumen", np.zeros(0, dtype=np.int32)))
        heat = SystemMatrix(tables.V, [tables.dofs, lumen.dofs], domain.fixed)
        return cls(
            domain,
            electric,
            multigrid(electric.matrix, "electric potential"),
            lumen,
            heat,
            multigrid(heat, "temperature", INCOMPLETE_CHOLESKY),
        )

    def begin(self, arm: str) -> None:
        """Serve another arm; messages name it."""
        self.electric_solver.begin(f"{arm}: electric potential")
        self.heat_solver.begin(f"{arm}: temperature")
