"""A line source in a medium that boils, followed on a thin wedge from the exact solution on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.assurance.verification.tools.bioheat import GivenHeat, bioheat, read_at, run_transient
from rfa_model.assurance.verification.tools.boxes import at_nodes
from rfa_model.assurance.verification.tools.stefan import LineSource
from rfa_model.assurance.verification.tools.wedge import Wedge
from rfa_model.physics.assembly import CellTables

Array = NDArray[np.float64]
GROWTH, STEPS_S, DURATION_S, LOOKS = 3.0, 0.2, 8.0, 16
SHARES = np.array([0.25, 0.5, 1.3])
"""Last cell over first (as a power of e), largest step with 20 cells, time followed, how often one looks, and
where temperatures are read at the end, as shares of the front's radius."""


@dataclass(frozen=True)
class Followed:
    """What one mesh gave: errors beside the solution with a band, root mean squares over all looks; values at the end.

    Attributes
    ----------
    front_cell_m : float
        Length of a cell at the front at the end.
    front_error : float
        Of the front's radius, a share.
    temperature_error_C : float
    end_s, front_m : float
    radii_m, temperature_C : arrays
        Three points and their temperatures at the end.
    """

    front_cell_m: float
    front_error: float
    temperature_error_C: float
    end_s: float
    front_m: float
    radii_m: Array
    temperature_C: Array


@dataclass(frozen=True)
class LineSourceRun:
    """One source on wedges of any number of cells between two radii."""

    source: LineSource
    inner_m: float
    outer_m: float
    order: int

    def follow(self, cells: int) -> Followed:
        """Start with the front on a node that meshes of 10, 20, 40 … cells share, near 2 s."""
        source, wedge = self.source, Wedge(self.inner_m, self.outer_m, cells, GROWTH, self.order)
        tables = wedge.tables()
        heat = bioheat(
            tables,
            conductivity=source.conductivity_W_per_mK,
            capacity=source.capacity_J_per_m3K,
            latent_J_per_m3=source.latent_J_per_m3,
            boiling_band_C=(source.start_C, source.end_C),
            gas_capacity=source.inner_capacity_J_per_m3K,
            fixed=wedge.rim(tables),
        )
        times = self._begin_s() + np.linspace(0.0, DURATION_S, LOOKS + 1)
        start = at_nodes(tables, lambda x: source.band_C(x[0], float(times[0])))
        load = GivenHeat(wedge.inflow(tables, source.line_power_W_per_m))
        ends, _ = run_transient(heat, load, start, list(np.diff(times)), 0.1, STEPS_S * 20.0 / cells)

        fronts = np.array([self._front_m(tables, wedge, T) for T in ends])
        exact = np.array([source.front_m(t, source.boiled_lambda) for t in times[1:]])
        radii = np.geomspace(4.0 * self.inner_m, 2.0 * exact[-1], 12)
        read = np.array([read_at(tables, T, _points(wedge, radii)) for T in ends])
        apart = read - np.array([source.band_C(radii, t) for t in times[1:]])
        some = SHARES * source.front_m(times[-1], source.sharp_lambda)
        return Followed(
            front_cell_m=wedge.cell_m(exact[-1]),
            front_error=float(np.sqrt(((fronts / exact - 1.0) ** 2).mean())),
            temperature_error_C=float(np.sqrt((apart**2).mean())),
            end_s=float(times[-1]),
            front_m=float(fronts[-1]),
            radii_m=some,
            temperature_C=read_at(tables, ends[-1], _points(wedge, some)),
        )

    def _begin_s(self) -> float:
        nodes = Wedge(self.inner_m, self.outer_m, 10, GROWTH, 1).radii_m()[1:-1]
        times = (nodes / (2.0 * self.source.boiled_lambda)) ** 2 / self.source.diffusivity_m2_per_s
        return float(times[np.abs(times - 2.0).argmin()])

    def _front_m(self, tables: CellTables, wedge: Wedge, temperature_C: Array) -> float:
        """Radius of the circle that holds all latent heat taken up."""
        mean = tables.mean(temperature_C)
        taken = np.clip((mean - self.source.start_C) / self.source.width_C, 0.0, 1.0)
        return float(np.sqrt(taken @ tables.volume_m3 / wedge.volume_per_square_m + wedge.inner_m**2))


def _points(wedge: Wedge, radii_m: Array) -> Array:
    return np.column_stack([radii_m, np.zeros_like(radii_m), np.full_like(radii_m, 0.4 * wedge.height_m)])
