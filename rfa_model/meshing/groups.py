"""Names and tags of the parts of a mesh: every cell and every marked facet carries exactly one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rfa_model.applicators.applicator import TISSUE, Applicator

Sides = tuple[str, ...]
FIRST_FACET_TAG = 11


@dataclass(frozen=True)
class MeshGroups:
    """What a mesh's tags mean.

    Attributes
    ----------
    cells
        Group of cells -> tag: ``tissue`` and each part of the applicator.
    facets
        Group of facets -> tag: ``outer`` (the sphere against tissue), ``shaft_end`` (parts that leave through the
        sphere), one group per lumen, and the parts' surfaces among themselves and against tissue.
    contacts
        Contact -> its groups of cells: metal at one potential.
    lumens
        Those groups of facets that are walls of lumens.
    sides
        Group of facets -> the groups of cells that may meet at it, in alphabetical order; one alone at the boundary.
    """

    cells: Mapping[str, int]
    facets: Mapping[str, int]
    contacts: Mapping[str, Sides] = field(default_factory=dict)
    lumens: tuple[str, ...] = ()
    sides: Mapping[str, frozenset[Sides]] = field(default_factory=dict)

    @property
    def outside(self) -> tuple[str, ...]:
        """Groups of facets that make up the sphere."""
        return tuple(name for name in ("outer", "shaft_end") if name in self.facets)


def groups_of(applicator: Applicator) -> MeshGroups:
    """Groups of an applicator's mesh.

    Cells are tagged from 1 on: tissue, then part after part. Facets are tagged from 11 on: ``outer``, ``shaft_end``,
    the lumens (one tag at least is theirs), each part's ``…_surface`` against tissue, and ``a_b`` where parts meet.
    """
    sides: dict[str, frozenset[Sides]] = {"outer": frozenset({(TISSUE,)})}
    tags = {"outer": FIRST_FACET_TAG, "shaft_end": FIRST_FACET_TAG + 1}
    ends: set[Sides] = set()
    surfaces: dict[str, frozenset[Sides]] = {}
    junctions: dict[str, frozenset[Sides]] = {}
    for placed in applicator.bodies:
        ends |= {(placed.full(part),) for part in placed.body.endless_parts()}
        for own, name in zip(placed.body.lumen_names, placed.lumen_names, strict=True):
            tags[name] = FIRST_FACET_TAG + len(tags)
            sides[name] = frozenset((placed.full(part),) for part in placed.body.parts_along(own))
        for name in placed.part_names:
            surfaces[f"{name}_surface"] = frozenset({_sides(name, TISSUE)})
        for one, other in placed.body.touching():
            both = placed.full(one), placed.full(other)
            junctions[placed.full(f"{one}_{other}")] = frozenset({_sides(*both)})
    if ends:
        sides["shaft_end"] = frozenset(ends)
    first = FIRST_FACET_TAG + max(3, len(tags))
    tags |= {name: tag for tag, name in enumerate(surfaces | junctions, first)}
    sides |= surfaces | junctions
    return MeshGroups(
        cells={name: tag for tag, name in enumerate((TISSUE, *applicator.part_names), 1)},
        facets={name: tag for name, tag in tags.items() if name in sides},
        contacts={contact.name: contact.parts for contact in applicator.contacts},
        lumens=applicator.lumen_names,
        sides=sides,
    )


def _sides(one: str, other: str) -> Sides:
    return (one, other) if one < other else (other, one)
