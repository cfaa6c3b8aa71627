"""Lesions and fields as NIfTI on the input's own voxels, needle, nerves and target as 3D Slicer markups."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from rfa_model._files import whole_file
from rfa_model.anatomy import Anatomy, LabelAnatomy
from rfa_model.anatomy.base import Curve, FloatArray
from rfa_model.anatomy.choice import AnatomyBase
from rfa_model.anatomy.imaged.level import ImagedLevel
from rfa_model.anatomy.readers.needed import needed
from rfa_model.anatomy.readers.volumes import FLIP, read_volume
from rfa_model.metrics.isosurface import TriSurface
from rfa_model.results.reader import ArmResults

# Where there is no image to lay them over.
OWN_VOXEL_MM, OWN_HALF_MM = 0.5, 40.0
NEEDLE_MM = 90.0
MARKUPS_SCHEMA = (
    "https://raw.githubusercontent.com/slicer/slicer/master/Modules/Loadable/Markups/Resources/Schema/"
    "markups-schema-v1.0.3.json#"
)


@dataclass(frozen=True)
class Grid:
    """Voxels: how many along each axis, and where indices lie (LPS of the input, mm)."""

    shape: tuple[int, int, int]
    to_lps: FloatArray

    def inside(self, surface: TriSurface, origin_mm: FloatArray) -> NDArray[np.uint8]:
        """Voxels whose middle lies inside a closed surface in the anatomy's frame."""
        found = np.zeros(self.shape, dtype=np.uint8)
        if surface.is_empty:
            return found
        index = self.index(surface.points_mm + origin_mm)
        low = np.maximum(np.floor(index.min(axis=0)).astype(int) - 1, 0)
        high = np.minimum(np.ceil(index.max(axis=0)).astype(int) + 2, self.shape)
        if (low >= high).any():
            return found
        box = pv.ImageData(dimensions=tuple(high - low), spacing=(1.0, 1.0, 1.0), origin=tuple(low.astype(float)))
        mirrored = np.linalg.det(self.to_lps) < 0.0
        mesh = pv.PolyData.from_regular_faces(index, surface.triangles[:, ::-1] if mirrored else surface.triangles)
        mask = np.asarray(mesh.voxelize_binary_mask(reference_volume=box)["mask"]).reshape(tuple(high - low), order="F")
        found[low[0] : high[0], low[1] : high[1], low[2] : high[2]] = mask > 0
        return found

    def index(self, points: FloatArray) -> FloatArray:
        """Points as indices, not rounded."""
        back = np.linalg.inv(self.to_lps)
        return points @ back[:3, :3].T + back[:3, 3]

    def near(self, centre: FloatArray, radius_mm: float) -> NDArray[np.int64]:
        """Indices (N, 3) of the voxels within a sphere."""
        half = radius_mm / np.linalg.norm(self.to_lps[:3, :3], axis=0)
        middle = self.index(centre[None])[0]
        low = np.maximum(np.floor(middle - half).astype(int), 0)
        high = np.minimum(np.ceil(middle + half).astype(int) + 1, self.shape)
        place = np.stack(np.meshgrid(*map(np.arange, low, high), indexing="ij"), axis=-1).reshape(-1, 3)
        return place[np.linalg.norm(self.points(place) - centre, axis=1) < radius_mm]

    def points(self, place: NDArray[np.int64]) -> FloatArray:
        """Middles of voxels."""
        return place @ self.to_lps[:3, :3].T + self.to_lps[:3, 3]


def origin_of(anatomy: Anatomy) -> FloatArray:
    """What an anatomy counts from, in its input's LPS frame."""
    return anatomy.origin_mm if isinstance(anatomy, ImagedLevel) else np.zeros(3)


def grid_of(words: AnatomyBase, anatomy: Anatomy) -> Grid:
    """The input's own voxels as they are stored; where there is no image, half-millimetre voxels about the target."""
    if isinstance(words, LabelAnatomy):
        volume = read_volume(Path(words.file), words.orientation)
        return Grid(volume.stored_shape, volume.stored_to_lps)
    to_lps = np.diag([OWN_VOXEL_MM, OWN_VOXEL_MM, OWN_VOXEL_MM, 1.0])
    to_lps[:3, 3] = np.round(anatomy.target.point_mm + origin_of(anatomy) - OWN_HALF_MM)
    n = int(2 * OWN_HALF_MM / OWN_VOXEL_MM) + 1
    return Grid((n, n, n), to_lps)


def write_nifti(arm: ArmResults, grid: Grid, origin_mm: FloatArray, folder: Path) -> list[Path]:
    """Write `lesion_<criterion>.nii.gz` (0 and 1), `peak_temperature_C.nii.gz` and `damage.nii.gz` (NaN outside)."""
    written = [
        _save(grid.inside(surface, origin_mm), grid, folder / f"lesion_{name}.nii.gz")
        for name, surface in arm.lesions.items()
    ]
    for name, values in _sampled(arm, grid, origin_mm):
        written.append(_save(values, grid, folder / f"{name}.nii.gz"))
    return written


def _sampled(arm: ArmResults, grid: Grid, origin_mm: FloatArray) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Peak temperature and damage at the middles of voxels, linear within each tetrahedron."""
    fields = arm.fields
    tissue = fields.cells[np.asarray(fields.cell_region) == 0][:, :4]
    cells = np.column_stack([np.full(len(tissue), 4), tissue]).ravel()
    mesh = pv.UnstructuredGrid(cells, np.full(len(tissue), pv.CellType.TETRA), fields.points_mm + origin_mm)
    mesh["peak_temperature_C"] = fields.peak_temperature_C
    mesh["damage"] = fields.damage_final
    corners = fields.points_mm[np.unique(tissue)] + origin_mm
    centre = (corners.min(axis=0) + corners.max(axis=0)) / 2
    place = grid.near(centre, float(np.linalg.norm(corners - centre, axis=1).max()))
    found = pv.PolyData(grid.points(place)).sample(mesh)
    known = np.asarray(found["vtkValidPointMask"], dtype=bool)
    for name in ("peak_temperature_C", "damage"):
        values = np.full(grid.shape, np.nan, dtype=np.float32)
        values[tuple(place[known].T)] = np.asarray(found[name])[known]
        yield name, values


def _save(values: NDArray[np.generic], grid: Grid, path: Path) -> Path:
    nib = needed("nibabel", f"{path}: writing NIfTI")
    image = nib.Nifti1Image(values, FLIP @ grid.to_lps)
    image.header.set_xyzt_units("mm")
    with whole_file(path) as partial:
        partial.write_bytes(gzip.compress(image.to_bytes(), compresslevel=6, mtime=0))
    return path


def write_anatomy_markups(anatomy: Anatomy, folder: Path) -> list[Path]:
    """Write the target as a point and every nerve as a curve."""
    origin = origin_of(anatomy)
    written = [_markup("Fiducial", "target", anatomy.target.point_mm[None] + origin, folder / "target.mrk.json")]
    for name, curve in {**anatomy.nerves, **anatomy.structures}.items():
        if isinstance(curve, Curve):
            some = curve.points_mm[:: max(1, len(curve.points_mm) // 60)]
            points = np.concatenate([some, curve.points_mm[-1:]]) + origin
            written.append(_markup("Curve", curve.words, points, folder / f"nerve_{name}.mrk.json"))
    return written


def write_needle_markup(arm: ArmResults, origin_mm: FloatArray, folder: Path) -> Path:
    """Write the needle as a line from its distal end up the shaft."""
    ends = arm.pose.to_patient(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, NEEDLE_MM]])) + origin_mm
    return _markup("Line", f"needle {arm.name}", ends, folder / "needle.mrk.json")


def _markup(kind: str, label: str, points: FloatArray, path: Path) -> Path:
    places = [
        {"id": str(n + 1), "label": f"{label}-{n + 1}", "position": [round(float(v), 4) for v in point]}
        for n, point in enumerate(points)
    ]
    markup = {"type": kind, "coordinateSystem": "LPS", "coordinateUnits": "mm", "controlPoints": places}
    text = json.dumps({"@schema": MARKUPS_SCHEMA, "markups": [markup]}, indent=1, ensure_ascii=False)
    with whole_file(path) as partial:
        partial.write_text(text + "\n", encoding="utf-8")
    return path
