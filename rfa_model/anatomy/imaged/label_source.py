"""Parts known as labels of voxels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from rfa_model.anatomy.base import FloatArray, TriangleMesh
from rfa_model.anatomy.imaged.body import body_of_labels
from rfa_model.anatomy.imaged.distance_cache import cached
from rfa_model.anatomy.imaged.fields import Field, GridField
from rfa_model.anatomy.imaged.source import Found
from rfa_model.anatomy.imaged.voxel_distance import voxel_distance
from rfa_model.anatomy.readers.structures import Structure
from rfa_model.anatomy.readers.volumes import Volume
from rfa_model.errors import InputError

# Beyond the reach that distances have to be right in.
PAD_MM = 6.0
COARSE_MM = 2.1
# Beyond what any needle reaches from its target.
FARTHEST_MM = 200.0
# A part that lies in the box with so much of its own box is sampled as a whole, once for its surface as well.
WHOLE_SHARE = 0.6
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
        boxes = _found_boxes(volume.values)
        present = {n for n, box in enumerate(boxes, start=1) if box is not None}
        self._numbers: dict[str, int] = {s.name: n for n, s in structures.items() if n in present}
        if not self._numbers:
            seen = ", ".join(map(str, sorted(present)[:20]))
            raise InputError(
                f"{file}: none of its labels ({seen}) has a meaning in this scheme; name another scheme, or say by "
                "labels: what they are"
            )
        self._boxes: dict[str, Slices] = {
            name: box for name, n in self._numbers.items() if (box := boxes[n - 1]) is not None
        }
        self._known: dict[tuple[str, tuple[int, ...]], GridField] = {}
        by_number = {n: structures[n] for n in self._numbers.values()}
        self.found: Mapping[str, Found] = {s.name: self._found(s) for s in by_number.values()}
        if left := sorted(present - set(by_number)):
            words = ", ".join(map(str, left[:12])) + (", …" if len(left) > 12 else "")
            self.notes += (f"labels without a meaning here count as background: {words}",)

    def _found(self, structure: Structure) -> Found:
        box = self._boxes[structure.name]
        mask = self.volume.values[box] == self._numbers[structure.name]
        layers = [mask.sum(axis=others) for others in ((1, 2), (0, 2), (0, 1))]
        count = int(layers[0].sum())
        middle = [s.start + float(layer @ np.arange(len(layer))) / count for s, layer in zip(box, layers, strict=True)]
        to_lps = self.volume.to_lps
        centroid = to_lps[:3, :3] @ np.array(middle) + to_lps[:3, 3]
        ends = np.array([[s.start - 0.5, s.stop - 0.5] for s in box])
        corners = np.array(np.meshgrid(*ends, indexing="ij")).reshape(3, -1).T @ to_lps[:3, :3].T + to_lps[:3, 3]
        volume = count * float(abs(np.linalg.det(to_lps[:3, :3]))) / 1000.0
        cut = any(s.start == 0 or s.stop == n for s, n in zip(box, self.volume.values.shape, strict=True))
        return Found(structure, volume, centroid, corners.min(axis=0), corners.max(axis=0), cut)

    def surface(self, name: str) -> TriangleMesh:
        """A part's smooth surface."""
        box = self._padded(self._boxes[name])
        return self._field(name, box, only_near=(name, _ends(box)) not in self._known).surface()

    def fields(self, centre_mm: FloatArray, half_mm: float) -> dict[str, Field]:
        """Distances of the parts in a box about a point, sampled there."""
        box = self._box(centre_mm, half_mm)
        found: dict[str, Field] = {}
        for name, number in self._numbers.items():
            if self.found[name].structure.role in ("landmark", "body"):
                continue
            whole = self._padded(self._boxes[name])
            x, y, z = (_common(a, b) for a, b in zip(box, whole, strict=True))
            if min(s.stop - s.start for s in (x, y, z)) <= 0 or not (self.volume.values[x, y, z] == number).any():
                continue
            found[name] = self._field(name, whole if _size((x, y, z)) > WHOLE_SHARE * _size(whole) else (x, y, z))
        return found

    def body(self) -> Field | None:
        """Everything that is labelled, where one of the labels is the body's."""
        is_there = any(part.structure.role == "body" for part in self.found.values())
        return body_of_labels(self.volume) if is_there else None

    def far_bone(self, centre_mm: FloatArray) -> Field:
        """Distance to all bone that a needle can come to, from every few voxels."""
        step = np.maximum(1, np.floor(COARSE_MM / self.volume.spacing_mm)).astype(int)
        names = [name for name in self._numbers if self.found[name].structure.role == "bone"]
        bones = sorted(self._numbers[name] for name in names)
        every = [self._padded(self._boxes[name]) for name in names]
        low = [min(box[k].start for box in every) for k in range(3)]
        high = [max(box[k].stop for box in every) for k in range(3)]
        reach = self._box(centre_mm, FARTHEST_MM)
        x, y, z = (_common(r, slice(a, b)) for r, a, b in zip(reach, low, high, strict=True))
        spacing = self.volume.spacing_mm * step

        def made() -> NDArray[np.float32]:
            some = self.volume.values[x, y, z][:: step[0], :: step[1], :: step[2]]
            return voxel_distance(np.isin(some, bones), spacing)

        values = cached((self._key, "far bone", bones, _ends((x, y, z)), step.tolist()), made)
        to_lps = self.volume.to_lps @ np.diag([*step.astype(float), 1.0])
        to_lps[:3, 3] = self.volume.to_lps[:3, :3] @ [x.start, y.start, z.start] + self.volume.to_lps[:3, 3]
        return GridField(values, np.linalg.inv(to_lps))

    def _field(self, name: str, box: Slices, *, only_near: bool = False) -> GridField:
        if (known := self._known.get((name, _ends(box)))) is not None:
            return known
        number = self._numbers[name]

        def made() -> NDArray[np.float32]:
            return voxel_distance(self.volume.values[box] == number, self.volume.spacing_mm, only_near=only_near)

        content = (self._key, number, _ends(box), np.round(self.volume.spacing_mm, 5).tolist(), only_near)
        move = np.eye(4)
        move[:3, 3] = [-s.start for s in box]
        field = GridField(cached(content, made), move @ self.volume.to_index)
        if not only_near:
            self._known[name, _ends(box)] = field
        return field

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


def _ends(box: Slices) -> tuple[int, ...]:
    return tuple(end for s in box for end in (int(s.start), int(s.stop)))


def _size(box: Slices) -> int:
    return int(np.prod([s.stop - s.start for s in box]))


def _found_boxes(values: NDArray[np.generic]) -> list[Slices | None]:
    """Box of every label from 1 on, looked through in the order in which the values lie in memory."""
    order = np.argsort([-abs(stride) for stride in values.strides])
    boxes = ndimage.find_objects(values.transpose(order))
    back = np.argsort(order)
    return [None if box is None else (box[back[0]], box[back[1]], box[back[2]]) for box in boxes]
