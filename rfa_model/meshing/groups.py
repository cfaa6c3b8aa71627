"""Names and tags of the parts of a mesh: every cell and every marked facet carries exactly one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Sides = tuple[str, ...]


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

    def same_tags(self, other: MeshGroups) -> bool:
        """Whether both give the same names the same tags."""
        return dict(self.cells) == dict(other.cells) and dict(self.facets) == dict(other.facets)


def needle_groups(has_lumen: bool) -> MeshGroups:
    """Groups of one straight needle: an active tip at the end of a shaft, with a blind lumen through both or none."""
    sides: dict[str, frozenset[Sides]] = {
        "outer": frozenset({("tissue",)}),
        "shaft_end": frozenset({("shaft",)}),
        "lumen": frozenset({("tip",), ("shaft",)}),
        "tip_surface": frozenset({("tip", "tissue")}),
        "shaft_surface": frozenset({("shaft", "tissue")}),
        "tip_shaft": frozenset({("shaft", "tip")}),
    }
    facets = {name: tag for tag, name in enumerate(sides, 11) if name != "lumen" or has_lumen}
    return MeshGroups(
        cells={"tissue": 1, "tip": 2, "shaft": 3},
        facets=facets,
        contacts={"tip": ("tip",)},
        lumens=("lumen",) if has_lumen else (),
        sides={name: sides[name] for name in facets},
    )
