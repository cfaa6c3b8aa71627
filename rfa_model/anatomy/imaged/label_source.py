"""Parts known as labels of voxels."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from rfa_model.anatomy.base import FloatArray, TriangleMesh
from rfa_model.anatomy.imaged.distance_cache import cached
from rfa_model.anatomy.imaged.fields import Field, GridField
from rfa_model.anatomy.imaged.source import Found
from rfa_model.anatomy.imaged.voxel_distance import voxel_distance
from rfa_model.anatomy.readers.structures import Structure
from rfa_model.anatomy.readers.volumes import Volume
from rfa_model.errors import InputError

# Beyond the reach that distances have to be right in.
PAD_MM = 6.0
COARSE_MM = 2.0
Slices = tuple[slice, slice, slice]


class LabelSource:
    """A label map with its structures by number.

    Parameters
    ----------
    volume : Volume
    structures : mapping of int to Structure
        What the numbers mean; those the map does not hold are passed over.
    key : str
        The file's hash, by which distances are kept.
    file : str
        For messages.
    """

    def __init__(self, volume: Volume, structures: Mapping[int, Structure], key: str, file: str) -> None:
        self.volume, self._key, self.notes = volume, key, volume.notes
        self.frame = f"{file}: voxels of {' × '.join(f'{s:.3g}' for s in volume.spacing_mm)} mm"
        boxes = ndimage.find_objects(volume.values)
        present = {n for n, box in enumerate(boxes, start=1) if box is not None}
        self._numbers: dict[str, int] = {s.name: n for n, s in structures.items() if n in present}
        if not self._numbers:
            seen = ", ".join(map(str, sorted(present)[:20]))
            raise InputError(
                f"{file}: none of its labels ({seen}) has a meaning in this scheme; name another scheme, or say by "
                "labels: what they are"
            )
        self._boxes: dict[str, Slices] = {name: boxes[n - 1] for name, n in self._numbers.items()}
        by_number = {n: structures[n] for n in self._numbers.values()}
        self.found: Mapping[str, Found] = {s.name: self._found(s) for s in by_number.values()}
        if left := sorted(present - set(by_number)):
            words = ", ".join(map(str, left[:12])) + (", …" if len(left) > 12 else "")
            self.notes += (f"labels without a meaning here count as background: {words}",)

    def _found(self, structure: Structure) -> Found:
        box = self._boxes[structure.name]
        place = np.argwhere(self.volume.values[box] == self._numbers[structure.name])
        start = np.array([s.start for s in box])
        to_lps = self.volume.to_lps
        centroid = to_lps[:3, :3] @ (place.mean(axis=0) + start) + to_lps[:3, 3]
        ends = np.array([[s.start - 0.5, s.stop - 0.5] for s in box])
        corners = np.array(np.meshgrid(*ends, indexing="ij")).reshape(3, -1).T @ to_lps[:3, :3].T + to_lps[:3, 3]
        volume = len(place) * float(abs(np.linalg.det(to_lps[:3, :3]))) / 1000.0
        cut = any(s.start == 0 or s.stop == n for s, n in zip(box, self.volume.values.shape, strict=True))
        return Found(structure, volume, centroid, corners.min(axis=0), corners.max(axis=0), cut)

    def surface(self, name: str) -> TriangleMesh:
        """A part's smooth surface."""
        return self._field(name, self._padded(self._boxes[name])).surface()

    def fields(self, centre_mm: FloatArray, half_mm: float) -> dict[str, Field]:
        """Distances of the parts in a box about a point, sampled there."""
        box = self._box(centre_mm, half_mm)
        found: dict[str, Field] = {}
        for name, number in self._numbers.items():
            if self.found[name].structure.role == "landmark":
                continue
            own = tuple(_common(a, b) for a, b in zip(box, self._padded(self._boxes[name]), strict=True))
            if all(s.start < s.stop for s in own) and (self.volume.values[own] == number).any():
                found[name] = self._field(name, (own[0], own[1], own[2]))
        return found

    def far_bone(self) -> Field:
        """Distance to all bone of the map, from every second or third voxel."""
        return self._far_bone

    @cached_property
    def _far_bone(self) -> Field:
        step = np.maximum(1, np.floor(COARSE_MM / self.volume.spacing_mm)).astype(int)
        some = self.volume.values[:: step[0], :: step[1], :: step[2]]
        bones = [n for name, n in self._numbers.items() if self.found[name].structure.role == "bone"]
        to_lps = self.volume.to_lps @ np.diag([*step.astype(float), 1.0])
        spacing = self.volume.spacing_mm * step

        def made() -> NDArray[np.float32]:
            return voxel_distance(np.isin(some, bones), spacing)

        values = cached((self._key, "far bone", sorted(bones), step.tolist()), made)
        return GridField(values, np.linalg.inv(to_lps))

    def _field(self, name: str, box: Slices) -> GridField:
        number = self._numbers[name]

        def made() -> NDArray[np.float32]:
            return voxel_distance(self.volume.values[box] == number, self.volume.spacing_mm)

        bounds = [[s.start, s.stop] for s in box]
        values = cached((self._key, number, bounds, np.round(self.volume.spacing_mm, 5).tolist()), made)
        move = np.eye(4)
        move[:3, 3] = [-s.start for s in box]
        return GridField(values, move @ self.volume.to_index)

    def _padded(self, box: Slices) -> Slices:
        pad = np.ceil(PAD_MM / self.volume.spacing_mm).astype(int)
        x, y, z = (
            slice(max(0, s.start - int(p)), min(n, s.stop + int(p)))
            for s, n, p in zip(box, self.volume.values.shape, pad, strict=True)
        )
        return x, y, z

    def _box(self, centre_mm: FloatArray, half_mm: float) -> Slices:
        offsets = np.array(np.meshgrid(*[[-half_mm, half_mm]] * 3, indexing="ij")).reshape(3, -1).T
        index = (centre_mm + offsets) @ self.volume.to_index[:3, :3].T + self.volume.to_index[:3, 3]
        low, high = np.floor(index.min(axis=0)).astype(int), np.ceil(index.max(axis=0)).astype(int) + 1
        x, y, z = (
            slice(max(0, int(a)), min(n, int(b))) for a, b, n in zip(low, high, self.volume.values.shape, strict=True)
        )
        return x, y, z


def _common(one: slice, other: slice) -> slice:
    return slice(max(one.start, other.start), min(one.stop, other.stop))
