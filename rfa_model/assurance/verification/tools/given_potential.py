"""The potential of a manufactured problem: the package's electric equation with a source and given boundary values."""

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.verification.tools.boxes import at_nodes, boundary_facets
from rfa_model.assurance.verification.tools.quadrature import source_load
from rfa_model.assurance.verification.tools.smooth import Hills, Slope, divergence
from rfa_model.laws import REFERENCE_TEMPERATURE_C, ElectricConductivity
from rfa_model.physics.assembly import CellTables
from rfa_model.physics.electric import ElectricProblem
from rfa_model.solver.multigrid import multigrid

Array = NDArray[np.float64]


class GivenPotential:
    """Stands in for the unit current where φ is prescribed: −∇·(σ(T)∇φ) = s, φ given on the boundary, no metal.

    Parameters
    ----------
    tables : CellTables
    potential : Hills
        The exact φ.
    temperature : Hills or Slope
        The exact temperature, of which the source is made; what σ is solved with comes to :meth:`update`.
    conductivity_S_per_m, slope_per_C : float
        σ at 37 °C and its relative slope; temperatures are to stay below drying.

    Attributes
    ----------
    potential : (local_size,) array
    load : (local_size,) array
        ∫ σ|∇φ|² v, W per V².
    """

    def __init__(
        self,
        tables: CellTables,
        potential: Hills,
        temperature: Hills | Slope,
        conductivity_S_per_m: float,
        slope_per_C: float,
    ) -> None:
        # Grounded everywhere: the boundary's values are lifted by hand.
        cells = np.arange(tables.count, dtype=np.int32)
        everywhere = boundary_facets(tables.V.mesh, lambda x: np.full(x.shape[1], True))
        self._problem = ElectricProblem(tables, cells, {}, everywhere, far_field_radius_m=None)
        self._tables, self._sigma = tables, conductivity_S_per_m
        self._law = ElectricConductivity(slope_per_C=slope_per_C)
        self._solver = multigrid(self._problem.matrix, "manufactured potential")
        self._known = np.where(self._problem.constrained, at_nodes(tables, potential), 0.0)

        def source(x: Array) -> Array:
            sigma = conductivity_S_per_m * (1.0 + slope_per_C * (temperature(x) - REFERENCE_TEMPERATURE_C))
            return -divergence(sigma, conductivity_S_per_m * slope_per_C * temperature.gradient(x), potential, x)

        self._source = source_load(tables, source)
        self.potential = self._known.copy()
        self.load = np.zeros(tables.local_size)

    def update(self, temperature_C: Array) -> bool:
        """Solve φ for σ at a nodal temperature."""
        tables, problem = self._tables, self._problem
        sigma = self._sigma * self._law.factor(temperature_C[tables.nodes[:4]])
        problem.update(sigma)
        matrices = tables.weighted_stiffness(sigma)
        lifted = np.einsum("cij,cj->ci", matrices, self._known[tables.dofs])
        rhs = self._source - tables.scatter((tables.dofs, lifted))
        rhs[problem.constrained] = 0.0
        self._solver.refresh()
        self.potential = self._known + self._solver.solve(rhs, None, rtol=1e-12)
        self.load = tables.scatter((tables.nodes, problem.joule_load(sigma, self.potential)))
        return True
