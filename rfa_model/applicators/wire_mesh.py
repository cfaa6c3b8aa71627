"""A wire's volume in OpenCASCADE, and how much thinner its facets make it. In the frame of the straight wire, mm."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rfa_model.applicators.bend import Bend
from rfa_model.applicators.body import CadKernel, DimTags
from rfa_model.applicators.pose import Pose
from rfa_model.applicators.wire import Wire

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def volume(occ: CadKernel, wire: Wire, pose: Pose) -> DimTags:
    """Build a cylinder, an arc of a torus where it is bent, and a ball at its end; moved to its place."""
    r, length, bend = wire.radius_mm, wire.heights_mm[-1], wire.bend
    straight = length - r if bend is None else bend.straight_mm
    x, y, z = pose.to_patient([0.0, 0.0, length]).tolist()
    dx, dy, dz = (-straight * pose.axis).tolist()
    made: DimTags = [(3, occ.addCylinder(x, y, z, dx, dy, dz, r))]
    x, y, z = pose.to_patient(wire.bent_mm(np.array([[0.0, 0.0, r]])))[0].tolist()
    if bend is not None:
        made, _ = occ.fuse(made, _arc(occ, bend, r, pose))
    sphere: DimTags = [(3, occ.addSphere(x, y, z, r))]
    made, _ = occ.fuse(made, sphere)
    return made


def _arc(occ: CadKernel, bend: Bend, radius_mm: float, pose: Pose) -> DimTags:
    """Part of a torus: gmsh's begins at +x in the plane z = 0 and turns towards +y."""
    arc: DimTags = [(3, occ.addTorus(0, 0, 0, abs(bend.radius_mm), radius_mm, angle=abs(bend.angle)))]
    sign = math.copysign(1.0, bend.angle)
    turned = np.column_stack([[-sign, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, -sign, 0.0]])
    _move(occ, arc, Pose(turned, np.array([bend.radius_mm, 0.0, bend.length_mm - bend.straight_mm])).then(pose))
    return arc


def _move(occ: CadKernel, made: DimTags, pose: Pose) -> None:
    axis, angle = pose.turn
    if angle > 0.0:
        x, y, z = axis.tolist()
        occ.rotate(made, 0, 0, 0, x, y, z, angle)
    x, y, z = pose.translation_mm.tolist()
    occ.translate(made, x, y, z)


def thinness(points: FloatArray, triangles: IntArray, radius_mm: float) -> float:
    """What facets on a cylinder's side lack of its radius: of the volume below them and of that below the arc."""
    corners = points[triangles]
    corners = corners[(corners[..., 2] > radius_mm * (1.0 - 1e-6)).all(axis=1)]
    if not len(corners):
        return 1.0
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    normal = 0.5 * np.cross(b - a, c - a)
    below = 0.5 * np.abs(np.einsum("ij,ij->i", normal[:, :2], (a + b + c)[:, :2] / 3.0)).sum()
    angle = np.arctan2(corners[..., 1], corners[..., 0])
    angle = angle[:, :1] + (angle - angle[:, :1] + np.pi) % (2.0 * np.pi) - np.pi
    d1, d2 = (np.stack([angle[:, k] - angle[:, 0], corners[:, k, 2] - corners[:, 0, 2]]) for k in (1, 2))
    unrolled = 0.5 * np.abs(d1[0] * d2[1] - d1[1] * d2[0]).sum()
    return math.sqrt(0.5 * radius_mm**2 * unrolled / below)
