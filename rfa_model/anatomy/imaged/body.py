"""The inside of the skin: the largest thing that is denser than air, or labelled, its cavities filled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from rfa_model.anatomy.imaged.fields import GridField
from rfa_model.anatomy.imaged.voxel_distance import voxel_distance
from rfa_model.anatomy.readers.volumes import Volume, read_volume
from rfa_model.errors import InputError

COARSE_MM = 3.0
LEAST_SHARE = 0.02


def body_of_ct(path: Path, threshold_HU: float) -> GridField:
    """Signed distance to the skin, sampled at about 3 mm.

    Raises
    ------
    InputError
        If the CT cannot be read, or nothing, or everything, is denser than the threshold.
    """
    volume = read_volume(path, labels=False)
    step = _step(volume)
    dense = volume.values[:: step[0], :: step[1], :: step[2]] > threshold_HU
    body = _largest(dense)
    if not LEAST_SHARE < body.mean() < 0.999:
        raise InputError(
            f"{path}: {100 * dense.mean():.0f} % of it is denser than {threshold_HU:g} HU; expected a CT in Hounsfield "
            "units with air about the body"
        )
    return _field(body, volume, step)


def body_of_labels(volume: Volume) -> GridField:
    """Signed distance to the skin: whatever is labelled is body, as the body's label leaves out what lies in it."""
    step = _step(volume)
    return _field(_largest(volume.values[:: step[0], :: step[1], :: step[2]] > 0), volume, step)


def _step(volume: Volume) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.maximum(1, np.floor(COARSE_MM / volume.spacing_mm)).astype(np.int64)
    return found


def _largest(dense: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest piece, its cavities filled slice by slice; what the image cuts off goes on above and below."""
    parts, count = ndimage.label(dense)
    if not count:
        return dense
    body: NDArray[np.bool_] = parts == int(np.bincount(parts.ravel())[1:].argmax()) + 1
    for k in range(body.shape[2]):
        body[:, :, k] = ndimage.binary_fill_holes(body[:, :, k])
    return body


def _field(body: NDArray[np.bool_], volume: Volume, step: NDArray[np.int64]) -> GridField:
    to_lps = volume.to_lps @ np.diag([*step.astype(float), 1.0])
    return GridField(voxel_distance(body, volume.spacing_mm * step), np.linalg.inv(to_lps))
