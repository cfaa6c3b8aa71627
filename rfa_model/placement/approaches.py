"""How a needle comes in: a table of approaches, each with its direction, how its tip meets the nerve, and its source.

Angles are those of a C-arm that looks down the needle. They count from the AP view that is square to the vertebra's
end plates, so that the caudal tilt of an approach that follows the nerve is the nerve's own over its bone: 43° over the
neck of L1 to L5 (published for needles laid along the middle two quarters of the neck: 33.5 to 49.2° to the end plate,
`tran2022angles`), 19° in the groove of the sacral ala.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rfa_model.errors import InputError
from rfa_model.placement.frame import FloatArray, Frame, Triple, angled, unit

Direction = Callable[[Frame, Triple | None], FloatArray]


@dataclass(frozen=True)
class Approach:
    """One way to the target.

    Attributes
    ----------
    words : str
        For lists and the documentation.
    direction : callable
        From the target's frame, and the placement's own direction where it has one, to the unit vector up the shaft.
    meets : {"beside", "end_on", "origin"}
        The middle of the contacts beside the target, or the distal end at it, drawn back until the nerve is just
        touched; or the origin of the applicator at the target.
    sources : tuple of str
        Keys of the library's references.
    along_mm : float
        How far from the target along the nerve, towards the periphery.
    """

    words: str
    direction: Direction
    meets: Literal["beside", "end_on", "origin"]
    sources: tuple[str, ...]
    along_mm: float = 0.0


def following_the_nerve(oblique_deg: float) -> Direction:
    """Come in at an oblique angle, with the nerve's own caudal tilt."""
    return lambda frame, given: angled(oblique_deg, frame.nerve_caudal_tilt_deg, frame.side)


def at_angles(oblique_deg: float, caudal_deg: float) -> Direction:
    """Come in at two angles of the C-arm."""
    return lambda frame, given: angled(oblique_deg, caudal_deg, frame.side)


def _along_the_nerve(frame: Frame, given: Triple | None) -> FloatArray:
    return frame.along


def _as_given(frame: Frame, given: Triple | None) -> FloatArray:
    if given is None:
        raise InputError("placement: approach custom needs direction, a vector from the tip up the shaft (LPS)")
    return unit(given, "direction")


APPROACHES: dict[str, Approach] = {
    "parallel": Approach(
        "20° oblique with the nerve's caudal tilt, the active tip along the middle two quarters of the neck",
        following_the_nerve(20.0),
        "beside",
        ("lau2004", "tran2024", "furman2018"),
    ),
    "parasagittal": Approach(
        "no oblique, the nerve's caudal tilt, the active tip along the hind half of the neck",
        following_the_nerve(0.0),
        "beside",
        ("tran2022", "tran2024"),
        along_mm=2.5,
    ),
    "declined": Approach(
        "17.5° oblique with 22.5° caudal tilt: the middle of the usual 15 to 20° and 20 to 25°",
        at_angles(17.5, 22.5),
        "beside",
        ("assumption",),
    ),
    "perpendicular": Approach(
        "15° oblique without tilt, down the barrel onto the junction, end-on: the way of the cooled probe",
        at_angles(15.0, 0.0),
        "end_on",
        ("vankleef2010", "assumption"),
    ),
    "along_nerve": Approach(
        "exactly along the nerve, as no operator can see it: the ideal to hold others against",
        _along_the_nerve,
        "beside",
        ("bogduk1987",),
    ),
    "custom": Approach("along `direction`, the distal end at the target", _as_given, "origin", ()),
}


def retreat(approach: Approach, frame: Frame, shaft: FloatArray) -> FloatArray:
    """Unit vector along which the applicator is drawn back from the nerve."""
    if approach.meets == "end_on":
        return shaft
    away = frame.away - (frame.away @ shaft) * shaft
    length = float(np.linalg.norm(away))
    if length < 1e-6:
        raise InputError("placement: the shaft points straight away from bone and cannot lie beside the nerve")
    return np.asarray(away / length)
