"""A half plane turned about its axis by a part of a circle, and rfa_model's equations put together on it by hand.

A treatment meshes the applicator alone and lets tissue enter as material, so it has no wall to cool: here the mesh
follows the media, and heat crosses from one to the outside by convection wherever the case says so. A medium without
heat keeps its temperature; current flows in it all the same.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import basix.ufl
import numpy as np
import ufl
from numpy.typing import NDArray

from benchmarks.equations import REFERENCE_C
from benchmarks.half_plane import HalfPlane
from benchmarks.layered import Medium
from rfa_model._fenics import MPI, dolfinx
from rfa_model.laws import ElectricConductivity, Enthalpy, Perfusion
from rfa_model.meshing.gmsh_session import gmsh_session
from rfa_model.physics.assembly import CellTables, facet_mass
from rfa_model.physics.bioheat import BioheatProblem, Coolant
from rfa_model.physics.electric import ElectricProblem
from rfa_model.physics.marks import marked_dofs
from rfa_model.solver.memory import Memory
from rfa_model.solver.unit_potential import UnitPotential

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Sizes:
    """Edge lengths at the ring where metal meets insulation, on the metal, far away, mm, and their growth per mm."""

    ring_mm: float = 0.04
    metal_mm: float = 0.13
    far_mm: float = 3.0
    growth: float = 0.22


@dataclass(frozen=True)
class Turned:
    """A ``parts``-th of a half plane's solid of revolution: element tables, cells by medium, facets between media."""

    tables: CellTables
    cells: dict[str, NDArray[np.int32]]
    facets: dict[str, NDArray[np.int32]]
    parts: int

    @classmethod
    def of(cls, plane: HalfPlane, sizes: Sizes, parts: int = 4, order: int = 2) -> "Turned":
        """Mesh it."""
        points, corners = _tetrahedra(plane, sizes, parts)
        element = basix.ufl.element("Lagrange", "tetrahedron", 1, shape=(3,))
        mesh = dolfinx.mesh.create_mesh(MPI.COMM_SELF, corners, ufl.Mesh(element), points)
        tables = CellTables(dolfinx.fem.functionspace(mesh, ("Lagrange", order)))
        centres = 1e3 * tables.corners.mean(axis=1)
        region = plane.regions(np.hypot(centres[:, 0], centres[:, 1]), centres[:, 2])
        cells = {str(name): np.flatnonzero(region == name).astype(np.int32) for name in np.unique(region)}
        return cls(tables, cells, _facets(mesh, region, plane), parts)

    def at_mm(self, r_mm: float, z_mm: float) -> Array:
        """A point of the half plane in the middle of the part, metres."""
        angle = -math.pi / self.parts
        return 1e-3 * np.array([r_mm * math.cos(angle), r_mm * math.sin(angle), z_mm])

    def warm_nodes(self, media: Mapping[str, Medium]) -> NDArray[np.bool_]:
        """Unknowns of media that take part in the heat."""
        cells = np.concatenate([self.cells[name] for name, medium in media.items() if medium.warms])
        return marked_dofs(self.tables.V, self.tables.dofs[cells])


def _tetrahedra(plane: HalfPlane, sizes: Sizes, parts: int) -> tuple[Array, NDArray[np.int64]]:
    """Points (n, 3) in metres, axis along z, and corners of cells."""
    a, length = plane.radius_mm, plane.tip_length_mm

    def size(_: int, __: int, x: float, y: float, z: float, lc: float) -> float:
        r = math.hypot(x, z)
        to_ring = math.hypot(r - a, y - length)
        end = plane.rounding_mm
        to_end = math.hypot(max(r - a + end, 0.0), y - end) - end if y < end else r - a
        to_metal = abs(to_end) if y < length else to_ring
        if r < a and y > end:
            to_metal = 2.0 * to_metal
        return min(sizes.ring_mm + 0.3 * to_ring, sizes.metal_mm + sizes.growth * to_metal, sizes.far_mm)

    with gmsh_session("turned") as gmsh:
        plane.draw(gmsh)
        faces = gmsh.model.getEntities(2)
        gmsh.model.occ.revolve(faces, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 2.0 * math.pi / parts)
        gmsh.model.occ.removeAllDuplicates()
        gmsh.model.occ.synchronize()
        for option in ("ExtendFromBoundary", "FromPoints", "FromCurvature"):
            gmsh.option.setNumber(f"Mesh.MeshSize{option}", 0)
        gmsh.model.mesh.setSizeCallback(size)
        gmsh.model.mesh.generate(3)
        gmsh.model.mesh.optimize("Netgen")
        tags, coordinates, _ = gmsh.model.mesh.getNodes()
        found = gmsh.model.mesh.getElementsByType(4)[1]
        gmsh.model.mesh.removeSizeCallback()
    order = np.argsort(tags)
    corners = order[np.searchsorted(tags, found.astype(np.int64), sorter=order)].reshape(-1, 4)
    used, corners = np.unique(corners, return_inverse=True)
    x, y, z = coordinates.reshape(-1, 3)[used].T
    return 1e-3 * np.column_stack([x, z, y]), corners.reshape(-1, 4).astype(np.int64)


def _facets(mesh, region: NDArray[np.str_], plane: HalfPlane) -> dict[str, NDArray[np.int32]]:
    """Facets between media by both their names, and those outside: ``outer``, ``shaft_end``."""
    mesh.topology.create_connectivity(2, 3)
    mesh.topology.create_connectivity(2, 0)
    of_facet = mesh.topology.connectivity(2, 3)
    count = np.diff(of_facet.offsets)
    inside = np.flatnonzero(count == 2).astype(np.int32)
    one, two = (region[of_facet.array[of_facet.offsets[inside] + side]] for side in (0, 1))
    found = {}
    for pair in {tuple(sorted(p)) for p in zip(one[one != two], two[one != two], strict=True)}:
        met = ((one == pair[0]) & (two == pair[1])) | ((one == pair[1]) & (two == pair[0]))
        found["|".join(pair)] = inside[met]
    rim = np.flatnonzero(count == 1).astype(np.int32)
    corners = 1e3 * mesh.geometry.x[dolfinx.mesh.entities_to_geometry(mesh, 2, rim)]
    outside = plane.is_outside(np.hypot(corners[..., 0], corners[..., 1]), corners[..., 2]).all(axis=1)
    rim, medium = rim[outside], region[of_facet.array[of_facet.offsets[rim[outside]]]]
    return found | {"outer": rim[~np.isin(medium, ("tip", "shaft"))], "shaft_end": rim[medium == "shaft"]}


def heat_problem(
    turned: Turned,
    media: Mapping[str, Medium],
    convection: Mapping[str, float],
    held_C: Mapping[str, float],
    **laws,
) -> tuple[BioheatProblem, Array]:
    """The thermal part, and the temperature that it starts from.

    ``laws`` replace the enthalpy, the perfusion and its law.
    """
    tables = turned.tables

    def cells(value: Callable[[Medium], float], cold: float) -> Array:
        found = np.full(tables.count, cold)
        for name, medium in media.items():
            found[turned.cells[name]] = value(medium) if medium.warms else cold
        return found

    k = cells(lambda m: m.thermal_conductivity_W_per_mK, 1e-12)
    slope = k * cells(lambda m: m.thermal_slope_per_C, 0.0)
    capacity = cells(lambda m: m.heat_capacity_J_per_m3K, 1e-3)
    start = np.full(tables.local_size, REFERENCE_C)
    fixed = ~turned.warm_nodes(media)
    for name in ("outer", "shaft_end"):
        held = dolfinx.fem.locate_dofs_topological(tables.V, 2, turned.facets[name])
        fixed[held] = True
        start[held] = held_C.get(name, REFERENCE_C)
    coolants = []
    for name, h in convection.items():
        # A facet between two media comes once from each of its cells.
        _, block = facet_mass(tables.V, turned.facets[name])
        coolants.append(Coolant(block, 0.5 * h, REFERENCE_C))
    nothing = np.zeros(tables.count)
    given = {
        "enthalpy": Enthalpy(capacity, nothing, 99.0, 101.0, 8e5),
        "perfusion_law": Perfusion(shutdown=False),
        "perfusion_W_per_m3K": cells(lambda m: m.perfusion_W_per_m3K, 0.0),
        "conductivity_law": OwnShare(slope),
        "tissue": np.ones(tables.count),
    } | laws
    heat = BioheatProblem(
        tables=tables,
        metric=tables.metric,
        conductivity_W_per_mK=k,
        metabolic_heat_W_per_m3=nothing,
        blood_temperature_C=REFERENCE_C,
        coolants=coolants,
        fixed=fixed,
        **given,
    )
    return heat, start


@dataclass(frozen=True)
class OwnShare:
    """k rises by a share of every cell's own value: W/mK per degree, (cells,)."""

    slope_W_per_mK2: Array

    def increment(self, temperature_C: Array) -> Array:
        """k(T) − k37 of every cell."""
        return self.slope_W_per_mK2 * (temperature_C - REFERENCE_C)


class _KeptCold(UnitPotential):
    """σ of cells without heat is that of 37 °C, also where they touch what is warm."""

    def __init__(self, problem: ElectricProblem, sigma: Array, law: object, warms: NDArray[np.bool_]) -> None:
        super().__init__(problem, sigma, law, tolerance=1e-3)
        self._cold = ~warms

    def _sigma(self, factor: Array) -> Array:
        sigma = super()._sigma(factor)
        sigma[:, self._cold] = self._base[self._cold]
        return sigma


class WarmedCurrent:
    """A current whose heat in media without heat is left out; a HeatSource. Conductance is the whole circle's."""

    def __init__(self, turned: Turned, media: Mapping[str, Medium], law: object | None = None) -> None:
        tissue = np.sort(np.concatenate([turned.cells[name] for name, medium in media.items() if medium.conducts]))
        sigma, warms = np.zeros(turned.tables.count), np.zeros(turned.tables.count, bool)
        for name, medium in media.items():
            sigma[turned.cells[name]] = medium.electric_conductivity_S_per_m
            warms[turned.cells[name]] = medium.warms
        slope = next(medium.electric_slope_per_C for medium in media.values() if medium.conducts)
        problem = ElectricProblem(turned.tables, tissue, {"tip": turned.cells["tip"]}, turned.facets["outer"], None)
        law = law or ElectricConductivity(slope_per_C=slope)
        self._parts = turned.parts
        self._warms, self._base = warms[tissue], sigma[tissue]
        self.whole = _KeptCold(problem, sigma[tissue], law, self._warms)
        self._law = law
        self.load: Array = np.zeros(turned.tables.local_size)
        self.conductance_S = self.volume_power_W = 0.0

    def update(self, temperature_C: Array) -> bool:
        """Follow the temperature."""
        anew = self.whole.update(temperature_C)
        if anew:
            problem = self.whole.problem
            sigma = self._base * self._law.factor(temperature_C)[problem.tissue.nodes[:4]]
            load = problem.joule_load(sigma * self._warms.astype(float), self.whole.potential)
            self.load = self.whole.tables.scatter((problem.tissue.nodes, load))
            self.conductance_S, self.volume_power_W = self.whole.conductance_S, float(load.sum())
        return anew

    def carry(self, temperature_C: Array) -> None:
        """Follow the temperature, however little it moved."""
        self.update(temperature_C)

    def watch(self, temperature_C: Array) -> None:
        """Follow the temperature, with or without power."""
        self.update(temperature_C)

    @property
    def resistance_ohm(self) -> float:
        """Of the whole circle."""
        return 1.0 / (self._parts * self.conductance_S)

    def lag(self, temperature_C: Array) -> float:
        """How far σ is behind."""
        return self.whole.lag(temperature_C)

    def memory(self) -> Memory:
        """The potential's."""
        return self.whole.memory()

    def restore(self, memory: Memory) -> None:
        """Put back the potential's; the load follows with the next solve."""
        self.whole.restore(memory)
