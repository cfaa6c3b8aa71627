"""Pennes' bioheat equation on tissue and probe: residual and matrix of one implicit stage, and the heat flows.

ρc ∂T/∂t = ∇·(k(T)∇T) + V²σ|∇φ|² − β(Ω, T)·w·(T − T_b) + q_m, with a coolant on a lumen's wall, k ∂T/∂n = h(T_c − T),
and the outer boundary kept at its starting temperature.
Weak form: :mod:`rfa_model.physics.forms`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI
from rfa_model.physics.assembly import Block, Cells, CellTables, SystemMatrix
from rfa_model.physics.cell_means import CellMeans
from rfa_model.physics.constant_cells import ConstantCells
from rfa_model.physics.laws import EnthalpyLaw, PerfusionLaw, ThermalConductivityLaw
from rfa_model.physics.layered_cells import LayeredHeat

Array = NDArray[np.float64]
Index = NDArray[np.int32]


@dataclass(frozen=True)
class Coolant:
    """Convection on a lumen's wall: its facets, h (W/m²K) and the coolant's temperature (°C)."""

    block: Block
    heat_transfer_coefficient_W_per_m2K: float
    temperature_C: float

    def taken(self, temperature_C: Array) -> Array:
        """Return ∫ h(T − T_c) v of every facet, (facets, n), W."""
        h = np.full(len(self.block.dofs), self.heat_transfer_coefficient_W_per_m2K)
        return self.block.apply(h, temperature_C - self.temperature_C)


@dataclass(frozen=True)
class Flows:
    """Instantaneous heat flows, W, of this process's cells; ``stored_J`` is the enthalpy."""

    perfused_W: float
    cooled_W: float
    metabolic_W: float
    stored_J: float


@dataclass(frozen=True)
class Coefficients:
    """Cell coefficients frozen for one evaluation.

    Attributes
    ----------
    conductivity_W_per_mK : (cells,) array
        k, along the layers of layered cells.
    perfusion_W_per_m3K : (cells,) array
    across_W_per_mK : (layered cells,) array
        k across their layers.
    """

    conductivity_W_per_mK: Array
    perfusion_W_per_m3K: Array
    across_W_per_mK: Array


@dataclass(frozen=True)
class _Part:
    """Some of the cells.

    Attributes
    ----------
    index : (c,) int array or slice
        Which.
    cells : Cells
    metric : (6, c) array
        Of a conductivity of 1.
    layered : LayeredHeat or None
        Those of them in which tissues lie in layers.
    which, position : (m,) int arrays, or a slice
        Where these stand among all layered cells, and among the cells of this part.
    """

    index: Index | slice
    cells: Cells
    metric: Array
    layered: LayeredHeat | None
    which: Index | slice
    position: Index

    def conduction_metric(self, conductivity_W_per_mK: Array) -> Array:
        """Metric of k, (6, c); in layered cells of the part of k that is the same in all of their tissues."""
        metric: Array = conductivity_W_per_mK[self.index] * self.metric
        if self.layered is not None:
            metric[:, self.position] = self.layered.increment(conductivity_W_per_mK) * self.metric[:, self.position]
        return metric


class BioheatProblem:
    """The spatial part of the heat equation.

    Parameters
    ----------
    tables : CellTables
    metric : (6, cells) array
        Of a conductivity of 1; an anisotropic part is already scaled by its own.
    conductivity_W_per_mK : (cells,) array
        k at 37 °C (1 in cells whose metric is already scaled).
    tissue : (cells,) float array
        1 in tissue, 0 in the applicator: where the laws of tissue hold.
    enthalpy, conductivity_law, perfusion_law
        The laws.
    perfusion_W_per_m3K, metabolic_heat_W_per_m3 : (cells,) arrays
    blood_temperature_C : float
    coolants : sequence of Coolant
    fixed : (local_size,) bool array
        Degrees of freedom on the outer boundary.
    matrix : SystemMatrix or None
        Of these cells, then of each coolant's facets, with these fixed; None makes one.
    layered : LayeredHeat or None
        Cells that conduct less across the layers of their tissues than along them.
    constant : ConstantCells or None
        Cells without tissue, perfusion, metabolism and latent heat, whose matrices are made already.

    Attributes
    ----------
    coolant_flows : bool
        Whether the coolants take heat; without it the walls of lumens are insulated.
    """

    def __init__(
        self,
        tables: CellTables,
        metric: Array,
        conductivity_W_per_mK: Array,
        tissue: Array,
        enthalpy: EnthalpyLaw,
        conductivity_law: ThermalConductivityLaw,
        perfusion_law: PerfusionLaw,
        perfusion_W_per_m3K: Array,
        metabolic_heat_W_per_m3: Array,
        blood_temperature_C: float,
        coolants: Sequence[Coolant],
        fixed: NDArray[np.bool_],
        matrix: SystemMatrix | None = None,
        layered: LayeredHeat | None = None,
        constant: ConstantCells | None = None,
    ) -> None:
        self.tables = tables
        self._means = CellMeans(tables)
        self._metric, self._layered, self._constant = metric, layered, constant
        self.enthalpy = enthalpy
        self.fixed = fixed
        self._k37 = conductivity_W_per_mK
        self._tissue = tissue
        self._conductivity_law = conductivity_law
        self._perfusion_law = perfusion_law
        self._perfusion = perfusion_W_per_m3K
        self._metabolic = metabolic_heat_W_per_m3
        self._blood_C = blood_temperature_C
        self._coolants = tuple(coolants)
        self.coolant_flows = True
        self._boiling = enthalpy.latent_J_per_m3 > 0.0
        self._overshoot = 0.5 * (float(np.abs(tables.reference.mean).sum()) - 1.0)
        self._perfused = bool(perfusion_W_per_m3K.any())
        self.perfusion_depends_on_damage = perfusion_law.depends_on_damage and self._perfused
        lists = [tables.dofs, *(coolant.block.dofs for coolant in self._coolants)]
        self.matrix = SystemMatrix(tables.V, lists, fixed) if matrix is None else matrix

    def insulated(self) -> "BioheatProblem":
        """Return the same problem before the generator is switched on: no coolant, nothing fixed outside."""
        return BioheatProblem(
            tables=self.tables,
            metric=self._metric,
            conductivity_W_per_mK=self._k37,
            tissue=self._tissue,
            enthalpy=self.enthalpy,
            conductivity_law=self._conductivity_law,
            perfusion_law=self._perfusion_law,
            perfusion_W_per_m3K=self._perfusion,
            metabolic_heat_W_per_m3=self._metabolic,
            blood_temperature_C=self._blood_C,
            coolants=(),
            fixed=np.zeros_like(self.fixed),
            layered=self._layered,
            constant=self._constant,
        )

    def coefficients(self, temperature_C: Array, damage: Array) -> Coefficients:
        """Return k(T) and β(Ω, T)w of every cell from nodal fields."""
        mean, layered = self._means.mean(temperature_C), self._layered
        more = self._conductivity_law.increment(mean)
        k = self._k37 + self._tissue * more
        across = np.empty(0) if layered is None else layered.across(more[layered.cells.index])
        if not self._perfused:
            return Coefficients(k, self._perfusion, across)
        # The exact mean of a quadratic interpolant weighs corners negatively and can leave the values' own range.
        law = self._perfusion_law
        flowing = np.clip(self.tables.mean(law.factor(damage, temperature_C)), 0.0, law.greatest)
        return Coefficients(k, self._perfusion * flowing, across)

    def capacity(self, tangent_C: Array | None) -> Array:
        """Return dH/dT of every cell, J/m³K, at its tangent (None: nothing boils)."""
        return self.enthalpy.heat_capacity_J_per_m3K if tangent_C is None else self.enthalpy.capacity(tangent_C)

    def near_boiling(self, temperature_C: Array, *others_C: Array) -> Array | None:
        """Return the cells' means of a temperature; None where neither it nor the others come near boiling."""
        return None if self._below_band(temperature_C, *others_C) else self._means.mean(temperature_C)

    def tangent(
        self, temperature_C: Array, before_C: Array, tangent_C: Array | None = None
    ) -> tuple[Array | None, float]:
        """Return the temperature of every cell at which Newton's iteration takes the tangent of H(T) next.

        A cell entering the boiling band from outside, where a kelvin is hundreds of times more heat, goes as far as the
        heat it was found to take up leads, and one leaving it as far as its temperature: always the shorter way. Cells
        do that each on its own, however many of them cross the band at once. The general idea is that of switching
        variables (K. Brenner & C. Cancès, SIAM J Numer Anal 2017;55:1760), here cell by cell.

        Parameters
        ----------
        temperature_C, before_C : (local_size,) arrays
            What the iteration has come to, and from where.
        tangent_C : (cells,) array or None
            The tangent it was solved with; None: taken at ``before_C`` itself.

        Returns
        -------
        tangent_C : (cells,) array or None
            None where no cell is near boiling.
        off_C : float
            How far the temperature of any of this process's cells is from that of the heat it was found to take up.
        """
        if tangent_C is None:
            tangent_C = self.near_boiling(before_C, temperature_C)
            if tangent_C is None:
                return None, 0.0
        law, mean = self.enthalpy, self._means.mean(temperature_C)
        by_heat = law.temperature(law.on_tangent(mean, tangent_C))
        shorter = np.where(np.abs(by_heat - tangent_C) < np.abs(mean - tangent_C), by_heat, mean)
        return shorter, float(np.abs(by_heat - mean).max(initial=0.0))

    def boils(self, *temperatures_C: Array) -> bool:
        """Return whether any cell, on any process, boils or has boiled dry at any of the temperatures."""
        hot = not self._below_band(*temperatures_C) and any(
            bool(((self._means.mean(T) > self.enthalpy.start_C) & self._boiling).any()) for T in temperatures_C
        )
        return bool(self.tables.V.mesh.comm.allreduce(hot, op=MPI.LOR))

    def _below_band(self, *temperatures_C: Array) -> bool:
        """Whether no cell of this process can have a mean in or above the boiling band, by the nodal extremes alone."""
        if not self._boiling.any():
            return True
        # The weights of a quadratic mean are of both signs: it can leave the nodal range by this share of it.
        over, extremes = self._overshoot, (self._means.extremes(T) for T in temperatures_C)
        return all((1.0 + over) * most - over * least < self.enthalpy.start_C for least, most in extremes)

    def update_matrix(self, coefficients: Coefficients, capacity_J_per_m3K: Array, tau_s: float) -> None:
        """Set the matrix C/τ + K + W + H of one implicit stage; τ = ∞ gives the steady operator."""
        wet = self.enthalpy.heat_capacity_J_per_m3K
        # A steady operator has no capacity at all, and cells that do not boil have none beyond ρc.
        steady = np.isinf(tau_s)
        latent = capacity_J_per_m3K - wet
        along, across = coefficients.conductivity_W_per_mK, coefficients.across_W_per_mK
        made_from = {
            "metric": self._whole.conduction_metric(along),
            "mass": (0.0 if steady else wet / tau_s) + coefficients.perfusion_W_per_m3K,
        }
        if self._layered is not None:
            made_from["layered"] = self._layered.cells.index.astype(np.float64)
            made_from["layers"] = self._layered.matrices(along, across)
        if not steady and latent.any():
            made_from["mean_mass"] = latent / tau_s
        made_from["h_W_per_m2K"] = self.coolant_flows * np.array(
            [one.heat_transfer_coefficient_W_per_m2K for one in self._coolants]
        )
        self.assemble(made_from)

    def assemble(self, made_from: Mapping[str, NDArray[np.floating]]) -> None:
        """Set the matrix from coefficients that :meth:`update_matrix` once set it from (``matrix.made_from``)."""
        given = {name: np.asarray(values, dtype=np.float64) for name, values in made_from.items()}
        matrices = self.tables.matrices(
            given["metric"], given["mass"], given.get("mean_mass"), out=self.matrix.blocks[0]
        )
        if "layered" in given:
            matrices[given["layered"].astype(np.intp)] += given["layers"]
        for h, coolant, block in zip(given["h_W_per_m2K"], self._coolants, self.matrix.blocks[1:], strict=True):
            np.multiply(h, coolant.block.packed, out=block)
        self.matrix.update(made_from)

    def storage(self, temperature_C: Array, start_C: Array, tau_s: float, tangent_C: Array | None = None) -> Array:
        """Return (H(T) − H(T_start))/τ tested with v, process-local; conserves the enthalpy of every cell exactly.

        With ``tangent_C`` (cells,), H(T) is on the tangent taken there.

        What varies within a cell stores ρc, its mean all of H: then :meth:`update_matrix` is the exact derivative, also
        where water boils, and Newton's iteration settles.
        """
        stored = self.tables.scatter(self._stored(temperature_C, start_C, tau_s, tangent_C, self._changing))
        if self._constant is not None:
            stored += self._constant.mass @ ((temperature_C - start_C) / tau_s)
        return stored

    def fixed_storage_W(self, temperature_C: Array, start_C: Array, tau_s: float) -> float:
        """Return the sum of :meth:`storage` over what is fixed, process-local."""
        dofs, stored = self._stored(temperature_C, start_C, tau_s, None, self._rim)
        return float(stored[self.fixed[dofs]].sum())

    def _stored(
        self, temperature_C: Array, start_C: Array, tau_s: float, tangent_C: Array | None, part: _Part
    ) -> tuple[NDArray[np.integer], Array]:
        """That storage of a part of the cells, with its degrees of freedom."""
        wet, cells = self.enthalpy.heat_capacity_J_per_m3K, part.cells
        stored = cells.apply_mass(wet[part.index] / tau_s, temperature_C - start_C)
        if tangent_C is not None or not self._below_band(start_C, temperature_C):
            law, before, after = self.enthalpy, self._means.mean(start_C), self._means.mean(temperature_C)
            reached = law.enthalpy(after) if tangent_C is None else law.on_tangent(after, tangent_C)
            extra = reached - law.enthalpy(before) - wet * (after - before)
            stored += cells.apply_mean(extra[part.index] / tau_s)
        return cells.nodes, stored

    def passive_load(self, temperature_C: Array, coefficients: Coefficients) -> Array:
        """Return −(K T + W(T − T_b) + H(T − T_c) − q_m) tested with v, process-local: all heat but the current's."""
        load = self.tables.scatter(*self._passive(temperature_C, coefficients, self._changing))
        if self._constant is not None:
            load -= self._constant.stiffness @ temperature_C
        return load

    def fixed_load_W(self, temperature_C: Array, coefficients: Coefficients) -> float:
        """Return the sum of :meth:`passive_load` over what is fixed, process-local."""
        parts = self._passive(temperature_C, coefficients, self._rim)
        return sum(float(load[self.fixed[dofs]].sum()) for dofs, load in parts)

    def _passive(
        self, temperature_C: Array, coefficients: Coefficients, part: _Part
    ) -> list[tuple[NDArray[np.integer], Array]]:
        """That load with its degrees of freedom: of a part of the cells, and of all facets."""
        along, across = coefficients.conductivity_W_per_mK, coefficients.across_W_per_mK
        cells = part.cells
        load = -cells.apply_stiffness(part.conduction_metric(along), temperature_C)
        if self._perfused:
            load -= cells.apply_mass(coefficients.perfusion_W_per_m3K[part.index], temperature_C - self._blood_C)
        if self._metabolic.any():
            load += cells.apply_mean(self._metabolic[part.index])
        parts: list[tuple[NDArray[np.integer], Array]] = [(cells.nodes, load)]
        if (layered := part.layered) is not None:
            parts.append((layered.cells.cells.nodes, -layered.apply(along, across[part.which], temperature_C)))
        parts += [(coolant.block.dofs, -coolant.taken(temperature_C)) for coolant in self._flowing]
        return parts

    @cached_property
    def _whole(self) -> _Part:
        """All cells."""
        position = np.empty(0, np.int32) if self._layered is None else self._layered.cells.index
        return _Part(slice(None), self.tables, self._metric, self._layered, slice(None), position)

    @cached_property
    def _changing(self) -> _Part:
        """Cells that are not constant."""
        if self._constant is None:
            return self._whole
        others = np.ones(self.tables.count, dtype=bool)
        others[self._constant.index] = False
        return self._part(np.flatnonzero(others).astype(np.int32))

    @cached_property
    def _rim(self) -> _Part:
        """Cells with an unknown that is fixed."""
        return self._part(np.flatnonzero(self.fixed[self.tables.dofs].any(axis=1)).astype(np.int32))

    def _part(self, index: Index) -> _Part:
        """Some of the cells, in ascending order."""
        layered, which, position = None, np.empty(0, np.int32), np.empty(0, np.int32)
        if self._layered is not None:
            of_all = self._layered.cells.index
            which = np.flatnonzero(np.isin(of_all, index)).astype(np.int32)
            if len(which):  # a process may have none
                layered = self._layered if len(which) == len(of_all) else self._layered[which]
                position = np.searchsorted(index, of_all[which]).astype(np.int32)
        return _Part(index, self.tables[index], self._metric[:, index], layered, which, position)

    @property
    def _flowing(self) -> tuple[Coolant, ...]:
        return self._coolants if self.coolant_flows else ()

    def flows(self, temperature_C: Array, coefficients: Coefficients) -> Flows:
        """Return this process's heat flows and stored enthalpy."""
        mean = self._means.mean(temperature_C)
        volume = self.tables.volume_m3
        return Flows(
            perfused_W=float((coefficients.perfusion_W_per_m3K * volume) @ (mean - self._blood_C)),
            cooled_W=sum(float(coolant.taken(temperature_C).sum()) for coolant in self._flowing),
            metabolic_W=float(self._metabolic @ volume),
            stored_J=float(self.enthalpy.enthalpy(mean) @ volume),
        )
