"""The upper sacrum: S1 body, alae, superior articular processes, dorsal wall and median crest.

Written like a vertebra, in the frame of S1: +z is normal to the upper end plate.
"""

from __future__ import annotations

import numpy as np

from rfa_model.anatomy.lumbar.dimensions import VertebraDimensions
from rfa_model.anatomy.lumbar.joint import superior_joint
from rfa_model.anatomy.lumbar.vertebra import UP, Landmarks, neck, superior_process
from rfa_model.anatomy.sdf import Blade, Ellipsoid, EllipticCylinder, Mirrored, RoundCone, Shape, SmoothUnion, capsule
from rfa_model.anatomy.sdf.primitives import unit

# In the tilted sacrum this is about 21° below the horizontal of the patient.
NECK_DIRECTION = unit((0.0, 0.75, -0.66))


def sacral_landmarks(dims: VertebraDimensions) -> Landmarks:
    """Landmarks of S1; the ala takes the place of the transverse process."""
    back, top = dims.body_depth_mm / 2, dims.body_height_mm / 2
    joint = superior_joint(dims)
    pedicle = np.array([dims.canal_width_mm / 2 + dims.pedicle_width_mm / 2, back, top - dims.pedicle_height_mm / 2])
    process_x, process_y = joint.at(-5.0, 0.0, 0.0)[:2]
    pillar = np.array([process_x, process_y - 1.0, top - 12.0])
    root_section, tip_section = (11.0, 7.5), (14.0, 8.0)
    root = np.array([process_x - 2.0, back + 6.5, top - root_section[0] - 6.0])
    tip = np.array([dims.transverse_process_span_mm / 2 - tip_section[1], back + 8.0, top - tip_section[0] - 9.0])
    neck_start = np.array([process_x + 5.5, root[1] - 2.5, top - 5.5])
    ramus = np.array([[28.0, 9.0, top + 6.0], [31.0, -1.0, top - 3.0], [32.0, -7.0, top - 16.0], [30.0, -9.0, -18.0]])
    return Landmarks(
        pedicle, pillar, root, tip, root_section, tip_section, root[1], pillar + np.array([6.0, 3.0, -6.0]),
        joint.at(-4.3, joint.half_width_mm + 0.5, -3.0), neck_start, NECK_DIRECTION, ramus, np.zeros((0, 3)), joint,
    )  # fmt: skip


def sacrum(dims: VertebraDimensions) -> Shape:
    """Both halves of the upper sacrum, canal not yet cut."""
    mark = sacral_landmarks(dims)
    half_width, half_depth, half_height = (
        size / 2 for size in (dims.body_width_mm, dims.body_depth_mm, dims.body_height_mm)
    )
    body = EllipticCylinder((0.0, 0.0, 0.0), (half_width, half_depth), half_height, waist=2.0, rounding=1.5)
    lower = Ellipsoid((0.0, 9.0, -34.0), (30.0, 11.0, 32.0))
    front = Blade((14.0, 6.0, 2.0), (40.0, 15.0, -9.0), UP, (10.0, 8.0), (12.0, 7.0))
    ala = Blade(mark.process_root, mark.process_tip, UP, mark.process_root_section, mark.process_tip_section)
    flank = RoundCone(mark.process_tip + np.array([-3.0, 2.0, -8.0]), (22.0, 26.0, -58.0), 9.0, 6.0)
    back = half_depth + dims.canal_depth_mm
    wall = Blade((24.0, back + 0.0, -8.0), (0.0, back + 4.5, -8.0), np.array([0.0, -0.1, 1.0]), (11.0, 3.2), (9.0, 3.0))
    lower_wall = Blade((24.0, 29.0, -38.0), (0.0, back + 4.0, -36.0), UP, (26.0, 6.0), (24.0, 5.0))
    crest = capsule((0.0, back + 6.0, -8.0), (0.0, back + 7.0, -48.0), 4.5)
    superior = superior_process(mark.joint, mark.pillar, mark.mamillary)
    return Mirrored(
        SmoothUnion(
            [
                (body, 0.0), (front, 6.0), (ala, 6.0), (lower, 8.0), (flank, 8.0), (lower_wall, 6.0), (wall, 4.0),
                (crest, 5.0), (superior, 3.5), (neck(mark), 3.0),
            ]
        )
    )  # fmt: skip
