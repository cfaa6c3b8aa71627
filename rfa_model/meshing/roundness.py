"""Give every faceted body back the size that its inscribed polygons lost, each in its own frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rfa_model.applicators.applicator import Applicator
from rfa_model.applicators.placed import PlacedBody
from rfa_model.meshing.arrays import FloatArray, IntArray, MeshArrays


def true_sizes(mesh: MeshArrays, applicator: Applicator) -> MeshArrays:
    """Move nodes so that the bodies have their own volumes and lumens their own walls; see each body's.

    What one body moves fades out towards the others, whose nodes stay.
    """
    for placed in applicator.bodies:
        surfaces = {own: mesh.marked(f"{placed.full(own)}_surface") for own in placed.body.part_names}
        joints = [f"{one}_{other}" for one, other in placed.body.touching()]
        surfaces |= {own: mesh.marked(placed.full(own)) for own in (*placed.body.lumen_names, *joints)}
        own = placed.pose.to_probe(mesh.points_mm)
        moved = placed.body.at_true_size(own, surfaces, _exits(mesh, placed), placed.metal(applicator.contacts))
        others = [other for other in applicator.bodies if other is not placed]
        if others:
            moved = own + _share(mesh.points_mm, placed, others)[:, None] * (moved - own)
        mesh = replace(mesh, points_mm=placed.pose.to_patient(moved))
    return mesh


def _exits(mesh: MeshArrays, placed: PlacedBody) -> IntArray:
    """Triangles where a body leaves through the sphere."""
    tags = [mesh.groups.cells[placed.full(part)] for part in placed.body.endless_parts()]
    if not tags:
        return np.zeros((0, 3), dtype=np.int64)
    discs, nodes = mesh.marked("shaft_end"), np.unique(mesh.tets[np.isin(mesh.tet_tags, tags)])
    return discs[np.isin(discs, nodes).all(axis=1)]


def _share(points_mm: FloatArray, placed: PlacedBody, others: list[PlacedBody]) -> FloatArray:
    """1 on and in the body, 0 on and in the others, (N,)."""
    near = np.maximum(placed.distance_mm(points_mm), 0.0)
    far = np.maximum(np.min([other.distance_mm(points_mm) for other in others], axis=0), 0.0)
    total = near + far
    return np.divide(far, total, out=np.zeros_like(far), where=total > 0.0)
