"""A radiograph reconstructed from a CT: attenuation along parallel rays (DRR).

Sherouse GW, Novins K, Chaney EL, Int J Radiat Oncol Biol Phys 1990;18:651.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.ndimage import affine_transform

from rfa_model.drawing.arm_picture import Array, CtImage
from rfa_model.drawing.orthographic import View

# Water at 60 keV, Hubbell & Seltzer's tables (NISTIR 5632). What a CT calls 1000 HU attenuates twice as much at its own
# energy: bone comes out a little paler than at 60 keV.
WATER_PER_MM = 0.0206
STEP_MM = 0.7
AIR_HU = -1000.0
SLAB_DEPTHS = 64


def attenuation(ct: CtImage, view: View, step_mm: float = STEP_MM) -> Array:
    """Attenuation exponent along the ray through each pixel of a view, through the whole CT, (height, width).

    What lies beyond the CT is air.
    """
    width, height = view.size_px
    ends = np.array(list(product(*([0.0, n - 1.0] for n in ct.values_HU.shape))))
    to_mm = np.linalg.inv(ct.to_index)
    depth = (ends @ to_mm[:3, :3].T + to_mm[:3, 3] - view.focal_mm) @ view.towards_viewer
    count = int(np.ceil((depth.max() - depth.min()) / step_mm)) + 1
    axes = np.column_stack([step_mm * view.towards_viewer, -view.up / view.px_per_mm, view.right / view.px_per_mm])
    corner = view.focal_mm + depth.min() * view.towards_viewer - axes[:, 1:] @ ((np.array([height, width]) - 1) / 2)
    relative = np.zeros((height, width))
    for first in range(0, count, SLAB_DEPTHS):
        start = ct.to_index[:3, :3] @ (corner + first * axes[:, 0]) + ct.to_index[:3, 3]
        sampled = affine_transform(
            ct.values_HU,
            ct.to_index[:3, :3] @ axes,
            start,
            (min(SLAB_DEPTHS, count - first), height, width),
            output=np.float32,
            order=1,
            cval=AIR_HU,
        )
        relative += np.maximum(1.0 + sampled / 1000.0, 0.0).sum(axis=0, dtype=float)
    return WATER_PER_MM * step_mm * relative
