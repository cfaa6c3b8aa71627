"""The CT itself, for radiographs: Hounsfield units where the labels lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rfa_model.anatomy.base import FloatArray
from rfa_model.anatomy.readers.volumes import Volume, read_volume
from rfa_model.errors import InputError

# What any CT of a trunk holds something below, and something above.
AIR_HU, BONE_HU = -500.0, 200.0


@dataclass(frozen=True)
class Ct:
    """A CT on the disk, read when a radiograph is made of it.

    Attributes
    ----------
    path : Path
    origin_mm : (3,) array
        What points count from, in its LPS frame.
    """

    path: Path
    origin_mm: FloatArray

    def read(self) -> tuple[NDArray[np.generic], FloatArray]:
        """Values, HU, (nx, ny, nz), and the matrix (4, 4) from points (mm, LPS, from the origin) to indices.

        Raises
        ------
        InputError
            If it cannot be read, or holds no Hounsfield units.
        """
        volume = read_volume(self.path, labels=False)
        low, high = float(volume.values.min()), float(volume.values.max())
        if not low < AIR_HU < BONE_HU < high:
            raise InputError(
                f"{self.path}: holds values from {low:g} to {high:g}, expected a CT in Hounsfield units: air near "
                "-1000, bone above 200"
            )
        native = volume.values.dtype.newbyteorder("=")
        return volume.values.astype(native, copy=False), self._to_index(volume)

    def _to_index(self, volume: Volume) -> FloatArray:
        shift = np.eye(4)
        shift[:3, 3] = self.origin_mm
        return volume.to_index @ shift

    def check_holds(self, point_mm: FloatArray) -> None:
        """Raise InputError unless it is a CT and holds a point that counts from the origin."""
        values, to_index = self.read()
        index = to_index[:3, :3] @ point_mm + to_index[:3, 3]
        if (index < 0.0).any() or (index > np.array(values.shape) - 1.0).any():
            place = np.round(point_mm + self.origin_mm).astype(int).tolist()
            raise InputError(
                f"{self.path}: does not reach the target at {place} mm (LPS): another patient's, or in another frame"
            )
