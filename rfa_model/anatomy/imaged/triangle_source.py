"""Parts known as closed triangle surfaces."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rfa_model.anatomy.base import FloatArray, TriangleMesh
from rfa_model.anatomy.imaged.fields import Field, MeshField
from rfa_model.anatomy.imaged.source import Found
from rfa_model.anatomy.readers.structures import Structure
from rfa_model.anatomy.readers.triangles import TriangleSurface


class TriangleSource:
    """Closed surfaces by structure.

    Parameters
    ----------
    surfaces : mapping of str to (Structure, TriangleSurface)
    frame : str
        Where the orientation comes from, in words.
    """

    def __init__(self, surfaces: Mapping[str, tuple[Structure, TriangleSurface]], frame: str) -> None:
        self.frame = frame
        self.notes = tuple(note for _, surface in surfaces.values() for note in surface.notes)
        self._surfaces = {name: surface for name, (_, surface) in surfaces.items()}
        self.found: Mapping[str, Found] = {
            name: _found(structure, surface) for name, (structure, surface) in surfaces.items()
        }

    def surface(self, name: str) -> TriangleMesh:
        """A part's surface."""
        found = self._surfaces[name]
        return found.points_mm, found.triangles

    def fields(self, centre_mm: FloatArray, half_mm: float) -> dict[str, Field]:
        """Distances of the surfaces that come into the box."""
        return {
            name: MeshField(*self.surface(name))
            for name, found in self.found.items()
            if found.structure.role != "body"
            and (found.low_mm < centre_mm + half_mm).all()
            and (found.high_mm > centre_mm - half_mm).all()
        }

    def body(self) -> Field | None:
        """The surface that is the skin."""
        skins = [MeshField(*self.surface(name)) for name, part in self.found.items() if part.structure.role == "body"]
        return skins[0] if skins else None

    def far_bone(self, centre_mm: FloatArray) -> None:
        """None: a surface is known everywhere, but those beyond the box are left out."""


def _found(structure: Structure, surface: TriangleSurface) -> Found:
    points, triangles = surface.points_mm, surface.triangles
    corners = points[triangles] - points.mean(axis=0)
    volumes = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6.0
    centroid = (corners.sum(axis=1) / 4.0 * volumes[:, None]).sum(axis=0) / volumes.sum() + points.mean(axis=0)
    return Found(structure, float(volumes.sum()) / 1000.0, centroid, points.min(axis=0), points.max(axis=0))
