"""The fluoroscopic projections that lumbar medial-branch procedures are checked in, as a table of C-arm angles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rfa_model.drawing.orthographic import View, look_from
from rfa_model.errors import InputError

Vector = NDArray[np.float64]

FIELD_HEIGHT_MM = 72.0
TOWARDS_MIDLINE, FORWARD_MM = 0.35, 6.0


@dataclass(frozen=True)
class Projection:
    """Where the image intensifier stands, for a prone patient.

    Attributes
    ----------
    name, title : str
        Key, and the words on the picture.
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
        turn, tilt = np.deg2rad(self.oblique_deg), np.deg2rad(self.caudal_tilt_deg)
        return np.array([side * np.sin(turn) * np.cos(tilt), np.cos(turn) * np.cos(tilt), -np.sin(tilt)])


# Oblique 20° and caudal tilt 40-45°: the trajectory view for lumbar medial-branch neurotomy, posterior approach, in
# the Atlas of Image-Guided Spinal Procedures (Furman, 2nd ed. 2018).
PROJECTIONS = {
    projection.name: projection
    for projection in (
        Projection("ap", "AP", 0.0, 0.0),
        Projection("oblique", "ipsilateral oblique 20°", 20.0, 0.0),
        Projection("declined", "declined: caudal tilt 40°", 0.0, 40.0),
        Projection("lateral", "lateral", 90.0, 0.0),
    )
}


def projection_named(name: str) -> Projection:
    """The projection of that name; InputError if there is none."""
    if name not in PROJECTIONS:
        raise InputError(f"no fluoroscopic view '{name}'; choose one of {', '.join(PROJECTIONS)}")
    return PROJECTIONS[name]


def view_of(projection: Projection, target_mm: Vector, size_px: tuple[int, int]) -> View:
    """The projection as a view about the target, with the middle of the spine in the picture."""
    side = -1.0 if target_mm[0] < 0.0 else 1.0
    focal = np.asarray(target_mm, dtype=float) - [TOWARDS_MIDLINE * target_mm[0], FORWARD_MM, 0.0]
    return look_from(projection.direction(side), focal, FIELD_HEIGHT_MM, size_px)
