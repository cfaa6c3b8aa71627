"""Meshes of balls and rods in a sphere of tissue, whole or mirrored from one half. Millimetres; rods are along z."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rfa_model._fenics import MPI, dolfinx
from rfa_model.assurance.verification.tools.bioheat import BODY_C, SIGMA
from rfa_model.laws import ElectricConductivity
from rfa_model.meshing.arrays import MeshArrays
from rfa_model.meshing.distribute import distribute
from rfa_model.meshing.gmsh_session import Gmsh, gmsh_session
from rfa_model.meshing.groups import MeshGroups
from rfa_model.physics.drives import Drive
from rfa_model.solver.domain import Domain
from rfa_model.solver.linear_systems import LinearSystems
from rfa_model.solver.unit_potential import UnitPotential

Array = NDArray[np.float64]
TETRAHEDRON, TRIANGLE = 4, 2
FACETS = {"outer": 11, "shaft_end": 12, "middle": 13}
FARTHEST_SHARE, INSULATION_RADII = 0.15, 2.0
"""Largest cells, as a share of the sphere's radius, and cells on insulation, in radii of its rod."""


@dataclass(frozen=True)
class Ball:
    """A metal ball at y off the axis."""

    name: str
    y_mm: float
    radius_mm: float

    def add(self, gmsh: Gmsh) -> int:
        """Its CAD solid."""
        return int(gmsh.model.occ.addSphere(0.0, self.y_mm, 0.0, self.radius_mm))

    def distance_mm(self, x: float, y: float, z: float) -> float:
        """From a point outside, at least 0."""
        return max(0.0, math.hypot(x, y - self.y_mm, z) - self.radius_mm)


@dataclass(frozen=True)
class Rod:
    """A length of a rod at y off the axis; it may reach beyond the sphere."""

    name: str
    y_mm: float
    radius_mm: float
    start_mm: float
    end_mm: float

    def add(self, gmsh: Gmsh) -> int:
        """Its CAD solid."""
        length = self.end_mm - self.start_mm
        return int(gmsh.model.occ.addCylinder(0.0, self.y_mm, self.start_mm, 0.0, 0.0, length, self.radius_mm))

    def distance_mm(self, x: float, y: float, z: float) -> float:
        """From a point outside, at least 0."""
        across = max(0.0, math.hypot(x, y - self.y_mm) - self.radius_mm)
        return math.hypot(across, max(0.0, self.start_mm - z, z - self.end_mm))


@dataclass(frozen=True)
class Sizes:
    """Cells on contacts, how fast they grow with the distance from them, and the sphere of tissue."""

    finest_mm: float
    growth: float
    domain_mm: float


@dataclass(frozen=True)
class ContactMesh:
    """A DOLFINx mesh in metres with its groups."""

    mesh: dolfinx.mesh.Mesh
    cell_tags: dolfinx.mesh.MeshTags
    facet_tags: dolfinx.mesh.MeshTags
    groups: MeshGroups

    @classmethod
    def of(cls, arrays: MeshArrays | None, comm: MPI.Comm = MPI.COMM_SELF) -> ContactMesh:
        """Distribute what the first process has (None elsewhere); on this process alone unless told."""
        groups: MeshGroups = comm.bcast(arrays.groups if arrays is not None else None)
        return cls(*distribute(arrays, comm), groups)


def mesh_of(parts: Sequence[Ball | Rod], contacts: Sequence[str], sizes: Sizes, half: bool = False) -> MeshArrays:
    """Mesh parts and tissue; ``half``: of y > 0 alone, where all parts have to be, its flat side marked ``middle``."""
    with gmsh_session("contacts") as gmsh:
        occ = gmsh.model.occ
        angle = math.pi if half else 2.0 * math.pi
        sphere = occ.addSphere(0.0, 0.0, 0.0, sizes.domain_mm, -1, -0.5 * math.pi, 0.5 * math.pi, angle)
        solids = []
        for part in parts:
            inside, _ = occ.intersect([(3, sphere)], [(3, part.add(gmsh))], removeObject=False)
            solids.append(inside[0])
        pieces, came_from = occ.fragment([(3, sphere)], solids)
        occ.synchronize()
        volumes = {part.name: [tag for _, tag in of] for part, of in zip(parts, came_from[1:], strict=True)}
        taken = {tag for own in volumes.values() for tag in own}
        volumes = {"tissue": [tag for _, tag in pieces if tag not in taken], **volumes}
        _generate(gmsh, parts, contacts, sizes)
        arrays = _arrays(gmsh, volumes, _surfaces(gmsh, volumes["tissue"]), contacts)
        gmsh.model.mesh.removeSizeCallback()
    for part in parts:
        arrays = _round(arrays, part) if isinstance(part, Ball) else arrays
    return arrays


def _generate(gmsh: Gmsh, parts: Sequence[Ball | Rod], contacts: Sequence[str], sizes: Sizes) -> None:
    for option in ("ExtendFromBoundary", "FromPoints", "FromCurvature"):
        gmsh.option.setNumber(f"Mesh.MeshSize{option}", 0)
    gmsh.option.setNumber("Mesh.LcIntegrationPrecision", 1e-3)

    wanted = [(part, sizes.finest_mm if part.name in contacts else INSULATION_RADII * part.radius_mm) for part in parts]

    def size(_: int, __: int, x: float, y: float, z: float, lc: float) -> float:
        near = min(finest + sizes.growth * part.distance_mm(x, y, z) for part, finest in wanted)
        return min(near, FARTHEST_SHARE * sizes.domain_mm)

    gmsh.model.mesh.setSizeCallback(size)
    gmsh.model.mesh.generate(3)
    for method in ("Relocate3D", "Netgen", ""):
        gmsh.model.mesh.optimize(method)


def _surfaces(gmsh: Gmsh, tissue: Sequence[int]) -> dict[str, list[int]]:
    """Boundary surfaces by group."""
    found: dict[str, list[int]] = {}
    for _, tag in gmsh.model.getEntities(2):
        sides, _ = gmsh.model.getAdjacencies(2, tag)
        if len(sides) == 1:
            box = gmsh.model.getBoundingBox(2, tag)
            flat = box[4] - box[1] < 1e-3 and abs(box[1]) < 1e-3
            name = "middle" if flat else "outer" if sides[0] in tissue else "shaft_end"
            found.setdefault(name, []).append(tag)
    return found


def _arrays(
    gmsh: Gmsh, volumes: Mapping[str, list[int]], surfaces: Mapping[str, list[int]], contacts: Sequence[str]
) -> MeshArrays:
    tags, x, _ = gmsh.model.mesh.getNodes()
    number = np.zeros(int(tags.max()) + 1, int)
    number[tags] = np.arange(len(tags))

    def elements(kind: int, corners: int, entities: Sequence[int]) -> NDArray[np.int64]:
        nodes = [gmsh.model.mesh.getElementsByType(kind, entity)[1] for entity in entities]
        return number[np.concatenate(nodes).reshape(-1, corners)]

    cells = [elements(TETRAHEDRON, 4, own) for own in volumes.values()]
    facets = {name: elements(TRIANGLE, 3, own) for name, own in surfaces.items()}
    # What of a rod reached beyond the sphere has left nodes of its own.
    used, tets = np.unique(np.concatenate(cells), return_inverse=True)
    return MeshArrays(
        points_mm=np.reshape(x, (-1, 3))[used],
        tets=tets.reshape(-1, 4),
        tet_tags=np.repeat(np.arange(1, len(cells) + 1), [len(own) for own in cells]),
        triangles=np.searchsorted(used, np.concatenate(list(facets.values()))),
        triangle_tags=np.concatenate([np.full(len(own), FACETS[name]) for name, own in facets.items()]),
        groups=MeshGroups(
            cells={name: tag for tag, name in enumerate(volumes, 1)},
            facets={name: FACETS[name] for name in facets},
            contacts={name: (name,) for name in contacts},
        ),
    )


def _round(mesh: MeshArrays, ball: Ball) -> MeshArrays:
    """Give a faceted ball its volume back, as applicators' meshes have it; nothing moves 0.4 radii away."""
    volume = np.abs(mesh.volumes_mm3())[mesh.tet_tags == mesh.groups.cells[ball.name]].sum()
    growth = (4.0 / 3.0 * math.pi * ball.radius_mm**3 / volume) ** (1.0 / 3.0) - 1.0
    centre = np.array([0.0, ball.y_mm, 0.0])
    far = np.linalg.norm(mesh.points_mm - centre, axis=1) / ball.radius_mm
    moved = growth * np.clip((1.4 - far) / 0.4, 0.0, 1.0)[:, None] * (mesh.points_mm - centre)
    return replace(mesh, points_mm=mesh.points_mm + moved)


def mirrored(half: MeshArrays, names: Mapping[str, str]) -> MeshArrays:
    """Join a half to its mirror image in y = 0; ``names`` are those of the image's parts and contacts."""
    count, on_plane = len(half.points_mm), np.abs(half.points_mm[:, 1]) < 1e-9 * np.abs(half.points_mm).max()
    image = np.where(on_plane, np.arange(count), count + np.cumsum(~on_plane) - 1)
    points = np.vstack([half.points_mm, half.points_mm[~on_plane] * [1.0, -1.0, 1.0]])
    groups, cells = half.groups, dict(half.groups.cells)
    cells |= {image_name: len(half.groups.cells) + k for k, image_name in enumerate(names.values(), 1)}
    image_tag = np.arange(len(cells) + 1)
    for name, image_name in names.items():
        image_tag[cells[name]] = cells[image_name]
    outside = half.triangle_tags != FACETS["middle"]
    triangles, triangle_tags = half.triangles[outside], half.triangle_tags[outside]
    own = dict(groups.contacts)
    return MeshArrays(
        points_mm=points,
        tets=np.concatenate([half.tets, image[half.tets][:, [0, 2, 1, 3]]]),
        tet_tags=np.concatenate([half.tet_tags, image_tag[half.tet_tags]]),
        triangles=np.concatenate([triangles, image[triangles]]),
        triangle_tags=np.concatenate([triangle_tags, triangle_tags]),
        groups=MeshGroups(
            cells=cells,
            facets={name: tag for name, tag in groups.facets.items() if name != "middle"},
            contacts=own | {names[name]: tuple(names[part] for part in parts) for name, parts in own.items()},
        ),
    )


def cold_current(mesh: MeshArrays, far_field_mm: float | None, drive: Drive | None = None) -> UnitPotential:
    """Solve in muscle of constant σ, quadratic elements, as closely as the linear solver can."""
    domain = Domain.of(ContactMesh.of(mesh), 2)
    systems = LinearSystems.of(domain, None if far_field_mm is None else 1e-3 * far_field_mm)
    sigma = np.full(len(domain.cells["tissue"]), SIGMA)
    current = UnitPotential(
        systems.electric,
        sigma,
        ElectricConductivity(slope_per_C=0.0),
        drive,
        rtol=1e-12,
        solver=systems.electric_solver,
    )
    current.update(np.full(domain.tables.local_size, BODY_C))
    return current
