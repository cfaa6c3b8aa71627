"""The CAD model of an applicator in its sphere: conforming volumes and surfaces by group. Millimetres."""

from __future__ import annotations

from collections.abc import Iterable

from rfa_model.applicators.applicator import TISSUE, Applicator
from rfa_model.applicators.body import DimTags
from rfa_model.applicators.pose import Pose
from rfa_model.errors import SolveError
from rfa_model.meshing.gmsh_session import Gmsh, OpenCascade
from rfa_model.meshing.groups import MeshGroups


def build_model(gmsh: Gmsh, applicator: Applicator, domain_radius_mm: float, groups: MeshGroups) -> None:
    """Build the volumes and surfaces and their physical groups in the current gmsh model.

    Raises
    ------
    SolveError
        When a part did not come out as a volume, or two bodies share one.
    """
    occ = gmsh.model.occ
    x, y, z = applicator.centre_mm.tolist()
    sphere = occ.addSphere(x, y, z, domain_radius_mm)
    names, tools = _solids(occ, applicator, sphere, domain_radius_mm)
    _, pieces = occ.fragment([(3, sphere)], [(3, tag) for tag in tools])
    occ.synchronize()
    owner = _owners(names, pieces, set(applicator.lumen_names))
    volumes = {tag: owner.get(tag, TISSUE) for _, tag in pieces[0]}
    walls = _hollow(gmsh, {tag: name for tag, name in volumes.items() if name in groups.lumens})
    cells = {tag: name for tag, name in volumes.items() if name not in groups.lumens}
    if set(cells.values()) != set(groups.cells):
        raise SolveError(
            f"applicator {applicator.name} came out as volumes of {sorted(set(cells.values()))} instead of "
            f"{list(groups.cells)}; check its dimensions and that its bodies lie apart"
        )
    surfaces = _surfaces(gmsh, groups, cells, walls)
    for dim, entities, tags in ((3, cells, groups.cells), (2, surfaces, groups.facets)):
        for name, tag in tags.items():
            gmsh.model.addPhysicalGroup(dim, [e for e, group in entities.items() if group == name], tag, name)


def _solids(
    occ: OpenCascade, applicator: Applicator, sphere: int, domain_radius_mm: float
) -> tuple[list[str], list[int]]:
    """Names and tags of parts and lumens, moved to their places; endless ones are cut off at the sphere."""
    names, tags = [], []
    for placed in applicator.bodies:
        # All of a body before any of it is moved: some of its parts are cut with others.
        for solid in list(placed.body.solids(occ, 2.0 * domain_radius_mm)):
            made: DimTags = [(3, solid.tag)]
            _move(occ, made, placed.pose)
            if solid.endless:
                made, _ = occ.intersect([(3, sphere)], made, removeObject=False, removeTool=True)
            names += [placed.full(solid.name)] * len(made)
            tags += [tag for _, tag in made]
    return names, tags


def _move(occ: OpenCascade, made: DimTags, pose: Pose) -> None:
    """A rigid motion as turn and shift, which keep cylinders cylinders."""
    axis, angle = pose.turn
    if angle > 0.0:
        x, y, z = axis.tolist()
        occ.rotate(made, 0, 0, 0, x, y, z, angle)
    if pose.translation_mm.any():
        x, y, z = pose.translation_mm.tolist()
        occ.translate(made, x, y, z)


def _owners(names: list[str], pieces: list[DimTags], lumens: set[str]) -> dict[int, str]:
    """Volume -> part or lumen, from the fragment's own map (first the sphere, then the tools); lumens lie in parts."""
    owner: dict[int, str] = {}
    for name, own in sorted(zip(names, pieces[1:], strict=True), key=lambda entry: entry[0] in lumens):
        for _, tag in own:
            if tag in owner and name not in lumens and owner[tag] != name:
                raise SolveError(f"{owner[tag]} and {name} overlap: move the bodies apart")
            owner[tag] = name
    return owner


def _hollow(gmsh: Gmsh, lumens: dict[int, str]) -> dict[int, str]:
    """Take the lumens' pieces out, leaving holes; returns their surfaces -> lumen."""
    walls = {tag: name for piece, name in lumens.items() for tag in _facets_of(gmsh, piece)}
    if lumens:
        gmsh.model.occ.remove([(3, piece) for piece in lumens], recursive=True)
        gmsh.model.occ.synchronize()
    return walls


def _facets_of(gmsh: Gmsh, volume: int) -> Iterable[int]:
    _, surfaces = gmsh.model.getAdjacencies(3, volume)
    return (int(tag) for tag in surfaces)


def _surfaces(gmsh: Gmsh, groups: MeshGroups, cells: dict[int, str], walls: dict[int, str]) -> dict[int, str]:
    """Surface -> group, by the volumes it bounds; of a part's own boundary, what is no lumen's wall is its end."""
    by_sides = {sides: name for name in groups.facets if name not in groups.lumens for sides in groups.sides[name]}
    named: dict[int, str] = {}
    for _, tag in gmsh.model.getEntities(2):
        volumes, _ = gmsh.model.getAdjacencies(2, tag)
        sides = tuple(sorted(cells[int(volume)] for volume in volumes))
        name = walls.get(tag, by_sides.get(sides))
        if name is None:
            raise SolveError(f"a surface between {' and '.join(sides)} belongs to no group: move the bodies apart")
        named[tag] = name
    return named
