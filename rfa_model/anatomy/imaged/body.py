"""The inside of the skin from a CT: the largest thing denser than air, its cavities filled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import ndimage

from rfa_model.anatomy.imaged.fields import GridField
from rfa_model.anatomy.imaged.voxel_distance import voxel_distance
from rfa_model.anatomy.readers.volumes import read_volume
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
    step = np.maximum(1, np.floor(COARSE_MM / volume.spacing_mm)).astype(int)
    dense = volume.values[:: step[0], :: step[1], :: step[2]] > threshold_HU
    parts, count = ndimage.label(dense)
    sizes = np.bincount(parts.ravel())[1:] if count else np.zeros(1)
    if not LEAST_SHARE < sizes.max() / dense.size < 0.999:
        raise InputError(
            f"{path}: {100 * dense.mean():.0f} % of it is denser than {threshold_HU:g} HU; expected a CT in Hounsfield "
            "units with air about the body"
        )
    body = parts == int(sizes.argmax()) + 1
    for k in range(body.shape[2]):
        body[:, :, k] = ndimage.binary_fill_holes(body[:, :, k])
    to_lps = volume.to_lps @ np.diag([*step.astype(float), 1.0])
    # What the image cuts off goes on: no air above the first slice or below the last.
    values = voxel_distance(body, volume.spacing_mm * step)
    return GridField(values, np.linalg.inv(to_lps))
