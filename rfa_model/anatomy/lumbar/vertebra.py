"""One lumbar vertebra as a smooth union of solids, in its own frame.

The origin is the middle of the body, +x left, +y posterior, +z superior along the body's axis. Only the left half
is written down; the right half is its mirror image. The canal is cut out later, once for the whole stack.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfa_model.anatomy.lumbar.dimensions import VertebraDimensions, common_dimensions
from rfa_model.anatomy.lumbar.joint import CURVATURE_RADIUS_MM, FacetJoint, superior_joint
from rfa_model.anatomy.sdf import (
    Blade,
    Difference,
    EllipticCylinder,
    Mirrored,
    Plate,
    RoundCone,
    RoundCylinder,
    Shape,
    SmoothUnion,
    capsule,
)
from rfa_model.anatomy.sdf.primitives import FloatArray, unit

# Half the height and thickness of a slender process, from which the nerves' landmarks are laid out.
SLIM_MM = (5.8, 3.6)
UP = np.array([0.0, 0.0, 1.0])
NECK_RADIUS_MM, NECK_LENGTH_MM = 4.6, 11.0
# Backward and down at about 45°: the caudal tilt of a needle that is to lie along the nerve.
NECK_DIRECTION = unit((0.0, 0.72, -0.69))


@dataclass(frozen=True)
class Landmarks:
    """Points of the left half from which the solids and the nerve guides are laid out (mm, vertebra frame).

    `ridge_y` is where the nerve crosses the ridge between the articular and the transverse process.
    """

    pedicle: FloatArray
    pillar: FloatArray
    process_root: FloatArray
    process_tip: FloatArray
    process_root_section: tuple[float, float]
    process_tip_section: tuple[float, float]
    ridge_y: float
    accessory: FloatArray
    mamillary: FloatArray
    neck_start: FloatArray
    neck_direction: FloatArray
    ventral_ramus: FloatArray
    lateral_branch: FloatArray
    joint: FacetJoint


def landmarks(dims: VertebraDimensions) -> Landmarks:
    """Landmarks of a lumbar vertebra."""
    back, top = dims.body_depth_mm / 2, dims.body_height_mm / 2
    joint = superior_joint(dims)
    pedicle = np.array(
        [dims.canal_width_mm / 2 + dims.pedicle_width_mm / 2 - 0.3, back + 4.0, top - dims.pedicle_height_mm / 2 - 0.8]
    )
    process_x, process_y = joint.at(-5.0, 0.0, 0.0)[:2]
    pillar = np.array([process_x, process_y - 1.5, pedicle[2] - 1.0])
    half_height, half_thickness = dims.transverse_process_height_mm / 2, dims.transverse_process_thickness_mm / 2
    root_section, tip_section = (half_height, half_thickness), (3.4, 2.5)
    # A stouter process reaches further down and forwards; its upper hind edge, which the nerve crosses, stays.
    edge = np.array([process_x + 1.0, back + 13.3, pedicle[2] + 1.6])
    # L5's pedicle is so wide that its outer side, from which the process springs, lies beyond the articular process.
    beside = np.array([max(0.0, pedicle[0] + dims.pedicle_width_mm / 2 - 4.5 - edge[0]), 0.0, 0.0])
    root, slim = edge + beside - [0.0, half_thickness, half_height], edge - [0.0, SLIM_MM[1], SLIM_MM[0]]
    tip = np.array([dims.transverse_process_span_mm / 2 - tip_section[1], back + 14.5, pedicle[2] - 2.0])
    accessory = slim + np.array([5.5, 4.6, -2.0])
    neck_start = slim + np.array([3.0, -2.6, 8.0])
    ramus = slim + beside + np.array([[1.8, -9.2, 16.0], [6.2, -13.9, 5.0], [8.5, -18.4, -8.0], [10.0, -22.5, -22.0]])
    lateral = slim + np.array([[7.5, 1.5, 8.5], [11.5, 9.0, 2.0], [13.5, 11.5, -7.0], [14.5, 13.0, -14.0]])
    return Landmarks(
        pedicle, pillar, root, tip, root_section, tip_section, slim[1], accessory,
        joint.at(-4.3, joint.half_width_mm + 0.5, -3.0), neck_start, NECK_DIRECTION, ramus, lateral, joint,
    )  # fmt: skip


def neck(mark: Landmarks) -> Shape:
    """The lateral neck of the articular process, along which the nerve lies."""
    return capsule(
        mark.neck_start - mark.neck_direction, mark.neck_start + NECK_LENGTH_MM * mark.neck_direction, NECK_RADIUS_MM
    )


def superior_process(joint: FacetJoint, base: FloatArray, mamillary: FloatArray) -> Shape:
    """Superior articular process with its mamillary process and its concave facet."""
    middle = -joint.gap_mm / 2 - 2.8
    column = RoundCone(base, joint.at(-5.0, -0.5, joint.half_height_mm - 3.5), 6.0, 3.6)
    plate = Plate(
        joint.at(middle, -0.5, 0.0), joint.axes, (3.4, joint.half_width_mm + 0.3, joint.half_height_mm + 0.5), 3.2
    )
    knob = RoundCone(joint.at(-4.0, 2.5, -3.0), mamillary, 3.4, 2.9)
    solid = SmoothUnion([(column, 0.0), (plate, 3.0), (knob, 2.5)])
    facet = RoundCylinder(
        joint.at(CURVATURE_RADIUS_MM, 0.0, 0.0), joint.axes[2], CURVATURE_RADIUS_MM + joint.gap_mm / 2
    )
    return Difference(solid, facet, blend=1.0)


def inferior_process(joint: FacetJoint, pillar: FloatArray) -> list[tuple[Shape, float]]:
    """Isthmus and inferior articular process, whose facet is later cut parallel to the process below."""
    top = joint.at(5.0, 0.5, joint.half_height_mm + 2.0)
    isthmus = RoundCone(pillar + np.array([-0.5, 1.5, -1.0]), top, 5.2, 4.6)
    column = RoundCone(top, joint.at(4.0, -1.0, -joint.half_height_mm + 3.0), 4.6, 3.4)
    half_size = (3.6, joint.half_width_mm - 0.5, joint.half_height_mm + 0.5)
    plate = Plate(joint.at(joint.gap_mm / 2 + 2.2, 0.0, 0.0), joint.axes, half_size, 3.4)
    return [(isthmus, 3.0), (column, 2.0), (plate, 2.5)]


def posterior_arch(dims: VertebraDimensions, pillar: FloatArray) -> list[tuple[Shape, float]]:
    """Lamina and spinous process: plates, tall and thin."""
    back = dims.body_depth_mm / 2 + dims.canal_depth_mm
    slope = np.array([0.0, -0.32, 1.0])
    middle = np.array([0.0, back + 4.2, pillar[2] - 9.0])
    lamina = Blade(pillar + np.array([-2.0, 3.5, -5.5]), middle, slope, (8.5, 3.2), (dims.spinous_height_mm / 2, 3.0))
    end = middle + np.array([0.0, dims.spinous_length_mm, -5.0])
    half = dims.spinous_height_mm / 2
    spine = Blade(middle + np.array([0.0, 1.0, 0.0]), end, np.array([0.0, 0.25, 1.0]), (half - 0.5, 2.4), (half, 2.9))
    knob = capsule(end + np.array([0.0, -0.5, half - 4.5]), end + np.array([0.0, -0.5, -half + 4.0]), 3.7)
    return [(lamina, 3.0), (spine, 4.0), (knob, 3.0)]


def vertebra(dims: VertebraDimensions, inferior_joint: FacetJoint) -> Shape:
    """Both halves of a lumbar vertebra, canal not yet cut.

    Parameters
    ----------
    dims : VertebraDimensions
    inferior_joint : FacetJoint
        The joint with the vertebra below, in this vertebra's frame.
    """
    mark = landmarks(dims)
    angle = np.deg2rad(dims.pedicle_transverse_angle_deg)
    forward = np.array([-np.sin(angle), -np.cos(angle), 0.0])
    half_height, half_width = dims.pedicle_height_mm / 2, dims.pedicle_width_mm / 2
    sideways = np.array([np.cos(angle), -np.sin(angle), 0.0])
    long_way = UP if half_height >= half_width else sideways
    section = (max(half_height, half_width), min(half_height, half_width))
    body = EllipticCylinder(
        (0.0, 0.0, 0.0), (dims.body_width_mm / 2, dims.body_depth_mm / 2), dims.body_height_mm / 2,
        waist=common_dimensions().body_waist_mm, rounding=1.5,
    )  # fmt: skip
    pedicle = Blade(mark.pedicle + 9.0 * forward, mark.pedicle - 5.0 * forward, long_way, section, section)
    process = Blade(mark.process_root, mark.process_tip, UP, mark.process_root_section, mark.process_tip_section)
    accessory = RoundCone(mark.accessory + np.array([-1.5, -2.5, 1.5]), mark.accessory, 2.4, 1.5)
    superior = superior_process(mark.joint, mark.pillar, mark.mamillary)
    parts: list[tuple[Shape, float]] = [(body, 0.0), (pedicle, 3.0), (process, 3.5)]
    parts += inferior_process(inferior_joint, mark.pillar) + posterior_arch(dims, mark.pillar)
    parts += [(superior, 2.5), (neck(mark), 2.0), (accessory, 2.0)]
    return Mirrored(SmoothUnion(parts))
