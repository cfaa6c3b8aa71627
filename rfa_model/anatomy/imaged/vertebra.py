"""A vertebra's own axes, body and canal, found from its surface; the patient is taken to lie as the axes LPS say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from rfa_model.anatomy.base import FloatArray, TriangleMesh
from rfa_model.errors import InputError

VOXEL_MM = 1.25
# Of a lumbar vertebra's foramen in one slice; less is a nutrient hole or a gap in the segmentation.
LEAST_FORAMEN_MM2 = 60.0
STEEPEST_DEG = 50.0
# Half the width of the part of an endplate that is taken for flat.
ENDPLATE_MM = 9.0
# Height of the first sacral segment's body, about.
SEGMENT_MM = 30.0


@dataclass(frozen=True)
class VertebraFrame:
    """Where a vertebra lies (LPS, mm).

    Attributes
    ----------
    body_mm : (3,) array
        Middle of the vertebral body.
    axes : (3, 3) array
        Rows: left, back and up, along the body's own axis.
    foramen_mm : (3,) array
        Middle of the vertebral foramen.
    foramen_radius_mm : float
        Of the circle as large as the foramen's mean section.
    is_sacrum : bool
        Whether it is the first sacral segment, whose ala stands in for a transverse process.
    """

    body_mm: FloatArray
    axes: FloatArray
    foramen_mm: FloatArray
    foramen_radius_mm: float
    is_sacrum: bool = False

    def local(self, points: FloatArray) -> FloatArray:
        """Points along left, back and up from the middle of the body."""
        return (points - self.body_mm) @ self.axes.T


def vertebra_frame(name: str, surface: TriangleMesh) -> VertebraFrame:
    """Find the axes of a vertebra.

    Raises
    ------
    InputError
        If its arch does not close a foramen, or nothing like a body lies in front of it.
    """
    inside, origin = voxelised(surface, VOXEL_MM)
    holes = np.zeros_like(inside)
    for k in range(inside.shape[2]):
        holes[:, :, k] = ndimage.binary_fill_holes(inside[:, :, k]) & ~inside[:, :, k]
    parts, count = ndimage.label(holes)
    sizes = np.bincount(parts.ravel())[1:]
    if not count or sizes.max() * VOXEL_MM**2 < LEAST_FORAMEN_MM2:
        raise InputError(
            f"{name}: no vertebral foramen is found in it (no axial slice closes round a canal); landmarks cannot be "
            "proposed: give the nerve and the target as points, or segment the whole vertebral arch"
        )
    canal = np.argwhere(parts == int(sizes.argmax()) + 1)
    foramen = canal.mean(axis=0) * VOXEL_MM + origin
    slices = len(np.unique(canal[:, 2]))
    radius = float(np.sqrt(len(canal) / slices / np.pi)) * VOXEL_MM
    bone = np.argwhere(inside) * VOXEL_MM + origin
    front = canal[:, 1].min() * VOXEL_MM + origin[1]
    body = bone[(bone[:, 1] < front) & (np.abs(bone[:, 0] - foramen[0]) < 26.0)]
    if len(body) * VOXEL_MM**3 < 5000.0:
        raise InputError(f"{name}: no vertebral body lies in front of its canal; check the file's axes (LPS or RAS)")
    middle = body.mean(axis=0)
    return VertebraFrame(middle, _axes(name, body - middle), foramen, radius)


def sacrum_frame(name: str, surface: TriangleMesh) -> VertebraFrame:
    """Find the first sacral segment: its canal and body; up, back and left are the patient's.

    Raises
    ------
    InputError
        If no canal, or no body in front of it, is found at its upper end.
    """
    inside, origin = voxelised(surface, VOXEL_MM)
    for k in range(inside.shape[2] - 1, -1, -1):
        parts, count = ndimage.label(ndimage.binary_fill_holes(inside[:, :, k]) & ~inside[:, :, k])
        sizes = np.bincount(parts.ravel())[1:] * VOXEL_MM**2
        if not count or sizes.max() < LEAST_FORAMEN_MM2:
            continue
        canal = np.argwhere(parts == int(sizes.argmax()) + 1)
        middle = np.array([*canal.mean(axis=0), k]) * VOXEL_MM + origin
        bone = np.argwhere(inside) * VOXEL_MM + origin
        near = (np.abs(bone[:, 0] - middle[0]) < 26.0) & (np.abs(bone[:, 2] - middle[2]) < SEGMENT_MM / 2)
        body = bone[near & (bone[:, 1] < canal[:, 1].min() * VOXEL_MM + origin[1])]
        if len(body) * VOXEL_MM**3 < 5000.0:
            break
        return VertebraFrame(body.mean(axis=0), np.eye(3), middle, float(np.sqrt(sizes.max() / np.pi)), is_sacrum=True)
    raise InputError(
        f"{name}: no canal with a body in front of it is found at its upper end; landmarks cannot be proposed: give "
        "the nerve as points, or segment the whole first sacral segment"
    )


def voxelised(surface: TriangleMesh, voxel_mm: float) -> tuple[NDArray[np.bool_], FloatArray]:
    """Which voxels have their middle inside a closed surface, and where the first one lies."""
    import pyvista as pv

    points, triangles = surface
    ends = points.min(axis=0), points.max(axis=0)
    count = np.ceil((ends[1] - ends[0]) / voxel_mm).astype(int) + 5
    low = (ends[0] + ends[1]) / 2 - voxel_mm * (count - 1) / 2  # a mirrored bone gets mirrored voxels
    grid = pv.ImageData(dimensions=tuple(count), spacing=(voxel_mm,) * 3, origin=tuple(low))
    mesh = pv.PolyData.from_regular_faces(points, triangles)
    found = mesh.voxelize_binary_mask(reference_volume=grid)
    return np.asarray(found["mask"], dtype=bool).reshape(tuple(count), order="F"), low


def _axes(name: str, body: FloatArray) -> FloatArray:
    """Left, back and up: up is square to the mean of both endplates, about the middle of the body."""
    slopes = []
    for end in (np.maximum, np.minimum):
        columns: dict[tuple[int, int], float] = {}
        for x, y, z in body[(np.abs(body[:, 0]) < ENDPLATE_MM) & (np.abs(body[:, 1]) < ENDPLATE_MM)]:
            key = (round(x / VOXEL_MM), round(y / VOXEL_MM))
            columns[key] = float(end(columns.get(key, z), z))
        if len(columns) < 20:
            raise InputError(f"{name}: its body has no endplates to take directions from; segment the whole vertebra")
        place = np.array(list(columns)) * VOXEL_MM
        fit = np.column_stack([place, np.ones(len(place))])
        slopes.append(np.linalg.lstsq(fit, np.array(list(columns.values())), rcond=None)[0][:2])
    up = np.array([*-np.mean(slopes, axis=0), 1.0])
    up /= np.linalg.norm(up)
    if up[2] < np.cos(np.deg2rad(STEEPEST_DEG)):
        raise InputError(f"{name}: stands {np.degrees(np.arccos(up[2])):.0f}° off the vertical; check the file's axes")
    left = np.array([1.0, 0.0, 0.0]) - up[0] * up
    left /= np.linalg.norm(left)
    return np.stack([left, np.cross(up, left), up])
