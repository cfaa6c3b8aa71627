"""Quasi-static current: ∇·(σ(T)∇φ) = 0 on the tissue cells alone, with a given voltage on every contact.

A contact is metal at one potential; insulation carries no current. Neither is part of the problem, so that the matrix
stays symmetric positive definite, and all contacts being held, one matrix serves whatever voltages they have. The
dispersive pad is far away: on the outer sphere, radius R about the contacts' centre, ∂φ/∂n = −φ/R (a monopole's decay);
``grounded`` sets φ = 0 there instead.
Weak form: :mod:`rfa_model.physics.forms`.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI, dolfinx
from rfa_model.errors import InputError
from rfa_model.physics.assembly import Block, CellTables, SystemMatrix, facet_mass, unpacked
from rfa_model.physics.layered_cells import LayeredCurrent
from rfa_model.physics.marks import marked_dofs

Array = NDArray[np.float64]
Index = NDArray[np.int32]


class ElectricProblem:
    """Matrix, right-hand sides and derived quantities of the potential for given voltages of the contacts.

    Parameters
    ----------
    tables : CellTables
    tissue_cells : int array
        Process-owned cells of the tissue.
    contacts : mapping of str to int array
        Process-owned cells of every contact's metal, by name.
    outer_facets : int array
        Facets of the outer sphere that bound tissue.
    far_field_radius_m : float or None
        R of the far-field condition; None grounds the outer sphere.

    Attributes
    ----------
    contacts : tuple of str
        The names, in the order of every array over contacts.
    on_contact : (contacts, local_size) bool array
        Unknowns of each contact's metal.
    constrained : (local_size,) bool array
        Unknowns that are not solved for: metal, insulation, a grounded outside.

    Raises
    ------
    InputError
        If two contacts touch.
    """

    def __init__(
        self,
        tables: CellTables,
        tissue_cells: Index,
        contacts: Mapping[str, Index],
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
        self._beyond: Array = np.ones(len(facet_cells))
        self._outer_scale: Array = np.full(len(facet_cells), np.nan)
        self.contacts = tuple(contacts)
        self.on_contact: NDArray[np.bool_] = np.array(
            [marked_dofs(V, tables.dofs[cells]) for cells in contacts.values()], bool
        ).reshape(len(contacts), tables.local_size)
        self._refuse_touching()
        metal = self.on_contact.any(axis=0)
        constrained = metal | ~marked_dofs(V, self.tissue.dofs)
        if far_field_radius_m is None:
            constrained |= marked_dofs(V, dolfinx.fem.locate_dofs_topological(V, 2, outer_facets)[:, None])
        self.constrained = constrained
        self.matrix = SystemMatrix(V, [self.tissue.dofs, self._outer.dofs], constrained)
        # Only cells that touch metal lift its voltage onto the right-hand side or carry its current.
        self._at_metal = np.flatnonzero(metal[self.tissue.dofs].any(axis=1))
        self._at_metal_dofs = self.tissue.dofs[self._at_metal]
        self._lifts: Array = np.moveaxis(self.on_contact[:, self._at_metal_dofs].astype(np.float64), 0, -1)
        self._at_contact: Array = np.empty(0)

    def follow(self, directions: Array | None) -> None:
        """Let current prefer the directions of D from the next :meth:`update` on: its density is −σ D ∇φ.

        Parameters
        ----------
        directions : (tissue cells, 3, 3) array or None
            D of each cell; None is 1. The far-field condition is then that of a monopole in a medium of one D,
            φ ~ (x·D⁻¹x)^−½: n·D∇φ = −φ / (R n·D⁻¹n).
        """
        self.tissue.metric = self.tissue.metric_of(np.eye(3) if directions is None else directions)
        self._beyond = np.ones(len(self._outer_position))
        if directions is not None:
            n = self._outer_normals()
            self._beyond /= np.einsum("fa,fab,fb->f", n, np.linalg.inv(directions[self._outer_position]), n)

    def update(self, conductivity_S_per_m: Array, layered: LayeredCurrent | None = None) -> None:
        """Set the matrix for σ.

        Parameters
        ----------
        conductivity_S_per_m : (4, tissue cells) array
            σ at the corners of each tissue cell, linear in between; along the layers of layered cells.
        layered : LayeredCurrent or None
            Cells that conduct less across than along.
        """
        made_from = {"conductivity_S_per_m": conductivity_S_per_m}
        if layered is not None:
            weight, coupling, square = layered.at_parts(conductivity_S_per_m)
            made_from["layered"] = layered.position.astype(np.float64)
            made_from["layers"] = layered.cells.matrices(weight, coupling, square.mean(axis=0))
        self.assemble(made_from)

    def assemble(self, made_from: Mapping[str, NDArray[np.floating]]) -> None:
        """Set the matrix from what :meth:`update` once set it from (``matrix.made_from``)."""
        given = {name: np.asarray(values, dtype=np.float64) for name, values in made_from.items()}
        s = given["conductivity_S_per_m"]
        matrices = self.tissue.weighted_stiffness(s, out=self.matrix.blocks[0])
        if "layered" in given:
            matrices[given["layered"].astype(np.intp)] = given["layers"]
        self._outer_scale = self._outer_sigma(s) * self._beyond
        np.multiply(self._outer_scale[:, None], self._outer.packed, out=self.matrix.blocks[1])
        self.matrix.update(made_from)
        self._at_contact = np.moveaxis(unpacked(matrices[self._at_metal]) @ self._lifts, -1, 0)

    def lift(self, voltages_V: Array) -> Array:
        """Return the field that has the contacts' voltages on their metal and is 0 elsewhere, (local_size,)."""
        return voltages_V @ self.on_contact

    def right_hand_side(self, voltages_V: Array) -> Array:
        """Return the right-hand side for voltages (contacts,): process-local, ghosts not yet summed."""
        rhs = self.tables.scatter((self._at_metal_dofs, -np.tensordot(voltages_V, self._at_contact, axes=1)))
        rhs[self.constrained] = 0.0
        return rhs

    def currents_A(self, potential: Array) -> Array:
        """Return the current out of every contact into tissue, (contacts,), as the reaction of its rows."""
        local = np.tensordot(self._at_contact, potential[self._at_metal_dofs], axes=2)
        return np.asarray(self.tables.V.mesh.comm.allreduce(local, op=MPI.SUM))

    def joule_load(self, conductivity_S_per_m: Array, potential: Array, layered: LayeredCurrent | None = None) -> Array:
        """Return ∫ σ|∇φ|² v of each tissue cell, shape (n, tissue cells), in W for φ in V; see :meth:`update`."""
        load = self.tissue.gradient_square_load(potential, conductivity_S_per_m)
        if layered is not None:
            load[:, layered.position] = layered.cells.energy_load(potential, *layered.at_parts(conductivity_S_per_m))
        return load

    def carried_load(
        self,
        conductivity_S_per_m: Array,
        before_S_per_m: Array,
        potential: Array,
        layered: LayeredCurrent | None = None,
    ) -> tuple[Array, float]:
        """Return what the current of a potential heats where σ is another by now: |J|²/σ, with J as it was.

        Parameters
        ----------
        conductivity_S_per_m : (4, tissue cells) array
            σ, see :meth:`update`.
        before_S_per_m : (4, tissue cells) array
            That of J, which the matrix was last set for.
        potential : (local_size,) array
            φ then.
        layered : LayeredCurrent or None
            See :meth:`update`.

        Returns
        -------
        load : (n, tissue cells) array
            ∫ |J|²/σ v of each tissue cell, W for φ in V.
        beyond_W : float
            Power that goes into the body beyond the outer sphere.
        """
        load = self.joule_load(before_S_per_m * before_S_per_m / conductivity_S_per_m, potential, layered)
        rise = self._outer_sigma(before_S_per_m) / self._outer_sigma(conductivity_S_per_m)
        return load, self._total(self._far_field(potential) * potential[self._outer.dofs] * rise[:, None])

    def far_field_current_A(self, potential: Array) -> float:
        """Return the current into the body beyond the outer sphere (0 if grounded: the ground takes it)."""
        return self._total(self._far_field(potential))

    def far_field_power_W(self, potential: Array) -> float:
        """Return the power that goes into the body beyond the outer sphere (0 if grounded)."""
        return self._total(self._far_field(potential) * potential[self._outer.dofs])

    def _far_field(self, potential: Array) -> Array:
        return self._outer.apply(self._outer_scale, potential)

    def _outer_sigma(self, conductivity_S_per_m: Array) -> Array:
        return conductivity_S_per_m[:, self._outer_position].mean(axis=0)

    def _outer_normals(self) -> Array:
        """Unit normals of the outer facets, (facets, 3), of either sign."""
        # The shape function of the fourth corner vanishes on a facet.
        mass = np.einsum("fii->fi", self._outer.matrices)[:, :4]
        corners = np.take_along_axis(
            self.tissue.corners[self._outer_position], np.argsort(-mass, axis=1)[:, :3, None], axis=1
        )
        a, b, c = np.moveaxis(corners, 1, 0)
        normals = np.cross(b - a, c - a)
        return np.asarray(normals / np.linalg.norm(normals, axis=1)[:, None])

    def _total(self, values: Array) -> float:
        return float(self.tables.V.mesh.comm.allreduce(float(values.sum()), op=MPI.SUM))

    def _refuse_touching(self) -> None:
        touching = (self.on_contact.sum(axis=0) > 1).any()
        if self.tables.V.mesh.comm.allreduce(bool(touching), op=MPI.LOR):
            raise InputError(f"contacts touch each other: {', '.join(self.contacts)}; join them into one contact")
