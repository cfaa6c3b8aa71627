"""The fluoroscopic projections that lumbar medial-branch procedures are checked in, as a table of C-arm angles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.drawing.orthographic import View, look_from
from rfa_model.errors import InputError
from rfa_model.placement.frame import angled, angles_deg

Vector = NDArray[np.float64]

FIELD_HEIGHT_MM = 72.0
TOWARDS_MIDLINE, FORWARD_MM = 0.35, 6.0


@dataclass(frozen=True)
class Projection:
    """Where the image intensifier stands, for a prone patient.

    Attributes
    ----------
    name, title : str
        Key, and the words on the picture; `{near}` stands for the needle's side and `{far}` for the other.
    oblique_deg : float
        Turn about the patient's long axis towards the needle's side; 0 is behind the back, 90 beside the patient.
    caudal_tilt_deg : float
        Tilt of the intensifier towards the feet.
    """

    name: str
    title: str
    oblique_deg: float
    caudal_tilt_deg: float

    def direction(self, side: float) -> Vector:
        """Unit vector (LPS) from the patient to the intensifier; `side` is +1 for the left, −1 for the right."""
        return angled(self.oblique_deg, self.caudal_tilt_deg, side)

    def words(self, side: float) -> str:
        """The title for a needle on that side."""
        near, far = ("left", "right") if side > 0 else ("right", "left")
        return self.title.format(near=near, far=far)


TRAJECTORY = "trajectory"
# Declined: the upper ends of 15-20° oblique and 20-25° caudal tilt. The trajectory view of a needle along the nerve is
# published as 20° oblique and 40-45° caudal (`furman2018`); here it is that of the needle as it lies.
PROJECTIONS = {
    projection.name: projection
    for projection in (
        Projection("ap", "AP", 0.0, 0.0),
        Projection("oblique", "ipsilateral oblique 20°", 20.0, 0.0),
        Projection("declined", "declined: oblique 20°, caudal tilt 25°", 20.0, 25.0),
        Projection("lateral", "{near} lateral", 90.0, 0.0),
        Projection("lateral_opposite", "{far} lateral", -90.0, 0.0),
    )
}


VIEWS = (TRAJECTORY, *PROJECTIONS)


def side_of(target_mm: Vector) -> float:
    """+1 for a target on the left, −1 on the right."""
    return -1.0 if target_mm[0] < 0.0 else 1.0


def trajectory(shaft: Vector, side: float) -> Projection:
    """The projection that looks down a needle."""
    oblique, caudal = angles_deg(shaft, side)
    turned = f"{'oblique' if oblique > -0.5 else 'contralateral oblique'} {abs(oblique):.0f}°"
    tilted = f"{'caudal' if caudal > -0.5 else 'cranial'} tilt {abs(caudal):.0f}°"
    return Projection(TRAJECTORY, f"down the needle: {turned}, {tilted}", oblique, caudal)


def projection_named(name: str, shaft: Vector, side: float) -> Projection:
    """The projection of that name, of a needle whose shaft points there; InputError if there is none."""
    if name == TRAJECTORY:
        return trajectory(shaft, side)
    if name not in PROJECTIONS:
        raise InputError(f"no fluoroscopic view '{name}'; choose one of {', '.join(VIEWS)}")
    return PROJECTIONS[name]


def view_of(projection: Projection, target_mm: Vector, size_px: tuple[int, int]) -> View:
    """The projection as a view about the target, with the middle of the spine in the picture."""
    side = side_of(target_mm)
    focal = np.asarray(target_mm, dtype=float) - [TOWARDS_MIDLINE * target_mm[0], FORWARD_MM, 0.0]
    return look_from(projection.direction(side), focal, FIELD_HEIGHT_MM, size_px)
