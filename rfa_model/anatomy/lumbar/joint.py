"""The facet joint between a superior articular process and the inferior one that closes it from behind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfa_model.anatomy.lumbar.dimensions import VertebraDimensions, common_dimensions
from rfa_model.anatomy.sdf import Rigid
from rfa_model.anatomy.sdf.primitives import FloatArray

CURVATURE_RADIUS_MM = 16.0


@dataclass(frozen=True)
class FacetJoint:
    """Left facet joint: middle of the gap and its frame.

    Attributes
    ----------
    centre : (3,) array
        Middle of the joint gap (mm).
    axes : (3, 3) array
        Rows: normal (out of the superior process, posteromedial), across (posterolateral), up.
    half_width_mm, half_height_mm, gap_mm : float
        Half extents of the articular surface and the width of the gap.
    """

    centre: FloatArray
    axes: FloatArray
    half_width_mm: float
    half_height_mm: float
    gap_mm: float

    def at(self, normal: float, across: float, up: float) -> FloatArray:
        """Point given in the joint's frame (mm)."""
        return self.centre + np.array([normal, across, up]) @ self.axes

    def moved(self, motion: Rigid) -> FacetJoint:
        """The joint seen from another vertebra, which `motion` carries into this one's frame."""
        axes = self.axes @ motion.rotation
        return FacetJoint(motion.invert(self.centre), axes, self.half_width_mm, self.half_height_mm, self.gap_mm)


def superior_joint(dims: VertebraDimensions) -> FacetJoint:
    """The joint that a vertebra's left superior articular process forms, in that vertebra's frame."""
    angle = np.deg2rad(dims.facet_sagittal_angle_deg)
    normal = np.array([-np.cos(angle), np.sin(angle), 0.0])
    across = np.array([np.sin(angle), np.cos(angle), 0.0])
    centre = np.array(
        [dims.facet_spacing_mm / 2, dims.body_depth_mm / 2 + dims.canal_depth_mm - 0.5, dims.body_height_mm / 2 - 0.5]
    )
    axes = np.array([normal, across, [0.0, 0.0, 1.0]])
    gap = common_dimensions().facet_gap_mm
    return FacetJoint(centre, axes, dims.facet_width_mm / 2, dims.facet_height_mm / 2, gap)
