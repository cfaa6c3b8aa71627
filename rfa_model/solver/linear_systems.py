"""The matrices and linear solvers of one domain, which outlive the arm they were made for."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rfa_model.physics.assembly import Block, SystemMatrix, facet_mass
from rfa_model.physics.constant_cells import ConstantCells
from rfa_model.physics.electric import ElectricProblem
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear import LinearSolver
from rfa_model.solver.multigrid import INCOMPLETE_CHOLESKY, multigrid


@dataclass(frozen=True)
class LinearSystems:
    """What pose, tissue and protocol leave alone. One arm at a time uses it, and finds what the one before left.

    Kept are sparsity patterns, the order of the unknowns, multigrid's aggregates with the interpolation between them,
    and the matrices of an applicator that is the same again; a preconditioner is built from the coefficients of the arm
    it serves.

    Attributes
    ----------
    domain : Domain
    electric : ElectricProblem
    electric_solver : LinearSolver
    lumens : dict of str to Block
        Facet mass of each lumen's wall; empty where this process has none.
    heat : SystemMatrix
        Of all cells, then of the lumens' walls, the outer boundary fixed.
    heat_solver : LinearSolver
    """

    domain: Domain
    electric: ElectricProblem
    electric_solver: LinearSolver
    lumens: dict[str, Block]
    heat: SystemMatrix
    heat_solver: LinearSolver
    _constant: list[ConstantCells] = field(default_factory=list, init=False)

    @classmethod
    def of(cls, domain: Domain, far_field_radius_m: float | None) -> Self:
        """Make them; no radius grounds the outer sphere."""
        tables, facets = domain.tables, domain.facets
        electric = ElectricProblem(tables, domain.cells["tissue"], domain.contacts, facets["outer"], far_field_radius_m)
        lumens = {name: facet_mass(tables.V, facets[name])[1] for name in domain.lumens}
        heat = SystemMatrix(tables.V, [tables.dofs, *(wall.dofs for wall in lumens.values())], domain.fixed)
        return cls(
            domain,
            electric,
            multigrid(electric.matrix, "electric potential"),
            lumens,
            heat,
            multigrid(heat, "temperature", INCOMPLETE_CHOLESKY),
        )

    def begin(self, arm: str, *, anew: bool = False) -> None:
        """Serve another arm, with solvers that know nothing of the one before if ``anew``; messages name it."""
        self.electric_solver.begin(f"{arm}: electric potential", anew=anew)
        self.heat_solver.begin(f"{arm}: temperature", anew=anew)

    def constant(
        self, metric: NDArray[np.float64], heat_capacity_J_per_m3K: NDArray[np.float64]
    ) -> ConstantCells | None:
        """Return the applicator's cells with what they conduct and store, given for all cells; None without any."""
        applicator = [cells for name, cells in self.domain.cells.items() if name != "tissue"]
        if not any(len(cells) for cells in applicator):
            return None
        index = np.sort(np.concatenate(applicator))
        values = index, metric[:, index], heat_capacity_J_per_m3K[index]
        if not (self._constant and self._constant[0].is_of(*values)):
            self._constant[:] = [ConstantCells.of(self.domain.tables, *values)]
        return self._constant[0]
